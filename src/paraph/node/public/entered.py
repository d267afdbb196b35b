"""Instants that people type."""

from __future__ import annotations

from datetime import UTC, datetime

from paraph.domain.ids import Utc

__all__ = ["entered_instant"]


def entered_instant(words: str, *, earliest: int) -> Utc | None:
    """An instant in UTC, unless it names a zone; None if it is none, or before a year in which nobody means it."""
    try:
        at = datetime.fromisoformat(words)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Utc(at.strftime("%Y-%m-%dT%H:%M:%SZ")) if at.year >= earliest else None
