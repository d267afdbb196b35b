"""Hebrew calendar dates, for the Hebrew version of a closing formula.

The date is that of the daylight hours: a signature after sunset belongs to the next Hebrew day, which only
the people in the room can know, so formulas give the Gregorian date beside it.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["hebrew_date", "hebrew_numeral"]

# Day before 1 Tishri of year 1, as a proleptic Gregorian ordinal (7 October 3761 BCE, Julian).
_EPOCH: Final = -1373427
_UNITS: Final = ("", *"אבגדהוזחט")
_TENS: Final = ("", *"יכלמנסעפצ")
_HUNDREDS: Final = ("", "ק", "ר", "ש", "ת", "תק", "תר", "תש", "תת", "תתק")


def _elapsed_days(year: int) -> int:
    """Days from the epoch to the mean new moon of Tishri, put off where the calendar forbids the weekday."""
    months = (235 * year - 234) // 19
    days = 29 * months + (12084 + 13753 * months) // 25920
    return days + 1 if 3 * (days + 1) % 7 < 3 else days


def _new_year(year: int) -> int:
    before, this, after = (_elapsed_days(one) for one in (year - 1, year, year + 1))
    # A year may not have 356 days, nor the one before it 382.
    delay = 2 if after - this == 356 else 1 if this - before == 382 else 0
    return _EPOCH + this + delay


def _months(year: int) -> list[tuple[str, int]]:
    """Names and lengths of the months from Tishri on."""
    length = _new_year(year + 1) - _new_year(year)
    leap = (7 * year + 1) % 19 < 7
    adar = [("אדר א׳", 30), ("אדר ב׳", 29)] if leap else [("אדר", 29)]
    return [
        ("תשרי", 30),
        ("חשוון", 30 if length % 10 == 5 else 29),
        ("כסלו", 29 if length % 10 == 3 else 30),
        ("טבת", 29),
        ("שבט", 30),
        *adar,
        ("ניסן", 30),
        ("אייר", 29),
        ("סיוון", 30),
        ("תמוז", 29),
        ("אב", 30),
        ("אלול", 29),
    ]


def hebrew_numeral(number: int) -> str:
    """Write a number from 1 to 999 in letters, with the sign that marks letters as a number.

    Args:
        number: 1 to 999.

    Returns:
        For example ``ט״ו`` for 15 and ``ה׳`` for 5.
    """
    hundreds, rest = divmod(number, 100)
    # 15 and 16 are written 9+6 and 9+7, so as not to spell a divine name.
    letters = {15: "טו", 16: "טז"}.get(rest, _TENS[rest // 10] + _UNITS[rest % 10])
    letters = _HUNDREDS[hundreds] + letters
    return f"{letters}׳" if len(letters) == 1 else f"{letters[:-1]}״{letters[-1]}"


def hebrew_date(day: dt.date) -> str:
    """Write a Gregorian day as the Hebrew date of its daylight hours.

    Args:
        day: Gregorian date.

    Returns:
        Day, month and year in letters, such as ``י״ט בשבט התשפ״א``.

    Source: Reingold and Dershowitz, Calendrical Calculations, chapter on the Hebrew calendar (arithmetic).
    """
    ordinal = day.toordinal()
    year = day.year + 3761
    if ordinal < _new_year(year):
        year -= 1
    rest = ordinal - _new_year(year)
    month = ""
    for month, length in _months(year):  # noqa: B007 (the name is what the loop looks for)
        if rest < length:
            break
        rest -= length
    thousands, below = divmod(year, 1000)
    return f"{hebrew_numeral(rest + 1)} ב{month} {_UNITS[thousands]}{hebrew_numeral(below)}"
