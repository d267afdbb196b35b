from __future__ import annotations

import pytest

from paraph.domain.calendar import date_in_words, day_month_year


@pytest.mark.parametrize(
    ("date", "lang", "words"),
    [
        ("2021-02-01", "en", "the first day of February 2021"),
        ("2020-12-31", "en", "the thirty-first day of December 2020"),
        ("2021-02-01", "sq", "një shkurt 2021"),
        ("2021-05-23", "sq", "njëzet e tre maj 2021"),
        ("2021-02-01", "he", "י״ט בשבט התשפ״א, שהוא יום 1 בפברואר 2021"),
        ("2021-02-01", "fr", "2021-02-01"),
    ],
)
def test_dates_in_words(date, lang, words):
    assert date_in_words(date, lang) == words


@pytest.mark.parametrize(
    ("lang", "written"),
    [("en", "1 February 2021"), ("he", "1 בפברואר 2021"), ("sq", "1 shkurt 2021"), ("ar", "2021-02-01")],
)
def test_short_dates(lang, written):
    assert day_month_year("2021-02-01", lang) == written
