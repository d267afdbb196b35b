"""Reading: the instruments of a dossier, the text on the table, its versions, and its files."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from paraph.app.texts import current_text
from paraph.domain.acts import TextAccepted, TextProposed
from paraph.domain.concordance import concordance
from paraph.domain.difference import difference
from paraph.domain.digests import canonical_text
from paraph.domain.ids import InstrumentNumber
from paraph.domain.remarks import Remark
from paraph.domain.wording import wording
from paraph.node.people.gate import may, officer_of
from paraph.node.people.roles import May
from paraph.node.texts.addresses import file_stem
from paraph.node.texts.conversation import conversation, earlier
from paraph.node.texts.declared import declared
from paraph.node.texts.drafts import DISCARDED
from paraph.node.texts.looking import Looked, look, look_at
from paraph.node.texts.models import Draft
from paraph.node.texts.names import names_of
from paraph.node.texts.states import STATES
from paraph.node.texts.wording import expanded_title, part_of, parts_of
from paraph.node.web.files import as_file
from paraph.node.web.host import host
from paraph.node.web.numbers import number_in
from paraph.wire.akoma_ntoso import write_akoma_ntoso
from paraph.wire.manuscript import write_instrument

__all__ = ["all_texts", "file", "text", "versions"]

KEPT: Final = 256
"""Texts whose remarks are kept in memory; looking for them takes some milliseconds each time."""

_found: dict[str, tuple[Remark, ...]] = {}


def all_texts(request: HttpRequest, dossier: str) -> HttpResponse:
    """The instruments of a dossier, and the drafts that lie here."""
    found = look(dossier)
    node = host().node
    officer = officer_of(request)
    negotiates = may(officer, May.NEGOTIATE, dossier) and node.party in found.standing.parties
    rows = []
    for number, instrument in sorted(found.standing.instruments.items()):
        words = current_text(node, instrument)
        state, colour = STATES[instrument.state]
        rows.append(
            {
                "number": number,
                "titles": {lang: expanded_title(words, lang) for lang in words.declarations.langs},
                "state": state,
                "colour": colour,
                "instrument": instrument,
            }
        )
    drafts = (
        Draft.objects.filter(dossier=dossier).order_by("-saved_at") if negotiates else Draft.objects.none()
    )
    shown = {
        "dossier": dossier,
        "dossier_title": found.standing.title,
        "rows": rows,
        "drafts": drafts.filter(proposed=""),
        "laid_away": drafts.filter(proposed=DISCARDED),
        "may_negotiate": negotiates,
        "names": names_of(found.standing),
    }
    return render(request, "texts/all.html", shown)


def text(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """The text on the table, its languages side by side, with what was said and noticed at each place."""
    looked = look_at(dossier, number)
    return render(request, "texts/text.html", looked.context(request, "text") | reading(looked))


def reading(looked: Looked) -> dict[str, Any]:
    """A text part by part, with its remarks and comments."""
    acts = looked.negotiation.of(looked.number)
    said = conversation(acts, looked.instrument.text)
    noticed = _noticed(_remarks(looked))
    parts = [
        {"part": part, "remarks": noticed.get(part.where, []), "comments": said.get(part.where, [])}
        for part in parts_of(looked.text)
    ]
    return {
        "parts": parts,
        "general": said.get("", []),
        "odd": noticed.get("clauses", []),
        "earlier": earlier(acts, looked.instrument.text),
        "declared": declared(looked.text.declarations),
        "remark_count": sum(len(found) for found in noticed.values()),
    }


def _remarks(looked: Looked) -> tuple[Remark, ...]:
    """What structure and wording ask to look at; a text never changes, so they are looked for once."""
    digest = looked.instrument.text
    if digest not in _found:
        if len(_found) >= KEPT:
            _found.clear()
        _found[digest] = (*concordance(looked.text), *wording(looked.text))
    return _found[digest]


def _noticed(remarks: tuple[Remark, ...]) -> dict[str, list[Remark]]:
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        found.setdefault(part_of(remark.where), []).append(remark)
    return found


def versions(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Every text that was on the table, and the difference between two of them."""
    looked = look_at(dossier, number)
    node = host().node
    acts = [one for one in looked.negotiation.of(number) if one.void is None]
    proposals: list[dict[str, Any]] = []
    for one in acts:
        if isinstance(one.body, TextProposed):
            accepted = [
                a.act.author
                for a in acts
                if isinstance(a.body, TextAccepted) and a.body.text == one.body.text
            ]
            proposals.append(
                {
                    "nth": len(proposals) + 1,
                    "act": one.act,
                    "body": one.body,
                    "accepted": accepted,
                    "current": False,
                }
            )
    if proposals:
        proposals[-1]["current"] = True
    old, new = (
        _chosen(request, name, len(proposals), default)
        for name, default in (("from", len(proposals) - 1), ("to", len(proposals)))
    )
    changes = None
    if old and new and old != new:
        before, after = (node.attachments.text(proposals[n - 1]["body"].text) for n in (old, new))
        if before is not None and after is not None:
            changes = difference(before, after)
    shown = {
        "proposals": proposals,
        "old": old,
        "new": new,
        "changes": changes,
        "counted": [(str(n + 1), str(n + 1)) for n in range(len(proposals))],
    }
    return render(request, "texts/versions.html", looked.context(request, "versions") | shown)


def _chosen(request: HttpRequest, name: str, most: int, default: int) -> int:
    chosen = number_in(request.GET.get(name, ""), default)
    return chosen if 1 <= chosen <= most else max(0, min(default, most))


def file(_request: HttpRequest, dossier: str, number: InstrumentNumber, name: str) -> HttpResponse:
    """A file of the text on the table: LANG.md, LANG.xml (Akoma Ntoso) or text.json, the bytes that are initialled."""
    looked = look_at(dossier, number)
    stem, _, kind = name.rpartition(".")
    if name == "text.json":
        data, content = canonical_text(looked.text), "application/json"
    elif kind == "md" and stem in looked.text.versions:
        data, content = write_instrument(looked.text)[stem], "text/markdown; charset=utf-8"
    elif kind == "xml" and stem in looked.text.versions:
        data, content = write_akoma_ntoso(looked.text, stem), "application/xml"
    else:
        raise Http404(name)
    return as_file(HttpResponse(data, content_type=content), f"{file_stem(number)}.{name}")
