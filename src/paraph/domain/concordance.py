"""Concordance: do all language versions have the same clauses, paragraphs, points and tokens?

It compares structure only. Whether the words mean the same is certified by people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraph.domain.declarations import missing_declarations
from paraph.domain.remarks import Remark
from paraph.errors import LocalActError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraph.domain.texts import InstrumentText, LanguageVersion, Paragraph

__all__ = ["concordance", "require_ready"]

_TOKEN = re.compile(r"\{([^{}:]*(?::[^{}:]*)?)[^{}]*\}")


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
        for remark in _versions(first, text.versions[first], lang, text.versions[lang])
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


def _versions(one: str, a: LanguageVersion, other: str, b: LanguageVersion) -> Iterator[Remark]:
    yield from _words(one, other, "title", a.title, b.title)
    yield from _paragraphs(one, other, "preamble", a.preamble, b.preamble)
    yield from _count(one, other, "clauses", "clauses", len(a.clauses), len(b.clauses))
    for number, (this, that) in enumerate(zip(a.clauses, b.clauses, strict=False), 1):
        where = f"clause {number}"
        if bool(this.heading) != bool(that.heading):
            with_heading = one if this.heading else other
            yield _remark(other, where, f"only {with_heading} has a heading; give both one or neither")
        yield from _words(one, other, f"{where}, heading", this.heading, that.heading)
        yield from _paragraphs(one, other, where, this.paragraphs, that.paragraphs)
    yield from _paragraphs(one, other, "closing", a.closing, b.closing)


def _paragraphs(
    one: str, other: str, where: str, a: tuple[Paragraph, ...], b: tuple[Paragraph, ...]
) -> Iterator[Remark]:
    yield from _count(one, other, where, "paragraphs", len(a), len(b))
    for number, (this, that) in enumerate(zip(a, b, strict=False), 1):
        at = f"{where}, paragraph {number}"
        yield from _count(one, other, at, "points", len(this.points), len(that.points))
        yield from _words(one, other, at, this.text, that.text)
        for point, (words, others) in enumerate(zip(this.points, that.points, strict=False), 1):
            yield from _words(one, other, f"{at}, point {point}", words, others)


def _count(one: str, other: str, where: str, what: str, a: int, b: int) -> Iterator[Remark]:
    if a != b:
        yield _remark(other, where, f"{b} {what}, but {a} in {one}; make them the same")


def _words(one: str, other: str, where: str, a: str, b: str) -> Iterator[Remark]:
    # The form of a name may differ (grammar does), who is named may not.
    named = [
        sorted(token.replace(":short", "").replace(":in_title", "") for token in _TOKEN.findall(words))
        for words in (a, b)
    ]
    if named[0] != named[1]:
        only = sorted(set(named[0]) ^ set(named[1])) or named[0]
        yield _remark(
            other, where, f"{{{only[0]}}} does not stand here as often as in {one}; use the same tokens"
        )


def _remark(lang: str, where: str, message: str) -> Remark:
    return Remark(code="concordance", lang=lang, where=where, message=message)
