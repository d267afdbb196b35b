"""Concordance: a reviser compares the language versions paragraph by paragraph, and says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from paraph.app.revision import tick
from paraph.domain.acts import ConcordanceTicked
from paraph.domain.concordance import concordance
from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.places import paragraph_places
from paraph.domain.remarks import Remark
from paraph.domain.revision import unticked
from paraph.errors import FormatError, LocalActError
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.texts.declared import language_name
from paraph.node.texts.looking import Looked, look_at, seen_text
from paraph.node.texts.models import TickSheet
from paraph.node.texts.wording import anchor_of, part_of, words_at
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = ["certificate", "compare", "keep_ticks"]


def compare(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Every paragraph in the languages that are compared, with its tick and those of all parties; what is sent is kept, or said."""
    looked = look_at(dossier, number)
    langs = _langs(looked, request.GET.getlist("langs") or request.POST.getlist("langs"))
    frame = looked.context(request, "concordance")
    frame["may_say"] = frame["may_tick"] and "tick" in frame["situation"].can
    if request.method != "POST":
        return render(request, "texts/concordance.html", frame | _page(request, looked, langs))
    if not frame["may_say"]:
        return render(request, "web/403.html", status=403)
    chosen = _sent(request, looked, langs)
    _keep(request, looked, langs, chosen)
    if request.POST.get("do") != "say":
        notice(request, _("Your ticks are kept here. They are not said yet."))
        return HttpResponseRedirect(_address(looked, langs))
    name = request.POST.get("reviser", "").strip()
    errors = {} if name else {"reviser": _("Say who compared them, as it shall be recorded.")}
    before = looked.instrument.ticked.get(host().node.party, frozenset())
    fresh = [where for where in chosen if (where, tuple(sorted(langs))) not in before]
    if not fresh:
        errors["ticks"] = _("Tick at least one paragraph that is not said yet.")
    page = frame | _page(request, looked, langs) | {"entered": request.POST}
    if errors:
        return render(request, "texts/concordance.html", page | {"errors": errors}, status=422)
    try:
        act = tick(
            host().node, looked.dossier, number, name, langs=langs, paragraphs=fresh,
            text=seen_text(request),
        )  # fmt: skip
    except (LocalActError, FormatError) as error:
        return render(request, "texts/concordance.html", page | {"refusal": error}, status=409)
    _sheets(request, looked, langs).delete()
    note(officer_of(request), act.kind, dossier=dossier, detail=act.id)
    notice(request, _("Said. Every participant of this dossier sees your ticks."))
    return HttpResponseRedirect(_address(looked, langs))


