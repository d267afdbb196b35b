"""The signing room: what is signed, every page of it, one gesture, and certainty afterwards. Made for a tablet and a minister."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from fido2.utils import websafe_decode

from paraph.app.approval import approves_by_passkey, prepare, waits_to_countersign
from paraph.app.deposits import digest_of
from paraph.domain.ids import ActId
from paraph.domain.standing import Plan, PlanState
from paraph.errors import ParaphError
from paraph.node.people.journal import note
from paraph.node.people.passkeys import begin_assertion
from paraph.node.signing.acting import go_to, looks_again
from paraph.node.signing.clocks import where_signed
from paraph.node.signing.hindrances import Hindrance, hindrance_of, told_as
from paraph.node.signing.papers import Page, drawn, originals_to_sign, pages_of
from paraph.node.signing.scene import Scene, scene_of
from paraph.wire.words import digest_words

__all__ = [
    "SPOKEN_WORDS",
    "frame_of",
    "hindered",
    "image",
    "last_step",
    "led_elsewhere",
    "prepare_step",
    "room",
    "room_page",
    "sign_page",
]

SPOKEN_WORDS: Final = 6
"""Words of the plan's digest that are read aloud: 66 bits (docs/spec/approval.md §7)."""

IMAGE_AGE_S: Final = 3600
"""How long a browser keeps a page image: it is named by the digest of its original, so it never changes."""


def room(request: HttpRequest, dossier: str) -> HttpResponse:
    """The first page: what is signed, by whom, for whom, with whom."""
    scene = scene_of(request, dossier)
    if (instead := led_elsewhere(request, scene)) is not None:
        return instead
    plan = _plan(scene)
    try:
        count = len(pages_of(scene, plan))
    except ParaphError as error:
        return hindered(request, scene, told_as(error.code, error.message))
    return render(request, "signing/room.html", {**frame_of(scene, plan), "count": count})


def led_elsewhere(request: HttpRequest, scene: Scene, *, status: int = 200) -> HttpResponse | None:
    """For whoever has nothing to sign now: what was signed, or what stands in the way; None for somebody who can sign."""
    if _has_signed(scene):
        return go_to("room-done", scene.dossier)
    hindrance = hindrance_of(scene)
    return hindered(request, scene, hindrance, status=status) if hindrance is not None else None


def _has_signed(scene: Scene) -> bool:
    """Whether the officer has done all there is to do now."""
    deposit = scene.own_plan.deposits.get(scene.node.party) if scene.own_plan is not None else None
    if deposit is None or deposit.answer == "refused":
        return False
    return not waits_to_countersign(scene.node, scene.standing)


def hindered(request: HttpRequest, scene: Scene, hindrance: Hindrance, *, status: int = 200) -> HttpResponse:
    """What stands in the way, in plain words; nothing was signed."""
    context = {**frame_of(scene, scene.plan), "hindrance": hindrance}
    response = render(request, "signing/room_hindered.html", context, status=status)
    return looks_again(response) if hindrance.waits else response


def room_page(request: HttpRequest, dossier: str, place: int) -> HttpResponse:
    """One page of what is signed."""
    scene, plan, pages = _reading(request, dossier)
    if not 1 <= place <= len(pages):
        raise Http404
    page = pages[place - 1]
    context = {
        **frame_of(scene, plan),
        "page": page,
        "title": scene.title(page.instrument),
        "holder": scene.name(page.holder),
        "own_original": page.holder == scene.node.party,
        "shown_page": page.place + 1,
        "place": place,
        "count": len(pages),
        "previous": place - 1,
        "following": place + 1 if place < len(pages) else 0,
    }
    return render(request, "signing/room_page.html", context)


def image(request: HttpRequest, dossier: str, sha256: str, place: int) -> HttpResponse:
    """A page as an image, drawn from the exact bytes of the original with that digest."""
    scene, plan, pages = _reading(request, dossier)
    page = next((one for one in pages if (one.sha256, one.place) == (sha256, place - 1)), None)
    if page is None:
        raise Http404
    response = HttpResponse(drawn(scene, plan, page), content_type="image/png")
    response["Cache-Control"] = f"private, max-age={IMAGE_AGE_S}, immutable"
    return response


