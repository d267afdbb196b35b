# ruff: noqa: ARG001 - every operation has the request; few look at it
"""Operations about texts: proposals, what differs, comments, and the two acts that a program can make."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from paraph.app.drafting import own_particulars, read_draft
from paraph.app.revision import comment, negotiation
from paraph.app.texts import propose
from paraph.domain.acts import CommentMade, TextProposed
from paraph.domain.difference import difference
from paraph.domain.ids import Digest, DossierId, InstrumentNumber
from paraph.domain.texts import InstrumentText
from paraph.errors import LocalActError
from paraph.node.api.bearer import token_of
from paraph.node.api.doors import PROBLEMS, Binary, DigestPath, DossierPath, InstrumentQuery
from paraph.node.api.models import Token
from paraph.node.api.reading import current_of
from paraph.node.api.schemas import ChangeOut, CommentIn, CommentOut, MadeOut, ProposalIn, ProposalOut
from paraph.node.people.journal import note
from paraph.node.web.host import host
from paraph.wire.akoma_ntoso import write_akoma_ntoso
from paraph.wire.text_json import write_text

__all__ = ["router"]

router: Final = Router(tags=["texts"])

CANONICAL: Final = Binary("application/json", "The canonical text: exactly the bytes with this digest.")
AKOMA_NTOSO: Final = Binary("application/xml", "Akoma Ntoso 1.0.")

LanguagePath = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{2,35}$", description="Language tag, such as he.")]


@router.get("/dossiers/{dossier}/texts", url_name="texts", response={200: list[ProposalOut], **PROBLEMS})
def texts(
    request: HttpRequest, dossier: DossierPath, instrument: InstrumentQuery = ""
) -> list[dict[str, Any]]:
    """Every text that was put on the table, oldest first."""
    said, node = negotiation(host().node, DossierId(dossier)), host().node
    found = []
    for one in said.acts:
        body = one.body
        if not isinstance(body, TextProposed) or (instrument and body.instrument != instrument):
            continue
        text, now = node.attachments.text(body.text), said.standing.instruments.get(body.instrument)
        found.append(
            {
                "instrument": body.instrument,
                "text": body.text,
                "author": one.act.author,
                "time": one.act.time,
                "act": one.act.id,
                "position": one.position,
                "void": one.void.message if one.void is not None else "",
                "note": body.note,
                "on_table": now is not None and now.text == body.text,
                "languages": list(text.versions) if text is not None else [],
            }
        )
    return found


@router.get(
    "/dossiers/{dossier}/texts/{digest}",
    url_name="text",
    response=PROBLEMS,
    openapi_extra=CANONICAL.described,
)
def text_out(request: HttpRequest, dossier: DossierPath, digest: DigestPath) -> HttpResponse:
    """One text, as the canonical JSON that is digested and initialled."""
    return CANONICAL.answer(write_text(_text(dossier, digest)))


@router.get(
    "/dossiers/{dossier}/texts/{digest}/akoma-ntoso/{lang}",
    url_name="akoma-ntoso",
    response=PROBLEMS,
    openapi_extra=AKOMA_NTOSO.described,
)
def akoma_ntoso(
    request: HttpRequest, dossier: DossierPath, digest: DigestPath, lang: LanguagePath
) -> HttpResponse:
    """One language of a text, for libraries of legal documents."""
    text = _text(dossier, digest)
    if lang not in text.versions:
        raise LocalActError("text-unknown", f"the text is not in {lang}; it is in {', '.join(text.versions)}")
    return AKOMA_NTOSO.answer(write_akoma_ntoso(text, lang))


@router.get(
    "/dossiers/{dossier}/differences", url_name="differences", response={200: list[ChangeOut], **PROBLEMS}
)
def differences(
    request: HttpRequest,
    dossier: DossierPath,
    before: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$", description="Digest of the older text.")],
    after: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$", description="Digest of the newer text.")],
) -> list[dict[str, Any]]:
    """What differs between two texts of this dossier, clause by clause."""
    changes = difference(_text(dossier, before), _text(dossier, after))
    return [
        {"kind": str(c.kind), "lang": c.lang, "where": c.where, "before": c.before, "after": c.after}
        for c in changes
    ]


@router.get("/dossiers/{dossier}/comments", url_name="comments", response={200: list[CommentOut], **PROBLEMS})
def comments(
    request: HttpRequest, dossier: DossierPath, instrument: InstrumentQuery = ""
) -> list[dict[str, Any]]:
    """Comments on texts, oldest first; those without effect are left out."""
    found = []
    for one in negotiation(host().node, DossierId(dossier)).acts:
        body = one.body
        if not isinstance(body, CommentMade) or one.void is not None:
            continue
        if not instrument or body.instrument == instrument:
            found.append(
                {
                    "act": one.act.id,
                    "author": one.act.author,
                    "time": one.act.time,
                    "instrument": body.instrument,
                    "text": body.text,
                    "lang": body.lang,
                    "where": body.where,
                    "words": body.words,
                    "in_reply_to": body.in_reply_to,
                }
            )
    return found


@router.post(
    "/dossiers/{dossier}/acts/comment-made", url_name="comment-made", response={201: MadeOut, **PROBLEMS}
)
def comment_made(request: HttpRequest, dossier: DossierPath, body: CommentIn) -> Any:
    """Comment on the text on the table, in the name of the party."""
    act = comment(
        host().node,
        DossierId(dossier),
        InstrumentNumber(body.instrument),
        body.words,
        lang=body.lang,
        where=body.where,
        in_reply_to=body.in_reply_to,
        text=Digest(body.text) if body.text else None,
    )
    assert isinstance(act.body, CommentMade)
    return _made(token_of(request), dossier, act.id, act.kind, act.body.text)


@router.post(
    "/dossiers/{dossier}/acts/text-proposed", url_name="text-proposed", response={201: MadeOut, **PROBLEMS}
)
def text_proposed(request: HttpRequest, dossier: DossierPath, body: ProposalIn) -> Any:
    """Put a text on the table, in the name of the party. Proposing binds nobody; accepting and initialling is done by people."""
    standing = current_of(dossier).standing
    now = standing.instruments.get(InstrumentNumber(body.number))
    node = host().node
    on_table = node.attachments.text(now.text) if now is not None else None
    text = read_draft(body.versions, own_particulars(standing, on_table), body.number)
    act = propose(node, DossierId(dossier), text, body.note)
    assert isinstance(act.body, TextProposed)
    return _made(token_of(request), dossier, act.id, act.kind, act.body.text)


def _made(token: Token, dossier: str, act: str, kind: str, text: str) -> Status[dict[str, Any]]:
    note(token.officer, kind, dossier=dossier, detail=f"{act} by the program {token.name}")
    return Status(201, {"act": act, "type": kind, "text": text})


def _text(dossier: str, digest: str) -> InstrumentText:
    """A text that was proposed in this dossier; bytes of another one are not given out here."""
    for one in negotiation(host().node, DossierId(dossier)).acts:
        if isinstance(one.body, TextProposed) and one.body.text == digest:
            text = host().node.attachments.text(Digest(digest))
            if text is not None:
                return text
    raise LocalActError("text-unknown", "no text with this digest was proposed in this dossier")
