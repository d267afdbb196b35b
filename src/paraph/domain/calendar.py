"""Dates as a text writes them: in the words of its language, and ISO 8601 where we know no words."""

from __future__ import annotations

import datetime as dt
from typing import Final

from paraph.domain.hebrew_calendar import hebrew_date

__all__ = ["date_in_words", "day_month_year"]

_MONTHS: Final = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "he": (
        "ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני",
        "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר",
    ),
    "sq": (
        "janar", "shkurt", "mars", "prill", "maj", "qershor",
        "korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor",
    ),
}  # fmt: skip

_ENGLISH_ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth",
    "thirtieth", "thirty-first",
)  # fmt: skip

_ALBANIAN_NUMBERS: Final = (
    "një", "dy", "tre", "katër", "pesë", "gjashtë", "shtatë", "tetë", "nëntë", "dhjetë",
    "njëmbëdhjetë", "dymbëdhjetë", "trembëdhjetë", "katërmbëdhjetë", "pesëmbëdhjetë",
    "gjashtëmbëdhjetë", "shtatëmbëdhjetë", "tetëmbëdhjetë", "nëntëmbëdhjetë", "njëzet",
    "njëzet e një", "njëzet e dy", "njëzet e tre", "njëzet e katër", "njëzet e pesë",
    "njëzet e gjashtë", "njëzet e shtatë", "njëzet e tetë", "njëzet e nëntë", "tridhjetë",
    "tridhjetë e një",
)  # fmt: skip


def date_in_words(date: str, lang: str) -> str:
    """Write a date as a closing formula does, without the preposition before it.

    Args:
        date: ISO 8601 calendar date.
        lang: Language tag.

    Returns:
        ``the first day of February 2021``; Hebrew gives both calendars; Albanian the day in words; other
        languages the ISO date.
    """
    day = dt.date.fromisoformat(date)
    match lang:
        case "en":
            return f"the {_ENGLISH_ORDINALS[day.day - 1]} day of {_MONTHS[lang][day.month - 1]} {day.year}"
        case "he":
            return f"{hebrew_date(day)}, שהוא יום {day_month_year(date, lang)}"
        case "sq":
            return f"{_ALBANIAN_NUMBERS[day.day - 1]} {_MONTHS[lang][day.month - 1]} {day.year}"
        case _:
            return date


def day_month_year(date: str, lang: str) -> str:
    """Write a date briefly, as beside a signature.

    Args:
        date: ISO 8601 calendar date.
        lang: Language tag.

    Returns:
        ``1 February 2021``, ``1 בפברואר 2021``, ``1 shkurt 2021``; other languages the ISO date.
    """
    if lang not in _MONTHS:
        return date
    day = dt.date.fromisoformat(date)
    month = _MONTHS[lang][day.month - 1]
    return f"{day.day} {'ב' if lang == 'he' else ''}{month} {day.year}"
