"""How long ago: the words that Django has, also where they are remembered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from django.utils.timesince import timesince

from paraph.node.web.templatetags import times

HALF = dt.timedelta(seconds=30)
"""Time goes on while a test runs; in the middle of a minute that changes nothing."""

AGO = (
    dt.timedelta(minutes=-2),
    dt.timedelta(),
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=59),
    dt.timedelta(hours=1),
    dt.timedelta(hours=23, minutes=59),
    dt.timedelta(days=1),
    dt.timedelta(days=1, minutes=59),
    dt.timedelta(days=6, hours=23, minutes=59),
    dt.timedelta(weeks=1),
    dt.timedelta(weeks=2, days=3, hours=5),
    dt.timedelta(days=27, hours=23, minutes=59),
    dt.timedelta(days=28),
    dt.timedelta(days=31),
    dt.timedelta(days=800),
)


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
@pytest.mark.parametrize("ago", AGO)
def test_it_is_said_as_django_says_it(ago: dt.timedelta, lang: str) -> None:
    instant = dt.datetime.now(dt.UTC) - ago - HALF
    with translation.override(lang):
        assert times.since(instant.strftime("%Y-%m-%dT%H:%M:%SZ")) == timesince(instant)
        assert times.since(instant) == timesince(instant)


def test_what_is_no_instant_was_never() -> None:
    assert times.since("soon") == ""
