"""The wall clock of the machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from paraph.domain.ids import Utc

__all__ = ["SystemClock"]


class SystemClock:
    """Tells the time of the machine, in whole seconds of UTC."""

    def now(self) -> Utc:
        """The current instant."""
        return Utc(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def ticks(self) -> float:
        """Seconds since the machine started, or so."""
        return time.monotonic()
