"""What happened in one schedule, line by line, for people: who did what when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from paraph.simulation.clock import utc
from paraph.simulation.timeline import Timeline

__all__ = ["Trace"]

_WIDTH: Final = 8
"""Of the column that says who; the longest name has eight letters."""


@dataclass(slots=True)
class Trace:
    """The lines of one schedule.

    Attributes:
        timeline: Tells the time of each line: true time, whatever any node's clock shows.
        full: Whether bundles are described too; that costs as much as opening them.
        lines: What was noted.
    """

    timeline: Timeline
    full: bool = False
    lines: list[tuple[int, str, str]] = field(default_factory=list)

    def note(self, who: str, what: str) -> None:
        """Note a line."""
        self.lines.append((self.timeline.now, who, what))

    def text(self) -> list[str]:
        """The lines as they are read."""
        return [f"{_moment(at)} {who:{_WIDTH}} {what}".rstrip() for at, who, what in self.lines]


def _moment(at: int) -> str:
    shown = utc(at // 1000)
    return f"{shown[5:10]} {shown[11:19]}.{at % 1000:03d}"
