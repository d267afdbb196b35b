"""Tags and filters that every template has."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from paraph.domain.language import ByLanguage, direction
from paraph.node.web.assets import asset_url
from paraph.node.web.reader import readers_language

__all__ = ["register"]

register = template.Library()

SHORT_DIGEST = 12

register.filter("direction", direction)


@register.simple_tag
def asset(name: str) -> str:
    """Address of a style sheet or script."""
    return asset_url(name)


@register.filter
def in_language(values: Mapping[str, str] | ByLanguage[str]) -> SafeString:
    """What is written in several languages, in the reader's if it is there, with its own ``lang`` and ``dir``."""
    lang = readers_language(values)
    words = values[lang] if lang else ""
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', lang, direction(lang), words)


@register.filter
def name(value: object) -> SafeString:
    """A name: kept apart from the direction of the words around it."""
    return format_html("<bdi>{}</bdi>", value)


@register.filter
def ident(value: object) -> SafeString:
    """A number, an id or an instant: always written from left to right."""
    return format_html('<bdi dir="ltr" class="paraph-id">{}</bdi>', value)


@register.filter
def digest(value: object) -> SafeString:
    """The beginning of a digest, with all of it on hovering."""
    text = str(value)
    return format_html(
        '<bdi dir="ltr" class="paraph-digest" title="{}">{}</bdi>',
        text,
        text[:SHORT_DIGEST] + "…" if len(text) > SHORT_DIGEST else text,
    )
