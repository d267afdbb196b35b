"""A clock that stands still until a test moves it, and the same clock as somebody else reads it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from paraph.domain.ids import Utc

__all__ = ["BEGIN", "HandClock", "WrongClock", "later"]

BEGIN = Utc("2026-03-02T09:00:00Z")
"""When a scenario begins; nothing depends on the day on which tests run."""


def later(at: Utc, seconds: int) -> Utc:
    """The instant some seconds later."""
    moved = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) + timedelta(seconds=seconds)
    return Utc(moved.strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(slots=True)
class HandClock:
    """A clock moved by hand."""

    at: Utc = field(default=BEGIN)
    passed: float = 0.0

    def now(self) -> Utc:
        return self.at

    def ticks(self) -> float:
        """Goes on by itself as well: threads of a test wait for it."""
        return self.passed + time.monotonic()

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.passed += seconds
        self.at = later(self.at, seconds)


@dataclass(slots=True)
class WrongClock:
    """The same clock, off by some seconds."""

    right: HandClock
    off: int = 0

    def now(self) -> Utc:
        return later(self.right.now(), self.off)

    def ticks(self) -> float:
        return self.right.ticks()
