"""The time of the timeline as one node reads it: set wrongly, drifting, jumping."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from paraph.domain.ids import Utc
from paraph.simulation.timeline import Timeline

__all__ = ["BEGIN", "SimulatedClock", "utc"]

BEGIN: Final = Utc("2026-03-02T09:00:00Z")
"""When every simulation begins; nothing depends on the day on which it is run."""

_BEGIN: Final = datetime.fromisoformat(BEGIN).replace(tzinfo=None)


@lru_cache(maxsize=65_536)
def utc(seconds: int) -> Utc:
    """The instant some seconds after the beginning."""
    return Utc((_BEGIN + timedelta(seconds=seconds)).isoformat() + "Z")


@lru_cache(maxsize=65_536)
def seconds_since_begin(instant: Utc) -> int:
    """The opposite of ``utc``."""
    return round((datetime.fromisoformat(instant).replace(tzinfo=None) - _BEGIN).total_seconds())


@dataclass(slots=True)
class SimulatedClock:
    """One node's clock (the port ``Clock``).

    Attributes:
        timeline: True time.
        offset_ms: By how much it is ahead of it; negative if it is behind.
        drift_ppm: By how many millionths it runs fast; negative if it runs slow.
    """

    timeline: Timeline
    offset_ms: int = 0
    drift_ppm: int = 0
    _since: int = field(default=0)

    def _shown(self) -> int:
        now = self.timeline.now
        return now + self.offset_ms + (now - self._since) * self.drift_ppm // 1_000_000

    def now(self) -> Utc:
        """What it shows."""
        return utc(self._shown() // 1000)

    def ticks(self) -> float:
        """Seconds that only go on, whatever it shows."""
        return self.timeline.now / 1000

    def jump(self, seconds: int) -> None:
        """Set it forward, or back."""
        self.offset_ms += seconds * 1000

    def drift(self, ppm: int) -> None:
        """Let it run fast or slow from now on; what it has gathered stays."""
        self.offset_ms, self._since, self.drift_ppm = (
            self._shown() - self.timeline.now,
            self.timeline.now,
            ppm,
        )

    def set_right(self) -> None:
        """Set it by a good clock, and let it run well."""
        self.offset_ms, self.drift_ppm, self._since = 0, 0, self.timeline.now

    def wait_until(self, instant: Utc) -> int:
        """Milliseconds until it shows an instant, if nobody sets it before; 0 if it does already."""
        lacking = seconds_since_begin(instant) * 1000 - self._shown()
        return max(0, lacking * 1_000_000 // (1_000_000 + self.drift_ppm) + 1) if lacking > 0 else 0
