"""Words of a text as a reader meets them: names in the places of tokens, clauses with their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.alternat import expansion, precedence
from paraph.domain.phrases import phrases_of
from paraph.domain.texts import InstrumentText, LanguageVersion, Paragraph
from paraph.domain.tokens import expand

__all__ = ["Cell", "Line", "Part", "anchor_of", "expanded_title", "part_of", "parts_of", "words_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph as read, and its points."""

    where: str
    words: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One part of the text in one language; without lines and heading if that version has no such part."""

    lang: str
    label: str = ""
    heading: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the text, in all languages: the title, the preamble, a clause or the closing."""

    where: str
    anchor: str
    cells: tuple[Cell, ...]


def anchor_of(where: str) -> str:
    """The name of a place inside a page."""
    return where.replace(", ", "-").replace(" ", "-") or "whole"


def part_of(where: str) -> str:
    """The part in which a place lies: "clause 3" for "clause 3, paragraph 1"."""
    return where.partition(", ")[0]


def words_of(text: InstrumentText, lang: str) -> Callable[[str], str]:
    """Puts names in the places of tokens, in alphabetical order of the parties: no original decides here."""
    words = expansion(precedence(text, None, lang), lang)
    return lambda written: expand(written, words).text


def expanded_title(text: InstrumentText, lang: str) -> str:
    """The title in one language."""
    return words_of(text, lang)(text.versions[lang].title)


def parts_of(text: InstrumentText, langs: tuple[str, ...] = ()) -> tuple[Part, ...]:
    """A text part by part, in the order of reading.

    Args:
        text: The text.
        langs: Languages to show; all of the text by default.
    """
    langs = langs or text.declarations.langs
    wheres = ["title"]
    if any(text.versions[lang].preamble for lang in langs):
        wheres.append("preamble")
    most = max(len(text.versions[lang].clauses) for lang in langs)
    wheres += [f"clause {number}" for number in range(1, most + 1)]
    if any(text.versions[lang].closing for lang in langs):
        wheres.append("closing")
    return tuple(
        Part(where=where, anchor=anchor_of(where), cells=tuple(_cell(text, lang, where) for lang in langs))
        for where in wheres
    )


def _cell(text: InstrumentText, lang: str, where: str) -> Cell:
    version, put = text.versions[lang], words_of(text, lang)
    if where == "title":
        return Cell(lang=lang, heading=put(version.title))
    if where in ("preamble", "closing"):
        return Cell(lang=lang, lines=_lines(getattr(version, where), where, put))
    number = int(where.rpartition(" ")[2])
    if number > len(version.clauses):
        return Cell(lang=lang)
    clause = version.clauses[number - 1]
    return Cell(
        lang=lang,
        label=phrases_of(lang).label(text.declarations.nature, number),
        heading=put(clause.heading),
        lines=_lines(clause.paragraphs, where, put),
    )


def _lines(paragraphs: tuple[Paragraph, ...], where: str, put: Callable[[str], str]) -> tuple[Line, ...]:
    return tuple(
        Line(
            where=f"{where}, paragraph {number}",
            words=put(one.text),
            points=tuple(put(point) for point in one.points),
        )
        for number, one in enumerate(paragraphs, 1)
    )


def words_at(text: InstrumentText, lang: str, where: str) -> tuple[str, tuple[str, ...]]:
    """What stands at a place that a reviser ticks: words, and the points under them."""
    version: LanguageVersion = text.versions[lang]
    put = words_of(text, lang)
    if where == "title":
        return put(version.title), ()
    part, _, inner = where.partition(", ")
    index = int(inner.rpartition(" ")[2]) - 1 if inner != "heading" else -1
    if part in ("preamble", "closing"):
        paragraphs = getattr(version, part)
    else:
        number = int(part.rpartition(" ")[2]) - 1
        if number >= len(version.clauses):
            return "", ()
        if inner == "heading":
            return put(version.clauses[number].heading), ()
        paragraphs = version.clauses[number].paragraphs
    if index >= len(paragraphs):
        return "", ()
    return put(paragraphs[index].text), tuple(put(point) for point in paragraphs[index].points)
