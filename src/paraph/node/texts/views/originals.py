"""The originals: their pages as images beside each other, in what they may differ, and whose bytes they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.app.texts import engross, engrossed_original, fetched
from paraph.domain.acts import PlannedOriginal, RenderedOriginal
from paraph.domain.composition import compose
from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.domain.permitted import Permitted, Reason, permitted_differences
from paraph.domain.standing import InstrumentState
from paraph.errors import FormatError, LocalActError, PermanentError
from paraph.node.people import second
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.people.models import Proposal
from paraph.node.people.roles import May
from paraph.node.texts.addresses import file_stem
from paraph.node.texts.declared import language_name
from paraph.node.texts.looking import Looked, look_at
from paraph.node.texts.marks import marks_of
from paraph.node.texts.rendering import rendered_here
from paraph.node.web.files import as_file
from paraph.node.web.host import host
from paraph.node.web.notices import notice
from paraph.node.web.page_images import Read, page_count, page_image

__all__ = ["ADOPTION", "adopt", "image", "originals", "pdf"]

ADOPTION: Final = "originals-adopted"
"""Name of what two officers stand behind when they take over a peer's rendering."""

FOR_EVER: Final = "private, max-age=31536000, immutable"
"""A page of bytes with a digest never changes; only whoever may read it keeps it."""

