"""Instants a while from now, for outbox entries and time limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from paraph.domain.ids import Utc

__all__ = ["later"]


def later(now: Utc, seconds: int) -> Utc:
    """The instant ``seconds`` after ``now``."""
    at = datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Utc((at + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ"))
