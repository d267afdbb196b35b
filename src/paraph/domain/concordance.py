"""Concordance: do all language versions have the same clauses, paragraphs, points and tokens?

It compares structure only. Whether the words mean the same is certified by people.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraph.domain.declarations import missing_declarations
from paraph.domain.remarks import Remark
from paraph.errors import LocalActError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraph.domain.texts import InstrumentText, LanguageVersion, Paragraph

__all__ = ["concordance", "require_ready"]

_TOKEN = re.compile(r"\{([^{}]*)\}")


def concordance(text: InstrumentText) -> tuple[Remark, ...]:
    """Compare the structure of every version with that of the first declared language.

    Args:
        text: The text.

    Returns:
        A remark for every place where a version has more, fewer or other parts; empty if all agree.
    """
    first, *others = text.declarations.langs
    return tuple(
        remark
        for lang in others
        for remark in _Pair(first, lang).versions(text.versions[first], text.versions[lang])
    )


def require_ready(text: InstrumentText) -> None:
    """Refuse a text that may not be initialled.

    Args:
        text: The text.

    Raises:
        LocalActError: ``declarations-missing`` or ``concordance`` naming what has to be mended.
    """
    if missing := missing_declarations(text.declarations):
        raise LocalActError(
            "declarations-missing",
            f"{text.number} does not declare {', '.join(missing)}; declare it before initialling",
            number=text.number,
            missing=", ".join(missing),
        )
    if remarks := concordance(text):
        raise LocalActError(
            "concordance",
            f"{text.number}: {remarks[0].lang}, {remarks[0].where}: {remarks[0].message}",
            number=text.number,
            remarks=len(remarks),
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two languages that are compared: the first declared one and another."""

    one: str
    other: str

    def versions(self, a: LanguageVersion, b: LanguageVersion) -> Iterator[Remark]:
        yield from self.words("title", a.title, b.title)
        yield from self.paragraphs("preamble", a.preamble, b.preamble)
        yield from self.count("clauses", "clauses", len(a.clauses), len(b.clauses))
        for number, (this, that) in enumerate(zip(a.clauses, b.clauses, strict=False), 1):
            where = f"clause {number}"
            if bool(this.heading) != bool(that.heading):
                named = self.one if this.heading else self.other
                yield self.remark(where, f"only {named} has a heading; give both one or neither")
            yield from self.words(f"{where}, heading", this.heading, that.heading)
            yield from self.paragraphs(where, this.paragraphs, that.paragraphs)
        yield from self.paragraphs("closing", a.closing, b.closing)

    def paragraphs(self, where: str, a: tuple[Paragraph, ...], b: tuple[Paragraph, ...]) -> Iterator[Remark]:
        yield from self.count(where, "paragraphs", len(a), len(b))
        for number, (this, that) in enumerate(zip(a, b, strict=False), 1):
            at = f"{where}, paragraph {number}"
            yield from self.count(at, "points", len(this.points), len(that.points))
            yield from self.words(at, this.text, that.text)
            for point, (words, others) in enumerate(zip(this.points, that.points, strict=False), 1):
                yield from self.words(f"{at}, point {point}", words, others)

    def count(self, where: str, what: str, a: int, b: int) -> Iterator[Remark]:
        if a != b:
            yield self.remark(where, f"{b} {what}, but {a} in {self.one}; make them the same")

    def words(self, where: str, a: str, b: str) -> Iterator[Remark]:
        named, others = Counter(_named(a)), Counter(_named(b))
        for token in sorted((named - others) | (others - named)):
            yield self.remark(
                where, f"{{{token}}} does not stand here as often as in {self.one}; use the same tokens"
            )

    def remark(self, where: str, message: str) -> Remark:
        return Remark(code="concordance", lang=self.other, where=where, message=message)


def _named(words: str) -> list[str]:
    # The form of a name may differ between languages (grammar does), who is named may not.
    return [re.sub(r":(short|in_title)$", "", token) for token in _TOKEN.findall(words)]
