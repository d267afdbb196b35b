"""What must hold of logs and feeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from paraph.domain.ids import PartyId
from paraph.simulation.invariants.broken import BrokenError
from paraph.simulation.invariants.sight import Sight
from paraph.simulation.reading import name_act

__all__ = ["Logs"]


@dataclass(slots=True)
class Logs:
    """Compares what honest nodes hold.

    Attributes:
        honest: Who is honest.
        orderly: Whether the node that orders is honest.
        final: Number of the log after each act that was final on any honest node, ever.
        forked: Whether logs of honest nodes differ, as they may if the node that orders lies.
    """

    honest: frozenset[str]
    orderly: bool
    final: list[int] = field(default_factory=list)
    forked: bool = False

    def check(self, sight: Sight, others: Iterable[Sight]) -> None:
        """Compare a node in which something changed with all others."""
        others = list(others)
        if sight.anew and not self.orderly:
            self._forget((sight, *others))
        if sight.new:
            self._check_feeds(sight, others)
        if sight.placed[0] != sight.placed[1]:
            self._check_order(sight, others)
        self._check_final(sight)

    def _check_feeds(self, sight: Sight, others: list[Sight]) -> None:
        for author, seq, envelope in sight.new:
            if author not in self.honest:
                continue
            number = sight.feeds[author][seq]
            for other in others:
                known = other.feeds.get(author, ())
                if seq < len(known) and known[seq] != number:
                    raise BrokenError(
                        "one-act",
                        f"{sight.member.party} holds {name_act(envelope)}, and {other.member.party} something else there",
                    )

    def _check_order(self, sight: Sight, others: list[Sight]) -> None:
        for other in others:
            both = min(len(sight.log), len(other.log))
            if other.member.honest and both and sight.log[both - 1] != other.log[both - 1]:
                if self.orderly:
                    where = next(i for i in range(both) if sight.log[i] != other.log[i])
                    raise BrokenError(
                        "one-log",
                        f"{sight.member.party} has {name_act(sight.envelope(where))} in place {where}, where "
                        f"{other.member.party} has {name_act(other.envelope(where))}",
                    )
                self.forked = True

    def _forget(self, sights: Iterable[Sight]) -> None:
        """A disk was lost: what no honest node and no guard of one remembers, the lying node that orders may give anew."""
        honest = [sight for sight in sights if sight.member.honest]
        known = (log for sight in honest for log in (sight.log, sight.guarded))
        del self.final[max(map(self._held, known), default=0) :]

    def _held(self, log: list[int]) -> int:
        """How much of what was final is in a log."""
        for count in range(min(len(log), len(self.final)), 0, -1):
            if log[count - 1] == self.final[count - 1]:
                return count
        return 0

    def _check_final(self, sight: Sight) -> None:
        count = sight.final
        if count > len(sight.log):
            raise BrokenError(
                "final-stays", f"{sight.member.party} says that {count} acts are final and holds fewer"
            )
        both = min(count, len(self.final))
        if both and sight.log[both - 1] != self.final[both - 1]:
            raise BrokenError("final-stays", f"final acts on {sight.member.party} are not those of others")
        self.final += sight.log[len(self.final) : count]

    def authors_of(self, sight: Sight) -> set[PartyId]:
        """Whose acts came."""
        return {author for author, _, _ in sight.new}
