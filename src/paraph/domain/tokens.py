"""Tokens: the places in a text where names stand in an order that the alternat decides.

A token is written in braces. ``{parties}``, ``{places}`` and ``{done}`` name every party, in order;
``{party:ID}`` names one party, in whatever order, so that its spelling is written in one place only.
No other brace may stand in a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paraph.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["NAME_FORMS", "Span", "Words", "check_tokens", "expand", "restore"]

# Forms a name can take after a second colon; without one the formal name stands.
NAME_FORMS: Final = ("formal", "short", "in_title")
# A token names a party and a form; nothing longer is one.
MAX_TOKEN_CHARS: Final = 96

_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_COLLECTIVE: Final = frozenset({"parties", "parties:short", "parties:in_title", "places", "done"})


@dataclass(frozen=True, slots=True)
class Span:
    """Where a token was expanded: characters ``start`` to ``end`` (exclusive) of the words."""

    start: int
    end: int
    token: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words as printed, with the places that came from tokens."""

    text: str
    spans: tuple[Span, ...] = ()


def check_tokens(words: str, where: str, parties: Collection[str]) -> None:
    """Accept words whose braces are all known tokens.

    Args:
        words: Words with tokens.
        where: Place in the text, for the message.
        parties: Identifiers a token may name.

    Raises:
        FormatError: ``token-unknown`` for a token that does not exist or names no party of the text,
            ``brace-stray`` for a brace outside a token.
    """
    for match in _BRACED.finditer(words):
        token = match.group(1)
        kind, _, rest = token.partition(":")
        party, _, _form = rest.partition(":")
        one_party = (
            kind == "party" and party in parties and rest in (party, f"{party}:short", f"{party}:in_title")
        )
        if len(token) <= MAX_TOKEN_CHARS and (token in _COLLECTIVE or one_party):
            continue
        raise FormatError(
            "token-unknown",
            f"{where}: {{{token[:MAX_TOKEN_CHARS]}}} is not a token; use {{parties}}, {{parties:short}}, "
            "{parties:in_title}, {places}, {done} or {party:ID} with :short or :in_title",
            where=where,
            token=token[:MAX_TOKEN_CHARS],
        )
    if "{" in (rest := _BRACED.sub("", words)) or "}" in rest:
        raise FormatError("brace-stray", f"{where}: a brace stands outside a token; remove it", where=where)


def expand(words: str, expansion: Callable[[str], str]) -> Words:
    """Replace every token by its words and remember where.

    Args:
        words: Words with tokens, already checked.
        expansion: Gives the words of a token (without braces).

    Returns:
        The printed words with one span per token, in order.
    """
    if "{" not in words:
        return Words(words)
    parts: list[str] = []
    spans: list[Span] = []
    length = end = 0
    for match in _BRACED.finditer(words):
        literal, put = words[end : match.start()], _put(match.group(1), match.start(), expansion)
        start = length + len(literal)
        length = start + len(put)
        spans.append(Span(start, length, match.group(1)))
        parts += (literal, put)
        end = match.end()
    parts.append(words[end:])
    return Words("".join(parts), tuple(spans))


def _put(token: str, start: int, expansion: Callable[[str], str]) -> str:
    """Words of a token; at the start of a sentence of its own, with a capital."""
    words = expansion(token)
    return words if start else words[:1].upper() + words[1:]


def restore(words: Words, expansion: Callable[[str], str]) -> str:
    """Put tokens back wherever the printed words are exactly those of the token.

    A span that was altered, or that lies outside the words, stays as printed, so the result differs from the
    text it should have come from.

    Args:
        words: Printed words with spans.
        expansion: As given to `expand`.

    Returns:
        Words with tokens.
    """
    parts: list[str] = []
    end = 0
    for span in words.spans:
        if not end <= span.start <= span.end <= len(words.text):
            break
        printed = words.text[span.start : span.end]
        parts.append(words.text[end : span.start])
        parts.append(
            "{" + span.token + "}" if _known(span.token, span.start, printed, expansion) else printed
        )
        end = span.end
    parts.append(words.text[end:])
    return "".join(parts)


def _known(token: str, start: int, printed: str, expansion: Callable[[str], str]) -> bool:
    try:
        return _put(token, start, expansion) == printed
    except (KeyError, ValueError):  # a token that names no party: not one of ours
        return False
