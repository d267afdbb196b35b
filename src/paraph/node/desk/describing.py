"""A party's own names, places and signatories: written here, by nobody else (T4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from paraph.app.authoring import author
from paraph.app.dossiers import load
from paraph.domain.acts import PartyDescribed
from paraph.domain.ids import DossierId
from paraph.domain.language import ByLanguage, check_tag
from paraph.domain.particulars import PartyName, Signatory
from paraph.domain.standing import Dossier
from paraph.errors import FormatError, LocalActError
from paraph.node.desk.dossier_page import known
from paraph.node.desk.projection import caught_up
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.web.host import host
from paraph.node.web.notices import notice
from paraph.node.web.numbers import number_in

__all__ = ["describe"]

NAMES: Final = ("formal", "short", "in_title", "caption", "place")

MOST_SIGNATORIES: Final = 20
"""Signatories on one page; a delegation has a handful."""


def describe(request: HttpRequest, dossier: str) -> HttpResponse:
    """Read and write what this party says of itself."""
    node = host().node
    with node.store.read() as uow:
        standing = load(node, uow, known(uow, dossier)).standing
    entered = request.POST.dict()
    more: dict[str, object] = {}
    if request.method == "POST" and "more" not in entered:
        errors = _errors(entered)
        if errors:
            more["errors"] = errors
        else:
            try:
                (act,) = author(node, DossierId(dossier), _description(entered))
            except (LocalActError, FormatError) as error:
                more["refusal"] = error
            else:
                note(officer_of(request), "party-described", dossier=dossier, detail=act.id)
                caught_up()
                notice(request, _("Written down. Others take these words over exactly as they are."))
                return HttpResponseRedirect(reverse("desk:dossier", kwargs={"dossier": dossier}))
    values = entered if request.method == "POST" else _kept(standing)
    context = {"dossier": dossier, "titles": standing.title, **_fields(values), **more}
    status = 422 if "errors" in more else 409 if "refusal" in more else 200
    return render(request, "desk/describe.html", context, status=status)


def _kept(standing: Dossier) -> dict[str, str]:
    """What is said so far, else what this node's card says, as the form's values."""
    node, values = host().node, dict[str, str]()
    own = standing.described.get(node.party)
    if own is None:
        for lang, called in node.peer_card(node.card).names.items():
            values |= {
                f"formal-{lang}": called.formal,
                f"short-{lang}": called.short,
                f"in_title-{lang}": called.in_title,
            }
        return values
    for lang, written in own.names.items():
        values |= {f"{part}-{lang}": getattr(written, part) for part in NAMES if part != "place"}
    values |= {f"place-{lang}": place for lang, place in own.places.items()}
    for number, signatory in enumerate(own.signatories):
        values |= {f"id-{number}": signatory.id, f"script-{number}": signatory.script_lang}
        values |= {f"name-{number}-{lang}": words for lang, words in signatory.name.items()}
        values |= {f"title-{number}-{lang}": words for lang, words in signatory.title.items()}
    return values


def _langs(values: Mapping[str, str]) -> list[str]:
    own = set(host().node.peer_card(host().node.card).names)
    own |= {key.split("-", 1)[1] for key in values if key.split("-", 1)[0] in NAMES and "-" in key}
    own |= {value for key, value in values.items() if key == "add-lang" and value and _is_tag(value)}
    return sorted(own)


def _is_tag(value: str) -> bool:
    try:
        check_tag(value)
    except FormatError:
        return False
    return True


def _numbers(values: Mapping[str, str]) -> list[int]:
    found = {number_in(key[3:], -1) for key in values if key.startswith("id-") and len(key) < 6}
    count = max(found, default=-1) + 1
    return list(range(min(MOST_SIGNATORIES, max(1, count + ("more" in values)))))


def _fields(values: Mapping[str, str]) -> dict[str, Any]:
    langs = _langs(values)
    return {
        "langs": [
            {
                "lang": lang,
                "parts": {part: (f"{part}-{lang}", values.get(f"{part}-{lang}", "")) for part in NAMES},
            }
            for lang in langs
        ],
        "signatories": [
            {
                "number": number + 1,
                "id": (f"id-{number}", values.get(f"id-{number}", "")),
                "script": (f"script-{number}", values.get(f"script-{number}", "")),
                "words": [
                    {
                        "lang": lang,
                        "name": (f"name-{number}-{lang}", values.get(f"name-{number}-{lang}", "")),
                        "title": (f"title-{number}-{lang}", values.get(f"title-{number}-{lang}", "")),
                    }
                    for lang in langs
                ],
            }
            for number in _numbers(values)
        ],
        "script_choices": [(lang, lang) for lang in langs],
    }


def _errors(values: Mapping[str, str]) -> dict[str, object]:
    errors: dict[str, object] = {}
    for number in _numbers(values):
        said = (f"{part}-{number}-{lang}" for part in ("name", "title") for lang in _langs(values))
        if any(values.get(field) for field in said) and not values.get(f"id-{number}", "").strip():
            errors[f"id-{number}"] = _("Give the signatory a short id, such as country.fm")
    if not any(values.get(f"id-{number}", "").strip() for number in _numbers(values)):
        errors.setdefault("id-0", _("Name at least one signatory"))
    if not any(values.get(f"formal-{lang}", "").strip() for lang in _langs(values)):
        errors[f"formal-{_langs(values)[0]}"] = _("Give the party's name in at least one language")
    return errors


def _description(values: Mapping[str, str]) -> PartyDescribed:
    """What was entered, as the act says it.

    Raises:
        FormatError: A word that no text could repeat.
    """

    def by_language(prefix: str) -> ByLanguage[str]:
        given = {lang: values.get(f"{prefix}-{lang}", "").strip() for lang in _langs(values)}
        return ByLanguage({lang: words for lang, words in given.items() if words})

    names = {
        lang: PartyName(
            **{part: values.get(f"{part}-{lang}", "").strip() for part in NAMES if part != "place"}
        )
        for lang in _langs(values)
        if any(values.get(f"{part}-{lang}", "").strip() for part in NAMES)
    }
    signatories = tuple(
        Signatory(
            id=values[f"id-{number}"].strip(),
            name=by_language(f"name-{number}"),
            title=by_language(f"title-{number}"),
            script_lang=check_tag(values.get(f"script-{number}", "").strip()),
        )
        for number in _numbers(values)
        if values.get(f"id-{number}", "").strip()
    )
    return PartyDescribed(names=ByLanguage(names), places=by_language("place"), signatories=signatories)
