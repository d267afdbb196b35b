"""Instants a while from now, for outbox entries and time limits."""

from __future__ import annotations

from datetime import datetime, timedelta

from paraph.domain.ids import Utc

__all__ = ["later"]


def later(now: Utc, seconds: int) -> Utc:
    """The instant ``seconds`` after ``now``."""
    at = datetime.fromisoformat(now).replace(tzinfo=None)
    return Utc((at + timedelta(seconds=seconds)).isoformat() + "Z")
