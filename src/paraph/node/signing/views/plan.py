"""The signing plan: who signs which original in which order, with or without a mediator, until when."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from paraph.app.signing import accept_plan, propose_plan
from paraph.domain.acts import Act, Mode
from paraph.domain.ids import InstrumentNumber, PartyId, PlanId
from paraph.domain.standing import Plan, PlanState
from paraph.errors import ParaphError
from paraph.node.signing.acting import attempt, form_page
from paraph.node.signing.clocks import clocks_of
from paraph.node.signing.scene import Scene, scene_of
from paraph.node.signing.words import MODES, PLAN_STATES

__all__ = ["accept", "plan", "propose", "shown_plan"]

MIN_MINUTES: Final = 5
"""Less than this no two ministers sign within."""

MAX_MINUTES: Final = 7 * 24 * 60
"""A week: a plan that waits longer is proposed anew."""

USUAL_MINUTES: Final = 120
"""What the command line proposes, too."""


def plan(request: HttpRequest, dossier: str) -> HttpResponse:
    """The page."""
    return _page(request, scene_of(request, dossier))


@require_POST
def accept(request: HttpRequest, dossier: str) -> HttpResponse:
    """Accept the plan, after this node has rendered its originals too."""
    scene = scene_of(request, dossier)
    return attempt(
        request,
        scene,
        lambda: [accept_plan(scene.node, scene.dossier)],
        _("The plan is accepted."),
        _page,
        "plan",
    )


@require_POST
def propose(request: HttpRequest, dossier: str) -> HttpResponse:
    """Propose a plan."""
    scene = scene_of(request, dossier)
    errors: dict[str, str] = {}
    minutes = request.POST.get("minutes", "").strip()
    if not (minutes.isascii() and minutes.isdigit() and MIN_MINUTES <= int(minutes[:9]) <= MAX_MINUTES):
        errors["minutes"] = _("Write a number of minutes from 5 to 10080 (a week).")
    mode = request.POST.get("mode", "")
    if mode not in {one.value for one in Mode}:
        errors["mode"] = _("Choose how the signatures change hands.")
    signatories: dict[PartyId, str] = {}
    for party in scene.standing.parties:
        chosen = request.POST.get(f"signatory-{party}", "")
        if scene.signatory(party, chosen) is None:
            errors[f"signatory-{party}"] = _("Choose who signs.")
        signatories[party] = chosen
    if errors:
        return _page(request, scene, errors=errors)
    known = scene.standing.instruments

    def work() -> list[Act]:
        act = propose_plan(
            scene.node,
            scene.dossier,
            plan=PlanId(secrets.token_hex(16)),
            mode=Mode(mode),
            numbers=[InstrumentNumber(n) for n in request.POST.getlist("instruments") if n in known],
            signatories=signatories,
            deposit_minutes=int(minutes),
        )
        return [act]

    said = _("The plan is proposed. The others have to accept it.")
    return attempt(request, scene, work, said, _page, "plan")


def shown_plan(scene: Scene, found: Plan) -> dict[str, Any]:
    """A plan, for people."""
    body = found.body
    words, colour = PLAN_STATES[found.state]
    needed = [*scene.standing.parties, *([PartyId(body.mediator)] if body.mediator else [])]
    return {
        "state": words,
        "colour": colour,
        "mode": MODES[body.mode],
        "mediated": body.mode is Mode.MEDIATED,
        "mediator": scene.name(body.mediator) if body.mediator else None,
        "until": body.deposit_until,
        "sealer": scene.name(body.sealer),
        "accepted": [(scene.name(p), p in found.accepted) for p in needed],
        "signers": [
            {
                "party": scene.name(one.party),
                "name": getattr(scene.signatory(one.party, one.signatory), "name", None),
                "signatory": one.signatory,
                "certificate": one.certificate,
                "passkey": bool(scene.standing.passkeys.get((one.party, one.signatory))),
            }
            for one in body.signers
        ],
        "originals": [
            {
                "number": one.instrument,
                "title": scene.title(one.instrument),
                "holder": scene.name(one.holder),
                "sha256": one.sha256,
                "order": [scene.name(p) for p in one.order],
            }
            for one in body.originals
        ],
    }


def _page(
    request: HttpRequest,
    scene: Scene,
    refusal: ParaphError | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    found, numbers = scene.plan, scene.engrossed
    live = found is not None and found.live
    waits = (
        found is not None
        and found.state is PlanState.PROPOSED
        and scene.node.party not in found.accepted
        and (scene.is_party or found.body.mediator == scene.node.party)
    )
    return form_page(
        request,
        scene,
        "signing/plan.html",
        errors=errors,
        refusal=refusal,
        plan=shown_plan(scene, found) if found is not None else None,
        live=live,
        waits=waits,
        final=scene.final,
        reason=found.reason if found is not None else "",
        clocks=clocks_of(scene, found.body.deposit_until) if found is not None else [],
        numbers=[(n, n) for n in numbers],
        all_numbers=numbers,
        has_mediator=scene.standing.mediator is not None,
        mediator=scene.name(scene.standing.mediator) if scene.standing.mediator else None,
        choices=[
            {
                "field": f"signatory-{party}",
                "party": scene.name(party),
                "signatories": [(one.id, one.name[one.script_lang]) for one in scene.signatories(party)],
                "value": next((one.id for one in scene.signatories(party)), ""),
            }
            for party in scene.standing.parties
        ],
        minutes=USUAL_MINUTES,
    )
