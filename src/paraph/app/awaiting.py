"""What a restored node waits for, and what it has lost for good: told to its operator, and decided by two officers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from paraph.app.bundles import participants
from paraph.app.deposits import sealed_deposit, secret_name
from paraph.app.dossiers import Current, refresh
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.restoration import (
    Absence,
    absences,
    awaited,
    claim_of,
    go_on_without,
    mark_restored,
    restored_at,
)
from paraph.domain.acts import Mode
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.standing import Plan, PlanState
from paraph.errors import LocalActError
from paraph.verify.log import LogView
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.note import Note

__all__ = ["Waiting", "ask_again", "go_on", "losses", "waiting"]

OFFICERS: Final = 2
"""Officers who decide not to wait for a peer, as many as say whether it is genuine."""

MAX_OFFICER_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a restored node waits for in a dossier.

    Attributes:
        since: When it was restored.
        parties: For each participant it has to hear: how that stands.
        lacking: What it knows to have forgotten, or "".
        absent: Participants that officers decided not to wait for.
    """

    since: str
    parties: dict[str, str]
    lacking: str
    absent: tuple[Absence, ...]

    def lines(self) -> list[str]:
        """For people."""
        lines = [f"waits for {party} since {self.since}: {how}" for party, how in self.parties.items()]
        if self.lacking:
            lines.append(self.lacking)
        lines += [
            f"went on without {a.party} at {a.at}: {' and '.join(a.officers)} decided" for a in self.absent
        ]
        return lines


def waiting(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView) -> Waiting:
    """Say what this node waits for in a dossier before it speaks; nothing if it never lost its store."""
    roles = participants(uow, dossier, view)
    parties = {str(party): _how(uow, dossier, party) for party in awaited(uow, dossier, roles, node.party)}
    return Waiting(
        since=restored_at(uow),
        parties=parties,
        lacking=_lacking(node, uow, dossier, view, heard_all=not parties),
        absent=absences(uow, dossier, roles),
    )


def _how(uow: UnitOfWork, dossier: DossierId, party: PartyId) -> str:
    if claim := claim_of(uow, dossier, party):
        return f"it says that it holds {claim}; it has to show the rest, or it is not telling the truth"
    row = uow.peer(party)
    if row is None:
        return f"its card is not known here any more: paraph peer add, then the twelve words (paraph peer words {party})"
    if row.state == "suspended":
        return "it is suspended: add its card again (paraph peer add), or go on without it"
    heard = uow.setting(f"heard:{party}")
    failure = uow.setting(f"delivery:{party}")
    return (f"heard {heard}" if heard else "not heard yet") + (f"; {failure}" if failure else "")


def _lacking(node: Node, uow: UnitOfWork, dossier: DossierId, view: LogView, *, heard_all: bool) -> str:
    own, size = uow.feeds(dossier).get(node.party, 0), view.size
    nobody = "; if no peer holds them, see docs/operate/backup.md, “What nobody holds”" if heard_all else ""
    last, made = node.guard.last(dossier), node.guard.last_seq(dossier)
    if own < made and (not heard_all or not restored_at(uow)):
        return f"the guard remembers {made} acts of this node, {own} are here"
    latest = uow.latest_note(dossier) if restored_at(uow) else None
    ordered = read_checkpoint(Note.read(latest)).size if latest is not None else 0
    if ordered > size:
        return f"a checkpoint says that there are {ordered} acts in order, {size} are here" + nobody
    if last is not None and last[0] > size:
        return f"the guard remembers a cosignature over {last[0]} acts, {size} are here in order" + nobody
    return ""


