"""Opening a dossier, and joining one that another party opened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paraph.app.authoring import author
from paraph.app.dossiers import load
from paraph.app.opening import open_with
from paraph.domain.acts import DossierJoined, Role
from paraph.domain.ids import ActId, DossierId
from paraph.errors import FormatError, LocalActError
from paraph.node.desk.dossier_page import known
from paraph.node.desk.names import Names
from paraph.node.desk.once import fresh, made_by, remember
from paraph.node.desk.projection import caught_up
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.web.host import host
from paraph.node.web.notices import notice
from paraph.wire.card import card_digest

__all__ = ["join", "open_new"]

ROLES = (
    ("", _("Does not take part")),
    ("party", pgettext_lazy("role", "Party")),
    ("mediator", _("Mediator")),
    ("witness", _("Witness")),
)


def open_new(request: HttpRequest) -> HttpResponse:
    """Open a dossier."""
    if request.method != "POST":
        return _form(request)
    if before := made_by(request):
        return HttpResponseRedirect(before)
    entered = request.POST.dict()
    chosen = {
        key.removeprefix("role-"): role for key, role in entered.items() if key.startswith("role-") and role
    }
    errors = _errors(entered, chosen)
    if errors:
        return _form(request, status=422, errors=errors)
    title = {lang: entered.get(f"title-{lang}", "") for lang in ("en", "he", "sq")}
    if entered.get("lang-other", "").strip():
        title[entered["lang-other"].strip()] = entered.get("title-other", "")
    try:
        dossier = open_with(
            host().node,
            title,
            parties=[party for party, role in chosen.items() if role == Role.PARTY],
            mediator=next((party for party, role in chosen.items() if role == Role.MEDIATOR), ""),
            witnesses=[party for party, role in chosen.items() if role == Role.WITNESS],
            specimen=entered.get("specimen", ""),
        )
    except (LocalActError, FormatError) as error:
        return _form(request, status=409, refusal=error)
    note(officer_of(request), "dossier-opened", dossier=dossier, detail=dossier)
    caught_up()
    notice(request, _("The dossier is open. Write your party's own names next, if they are not written yet."))
    return HttpResponseRedirect(remember(request, reverse("desk:dossier", kwargs={"dossier": dossier})))


def _errors(entered: Any, chosen: dict[str, str]) -> dict[str, object]:
    errors: dict[str, object] = {}
    if not any(entered.get(f"title-{lang}", "").strip() for lang in ("en", "he", "sq", "other")):
        errors["title-en"] = _("Give the dossier a title in at least one language")
    if entered.get("title-other", "").strip() and not entered.get("lang-other", "").strip():
        errors["lang-other"] = _("Say which language that is, such as fr")
    roles = list(chosen.values())
    first = next(iter(sorted(key for key in entered if key.startswith("role-"))), "title-en")
    if Role.PARTY not in roles:
        errors[first] = _("Choose at least one other party")
    elif roles.count(Role.MEDIATOR) > 1:
        errors[first] = _("A dossier has at most one mediator")
    return errors


def _form(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    node = host().node
    with node.store.read() as uow:
        names = Names(node, uow)
        peers = [
            {"party": row.party, "name": names(row.party), "state": row.state, "field": f"role-{row.party}"}
            for row in uow.peers()
            if row.state != "suspended"
        ]
    context = {"peers": peers, "roles": ROLES, "entered": request.POST, "once": fresh(request), **more}
    return render(request, "desk/open.html", context, status=status)


def join(request: HttpRequest, dossier: str) -> HttpResponse:
    """Take part in a dossier: confirm the opening act that is shown."""
    node = host().node
    with node.store.read() as uow:
        current = load(node, uow, known(uow, dossier))
        names = Names(node, uow)
        participants = []
        for party, digest in sorted(current.standing.cards.items()):
            row = None if party == node.party else uow.peer(party)
            own = card_digest(node.card if row is None else row.card) if party == node.party or row else ""
            participants.append(
                {
                    "party": party, "name": names(party), "role": current.standing.roles[party].value, "card": digest,
                    "same": own == digest, "own": party == node.party,
                    "state": "" if party == node.party else row.state if row else "unknown",
                }
            )  # fmt: skip
    here = reverse("desk:dossier", kwargs={"dossier": dossier})
    joined = node.party in current.standing.joined
    refusal: LocalActError | None = None
    if request.method == "POST":
        if joined:
            return HttpResponseRedirect(here)
        try:
            (act,) = author(node, DossierId(dossier), DossierJoined(opening=ActId(dossier)))
        except LocalActError as error:
            refusal = error
        else:
            note(officer_of(request), "dossier-joined", dossier=dossier, detail=act.id)
            caught_up()
            notice(request, _("This party takes part from now on."))
            return HttpResponseRedirect(here)
    context = {
        "dossier": dossier,
        "titles": current.standing.title,
        "specimen": current.standing.specimen,
        "opener": names(current.standing.opener),
        "participants": participants,
        "joined": joined,
        "refusal": refusal,
    }
    return render(request, "desk/join.html", context, status=409 if refusal else 200)
