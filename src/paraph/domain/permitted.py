"""In what two originals of one text differ, line by line, and by which rule of the alternat.

`composition.canonical` proves that nothing else differs; this says it to people who hold both originals side by side.

Source: docs/spec/composition.md sections 2 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraph.domain.originals import ComposedParagraph, Cover, Original, OriginalVersion, SignatureBlock

__all__ = ["Permitted", "Reason", "permitted_differences"]


class Reason(StrEnum):
    """Which rule of the alternat makes a line differ."""

    PARTY_ORDER = "party-order"
    LANGUAGE_ORDER = "language-order"
    POSITION = "position"
    COVER = "cover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """One line that differs.

    Attributes:
        reason: Why it may.
        lang: Language of the line, or "".
        where: Place ("clause 3, paragraph 1"); "cover", "signatures" or "languages" outside the text.
        one: Its words on the one original.
        other: Its words on the other.
    """

    reason: Reason
    lang: str
    where: str
    one: str
    other: str


def permitted_differences(one: Original, other: Original) -> tuple[Permitted, ...]:
    """Compare two originals of one text.

    Args:
        one: An original.
        other: Another one of the same text.

    Returns:
        Every line that differs, in the order of the one: languages, cover, text, signatures.
    """
    return tuple(_walk(one, other))


def _walk(one: Original, other: Original) -> Iterator[Permitted]:
    langs = [version.lang for version in one.versions]
    others = [version.lang for version in other.versions]
    if langs != others:
        yield Permitted(
            reason=Reason.LANGUAGE_ORDER,
            lang="",
            where="languages",
            one=", ".join(langs),
            other=", ".join(others),
        )
    covers = {cover.lang: cover for cover in other.cover}
    for cover in one.cover:
        yield from _cover(cover, covers[cover.lang])
    versions = {version.lang: version for version in other.versions}
    for version in one.versions:
        yield from _version(version, versions[version.lang])
    yield from _blocks(one, other)


def _cover(one: Cover, other: Cover) -> Iterator[Permitted]:
    if one.kept_by != other.kept_by:
        yield Permitted(
            reason=Reason.COVER, lang=one.lang, where="cover", one=one.kept_by, other=other.kept_by
        )
    for words, others in ((one.title.text, other.title.text), (one.parties, other.parties)):
        yield from _line(one.lang, "cover", words, others)


def _version(one: OriginalVersion, other: OriginalVersion) -> Iterator[Permitted]:
    lang = one.lang
    yield from _line(lang, "title", one.title.text, other.title.text)
    yield from _paragraphs(lang, "preamble", one.preamble, other.preamble)
    for number, (clause, counterpart) in enumerate(zip(one.clauses, other.clauses, strict=True), 1):
        yield from _line(lang, f"clause {number}, heading", clause.heading.text, counterpart.heading.text)
        yield from _paragraphs(lang, f"clause {number}", clause.paragraphs, counterpart.paragraphs)
    yield from _paragraphs(lang, "closing", one.closing, other.closing)
    yield from _line(lang, "closing", one.testimonium, other.testimonium)


def _paragraphs(
    lang: str, where: str, one: tuple[ComposedParagraph, ...], other: tuple[ComposedParagraph, ...]
) -> Iterator[Permitted]:
    for number, (a, b) in enumerate(zip(one, other, strict=True), 1):
        at = f"{where}, paragraph {number}"
        yield from _line(lang, at, a.words.text, b.words.text)
        for point, (words, others) in enumerate(zip(a.points, b.points, strict=True), 1):
            yield from _line(lang, f"{at}, point {point}", words.text, others.text)


def _line(lang: str, where: str, one: str, other: str) -> Iterator[Permitted]:
    # Both come from the same words with the same tokens: only names in another order can differ.
    if one != other:
        yield Permitted(reason=Reason.PARTY_ORDER, lang=lang, where=where, one=one, other=other)


def _blocks(one: Original, other: Original) -> Iterator[Permitted]:
    others = {block.party: block for block in other.blocks}
    for block in one.blocks:
        counterpart = others[block.party]
        if (block.row, block.column) != (counterpart.row, counterpart.column):
            yield Permitted(
                reason=Reason.POSITION,
                lang=block.lang,
                where="signatures",
                one=_stands(block),
                other=_stands(counterpart),
            )
        captions = tuple(caption.text for caption in block.captions)
        turned = tuple(caption.text for caption in counterpart.captions)
        if captions != turned:
            yield Permitted(
                reason=Reason.LANGUAGE_ORDER,
                lang=block.lang,
                where="signatures",
                one=" / ".join(captions),
                other=" / ".join(turned),
            )


def _stands(block: SignatureBlock) -> str:
    """Where a block stands on paper: row and column from the upper left, counted from 1."""
    return f"{block.party}: {block.row + 1}.{block.column + 1}"