def go_on(
    node: Node, without: Iterable[PartyId], officers: Iterable[str], dossiers: Iterable[DossierId] = ()
) -> dict[DossierId, tuple[PartyId, ...]]:
    """Do not wait any longer for some participants; two officers decide that, and it is remembered.

    If one of them holds an act, an order or a cosignature of this node that nobody else has, the next ones will
    contradict it: that is proof against this node, and the dossier freezes.

    Args:
        node: This node.
        without: For whom not to wait.
        officers: Who decided.
        dossiers: In which dossiers; all by default.

    Returns:
        For each dossier, for whom the node does not wait any longer.

    Raises:
        LocalActError: ``officers``, or ``not-awaited`` if the node waits for none of them.
    """
    named = tuple(sorted({name.strip() for name in officers if name.strip()}))
    if len(named) < OFFICERS or any(len(name) > MAX_OFFICER_NAME for name in named):
        raise LocalActError("officers", f"name {OFFICERS} different officers who decided this")
    chosen, left = set(without), dict[DossierId, tuple[PartyId, ...]]()
    now = node.clock.now()
    with node.store.write() as uow:
        for dossier in tuple(dossiers) or uow.dossiers():
            view = refresh(node, uow, dossier)
            roles = participants(uow, dossier, view)
            found = tuple(p for p in awaited(uow, dossier, roles, node.party) if p in chosen)
            for party in found:
                go_on_without(uow, dossier, party, named, now)
            if found:
                left[dossier] = found
    if not left:
        raise LocalActError(
            "not-awaited",
            f"this node does not wait for {', '.join(sorted(chosen))}; `paraph node status` shows for whom it does",
        )
    node.wake.set()
    return left


def ask_again(node: Node, token: str = "") -> None:
    """Take the store for one that has forgotten something: ask every peer for everything before saying anything new."""
    with node.store.write() as uow:
        mark_restored(uow, node.clock.now(), token)
    node.wake.set()


def losses(node: Node, uow: UnitOfWork, current: Current) -> tuple[str, ...]:
    """What this node cannot do any more in a dossier because it lost its store, and what people can do instead."""
    plan = current.standing.plan
    if not restored_at(uow) or plan is None:
        return ()
    found: list[str] = []
    deposit = plan.deposits.get(node.party)
    good = plan.state is PlanState.OPEN and deposit is not None and deposit.answer != "refused"
    if good and uow.secret(secret_name(plan.body.plan, node.party)) is None:
        found.append(_lost_deposit(plan, held=deposit is not None and deposit.answer == "held"))
    if plan.state is PlanState.OPEN and node.party == plan.body.mediator:
        found += [_lost_holding(party) for party in sorted(plan.deposits) if _is_lost(uow, plan, party)]
    signs = plan.state in (PlanState.OPEN, PlanState.RELEASED) and deposit is not None
    if (
        signs
        and uow.setting(f"countersign:{plan.body.plan}") is None
        and _has_to_countersign(plan, node.party)
    ):
        found.append(
            "whether the signatory approved countersigning in advance is not known any more: after the release, "
            "countersign by hand (paraph dossier countersign)"
        )
    return tuple(found)


def _is_lost(uow: UnitOfWork, plan: Plan, party: PartyId) -> bool:
    deposit = plan.deposits[party]
    return (
        deposit.answer == "held"
        and uow.secret(secret_name(plan.body.plan, party)) is None
        and sealed_deposit(uow, party, deposit.body) is None
    )


def _lost_holding(party: PartyId) -> str:
    return (
        f"the deposit of {party} that was held is lost here: its node is asked to send it again. If it is lost there too, "
        "nothing can be released, and a party has to stop the exchange (paraph dossier abort)"
    )


def _has_to_countersign(plan: Plan, party: PartyId) -> bool:
    return any(
        party in original.order and party not in plan.signed_by((original.instrument, original.holder))
        for original in plan.body.originals
    )


def _lost_deposit(plan: Plan, *, held: bool) -> str:
    if plan.body.mode is Mode.DIRECT:
        return (
            "this node's own first signatures are lost and cannot be revealed: stop the exchange (paraph dossier abort), "
            "and after a reveal have every party ask for it"
        )
    if held:
        return "this node's own first signatures are lost here; the mediator holds them, and reveals them if it releases"
    return (
        "this node's own first signatures are lost here, and the mediator has not said that it holds them: unless it "
        f"does, the exchange ends at {plan.body.deposit_until}; it can be stopped now (paraph dossier abort)"
    )
