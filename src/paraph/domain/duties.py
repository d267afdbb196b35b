"""What a participant's node has to do next, read off where the dossier stands.

Duties are computed from the standing, never from a message that arrived: losing, repeating or reordering
messages, or crashing between two steps, cannot lose or double a duty (D3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import Dossier, Plan, PlanState, Slot

__all__ = ["Duty", "DutyKind", "duties", "needs_finality"]


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
    """One duty.

    Attributes:
        kind: What is to do.
        party: About whom.
        slots: On which originals.
        reason: Why.
        package: For the container of which concluded plan.
    """

    kind: DutyKind
    party: PartyId
    slots: tuple[Slot, ...] = ()
    reason: str = ""
    package: str = ""


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
    match plan.state:
        case PlanState.OPEN if plan.body.mode is Mode.MEDIATED:
            found = _mediator(dossier, plan, now) if who == plan.body.mediator else []
        case PlanState.OPEN:
            found = _direct(dossier, plan, who)
        case PlanState.RELEASED:
            found = _released(dossier, plan, who)
        case PlanState.COUNTERSIGNED:
            found = [Duty(kind=DutyKind.SEAL, party=who)] if who == plan.body.sealer else []
        case PlanState.SEALED:
            due = who in dossier.parties and who not in plan.received
            found = [Duty(kind=DutyKind.RECEIVE, party=who)] if due else []
        case PlanState.PROPOSED | PlanState.ABORTED | PlanState.CONCLUDED:
            found = []
        case _:
            assert_never(plan.state)
    return (*found, *_containers(dossier, who))


def needs_finality(dossier: Dossier, duty: Duty) -> bool:
    """Whether a duty may be done only once every party has cosigned the acts that make it one.

    The release, and a reveal that no release precedes, put signatures into the open and cannot be taken back. An act
    without a place can still turn out void: whoever orders may place before it what its author had not seen. So these two
    are done only if they are duties of the final acts alone.

    Args:
        dossier: Where it stands.
        duty: One of its duties.
    """
    open_ = dossier.plan is not None and dossier.plan.state is PlanState.OPEN
    return open_ and duty.kind in {DutyKind.RELEASE, DutyKind.REVEAL}


def _mediator(dossier: Dossier, plan: Plan, now: Utc) -> list[Duty]:
    """Whoever asks to stop is heard first; then the time limit, on which parties rely who hear nothing; then a release."""
    who = PartyId(plan.body.mediator)
    if plan.abort_requested:
        party, reason = min(plan.abort_requested.items())
        return [Duty(kind=DutyKind.ABORT, party=party, reason=f"requested by {party}: {reason}")]
    missing = plan.not_held(dossier.parties)
    if now >= plan.body.deposit_until:
        late = f"no good deposit of {', '.join(missing)} in time" if missing else "not released in time"
        return [Duty(kind=DutyKind.ABORT, party=who, reason=late)]
    if not missing:
        return [Duty(kind=DutyKind.RELEASE, party=who)]
    return [
        Duty(kind=DutyKind.CHECK_DEPOSIT, party=p)
        for p in missing
        if p in plan.deposits and not plan.deposits[p].answer
    ]


def _direct(dossier: Dossier, plan: Plan, who: PartyId) -> list[Duty]:
    """Without a mediator: reveal in the plan's order, once everybody has committed; not after asking to stop."""
    if len(plan.deposits) < len(dossier.parties) or who in plan.abort_requested:
        return []
    turn = next(s.party for s in plan.body.signers if not _has_revealed(plan, s.party))
    return [Duty(kind=DutyKind.REVEAL, party=who)] if turn == who else []


def _released(dossier: Dossier, plan: Plan, who: PartyId) -> list[Duty]:
    found: list[Duty] = []
    hidden = [p for p in dossier.parties if not _has_revealed(plan, p)]
    if who in hidden:
        found.append(Duty(kind=DutyKind.REVEAL, party=who))
    if who == plan.body.mediator:
        found += [Duty(kind=DutyKind.REVEAL, party=p) for p in hidden]
    slots = [(o.instrument, o.holder) for o in plan.body.originals]
    mine = tuple(s for s in slots if plan.signed_by(s) and plan.next_signer(s) == who)
    if mine:
        found.append(Duty(kind=DutyKind.COUNTERSIGN, party=who, slots=mine))
    return found


def _containers(dossier: Dossier, who: PartyId) -> Iterator[Duty]:
    """Of every concluded package, whatever was planned since."""
    for plan in dossier.packages:
        if plan.container is None:
            kind, due = DutyKind.ENGROSS_CONTAINER, who == plan.body.sealer
        else:
            kind, due = DutyKind.SEAL_CONTAINER, who in dossier.parties and who not in plan.container_seals
        if due:
            yield Duty(kind=kind, party=who, package=plan.body.plan)


def _has_revealed(plan: Plan, party: PartyId) -> bool:
    """Whether a party's first signatures are in clear; it reveals all of them at once."""
    return any(holder == party for _, holder in plan.revealed)