def keep_ticks(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Keep ticks while somebody compares; asked by the page's script."""
    looked = look_at(dossier, number)
    langs = _langs(looked, request.POST.getlist("langs"))
    if request.POST.get("text") != looked.instrument.text:
        return JsonResponse({"saved": False}, status=409)
    chosen = _sent(request, looked, langs)
    _keep(request, looked, langs, chosen)
    return JsonResponse({"saved": True, "at": host().node.clock.now(), "count": len(chosen)})


def certificate(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Who compared what in the text on the table, by party; complete when every party compared all."""
    looked = look_at(dossier, number)
    parties = []
    for party in looked.standing.parties:
        said = [
            one
            for one in looked.negotiation.of(number)
            if isinstance(one.body, ConcordanceTicked)
            and one.void is None
            and one.act.author == party
            and one.body.text == looked.instrument.text
        ]
        parties.append(
            {
                "party": party,
                "said": [
                    {"act": one.act, "body": one.body, "names": [language_name(x) for x in _of(one.body)]}
                    for one in said
                ],
                "complete": party in looked.instrument.revised,
                "left": len(unticked(looked.text, looked.instrument.ticked.get(party, ()))),
            }
        )
    shown = {
        "parties": parties,
        "complete": looked.instrument.revised == frozenset(looked.standing.parties),
        "paragraphs": len(_places(looked.text.declarations.langs, looked)),
    }
    return render(request, "texts/certificate.html", looked.context(request, "concordance") | shown)


def _of(body: object) -> tuple[str, ...]:
    assert isinstance(body, ConcordanceTicked)
    return body.langs


def _langs(looked: Looked, chosen: Iterable[str]) -> tuple[str, ...]:
    """Languages that are compared: those chosen, all if they are fewer than two."""
    wanted = set(chosen)
    found = tuple(lang for lang in looked.text.declarations.langs if lang in wanted)
    return found if len(found) > 1 else looked.text.declarations.langs


def _places(langs: tuple[str, ...], looked: Looked) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for lang in langs for w in paragraph_places(looked.text.versions[lang])))


def _common(langs: tuple[str, ...], looked: Looked) -> frozenset[str]:
    first, *others = (frozenset(paragraph_places(looked.text.versions[lang])) for lang in langs)
    return first.intersection(*others)


def _sent(request: HttpRequest, looked: Looked, langs: tuple[str, ...]) -> list[str]:
    ticked = set(request.POST.getlist("ticks"))
    possible = _common(langs, looked)
    return [where for where in _places(langs, looked) if where in ticked and where in possible]


def _sheets(request: HttpRequest, looked: Looked, langs: tuple[str, ...]) -> Any:
    return TickSheet.objects.filter(
        officer=officer_of(request),
        dossier=looked.dossier,
        text=looked.instrument.text,
        langs=" ".join(langs),
    )


def _keep(request: HttpRequest, looked: Looked, langs: tuple[str, ...], chosen: list[str]) -> None:
    TickSheet.objects.update_or_create(
        officer=officer_of(request),
        dossier=looked.dossier,
        text=looked.instrument.text,
        langs=" ".join(langs),
        defaults={"places": chosen, "saved_at": host().node.clock.now()},
    )


def _page(request: HttpRequest, looked: Looked, langs: tuple[str, ...]) -> dict[str, Any]:
    sheet = _sheets(request, looked, langs).first()
    kept = set(sheet.places) if sheet else set()
    own: PartyId = host().node.party
    key = tuple(sorted(langs))
    remarks: dict[str, list[Remark]] = {}
    for remark in concordance(looked.text):
        remarks.setdefault(remark.where, []).append(remark)
    possible = _common(langs, looked)
    said = {party: looked.instrument.ticked.get(party, frozenset()) for party in looked.standing.parties}
    rows = [
        {
            "where": where,
            "id": anchor_of(where),
            "part": part_of(where),
            "cells": [(lang, *words_at(looked.text, lang, where)) for lang in langs],
            "possible": where in possible,
            "said": (where, key) in said.get(own, frozenset()),
            "ticked": where in kept or (where, key) in said.get(own, frozenset()),
            "others": [
                (party, [" – ".join(ls) for at, ls in sorted(ticks) if at == where])
                for party, ticks in said.items()
                if party != own and any(at == where for at, _ls in ticks)
            ],
            "remarks": remarks.get(where, []),
        }
        for where in _places(langs, looked)
    ]
    all_langs = looked.text.declarations.langs
    total = len(_places(all_langs, looked))
    return {
        "rows": rows,
        "compared": langs,
        "choices": [(lang, language_name(lang)) for lang in all_langs],
        "structure": [r for found in remarks.values() for r in found],
        "kept_at": sheet.saved_at if sheet else "",
        "progress": [
            (party, total - len(unticked(looked.text, ticks)), total) for party, ticks in said.items()
        ],
        "everybody": looked.instrument.revised == frozenset(looked.standing.parties),
        "reviser": officer_of(request).name,
    }


def _address(looked: Looked, langs: tuple[str, ...]) -> str:
    address = reverse("texts:concordance", args=[looked.dossier, looked.number])
    if langs == looked.text.declarations.langs:
        return address
    return f"{address}?{urlencode({'langs': langs}, doseq=True)}"
