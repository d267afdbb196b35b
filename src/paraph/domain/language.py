"""Languages of a text: tags, writing direction, and values kept per language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from paraph.errors import FormatError

__all__ = ["ByLanguage", "Direction", "check_tag", "direction", "nearest"]

Direction = Literal["ltr", "rtl"]
V_co = TypeVar("V_co", covariant=True)

LINGUA_FRANCA: Final = "en"
"""Shown to whoever reads none of the languages in which something is there."""

# Longest tag accepted: language, script, region and one variant ("az-Arab-IR-western") fit well inside.
MAX_TAG_CHARS: Final = 35
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-[0-9]{3})?(-[a-z0-9]{5,8})?")
# Languages written from right to left unless a script subtag says otherwise.
_RTL_LANGUAGES: Final = frozenset("ar arc ckb dv fa he iw khw ks ps sd syr ug ur yi".split())
_RTL_SCRIPTS: Final = frozenset({"Arab", "Hebr", "Nkoo", "Syrc", "Thaa", "Adlm"})


def check_tag(lang: str) -> str:
    """Accept a language tag written the one canonical way, or say what is wrong.

    Args:
        lang: Candidate tag, such as ``he`` or ``sr-Cyrl``.

    Returns:
        The same tag.

    Raises:
        FormatError: ``language-tag`` if it is not in canonical case and form.

    Source: BCP 47 (RFC 5646) sections 2.1 and 2.1.1, restricted to language-script-region-variant.
    """
    if len(lang) > MAX_TAG_CHARS or not _TAG.fullmatch(lang):
        raise FormatError(
            "language-tag",
            f"{lang[:MAX_TAG_CHARS]!r} is not a language tag; write for example en, he, sq or sr-Cyrl",
        )
    return lang


def direction(lang: str) -> Direction:
    """Say in which direction a language is written.

    Args:
        lang: Language tag.

    Returns:
        ``rtl`` for Hebrew, Arabic and their kin or for a right-to-left script subtag, else ``ltr``.
    """
    primary, *rest = lang.split("-")
    for subtag in rest:
        if len(subtag) == 4 and subtag.isalpha():
            return "rtl" if subtag in _RTL_SCRIPTS else "ltr"
    return "rtl" if primary in _RTL_LANGUAGES else "ltr"


def nearest(langs: Collection[str], wanted: str = LINGUA_FRANCA) -> str:
    """Which of several languages to show somebody: the wanted one, else English, else the first tag; empty if there is none."""
    return next((lang for lang in (wanted, LINGUA_FRANCA, *sorted(langs)) if lang in langs), "")


@dataclass(frozen=True, slots=True, init=False)
class ByLanguage(Generic[V_co]):
    """Values by language tag: immutable, hashable, in order of tag, read like a dictionary.

    Equality and hash are those of the contents, so texts can be compared and kept in sets.
    """

    _pairs: tuple[tuple[str, V_co], ...]

    def __init__(self, values: Mapping[str, V_co]) -> None:
        object.__setattr__(self, "_pairs", tuple((lang, values[lang]) for lang in sorted(values)))

    def __getitem__(self, lang: str) -> V_co:
        for tag, value in self._pairs:
            if tag == lang:
                return value
        raise KeyError(lang)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._pairs)

    def __contains__(self, lang: object) -> bool:
        return any(tag == lang for tag, _ in self._pairs)

    def keys(self) -> tuple[str, ...]:
        """Tags in code-point order."""
        return tuple(tag for tag, _ in self._pairs)

    def values(self) -> tuple[V_co, ...]:
        """Values in order of tag."""
        return tuple(value for _, value in self._pairs)

    def items(self) -> tuple[tuple[str, V_co], ...]:
        """Pairs of tag and value in order of tag."""
        return self._pairs
