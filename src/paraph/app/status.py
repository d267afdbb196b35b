"""How a node is: its peers, its dossiers, and what waits for whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from paraph.app.awaiting import losses, waiting
from paraph.app.clocks import skew_of
from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.restoration import restored_at
from paraph.domain.duties import DutyKind
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.language import nearest
from paraph.errors import ParaphError

__all__ = ["DossierStatus", "NodeStatus", "PeerStatus", "dossier_status", "failing_duties", "node_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStatus:
    """One peer: whether it is verified, when it was heard, how far its clock is off, the last failure."""

    party: PartyId
    state: str
    url: str
    heard: str
    clock_skew_s: int
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierStatus:
    """One dossier: how many acts are ordered, final, void and unordered, where its instruments stand, what fails.

    Of a node that was restored also: for whom it waits before it speaks (``waits``), that and more for people
    (``waiting``), and what it lost and cannot do any more (``losses``).
    """

    dossier: DossierId
    title: str
    acts: int
    ordered: int
    final: int
    void: int
    root: str
    instruments: dict[str, str]
    plan: str
    frozen: str
    evidence: int
    failing: dict[str, str]
    waits: dict[str, str]
    waiting: tuple[str, ...]
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStatus:
    """A node."""

    party: PartyId
    restored_at: str
    peers: tuple[PeerStatus, ...]
    dossiers: tuple[DossierStatus, ...]

    def to_json(self) -> dict[str, object]:
        """The status as JSON value."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The status for people."""
        lines = [f"node of {self.party}"]
        if self.restored_at:
            lines.append(f"  restored at {self.restored_at}")
        for peer in self.peers:
            heard = f"heard {peer.heard}, clock {peer.clock_skew_s:+d} s" if peer.heard else "never heard"
            lines.append(
                f"  peer {peer.party}: {peer.state}, {heard}{', ' + peer.failure if peer.failure else ''}"
            )
        for dossier in self.dossiers:
            lines.append(f"  dossier {dossier.dossier[:12]}  {dossier.title}")
            lines.append(
                f"    {dossier.acts} acts, {dossier.ordered} ordered, {dossier.final} final, {dossier.void} void; "
                f"root {dossier.root[:16]}"
            )
            lines += [f"    {number}: {state}" for number, state in sorted(dossier.instruments.items())]
            if dossier.plan:
                lines.append(f"    signing plan: {dossier.plan}")
            if dossier.frozen:
                lines.append(f"    FROZEN: {dossier.frozen}")
                lines.append(f"    write the proof: paraph dossier proof --dossier {dossier.dossier[:12]}")
            lines += [f"    {line}" for line in (*dossier.waiting, *dossier.losses)]
            lines += [f"    cannot {duty}: {reason}" for duty, reason in sorted(dossier.failing.items())]
            if dossier.evidence:
                lines.append(f"    {dossier.evidence} refused acts are kept as evidence")
        return lines


def node_status(node: Node) -> NodeStatus:
    """Look at a node."""
    with node.store.read() as uow:
        peers = tuple(
            PeerStatus(
                party=row.party,
                state=row.state,
                url=row.url,
                heard=uow.setting(f"heard:{row.party}") or "",
                clock_skew_s=skew_of(uow, row.party),
                failure=uow.setting(f"delivery:{row.party}") or "",
            )
            for row in uow.peers()
        )
        dossiers = []
        for dossier in uow.dossiers():
            try:
                dossiers.append(dossier_status(node, uow, dossier))
            except ParaphError:
                continue  # its cards have not arrived yet
        return NodeStatus(
            party=node.party,
            restored_at=restored_at(uow),
            peers=peers,
            dossiers=tuple(dossiers),
        )


def failing_duties(uow: UnitOfWork, dossier: DossierId) -> dict[str, str]:
    """This node's duties in a dossier that fail: why, by kind."""
    reasons = uow.settings(f"duty:{dossier}:{kind}" for kind in DutyKind)
    return {kind.value: reason for kind in DutyKind if (reason := reasons.get(f"duty:{dossier}:{kind}"))}


def dossier_status(node: Node, uow: UnitOfWork, dossier: DossierId) -> DossierStatus:
    """Look at one dossier.

    Raises:
        LocalActError: ``dossier-unknown``.
        PermanentError: ``attachment-lost`` while its cards have not arrived.
    """
    current = load(node, uow, dossier)
    standing = current.standing
    awaits = waiting(node, uow, dossier, current.view)
    return DossierStatus(
        dossier=dossier,
        title=standing.title[nearest(standing.title.keys())],
        acts=current.acts,
        ordered=current.view.size,
        final=current.final,
        void=len(current.view.void),
        root=current.view.tree.root().hex(),
        instruments={n: str(i.state) for n, i in standing.instruments.items()},
        plan=str(standing.plan.state) if standing.plan else "",
        frozen=current.frozen,
        evidence=len(uow.evidence(dossier)),
        failing=failing_duties(uow, dossier),
        waits=awaits.parties,
        waiting=tuple(awaits.lines()),
        losses=losses(node, uow, current),
    )
