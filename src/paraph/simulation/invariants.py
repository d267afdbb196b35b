"""What must hold at every step, looked at only where something changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from paraph.simulation.member import Member
from paraph.simulation.reading import name_act
from paraph.simulation.world import World

__all__ = ["BrokenError", "Invariants"]


class BrokenError(Exception):
    """An invariant does not hold.

    Attributes:
        invariant: Which.
        message: What was found, in words.
    """

    def __init__(self, invariant: str, message: str) -> None:
        """Say which, and what was found."""
        super().__init__(f"{invariant}: {message}")
        self.invariant, self.message = invariant, message


@dataclass(slots=True)
class _Seen:
    """What was seen of one node.

    Attributes:
        state: Its store, as it was.
        size: How much of its log was compared.
        final: How many acts were final there.
    """

    state: Any = None
    size: int = 0
    final: int = 0


@dataclass(slots=True)
class Invariants:
    """Looks at nodes after every event.

    Attributes:
        world: Whose nodes.
        line: The longest log of any honest node: all others are beginnings of it.
        final: How many acts were final on any honest node.
    """

    world: World
    line: list[bytes] = field(default_factory=list)
    final: int = 0
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def after(self) -> list[Member]:
        """Look at what has changed since the last event.

        Returns:
            The members in whose store something changed.

        Raises:
            BrokenError: Something does not hold.
        """
        changed = []
        for name, member in self.world.members.items():
            seen = self._seen.setdefault(name, _Seen())
            state = member.disk.store.state
            if state is not seen.state:
                seen.state = state
                changed.append(member)
                if member.honest:
                    self._compare(member, seen)
        return changed

    def _compare(self, member: Member, seen: _Seen) -> None:
        dossier = self.world.dossier
        with member.store.read() as uow:
            size, final = uow.size(dossier), int(uow.setting(f"final:{dossier}") or 0)
            if size < seen.size:  # restored from a backup
                seen.size = 0
                self._forget()
            rows = uow.log(dossier, seen.size, size - seen.size) if size > seen.size else ()
        for position, row in enumerate(rows, start=seen.size):
            if position == len(self.line):
                self.line.append(row.envelope)
                if self.world.trace.full:
                    self.world.trace.note(member.party, f"has {name_act(row.envelope)} in place {position}")
            elif self.line[position] != row.envelope:
                raise BrokenError(
                    "one-log",
                    f"{member.party} has {name_act(row.envelope)} in place {position}, where others have "
                    f"{name_act(self.line[position])}",
                )
        seen.size = size
        if final > self.final:
            self.final = final
            self.world.trace.note(member.party, f"{final} acts are final")

    def _forget(self) -> None:
        """After a restoration: what no node holds any more was never said, unless it was final."""
        longest = max((self._log(member) for member in self.world.honest()), key=len, default=[])
        if longest[: self.final] != self.line[: self.final]:
            if len(longest) >= self.final:
                raise BrokenError("final-stays", "final acts have changed")
            longest = self.line[: self.final]
        self.line = list(longest)

    def _log(self, member: Member) -> list[bytes]:
        return member.log()

    def at_end(self) -> Iterator[tuple[str, str]]:
        """What does not hold now that everything has healed and nothing is left to do."""
        living = [m for m in self.world.honest() if not m.gone]
        for member in living:
            with member.store.read() as uow:
                size = uow.size(self.world.dossier)
                count = uow.act_count(self.world.dossier)
                final = int(uow.setting(f"final:{self.world.dossier}") or 0)
            if not size == count == final == len(self.line):
                yield (
                    "all-final",
                    f"{member.party} holds {count} acts, {size} have places, {final} are final; the log has {len(self.line)}",
                )
