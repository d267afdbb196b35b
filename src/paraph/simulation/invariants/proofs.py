"""What must hold of proofs: they convince, and accuse liars only."""

from __future__ import annotations

from dataclasses import dataclass, field

from paraph.app.freezing import frozen_proofs
from paraph.simulation.invariants.broken import BrokenError
from paraph.simulation.invariants.sight import Sight
from paraph.simulation.member import Member
from paraph.verify.anchors import TrustAnchors
from paraph.verify.proof import verify_proof
from paraph.verify.verdict import Verdict
from paraph.wire.proof import read_proof

__all__ = ["Proofs"]


@dataclass(slots=True)
class Proofs:
    """Reads every proof once.

    Attributes:
        accused: Whom honest nodes have proof against.
    """

    accused: set[str] = field(default_factory=set)
    _read: dict[str, str] = field(default_factory=dict)

    def check(self, sight: Sight) -> None:
        """Read the proofs of a node that are new."""
        if sight.proofs == self._read.get(sight.member.party, ""):
            return
        self._read[sight.member.party] = sight.proofs
        for data in frozen_proofs(sight.member.node, sight.member.company.dossier):
            self._judge(sight.member, data)

    def _judge(self, holder: Member, data: bytes) -> None:
        accused = str(read_proof(data).accused)
        if holder.company[accused].honest:
            raise BrokenError("not-accused", f"{holder.party} has a proof against {accused}")
        node = holder.company[accused].node  # whoever trusts any card that the accused ever had
        cards = [card for digest in node.own_cards() if (card := node.blobs.get(digest)) is not None]
        anchors = TrustAnchors.load([holder.company[accused].identity.card, *cards])
        report = verify_proof(data, path="", anchors=anchors)
        if report.verdict is not Verdict.PASS:
            raise BrokenError("proof-holds", f"{holder.party} has a proof that does not convince")
        self.accused.add(accused)

    def has_proof(self, member: Member) -> bool:
        """Whether a node has proof of any lie."""
        return bool(self._read.get(member.party))
