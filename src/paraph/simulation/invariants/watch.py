"""The invariants of one schedule, looked at after each of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from paraph.simulation.invariants.ending import judge
from paraph.simulation.invariants.logs import Logs
from paraph.simulation.invariants.proofs import Proofs
from paraph.simulation.invariants.sight import Numbers, Sight
from paraph.simulation.invariants.signatures import Signatures
from paraph.simulation.invariants.traffic import check_traffic
from paraph.simulation.member import Member
from paraph.simulation.reading import name_act
from paraph.simulation.world import World

__all__ = ["Invariants"]


@dataclass(slots=True)
class Invariants:
    """Looks at nodes after every event.

    Attributes:
        world: Whose nodes.
        leaks: Whether the mediator shows others' signatures: that cannot be prevented, only be void.
        logs: What must hold of logs and feeds.
        signatures: What must hold of the exchange.
        proofs: What must hold of proofs.
    """

    world: World
    leaks: bool = False
    logs: Logs = field(init=False)
    signatures: Signatures = field(init=False)
    proofs: Proofs = field(default_factory=Proofs)
    _sights: dict[str, Sight] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note who is honest, and everything that is there already."""
        world, numbers = self.world, Numbers()
        honest = frozenset(str(m.party) for m in world.honest())
        self.logs = Logs(honest=honest, orderly=world.first.honest)
        self.signatures = Signatures(honest=honest, leaks=self.leaks)
        self._sights = {name: Sight(member, numbers) for name, member in world.members.items()}
        self.after()

    def after(self) -> list[Member]:
        """Look at what has changed since the last event.

        Returns:
            The members in whose store something changed.

        Raises:
            BrokenError: Something does not hold.
        """
        check_traffic(self.world.network)
        changed = [sight for sight in self._sights.values() if sight.look()]
        for sight in changed:
            self.signatures.take(sight)
        for sight in changed:
            self._check(sight)
        return [sight.member for sight in changed]

    def _check(self, sight: Sight) -> None:
        member = sight.member
        self.signatures.check_hidden(member)
        if not member.honest:
            return
        if self.world.trace.full:
            for position in range(*sight.placed):
                what = name_act(sight.envelope(position))
                self.world.trace.note(member.party, f"has {what} in place {position}")
        before = len(self.logs.final)
        self.logs.check(sight, (other for other in self._sights.values() if other is not sight))
        if len(self.logs.final) > before:
            self.world.trace.note(member.party, f"{len(self.logs.final)} acts are final")
        if not self.logs.forked or sight.final == len(sight.log):
            self.signatures.check_ending(member)
        self.proofs.check(sight)

    def at_end(self) -> Iterator[tuple[str, str]]:
        """What does not hold now that everything has healed and nothing is left to do."""
        self.after()
        return judge(self.world, self._sights, self.logs, self.signatures, self.proofs)
