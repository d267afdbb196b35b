"""Fields, notices, ways to go, instants: what templates are made of."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from paraph.node.people.access import ACCESS
from paraph.node.web import navigation
from paraph.node.web.dates import day_in_words, entered_date
from paraph.node.web.navigation import add_entry, entries_for, here
from paraph.node.web.notices import notice, take_notices

CHOICES = (("a", "First"), ("b", "Second", "Said more."))


def drawn(template: str, lang: Any = "en", **context: Any) -> str:
    with translation.override(lang):
        return str(engines["django"].from_string(template).render(context))


def test_a_field_joins_its_label_hint_and_error() -> None:
    text = drawn('{% text_input "title" "Title" hint="As it is." %}', errors={"title": "Enter a title"})
    assert '<label class="govuk-label" for="title">Title</label>' in text
    assert 'aria-describedby="title-hint title-error"' in text
    assert 'id="title-hint"' in text and 'id="title-error"' in text
    assert "govuk-input--error" in text


def test_what_was_sent_wins_over_what_was_there() -> None:
    sent = QueryDict("title=sent&which=b&how=b&until-day=31&until-month=2&until-year=2026")
    given = {"entered": sent, "choices": CHOICES}
    assert 'value="sent"' in drawn('{% text_input "title" "Title" value="kept" %}', **given)
    assert 'value="b" checked' in drawn('{% radio_group "how" "How" choices value="a" %}', **given)
    text = drawn('{% checkbox_group "which" "Which" choices values=choices %}', **given)
    assert 'value="b" checked' in text and 'value="a" checked' not in text
    assert "checked" not in drawn('{% checkbox "sure" "Sure" checked=True %}', **given)
    assert 'value="31"' in drawn('{% date_input "until" "Until" value="2026-03-01" %}', **given)


def test_what_was_there_is_shown_first() -> None:
    assert 'value="kept"' in drawn('{% text_input "title" "Title" value="kept" %}')
    assert '<option value="b" selected>' in drawn(
        '{% select_box "peer" "Peer" choices value="b" %}', choices=CHOICES
    )
    assert "checked" in drawn('{% checkbox "sure" "Sure" checked=True %}')
    assert 'name="until-year" type="text" inputmode="numeric" value="2026"' in drawn(
        '{% date_input "until" "Until" value="2026-03-01" %}'
    )


def test_nothing_that_is_entered_becomes_markup() -> None:
    evil = {"entered": {"title": '"><script>'}, "errors": {"title": "<b>"}}
    for tag in ("text_input", "text_area"):
        text = drawn(f'{{% {tag} "title" "Title" %}}', **evil)
        assert "<script>" not in text and "<b>" not in text


def test_an_error_leads_to_the_first_choice() -> None:
    text = drawn('{% radio_group "how" "How" choices %}', choices=CHOICES)
    assert 'id="how" name="how" type="radio" value="a"' in text
    assert 'id="how-2" name="how" type="radio" value="b" aria-describedby="how-2-item-hint"' in text


@pytest.mark.parametrize(
    ("lang", "direction"), [("he", "rtl"), ("sq", "ltr"), ("az-Arab", "rtl"), ("ps", "rtl")]
)
def test_a_field_for_a_language_has_its_direction(lang: str, direction: str) -> None:
    text = drawn('{% text_area "text" "Text" lang=which %}', which=lang)
    assert f'lang="{lang}" dir="{direction}"' in text


@pytest.mark.parametrize(
    ("sent", "day"),
    [("", None), ("d-day=1&d-month=2&d-year=2021", dt.date(2021, 2, 1)), ("d-day=+1 &d-month=02&d-year=2021", dt.date(2021, 2, 1))],
)  # fmt: skip
def test_a_day_is_read_from_its_three_fields(sent: str, day: dt.date | None) -> None:
    assert entered_date(QueryDict(sent), "d") == day


@pytest.mark.parametrize(
    "sent", ["d-day=31&d-month=2&d-year=2021", "d-day=1", "d-day=x&d-month=2&d-year=2021", "d-day=1&d-month=2&d-year=0",
             "d-day=1&d-month=2&d-year=99999", "d-day=١&d-month=2&d-year=2021"],
)  # fmt: skip
def test_what_is_no_day_is_no_day(sent: str) -> None:
    with pytest.raises(ValueError):
        entered_date(QueryDict(sent), "d")


def test_an_instant_is_utc_in_every_language() -> None:
    for lang in ("en", "he", "sq"):
        text = drawn("{{ at|instant }}", lang, at="2021-02-01T13:30:00Z")
        assert '<bdi dir="ltr">' in text
        assert re.sub(r"<[^>]+>", "", text) == "2021-02-01 13:30:00 UTC"
    assert "nonsense" in drawn("{{ at|instant }}", at="nonsense")


def test_a_room_has_its_own_clock_and_its_own_day() -> None:
    text = drawn('{{ at|instant_in:"Asia/Jerusalem" }}', at="2021-02-01T22:30:00Z")
    assert "2 February 2021" in text and "00:30" in text and "Asia/Jerusalem" in text
    assert 'datetime="2021-02-01T22:30:00Z"' in text
    assert "2 shkurt 2021" in drawn('{{ at|instant_in:"Asia/Jerusalem" }}', "sq", at="2021-02-01T22:30:00Z")
    assert "UTC" in drawn('{{ at|instant_in:"Mars/Olympus" }}', at="2021-02-01T22:30:00Z")
    assert "UTC" in drawn('{{ at|instant_in:"../../etc/passwd" }}', at="2021-02-01T22:30:00Z")


def test_readers_of_hebrew_also_see_the_hebrew_date() -> None:
    assert day_in_words("2021-02-01", "he") == "1 בפברואר 2021 (י״ט בשבט התשפ״א)"
    assert day_in_words(dt.date(2021, 2, 1), "en") == "1 February 2021"
    assert "י״ט בשבט התשפ״א" in drawn("{{ day|day }}", "he", day="2021-02-01")
    assert day_in_words("soon", "he") == "soon"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000, "2.0 MB")]
)
def test_a_size_is_for_people(size: int, text: str) -> None:
    assert text in drawn("{{ size|bytes }}", size=size)


def test_a_state_is_a_word() -> None:
    assert (
        drawn("{% state_tag word 'red' %}", word="Fail")
        == '<strong class="govuk-tag govuk-tag--red">Fail</strong>'
    )


def test_a_notice_is_said_once() -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    notice(request, "Done.")
    notice(request, "Mind this.", good=False)
    assert [(one.text, one.good) for one in take_notices(request)] == [("Done.", True), ("Mind this.", False)]
    assert take_notices(request) == []
    for index in range(9):
        notice(request, index)
    assert [one.text for one in take_notices(request)] == ["4", "5", "6", "7", "8"]


def test_ways_are_offered_in_order_and_only_to_those_who_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    add_entry("language", "Second", order=20, covers=("people",))
    add_entry("people:sign-in", "First", order=10)
    add_entry("no-such-address", "Nowhere", order=5)
    request = RequestFactory().get("/")
    assert entries_for(request) == []
    request.would_let = lambda _name: True  # type: ignore[attr-defined]
    assert [link.label for link in entries_for(request)] == ["First", "Second"]
    request.would_let = lambda name: name != "language"  # type: ignore[attr-defined]
    assert [link.label for link in entries_for(request)] == ["First"]


def test_an_answer_to_a_form_has_an_address_that_shows_it_again() -> None:
    factory = RequestFactory(HTTP_HOST="localhost")
    assert here(factory.get("/desk?page=2")) == "/desk?page=2"
    assert here(factory.post("/people/add", HTTP_REFERER="http://localhost/people?x=1")) == "/people?x=1"
    assert here(factory.post("/people/add", HTTP_REFERER="https://evil.example/people")) == "/"
    assert here(factory.post("/people/add")) == "/"


def test_every_entry_leads_to_an_address_in_the_table() -> None:
    assert set(navigation._entries) <= set(ACCESS)
