"""One line of the result: a case, what we need for it, and what its peer needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

__all__ = ["NO_GOAL", "Goal", "Row"]

_DIGITS = 4
"""Significant digits of a result; the noise of a machine hides all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a case has to reach, if anything: all that is stated must hold.

    Attributes:
        ratio: Least ratio peer/ours, or None.
        ours: Most that we may need, in the row's unit, or None.
    """

    ratio: float | None = None
    ours: float | None = None

    def __str__(self) -> str:
        """The goal in words."""
        parts = []
        if self.ratio is not None:
            parts.append(f"{self.ratio:g} × peer")
        if self.ours is not None:
            parts.append(f"≤ {self.ours:g}")
        return ", ".join(parts)


NO_GOAL: Final = Goal()
"""Measured to be known; nothing has to be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result.

    Attributes:
        name: The benchmark.
        case: What was measured in it.
        unit: ``ms`` or another unit; less is better in all of them.
        n: How many times we were measured.
        ours: Our median.
        peer: The peer's median, or None if there is none here.
        peer_name: What it is compared with, or "".
        spread: Interquartile range of our measurements over their median; 0 for what does not vary.
        goal: What it has to reach.
        why_not: Why nothing was measured, or "".
    """

    name: str
    case: str
    unit: str
    n: int
    ours: float
    peer: float | None = None
    peer_name: str = ""
    spread: float = 0.0
    goal: Goal = NO_GOAL
    why_not: str = ""

    @property
    def ratio(self) -> float | None:
        """Peer over ours: above 1 we are faster, or smaller."""
        return None if self.peer is None or not self.ours else self.peer / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without a goal, or without what it is measured against."""
        if self.why_not:
            return None
        told: list[bool] = []
        if self.goal.ours is not None:
            told.append(self.ours <= self.goal.ours)
        if self.goal.ratio is not None and self.ratio is not None:
            told.append(self.ratio >= self.goal.ratio)
        return all(told) if told else None

    def to_json(self) -> dict[str, Any]:
        """The row as ``bench --json`` prints it."""
        if self.why_not:
            return {"name": self.name, "case": self.case, "not_measured": self.why_not}
        return {
            "name": self.name,
            "case": self.case,
            "unit": self.unit,
            "n": self.n,
            "ours": _rounded(self.ours),
            "peer": _rounded(self.peer),
            "peer_name": self.peer_name,
            "ratio": _rounded(self.ratio),
            "spread": _rounded(self.spread),
        }


def _rounded(value: float | None) -> float | None:
    """Round what was measured; what was counted stays as it is."""
    return value if value is None or isinstance(value, int) else float(f"{value:.{_DIGITS}g}")
