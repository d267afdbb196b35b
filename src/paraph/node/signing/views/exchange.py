"""The exchange: deposits and release as they come, stopping, countersigning at command."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from paraph.app.exchange import countersign_now
from paraph.app.stopping import Outlook, outlook, request_abort
from paraph.domain.abort import Ending
from paraph.domain.acts import Mode
from paraph.domain.standing import PlanState
from paraph.errors import ParaphError
from paraph.node.signing.acting import REFRESH_S, attempt, done, form_page, go_to, looks_again
from paraph.node.signing.clocks import clocks_of
from paraph.node.signing.progress import progress_of, state_mark
from paraph.node.signing.scene import Scene, scene_of
from paraph.node.signing.views.plan import shown_plan

__all__ = ["countersign", "exchange", "state", "stop"]


def exchange(request: HttpRequest, dossier: str) -> HttpResponse:
    """The page; it renews itself while something is still to come."""
    return _page(request, scene_of(request, dossier))


def state(request: HttpRequest, dossier: str) -> HttpResponse:
    """A mark that changes when the dossier does, for the script that renews the page."""
    scene = scene_of(request, dossier)
    plan = scene.plan
    return JsonResponse({"mark": state_mark(scene), "plan": plan.state.value if plan is not None else ""})


@require_POST
def countersign(request: HttpRequest, dossier: str) -> HttpResponse:
    """Countersign at command, where the signatory had kept that for later and no passkey is asked for."""
    scene = scene_of(request, dossier)
    return attempt(
        request,
        scene,
        lambda: countersign_now(scene.node, scene.dossier),
        _("Countersigned."),
        _page,
        "exchange",
    )


def stop(request: HttpRequest, dossier: str) -> HttpResponse:
    """Ask to stop the exchange; says first what will come of it."""
    scene = scene_of(request, dossier)
    if scene.plan is None or not scene.plan.live:
        return go_to("exchange", dossier)
    if request.method != "POST":
        return _stop(request, scene)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _stop(request, scene, errors={"reason": _("Give the reason; everybody sees it.")})
    try:
        act = request_abort(scene.node, scene.dossier, reason)
    except ParaphError as error:
        return _stop(request, scene, refusal=error)
    after = scene_of(request, dossier)
    ended = after.plan is not None and after.plan.state is PlanState.ABORTED
    said = (
        _("The exchange is stopped. No signature changed hands.")
        if ended
        else _("Your wish to stop is stated.")
    )
    return done(request, dossier, (act,), said, "exchange")


def _stop(
    request: HttpRequest,
    scene: Scene,
    *,
    errors: dict[str, str] | None = None,
    refusal: ParaphError | None = None,
) -> HttpResponse:
    found = outlook(scene.node, scene.dossier)
    return form_page(
        request,
        scene,
        "signing/stop.html",
        errors=errors,
        refusal=refusal,
        outlook=_outlook(found),
        late=found.ending is Ending.TOO_LATE,
        together_from=found.together_from,
        asked=[scene.name(p) for p in found.asked],
    )


def _outlook(found: Outlook) -> str:
    match found.ending:
        case Ending.AT_ONCE:
            return _("The exchange ends at once.")
        case Ending.BY_MEDIATOR:
            return _(
                "Every deposit is held: the mediator's node ends the exchange, unless it has released. If it stays silent, "
                "all parties together can give the exchange up, by asking once more after the instant below."
            )
        case Ending.TOGETHER:
            return _("The exchange ends when every party has asked.")
        case _:
            return _("It is too late to stop: nothing changes.")


def _page(request: HttpRequest, scene: Scene, refusal: ParaphError | None = None) -> HttpResponse:
    plan = scene.plan
    waiting = plan is not None and plan.state is not PlanState.ABORTED and not _finished(scene)
    response = form_page(
        request,
        scene,
        "signing/exchange.html",
        refusal=refusal,
        plan=shown_plan(scene, plan) if plan is not None else None,
        progress=progress_of(scene, plan) if plan is not None else None,
        clocks=clocks_of(scene, plan.body.deposit_until) if plan is not None else [],
        waiting=waiting,
        mark=state_mark(scene),
        refresh_s=REFRESH_S,
        stoppable=plan is not None and plan.state in (PlanState.PROPOSED, PlanState.OPEN),
        asks_passkey=plan is not None
        and scene.is_party
        and bool(scene.standing.passkeys.get((scene.node.party, plan.signatory(scene.node.party)))),
        direct=plan is not None and plan.body.mode is Mode.DIRECT,
    )
    return looks_again(response) if waiting and refusal is None else response


def _finished(scene: Scene) -> bool:
    plan = scene.plan
    return plan is not None and set(plan.container_seals) >= set(scene.standing.parties)
