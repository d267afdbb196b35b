"""What a participant's node has to do next, read off where the dossier stands.

Duties are computed from the standing, never from a message that arrived: losing, repeating or reordering
messages, or crashing between two steps, cannot lose or double a duty (D3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import Dossier, PlanState, Slot

__all__ = ["Duty", "DutyKind", "duties"]


class DutyKind(StrEnum):
    """Things a node does by itself once its people have done theirs."""

    CHECK_DEPOSIT = "check-deposit"
    RELEASE = "release"
    ABORT = "abort"
    REVEAL = "reveal"
    COUNTERSIGN = "countersign"
    SEAL = "seal"
    RECEIVE = "receive"
    ENGROSS_CONTAINER = "engross-container"
    SEAL_CONTAINER = "seal-container"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty: of which kind, about which party, on which originals."""

    kind: DutyKind
    party: PartyId
    slots: tuple[Slot, ...] = ()
    reason: str = ""


def duties(dossier: Dossier, who: PartyId, now: Utc) -> tuple[Duty, ...]:
    """Duties of ``who``, most urgent first.

    Args:
        dossier: Where it stands.
        who: Any participant.
        now: The current instant, for the plan's time limit.
    """
    plan = dossier.plan
    if plan is None:
        return ()
    mediated = plan.body.mode is Mode.MEDIATED
    found: list[Duty] = []
    if plan.state is PlanState.OPEN and mediated and who == plan.body.mediator:
        found += _mediator(dossier, who, now)
    if plan.state is PlanState.OPEN and not mediated and len(plan.deposits) == len(dossier.parties):
        turn = next(
            (s.party for s in plan.body.signers if (plan_slot(dossier, s.party)) not in plan.revealed), None
        )
        if turn == who:
            found.append(Duty(kind=DutyKind.REVEAL, party=who))
    if plan.state is PlanState.RELEASED:
        hidden = [p for p in dossier.parties if plan_slot(dossier, p) not in plan.revealed]
        if who in hidden:
            found.append(Duty(kind=DutyKind.REVEAL, party=who))
        if mediated and who == plan.body.mediator:
            found += [Duty(kind=DutyKind.REVEAL, party=p) for p in hidden]
        slots = [(o.instrument, o.holder) for o in plan.body.originals]
        mine = tuple(s for s in slots if plan.signed_by(s) and plan.next_signer(s) == who)
        if mine:
            found.append(Duty(kind=DutyKind.COUNTERSIGN, party=who, slots=mine))
    if plan.state is PlanState.COUNTERSIGNED and who == plan.body.sealer:
        found.append(Duty(kind=DutyKind.SEAL, party=who))
    if plan.state is PlanState.SEALED and who in dossier.parties and who not in plan.received:
        found.append(Duty(kind=DutyKind.RECEIVE, party=who))
    if plan.state is PlanState.CONCLUDED:
        if plan.container is None and who == plan.body.sealer:
            found.append(Duty(kind=DutyKind.ENGROSS_CONTAINER, party=who))
        elif plan.container is not None and who in dossier.parties and who not in plan.container_seals:
            found.append(Duty(kind=DutyKind.SEAL_CONTAINER, party=who))
    return tuple(found)


def _mediator(dossier: Dossier, who: PartyId, now: Utc) -> list[Duty]:
    plan = dossier.plan
    assert plan is not None
    if plan.abort_requested:
        party, reason = next(iter(sorted(plan.abort_requested.items())))
        return [Duty(kind=DutyKind.ABORT, party=party, reason=f"requested by {party}: {reason}")]
    unanswered = [p for p in dossier.parties if p in plan.deposits and not plan.deposits[p].answer]
    found = [Duty(kind=DutyKind.CHECK_DEPOSIT, party=p) for p in unanswered]
    if all(p in plan.deposits and plan.deposits[p].answer == "held" for p in dossier.parties):
        return [Duty(kind=DutyKind.RELEASE, party=who)]
    if now >= plan.body.deposit_until:
        missing = [p for p in dossier.parties if p not in plan.deposits or plan.deposits[p].answer != "held"]
        return [
            Duty(kind=DutyKind.ABORT, party=who, reason=f"no good deposit of {', '.join(missing)} in time")
        ]
    return found


def plan_slot(dossier: Dossier, party: PartyId) -> Slot:
    """The first original that a party keeps under the current plan: revealed with all its others."""
    plan = dossier.plan
    assert plan is not None
    return next((o.instrument, o.holder) for o in plan.body.originals if o.holder == party)
