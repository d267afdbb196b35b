from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from paraph.domain.declarations import (
    Declarations,
    EntryIntoForce,
    EntryRule,
    LanguageStatus,
    TextStatus,
    check_date,
    missing_declarations,
)
from paraph.errors import FormatError
from tests.support.specimens import declarations


def test_a_complete_set_misses_nothing():
    assert missing_declarations(declarations()) == ()


@pytest.mark.parametrize("name", ["nature", "conclusion", "method", "entry_into_force"])
def test_each_open_declaration_is_named(name):
    opened: dict[str, Any] = {name: None}
    assert missing_declarations(dataclasses.replace(declarations(), **opened)) == (name,)


def test_an_empty_draft_misses_everything():
    draft = Declarations(
        nature=None,
        languages=(LanguageStatus(lang="en", status=None),),
        conclusion=None,
        method=None,
        entry_into_force=None,
    )
    assert missing_declarations(draft) == (
        "nature",
        "languages.en",
        "conclusion",
        "method",
        "entry_into_force",
    )
    assert draft.to_json() == {"languages": [{"lang": "en"}], "alternat": "by-copy", "layout": "sequence"}


def test_courtesy_translations_alone_are_no_authentic_text():
    only = (LanguageStatus(lang="en", status=TextStatus.COURTESY),)
    assert missing_declarations(declarations(languages=only)) == ("languages",)


def test_two_versions_cannot_both_prevail():
    both = tuple(LanguageStatus(lang=lang, status=TextStatus.PREVAILING) for lang in ("en", "he"))
    with pytest.raises(FormatError, match="en and he both prevail"):
        declarations(languages=both)


def test_a_language_is_declared_once():
    twice = (LanguageStatus(lang="en", status=None), LanguageStatus(lang="en", status=TextStatus.AUTHENTIC))
    with pytest.raises(FormatError, match="language en is listed twice"):
        declarations(languages=twice)


@pytest.mark.parametrize(
    ("rule", "days", "date", "code"),
    [
        (EntryRule.DAYS_AFTER_LATER_NOTIFICATION, None, "", "entry-days"),
        (EntryRule.ON_CONCLUSION, 3, "", "entry-days"),
        (EntryRule.DAYS_AFTER_LATER_NOTIFICATION, -1, "", "entry-days"),
        (EntryRule.DAYS_AFTER_LATER_NOTIFICATION, 3651, "", "entry-days"),
        (EntryRule.FIXED_DATE, None, "", "entry-date"),
        (EntryRule.NONE, None, "2021-02-01", "entry-date"),
        (EntryRule.FIXED_DATE, None, "2021-02-30", "date"),
    ],
)
def test_an_entry_rule_has_exactly_what_it_needs(rule, days, date, code):
    with pytest.raises(FormatError) as caught:
        EntryIntoForce(rule=rule, days=days, date=date)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "date", ["2021-2-1", "20210201", "2021-W05-1", "01.02.2021", "", "2021-02-30", "٢٠٢١-٠٢-٠١"]
)
def test_dates_have_one_spelling(date):
    with pytest.raises(FormatError):
        check_date(date, "party aland")


def test_status_of_a_language_the_text_does_not_have_is_none():
    assert declarations().status("he") is TextStatus.AUTHENTIC
    assert declarations().status("fr") is None
