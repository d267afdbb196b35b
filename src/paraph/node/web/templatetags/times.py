"""Filters for instants and days: UTC as evidence has it, local time as a room has it, and other calendars."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language

from paraph.node.web.dates import as_instant, day_in_words, in_zone

__all__ = ["register"]

register = template.Library()


MONTH: Final = dt.timedelta(days=28)
"""From here on the calendar matters: months are not equally long."""

STEPS: Final = (
    (dt.timedelta(weeks=1), dt.timedelta(days=1)),
    (dt.timedelta(days=1), dt.timedelta(hours=1)),
    (dt.timedelta(), dt.timedelta(minutes=1)),
)
"""Two units next to each other are shown: what is smaller than the second of them changes nothing."""

BEGINNING: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def _stamp(instant: dt.datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


@register.filter(name="instant")
def written_instant(value: object) -> SafeString:
    """An instant in UTC, to the second: the same in all languages."""
    return _written(value if isinstance(value, dt.datetime) else str(value))


@lru_cache(maxsize=1024)
def _written(value: dt.datetime | str) -> SafeString:
    """One instant; lists show the same ones again whenever they are looked at."""
    instant = as_instant(value)
    if instant is None:
        return format_html('<bdi dir="ltr">{}</bdi>', value)
    return format_html(
        '<time datetime="{}" class="paraph-time"><bdi dir="ltr"><span class="paraph-nowrap">{}</span> '
        '<span class="paraph-nowrap">{} UTC</span></bdi></time>',
        _stamp(instant),
        instant.strftime("%Y-%m-%d"),
        instant.strftime("%H:%M:%S"),
    )


@register.filter
def instant_in(value: object, zone: str) -> SafeString:
    """An instant as the clocks of a place show it, with the name of the zone; UTC where the zone is not known."""
    local = in_zone(value, zone)
    if local is None:
        return written_instant(value)
    return format_html(
        '<time datetime="{}" class="paraph-time">{}, <bdi dir="ltr">{}</bdi> <bdi dir="ltr">({})</bdi></time>',
        _stamp(local.astimezone(dt.UTC)),
        day_in_words(local.date(), get_language() or "en"),
        local.strftime("%H:%M"),
        zone,
    )


@register.filter
def day(value: dt.date | str) -> SafeString:
    """A day in words; readers of Hebrew also see the Hebrew date."""
    iso = value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else str(value)
    words = day_in_words(value, get_language() or "en")
    return format_html('<time datetime="{}" class="paraph-time"><bdi>{}</bdi></time>', iso, words)


@register.filter
def since(value: object) -> str:
    """How long ago an instant was, in the largest units; empty if it is none."""
    instant = as_instant(value)
    if instant is None:
        return ""
    elapsed = dt.datetime.now(dt.UTC) - instant
    if not dt.timedelta() <= elapsed < MONTH:
        return timesince(instant)
    step = next(unit for size, unit in STEPS if elapsed >= size)
    return _ago(elapsed // step * step, get_language() or "en")


@lru_cache(maxsize=2048)
def _ago(elapsed: dt.timedelta, _lang: str) -> str:
    """How long ago, in the language of the page; there are few such answers, and making one costs more than a line of a list."""
    return timesince(BEGINNING, BEGINNING + elapsed)