MADE: Final = frozenset({InstrumentState.INITIALLED, InstrumentState.ENGROSSED, InstrumentState.CONCLUDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An original as a page shows it; without pages if its bytes are not here."""

    holder: PartyId
    sha256: Digest
    size: int
    pages: int
    read: Read


def originals(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Every party's original, page beside page."""
    looked = look_at(dossier, number)
    sets = looked.instrument.engrossed
    chosen = _own_or_first(looked)
    shown = [_shown(looked, one) for one in chosen]
    differing = len(set(sets.values())) > 1
    context = looked.context(request, "originals") | {
        "originals": shown,
        "sheets": _sheets(shown),
        "differences": _differences(looked) if chosen else [],
        "renderings": [
            (
                holder,
                [
                    (party, next((o.sha256 for o in one if o.holder == holder), ""))
                    for party, one in sorted(sets.items())
                ],
            )
            for holder in looked.standing.parties
        ],
        "differing": differing,
        "others": [party for party in sorted(sets) if party != host().node.party],
        "made": looked.instrument.state in MADE,
        "complete": set(sets) == set(looked.standing.parties) and not differing,
    }
    return render(request, "texts/originals.html", context)


def pdf(_request: HttpRequest, dossier: str, number: InstrumentNumber, sha256: str) -> HttpResponse:
    """The exact bytes of an original."""
    looked = look_at(dossier, number)
    one = _original(looked, sha256)
    try:
        data = _read(looked, one)
    except PermanentError as error:
        raise Http404(error.message) from error
    answer = HttpResponse(data, content_type="application/pdf")
    return as_file(answer, f"{file_stem(number)}.{one.holder}.pdf")


def image(
    _request: HttpRequest, dossier: str, number: InstrumentNumber, sha256: str, page: int
) -> HttpResponse:
    """One page of an original, from 1, as PNG."""
    looked = look_at(dossier, number)
    one = _original(looked, sha256)
    try:
        drawn = page_image(one.sha256, partial(_read, looked, one), page - 1)
    except (FormatError, PermanentError) as error:
        raise Http404(error.message) from error
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = FOR_EVER
    return response


def adopt(request: HttpRequest, dossier: str, number: InstrumentNumber, party: str) -> HttpResponse:
    """Take over a peer's rendering: both renderings beside each other, and two officers who looked at them."""
    looked = look_at(dossier, number)
    node = host().node
    theirs = looked.instrument.engrossed.get(PartyId(party))
    if theirs is None or party == node.party or party not in looked.standing.parties:
        raise Http404(party)
    here = fetched(node, looked.dossier, number, PartyId(party))
    own = rendered_here(looked.instrument)
    detail = f"{number} {party} {' '.join(one.sha256 for one in theirs)}"
    waiting = next(iter(second.pending(ADOPTION, dossier, detail)), None)
    context = looked.context(request, "originals") | {
        "party": party,
        "here": here,
        "same": own == theirs,
        "holders": [
            {
                "holder": theirs_one.holder,
                "sheets": _sheets([_shown(looked, o) for o in (own_one, theirs_one)]),
            }
            for own_one, theirs_one in zip(own, theirs, strict=True)
        ]
        if here and own
        else [],
        "waiting": waiting,
        "mine": waiting is not None and waiting.by_id == officer_of(request).pk,  # type: ignore[attr-defined]
    }
    if request.method != "POST":
        return render(request, "texts/adopt.html", context)
    if request.POST.get("looked") != "yes":
        errors = {"looked": _("Confirm that you compared every page.")}
        return render(request, "texts/adopt.html", context | {"errors": errors}, status=422)
    try:
        return _stand_behind(request, looked, PartyId(party), waiting, detail)
    except (LocalActError, PermanentError) as error:
        return render(request, "texts/adopt.html", context | {"refusal": error}, status=409)


def _stand_behind(
    request: HttpRequest, looked: Looked, party: PartyId, waiting: Proposal | None, detail: str
) -> HttpResponse:
    officer = officer_of(request)
    if waiting is None:
        where = reverse("texts:adopt", args=[looked.dossier, looked.number, party])
        second.propose(
            officer, ADOPTION, may=May.NEGOTIATE, dossier=looked.dossier, detail=detail, where=where
        )
        notice(request, _("Another officer has to compare the pages and confirm this."), good=False)
        return HttpResponseRedirect(where)
    with transaction.atomic():
        second.confirm(officer, waiting)
        act = engross(host().node, looked.dossier, looked.number, adopt=party)
        note(officer, act.kind, dossier=looked.dossier, detail=act.id)
    notice(request, _("The rendering is taken over. Both nodes now stand behind the same bytes."))
    return HttpResponseRedirect(reverse("texts:originals", args=[looked.dossier, looked.number]))


def _own_or_first(looked: Looked) -> tuple[RenderedOriginal, ...]:
    """What this node's party rendered, else what the first party did."""
    sets = looked.instrument.engrossed
    own = sets.get(host().node.party)
    return own if own is not None else next((sets[party] for party in sorted(sets)), ())


def _known(looked: Looked) -> Iterator[RenderedOriginal]:
    """Every original of the instrument that anybody rendered; then those that this node would render now."""
    for rendered in looked.instrument.engrossed.values():
        yield from rendered
    if looked.instrument.state is InstrumentState.INITIALLED:
        yield from rendered_here(looked.instrument)


def _original(looked: Looked, sha256: str) -> RenderedOriginal:
    one = next((one for one in _known(looked) if one.sha256 == sha256), None)
    if one is None:
        raise Http404(sha256)
    return one


def _read(looked: Looked, one: RenderedOriginal) -> bytes:
    """The bytes of an original.

    Raises:
        PermanentError: ``original-lost``.
    """
    data = host().node.blobs.get(one.sha256)
    if data is not None:
        return data
    planned = PlannedOriginal(instrument=looked.number, holder=one.holder, sha256=one.sha256, order=())
    return engrossed_original(host().node, looked.standing, planned)


def _shown(looked: Looked, one: RenderedOriginal) -> Shown:
    read = partial(_read, looked, one)
    try:
        pages = page_count(one.sha256, read)
    except PermanentError:
        pages = 0
    return Shown(holder=one.holder, sha256=one.sha256, size=one.size, pages=pages, read=read)


def _sheets(shown: list[Shown]) -> list[dict[str, Any]]:
    """Pages that lie beside each other, with marks where one differs from another."""
    most = max((one.pages for one in shown), default=0)
    marks = marks_of({one.sha256: one.read for one in shown if one.pages})
    return [
        {
            "page": page,
            "originals": [(one, marks.get((one.sha256, page), ())) for one in shown if page <= one.pages],
            "marked": any(marks.get((one.sha256, page)) for one in shown),
        }
        for page in range(1, most + 1)
    ]


def _differences(looked: Looked) -> list[dict[str, Any]]:
    """In what the first party's original differs from each other one."""
    first, *others = looked.standing.parties
    mine = compose(looked.text, first)
    return [
        {
            "one": first,
            "other": party,
            "lines": [_told(line) for line in permitted_differences(mine, compose(looked.text, party))],
        }
        for party in others
    ]


def _told(line: Permitted) -> dict[str, Any]:
    """A line that differs, for readers: languages by their names, places of signatures in words."""

    def words(said: str) -> str:
        if line.where == "languages":
            return ", ".join(language_name(lang) for lang in said.split(", "))
        if line.reason is Reason.LANGUAGE_ORDER:  # captions, each in its own language
            return " / ".join(f"\u2068{caption}\u2069" for caption in said.split(" / "))
        if line.reason is not Reason.POSITION:
            return said
        row, column = (int(n) for n in said.rpartition(": ")[2].split("."))
        side = _("on the left") if column == 1 else _("on the right")
        return _("%(party)s: row %(row)s, %(side)s") % {
            "party": said.rpartition(": ")[0],
            "row": row,
            "side": side,
        }

    return {
        "where": line.where,
        "reason": str(line.reason),
        # What is said about order and position is in the reader's language, captions are in several.
        "lang": line.lang if line.reason in (Reason.PARTY_ORDER, Reason.COVER) else "",
        "about": line.lang,
        "one": words(line.one),
        "other": words(line.other),
    }
