"""States, sizes, ways back: small things that pages say in the same way everywhere."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from paraph.errors import ParaphError
from paraph.node.web.reasons import reason_in_words

__all__ = ["register"]

register = template.Library()

KILO: Final = 1000


@register.simple_tag
def state_tag(word: object, colour: str = "grey") -> SafeString:
    """A state, as a word on a colour."""
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, word)


@register.filter(name="bytes")
def size(count: float) -> SafeString:
    """A size for people."""
    left, units = float(count), ("B", "kB", "MB", "GB")
    unit = 0
    while left >= KILO and unit < len(units) - 1:
        left, unit = left / KILO, unit + 1
    text = f"{left:.0f}" if unit == 0 or left >= 10 * KILO else f"{left:.1f}"
    return format_html('<bdi dir="ltr">{} {}</bdi>', text, units[unit])


@register.filter
def in_words(error: ParaphError) -> str:
    """What a refusal means, in the reader's language; empty where its own English words are all there is."""
    return reason_in_words(error)


@register.inclusion_tag("web/back_link.html")
def back_link(url: str, label: object = "") -> dict[str, Any]:
    """The way back to where a page was opened from."""
    return {"url": url, "label": label or gettext("Back")}


@register.inclusion_tag("web/breadcrumbs.html")
def breadcrumbs(*pairs: object) -> dict[str, Any]:
    """Where a page lies: addresses and names in turn, from the outermost; the page itself is not among them."""
    return {"crumbs": list(zip(pairs[::2], pairs[1::2], strict=True))}
