"""How far an exchange has come: who deposited, what the mediator said, what follows."""

from __future__ import annotations

from typing import Any

from paraph.app.status import failing_duties
from paraph.domain.ids import PartyId
from paraph.domain.standing import Plan, PlanState
from paraph.node.signing.scene import Scene

__all__ = ["AFTER_RELEASE", "deposits_of", "progress_of", "state_mark"]

AFTER_RELEASE = (PlanState.RELEASED, PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED)


def progress_of(scene: Scene, plan: Plan) -> dict[str, Any]:
    """The steps of the exchange, for people."""
    standing = scene.standing
    released = plan.state in AFTER_RELEASE
    originals = [(o.instrument, o.holder) for o in plan.body.originals]
    with scene.node.store.read() as uow:
        failing = failing_duties(uow, scene.dossier)
    return {
        "released": released,
        "deposits": deposits_of(scene, plan),
        "asked": [(scene.name(p), reason) for p, reason in sorted(plan.abort_requested.items())],
        "reason": plan.reason,
        "originals": [
            {
                "number": number,
                "title": scene.title(number),
                "holder": scene.name(holder),
                "signed": [scene.name(p) for p in plan.signed_by((number, holder))],
                "of": len(standing.parties),
                "sealed": (number, holder) in plan.sealed,
                "sha256": plan.sealed[number, holder].sha256 if (number, holder) in plan.sealed else "",
                "next": scene.name(n) if released and (n := plan.next_signer((number, holder))) else None,
            }
            for number, holder in originals
        ],
        "received": [(scene.name(p), p in plan.received) for p in standing.parties],
        "container": plan.container is not None,
        "seals": [(scene.name(p), p in plan.container_seals) for p in standing.parties],
        "waits_for_us": released
        and any(plan.next_signer(slot) == scene.node.party and plan.signed_by(slot) for slot in originals),
        "failing": list(failing.items()),
    }


def deposits_of(scene: Scene, plan: Plan) -> list[dict[str, Any]]:
    """What every party has deposited, for people."""
    return [_deposit(scene, plan, party) for party in scene.standing.parties]


def _deposit(scene: Scene, plan: Plan, party: PartyId) -> dict[str, Any]:
    found = plan.deposits.get(party)
    revealed = any(holder == party for _, holder in plan.revealed)
    state = "waits" if found is None else found.answer or "in"
    first = found.body.signatures[0].slot if found is not None and found.body.signatures else None
    return {
        "party": scene.name(party),
        "own": party == scene.node.party,
        "state": "revealed" if revealed else state,
        "reason": found.reason if found is not None else "",
        "at": first.signed_at if first is not None else "",
        "place": first.place if first is not None else "",
    }


def state_mark(scene: Scene) -> str:
    """Changes whenever the dossier does: the size of its log, and of what waits to be ordered."""
    with scene.node.store.read() as uow:
        count = uow.act_count(scene.dossier)
    return f"{count}-{scene.current.view.size}-{scene.current.final}"
