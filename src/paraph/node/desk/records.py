"""Records: notes and answers, statements, unveilings, commitments, attestations; to read, and to make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from paraph.app.authoring import author
from paraph.app.dossiers import load
from paraph.app.recorded import recorded
from paraph.domain.acts import (
    Body,
    CommitmentMade,
    NoteAnswered,
    NoteSent,
    StatementMade,
    UnveilingHeld,
    WitnessAttested,
)
from paraph.domain.ids import ActId, DossierId, check_digest, check_party_id
from paraph.domain.language import ByLanguage, check_tag
from paraph.errors import FormatError, LocalActError
from paraph.node.desk.dossier_page import known
from paraph.node.desk.names import Names
from paraph.node.desk.once import fresh, made_by, remember
from paraph.node.desk.projection import caught_up
from paraph.node.desk.sentences import sentence
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.people.reach import Reach
from paraph.node.people.roles import May
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = [
    "FORMS",
    "answer",
    "make_attestation",
    "make_commitment",
    "make_note",
    "make_statement",
    "make_unveiling",
    "records",
]

PAGE: Final = 25

LANGS: Final = ("en", "he", "sq")
"""Languages offered for what is said in several; another one can be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that makes one kind of record.

    Attributes:
        kind: Kind of the act.
        title: What is done.
        button: What the button says.
        required: Fields that must not be empty, with what to say if one is.
        body: The act's content, from what was entered.
        hint: What to know before.
    """

    kind: str
    title: Promise | str
    button: Promise | str
    required: Mapping[str, Promise | str]
    body: Callable[[Mapping[str, str]], Body]
    hint: Promise | str = ""


def _several(entered: Mapping[str, str]) -> ByLanguage[str]:
    given = {lang: entered.get(f"text-{lang}", "") for lang in LANGS}
    if entered.get("lang-other", "").strip():
        given[check_tag(entered["lang-other"].strip())] = entered.get("text-other", "")
    return ByLanguage({lang: words.strip() for lang, words in given.items() if words.strip()})


def _said(entered: Mapping[str, str], name: str) -> str:
    return entered.get(name, "").strip()


FORMS: Final[Mapping[str, Form]] = {
    "note": Form(
        kind="note-sent",
        title=_("Send a note"),
        button=_("Send the note"),
        required={"number": _("Give the note its number"), "subject": _("Say what it is about"), "to": _("Choose to whom")},
        hint=_("A note goes to one party, which can answer it once, such as a request to open an embassy and its approval."),
        body=lambda entered: NoteSent(
            number=_said(entered, "number"), subject=_said(entered, "subject"), to=check_party_id(_said(entered, "to")),
            text=_several(entered), source=_said(entered, "source"),
        ),
    ),
    "answer": Form(
        kind="note-answered",
        title=_("Answer a note"),
        button=_("Send the answer"),
        required={"number": _("Give the answer its number"), "answer": _("Say what the answer is")},
        body=lambda entered: NoteAnswered(
            note=ActId(check_digest(_said(entered, "note"))), number=_said(entered, "number"), answer=_said(entered, "answer"),
            text=_several(entered), source=_said(entered, "source"),
        ),
    ),
    "statement": Form(
        kind="statement-made",
        title=_("Record a statement"),
        button=_("Record the statement"),
        required={
            "speaker": _("Say who spoke"), "capacity": _("Say in what capacity"), "lang": _("Say in which language"),
            "text": _("Write down what was said"),
        },
        hint=_("In the speaker's own words and language. Others record their own; nobody's is corrected."),
        body=lambda entered: StatementMade(
            speaker=_said(entered, "speaker"), capacity=_said(entered, "capacity"), lang=check_tag(_said(entered, "lang")),
            text=_said(entered, "text"), source=_said(entered, "source"),
        ),
    ),
    "unveiling": Form(
        kind="unveiling-held",
        title=_("Record an unveiling"),
        button=_("Record the unveiling"),
        required={"subject": _("Say what was unveiled"), "by": _("Say who unveiled it")},
        hint=_("This says what was unveiled and by whom. It opens nothing and establishes nothing."),
        body=lambda entered: UnveilingHeld(
            subject=_said(entered, "subject"), by=_said(entered, "by"), text=_several(entered), source=_said(entered, "source"),
        ),
    ),
    "commitment": Form(
        kind="commitment-made",
        title=_("Record a commitment"),
        button=_("Record the commitment"),
        required={"obligor": _("Choose whose commitment it is"), "text": _("Write down its exact words")},
        hint=_("In its exact words, with its source. Whether it was kept is for the register to show, with sources."),
        body=lambda entered: CommitmentMade(
            obligor=check_party_id(_said(entered, "obligor")), text=_said(entered, "text"),
            bindingness=_said(entered, "bindingness"), due=_said(entered, "due"), source=_said(entered, "source"),
        ),
    ),
    "attestation": Form(
        kind="witness-attested",
        title=_("Attest"),
        button=_("Attest to this"),
        required={"text": _("Write down what was seen and heard")},
        hint=_("What this node's witness saw and heard, and nothing else. Attending is not witnessing."),
        body=lambda entered: WitnessAttested(
            text=_said(entered, "text"), refs=tuple(ActId(check_digest(one)) for one in _said(entered, "refs").split()),
        ),
    ),
}  # fmt: skip


def records(request: HttpRequest, dossier: str) -> HttpResponse:
    """What was recorded, newest first."""
    node, reach = host().node, Reach(officer_of(request))
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    with node.store.read() as uow:
        known(uow, dossier)
        found = recorded(node, uow, DossierId(dossier), start, PAGE)
        standing = load(node, uow, DossierId(dossier)).standing
        names = Names(node, uow)
        shown = [_shown(entry, names, standing, node.party) for entry in found.entries]
    party = node.party in standing.parties
    context = {
        "dossier": dossier,
        "titles": standing.title,
        "records": shown,
        "older": found.older,
        "start": start,
        "records_here": party and reach.may(May.RECORD, dossier),
        "attests_here": not party and reach.may(May.ATTEST, dossier),
        "concluded": standing.concluded,
    }
    return render(request, "desk/records.html", context)


def _shown(entry: Any, names: Names, standing: Any, own: str) -> dict[str, object]:
    body = entry.act.body
    text = getattr(body, "text", "")
    waiting = standing.notes.get(entry.act.id)
    return {
        "entry": entry,
        "sentence": sentence(entry.act, names),
        "texts": list(text.items()) if isinstance(text, ByLanguage) else [(getattr(body, "lang", ""), text)],
        "source": getattr(body, "source", ""),
        "body": body,
        "answers": waiting is not None and waiting[1] == own and not waiting[2],
        "open": waiting is not None and not waiting[2],
    }


def _make(request: HttpRequest, dossier: str, name: str, **fixed: str) -> HttpResponse:
    form, node = FORMS[name], host().node
    with node.store.read() as uow:
        standing = load(node, uow, known(uow, dossier)).standing
        names = Names(node, uow)
    here = reverse("desk:records", kwargs={"dossier": dossier})
    more: dict[str, object] = {}
    if request.method == "POST":
        if before := made_by(request):
            return HttpResponseRedirect(before)
        entered = {**request.POST.dict(), **fixed}
        errors = {field: words for field, words in form.required.items() if not _said(entered, field)}
        if errors:
            more["errors"] = errors
        else:
            try:
                (act,) = author(node, DossierId(dossier), form.body(entered))
            except (LocalActError, FormatError) as error:
                more["refusal"] = error
            else:
                note(officer_of(request), form.kind, dossier=dossier, detail=act.id)
                caught_up()
                notice(
                    request, _("Recorded. It is part of the dossier from now on, and cannot be taken back.")
                )
                return HttpResponseRedirect(remember(request, here))
    context = {
        "dossier": dossier,
        "titles": standing.title,
        "form": form,
        "name": name,
        "entered": request.POST,
        "once": fresh(request),
        "langs": LANGS,
        "others": [(party, names(party)) for party in standing.parties if party != node.party],
        "parties": [(party, names(party)) for party in standing.parties],
        **more,
    }
    status = 422 if "errors" in more else 409 if "refusal" in more else 200
    return render(request, "desk/record.html", context, status=status)


def make_note(request: HttpRequest, dossier: str) -> HttpResponse:
    """Send a note."""
    return _make(request, dossier, "note")


def answer(request: HttpRequest, dossier: str, act: str) -> HttpResponse:
    """Answer a note."""
    with host().node.store.read() as uow:
        standing = load(host().node, uow, known(uow, dossier)).standing
    if ActId(act) not in standing.notes:
        raise Http404
    return _make(request, dossier, "answer", note=act)


def make_statement(request: HttpRequest, dossier: str) -> HttpResponse:
    """Record a statement."""
    return _make(request, dossier, "statement")


def make_unveiling(request: HttpRequest, dossier: str) -> HttpResponse:
    """Record an unveiling."""
    return _make(request, dossier, "unveiling")


def make_commitment(request: HttpRequest, dossier: str) -> HttpResponse:
    """Record a commitment."""
    return _make(request, dossier, "commitment")


def make_attestation(request: HttpRequest, dossier: str) -> HttpResponse:
    """Attest to what was seen and heard."""
    return _make(request, dossier, "attestation")
