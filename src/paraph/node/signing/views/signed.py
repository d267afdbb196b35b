"""The gesture, and the certainty after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from paraph.app.approval import approve_and_countersign, approve_and_deposit, waits_to_countersign
from paraph.app.deposits import digest_of
from paraph.app.exchange import countersign_now
from paraph.app.signing import deposit
from paraph.domain.acts import Act
from paraph.domain.ids import ActId
from paraph.domain.standing import Deposit, Plan, PlanState
from paraph.errors import LocalActError, ParaphError
from paraph.node.people.passkeys import finish_assertion
from paraph.node.signing.acting import REFRESH_S, go_to, journal, looks_again
from paraph.node.signing.clocks import where_signed
from paraph.node.signing.hindrances import told_as
from paraph.node.signing.progress import AFTER_RELEASE, deposits_of, state_mark
from paraph.node.signing.scene import Scene, scene_of
from paraph.node.signing.views.room import frame_of, led_elsewhere, sign_page
from paraph.wire.webauthn import Assertion

__all__ = ["approve", "sign", "signed"]


@require_POST
def approve(request: HttpRequest, dossier: str) -> HttpResponse:
    """The passkey's answer: approval and signatures become durable together, or not at all."""

    def work(scene: Scene) -> tuple[Act, ...]:
        prepared = ActId(request.POST.get("prepared", ""))
        plan = scene.plan
        if plan is None or prepared not in plan.prepared:
            raise LocalActError(
                "approval-unknown", "this approval is not current any more; go through the last step again"
            )
        given = finish_assertion(scene.officer, bytes.fromhex(prepared), request.POST.get("passkey", ""))
        assertion = Assertion(
            authenticator_data=given.authenticator_data,
            client_data=given.client_data,
            signature=given.signature,
        )
        credential = digest_of(given.credential_id)
        if plan.state is PlanState.RELEASED:
            return approve_and_countersign(scene.node, scene.dossier, prepared, credential, assertion)
        return (approve_and_deposit(scene.node, scene.dossier, prepared, credential, assertion),)

    return _gesture(request, dossier, work)


@require_POST
def sign(request: HttpRequest, dossier: str) -> HttpResponse:
    """The same button where no passkey was presented: whoever presses it has just shown who he or she is."""

    def work(scene: Scene) -> tuple[Act, ...]:
        where = where_signed(scene)
        if scene.plan is not None and scene.plan.state is PlanState.RELEASED:
            return countersign_now(scene.node, scene.dossier, local_date=where.date, place=where.place)
        return (
            deposit(
                scene.node,
                scene.dossier,
                local_date=where.date,
                place=where.place,
                countersign=request.POST.get("countersign", "yes") == "yes",
            ),
        )

    return _gesture(request, dossier, work)


def _gesture(request: HttpRequest, dossier: str, work: Callable[[Scene], tuple[Act, ...]]) -> HttpResponse:
    """Sign once, whatever is sent twice; say plainly what happened if not."""
    scene = scene_of(request, dossier)
    if (instead := led_elsewhere(request, scene, status=409)) is not None:
        return instead
    try:
        acts = work(scene)
    except ParaphError as error:
        after = scene_of(request, dossier)  # the same may have been sent twice, and the other one came first
        return led_elsewhere(request, after, status=409) or sign_page(
            request, after, told_as(error.code, error.message), status=409
        )
    journal(request, dossier, acts)
    return go_to("room-done", dossier)


def signed(request: HttpRequest, dossier: str) -> HttpResponse:
    """What was signed: titles, digests, instant, and what happens next. It stays true however often it is loaded."""
    scene = scene_of(request, dossier)
    plan, own = scene.own_plan, scene.node.party
    deposited = plan.deposits.get(own) if plan is not None else None
    if plan is None or deposited is None:
        return go_to("room", dossier)
    planned = {(one.instrument, one.holder): one.sha256 for one in plan.body.originals}
    counter = [
        {"number": number, "title": scene.title(number), "holder": scene.name(holder), "slot": one.slot}
        for (number, holder), made in sorted(plan.countersigned.items())
        for party, one in made
        if party == own
    ]
    context: dict[str, Any] = {
        "state": _state(plan, deposited),
        "signatures": [
            {
                "number": one.instrument,
                "title": scene.title(one.instrument),
                "holder": scene.name(one.holder),
                "sha256": planned[one.instrument, one.holder],
                "slot": one.slot,
            }
            for one in deposited.body.signatures
        ],
        "countersigned": counter,
        "to_countersign": bool(waits_to_countersign(scene.node, scene.standing)),
        "others": [one for one in deposits_of(scene, plan) if not one["own"]],
        "act": deposited.act,
        "refused": deposited.answer == "refused",
        "reason": deposited.reason or plan.reason,
        "mark": state_mark(scene),
    }
    waiting = plan.state not in (PlanState.ABORTED, PlanState.CONCLUDED)
    response = render(
        request,
        "signing/room_done.html",
        {**frame_of(scene, plan), **context, "waiting": waiting, "refresh_s": REFRESH_S},
    )
    return looks_again(response) if waiting else response


def _state(plan: Plan, deposited: Deposit) -> str:
    if plan.state is PlanState.ABORTED:
        return "stopped"
    if plan.state is PlanState.CONCLUDED:
        return "concluded"
    if plan.state in AFTER_RELEASE:
        return "released"
    if deposited.answer == "refused":
        return "refused"
    return "held" if deposited.answer == "held" else "deposited"
