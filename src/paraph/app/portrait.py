"""A dossier in brief: what a list, a first page or a reader in a hurry has to know of it."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.app.chronicle import Chronicle, brought_up_to_date
from paraph.app.dossiers import Current, load
from paraph.app.matters import ANYTHING, Matter, MatterKind, all_matters
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.stages import Stage, current_stage, stages
from paraph.app.status import failing_duties
from paraph.domain.ids import DossierId, Utc
from paraph.domain.standing import Dossier, PlanState

__all__ = ["Portrait", "portrait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A dossier in brief.

    Attributes:
        standing: Where it stands, acts without a place included.
        current: The same as loaded.
        stages: Its stages.
        state: In one word: ``frozen``, ``concluded``, or the stage that is under way.
        matters: What waits in it, for whom, since when.
        acts: Acts held, ordered or not.
        failing: This node's duties that fail, with the reason.
        last_at: When the last act was made.
        next_at: When time alone changes what waits; "" if only an act can.
        chronicle: From where to go on.
    """

    standing: Dossier
    current: Current
    stages: tuple[Stage, ...]
    state: str
    matters: tuple[Matter, ...]
    acts: int
    failing: dict[str, str]
    last_at: Utc
    next_at: str
    chronicle: Chronicle


def portrait(node: Node, uow: UnitOfWork, dossier: DossierId, before: Chronicle | None = None) -> Portrait:
    """Look at a dossier.

    Args:
        node: This node.
        uow: A transaction.
        dossier: Which dossier.
        before: How far its log was followed when it was looked at last.

    Raises:
        LocalActError: ``dossier-unknown``.
        PermanentError: ``attachment-lost`` while its cards are not here.
    """
    current = load(node, uow, dossier)
    standing, now = current.standing, node.clock.now()
    chronicle = brought_up_to_date(before or Chronicle(), uow, current)
    failing = failing_duties(uow, dossier)
    matters = all_matters(standing, now, chronicle.times)
    found = stages(standing, matters)
    last_at = chronicle.times.get((ANYTHING, ""), Utc(""))
    if current.frozen:
        matters = (Matter(kind=MatterKind.FROZEN, party=node.party, since=last_at),)
    elif failing:
        fails = (
            Matter(kind=MatterKind.DUTY_FAILS, party=node.party, about=kind, since=last_at)
            for kind in failing
        )
        matters = (*fails, *matters)
    return Portrait(
        standing=standing,
        current=current,
        stages=found,
        state=_state(current, found),
        matters=matters,
        acts=current.acts,
        failing=failing,
        last_at=last_at,
        next_at=_next_at(standing, now),
        chronicle=chronicle,
    )


def _state(current: Current, found: tuple[Stage, ...]) -> str:
    if current.frozen:
        return "frozen"
    return "concluded" if current.standing.concluded else current_stage(found).value


def _next_at(standing: Dossier, now: Utc) -> str:
    """The time limit of an open exchange, and the ends of terms."""
    plan = standing.plan
    instants = [powers.body.valid_until for powers in standing.powers.values() if not powers.withdrawn]
    if plan is not None and plan.state is PlanState.OPEN:
        instants.append(plan.body.deposit_until)
    return min((at for at in instants if at > now), default="")
