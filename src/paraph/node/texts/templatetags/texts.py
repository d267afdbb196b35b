"""Tags of the pages about texts: places in words, languages by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.utils.translation import gettext as _

from paraph.node.texts.declared import language_name
from paraph.node.texts.wording import anchor_of
from paraph.wire.words import digest_words

__all__ = ["register"]

register = template.Library()

_NUMBERED: Final = re.compile(r"(clause|paragraph|point) ([0-9]+)")


@register.filter
def place(where: str) -> str:
    """A place of a text in the reader's words: "Clause 3, paragraph 1"."""
    words = ", ".join(_part(part) for part in where.split(", ")) if where else _("the whole text")
    return words[:1].upper() + words[1:]


def _part(part: str) -> str:
    found = _NUMBERED.fullmatch(part)
    if found is None:
        plain = {
            "title": _("title"), "preamble": _("preamble"), "closing": _("closing"), "cover": _("cover"), "signatures": _("signatures"), "languages": _("languages"), "heading": _("heading"),
            "specimen": _("specimen banner"), "declarations": _("declarations"), "parties": _("parties"), "number": _("number"),
        }  # fmt: skip
        return plain.get(part, part)
    named = {
        "clause": _("clause %(n)s"),
        "paragraph": _("paragraph %(n)s"),
        "point": _("point %(n)s"),
    }
    return named[found[1]] % {"n": found[2]}


@register.filter
def anchor(where: str) -> str:
    """The name of a place inside a page."""
    return anchor_of(where)


@register.filter
def language(lang: str) -> str:
    """What a language is called."""
    return language_name(lang)


@register.filter
def at(values: Mapping[Any, Any], key: Any) -> Any:
    """One of several values."""
    return values.get(key, "")


@register.filter
def words(digest: str, count: int = 4) -> str:
    """The beginning of a digest in words, to read aloud."""
    return " ".join(digest_words(str(digest), int(count)))
