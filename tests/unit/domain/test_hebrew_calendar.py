from __future__ import annotations

import datetime as dt

import pytest

from paraph.domain.hebrew_calendar import hebrew_date, hebrew_numeral


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2021-02-01", "י״ט בשבט התשפ״א"),
        ("1948-05-14", "ה׳ באייר התש״ח"),
        ("2020-09-19", "א׳ בתשרי התשפ״א"),
        ("2020-09-18", "כ״ט באלול התש״ף"),
        ("2018-12-06", "כ״ח בכסלו התשע״ט"),
        ("2024-03-24", "י״ד באדר ב׳ התשפ״ד"),
        ("2023-03-07", "י״ד באדר התשפ״ג"),
        ("1961-04-18", "ב׳ באייר התשכ״א"),
        ("2000-01-01", "כ״ג בטבת התש״ס"),
    ],
)
def test_known_dates(day, written):
    assert hebrew_date(dt.date.fromisoformat(day)).replace("ף", "פ") == written.replace("ף", "פ")


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "א׳"), (15, "ט״ו"), (16, "ט״ז"), (30, "ל׳"), (115, "קט״ו"), (781, "תשפ״א")]
)
def test_numbers_in_letters(number, letters):
    assert hebrew_numeral(number) == letters


def test_days_follow_each_other_through_a_cycle_of_nineteen_years():
    first = dt.date(2005, 10, 4)  # 1 Tishri 5766
    numerals = {hebrew_numeral(number): number for number in range(1, 31)}
    previous = 0
    lengths = []
    for offset in range(6940):
        number = numerals[hebrew_date(first + dt.timedelta(offset)).split(" ")[0]]
        assert number in (previous + 1, 1)
        if number == 1 and previous:
            lengths.append(previous)
        previous = number
    assert set(lengths) == {29, 30}
    # 19 years of 12 months and 7 leap months.
    assert len(lengths) in (234, 235)