@require_POST
def prepare_step(request: HttpRequest, dossier: str) -> HttpResponse:
    """From reading to the last step: states what is about to be approved, where a passkey approves."""
    scene = scene_of(request, dossier)
    if (instead := led_elsewhere(request, scene, status=409)) is not None:
        return instead
    if not approves_by_passkey(scene.node, scene.standing):
        return go_to("room-sign", dossier)
    where, before = where_signed(scene), set(_plan(scene).prepared)
    try:
        act = prepare(
            scene.node,
            scene.dossier,
            local_date=where.date,
            place=where.place,
            countersign=request.POST.get("countersign", "yes") == "yes",
        )
    except ParaphError as error:
        return hindered(request, scene, told_as(error.code, error.message), status=409)
    if act not in before:
        note(scene.officer, "approval-prepared", dossier=dossier, detail=act)
    return go_to("room-sign", dossier)


def last_step(request: HttpRequest, dossier: str) -> HttpResponse:
    """The last step: the words, and one button."""
    scene = scene_of(request, dossier)
    return led_elsewhere(request, scene) or sign_page(request, scene)


def sign_page(
    request: HttpRequest, scene: Scene, hindrance: Hindrance | None = None, *, status: int = 200
) -> HttpResponse:
    """The last step, after something went wrong perhaps."""
    plan = _plan(scene)
    context: dict[str, Any] = {
        **frame_of(scene, plan),
        "words": digest_words(plan.proposal, SPOKEN_WORDS),
        "digest": plan.proposal,
        "where": where_signed(scene),
        "hindrance": hindrance,
        "by_passkey": approves_by_passkey(scene.node, scene.standing),
        "countersigns": True,
    }
    if context["by_passkey"]:
        act = _prepared(scene, plan)
        if act is None and hindrance is not None:
            return hindered(request, scene, hindrance, status=status)
        if act is None:
            return go_to("room", scene.dossier)
        options = _options(scene, plan, act)
        if not options["publicKey"]["allowCredentials"]:
            return hindered(request, scene, told_as("passkey-absent"))
        body = plan.prepared[act].body
        context |= {
            "options": options,
            "prepared": act,
            "where": {"place": body.place, "date": body.local_date},
            "countersigns": any(o.holder != scene.node.party for o in body.originals),
        }
    return render(request, "signing/room_sign.html", context, status=status)


def _prepared(scene: Scene, plan: Plan) -> ActId | None:
    """What this party's signatory is about to approve: what was prepared last."""
    own = [act for act, one in plan.prepared.items() if one.party == scene.node.party]
    return own[-1] if own else None


def _options(scene: Scene, plan: Plan, act: ActId) -> dict[str, Any]:
    """For the browser: the act's id is the challenge, and only passkeys that were presented may answer."""
    party = scene.node.party
    presented = {p.credential for p in scene.standing.passkeys.get((party, plan.signatory(party)), ())}
    options: dict[str, Any] = json.loads(begin_assertion(scene.officer, bytes.fromhex(act)))
    inner = options.get("publicKey", options)
    inner["allowCredentials"] = [
        one
        for one in inner.get("allowCredentials") or ()
        if digest_of(websafe_decode(one["id"])) in presented
    ]
    return options if "publicKey" in options else {"publicKey": options}


def _reading(request: HttpRequest, dossier: str) -> tuple[Scene, Plan, list[Page]]:
    """What may be read here: by the signatory of the plan, as long as there is one."""
    scene = scene_of(request, dossier)
    plan = scene.own_plan
    if plan is None or plan.state is PlanState.ABORTED:
        raise Http404
    return scene, plan, pages_of(scene, plan)


def _plan(scene: Scene) -> Plan:
    assert scene.plan is not None, "asked after hindrances"
    return scene.plan


def frame_of(scene: Scene, plan: Plan | None) -> dict[str, Any]:
    """What every page of the room shows: the package, the person, the party."""
    own = scene.node.party
    signatory = scene.signatory(own, plan.signatory(own)) if plan is not None and scene.is_party else None
    described = scene.standing.described.get(own)
    return scene.context(
        signatory=signatory,
        party_names={lang: one.formal for lang, one in described.names.items()} if described else {},
        others=[scene.name(p) for p in scene.standing.parties if p != own],
        mediated=scene.mediated,
        countersigning=plan is not None and plan.state is PlanState.RELEASED,
        papers=[
            {
                "number": one.instrument,
                "title": scene.title(one.instrument),
                "holder": scene.name(one.holder),
                "own": one.holder == own,
                "sha256": one.sha256,
            }
            for one in (originals_to_sign(scene, plan) if plan is not None else ())
        ],
    )
