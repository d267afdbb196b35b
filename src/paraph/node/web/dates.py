"""Days and instants for people: read from forms, written in the words and calendars of a language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from paraph.domain.calendar import day_month_year
from paraph.domain.hebrew_calendar import hebrew_date

__all__ = ["as_instant", "day_in_words", "entered_date", "in_zone"]

HEBREW: Final = frozenset({"he"})
"""Languages whose readers also want the Hebrew date."""


def as_instant(value: object) -> dt.datetime | None:
    """An instant from a text, or from a time that says its zone; None if it is neither."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC) if value.tzinfo is not None else None
    try:
        read = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def in_zone(value: object, zone: str) -> dt.datetime | None:
    """An instant as the clocks of a place show it; None if there is no such instant or zone."""
    instant = as_instant(value)
    if instant is None:
        return None
    try:
        return instant.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError, OverflowError):  # what zoneinfo says of names it does not know
        return None


def day_in_words(value: dt.date | str, lang: str) -> str:
    """``1 February 2021``; where readers have a calendar of their own, that date as well; what is no date, as it is."""
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    words = day_month_year(day.strftime("%Y-%m-%d"), lang)
    return f"{words} ({hebrew_date(day)})" if lang in HEBREW else words


def entered_date(entered: Mapping[str, str], name: str) -> dt.date | None:
    """The day in the three fields of ``date_input``.

    Args:
        entered: What was sent.
        name: Name of the field.

    Returns:
        None if all three are empty.

    Raises:
        ValueError: They are no day.
    """
    parts = [entered.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError("a day has three numbers")
    year, month, day = (int(part) for part in parts)
    return dt.date(year, month, day)
