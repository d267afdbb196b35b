"""Instants, as acts state them: how far clocks may be apart, and a while from one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from paraph.domain.ids import Utc

__all__ = ["END_OF_TIME", "MAX_CLOCK_SKEW_S", "after"]

MAX_CLOCK_SKEW_S: Final = 300
"""Largest difference between two clocks at which solemn acts are made: five minutes, as Kerberos."""

END_OF_TIME: Final = Utc("9999-12-31T23:59:59Z")
"""The last instant that an act can state."""


def after(at: Utc, seconds: int) -> Utc:
    """The instant ``seconds`` after ``at``; the end of time if there is none, or if ``at`` is on no calendar (30 February)."""
    try:
        instant = datetime.fromisoformat(at).replace(tzinfo=None) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return END_OF_TIME
    return Utc(instant.isoformat() + "Z")
