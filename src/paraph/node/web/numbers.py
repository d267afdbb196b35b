"""Numbers that a form or an address brings as words."""

from __future__ import annotations

from typing import Final

__all__ = ["number_in"]

MOST_DIGITS: Final = 15
"""No count and no key of a table has more; Python takes its time with very long ones."""


def number_in(words: str, otherwise: int = 0) -> int:
    """A number from 0 in plain digits; something else if there is none."""
    plain = words.isascii() and words.isdigit() and len(words) <= MOST_DIGITS
    return int(words) if plain else otherwise
