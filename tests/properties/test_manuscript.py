"""A text that is written as Markdown is read as the same text, whatever its words look like."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.language import ByLanguage
from paraph.domain.texts import Clause, InstrumentText, LanguageVersion, Paragraph
from paraph.errors import FormatError
from paraph.wire.manuscript import write_instrument
from paraph.wire.markdown import read_instrument
from tests.support.specimens import text as made
from tests.support.specimens import texts


def again(text: InstrumentText) -> InstrumentText:
    return read_instrument(write_instrument(text), text.parties)


def authored(text: InstrumentText) -> InstrumentText:
    """The same text with the banner that Markdown gives it."""
    first = text.declarations.langs[0]
    versions = dict(text.versions.items())
    versions[first] = replace(versions[first], specimen=text.specimen)
    return replace(text, versions=ByLanguage(versions))


@given(texts())
@settings(max_examples=80)
def test_what_is_written_is_read_as_the_same_text(text: InstrumentText) -> None:
    assert again(authored(text)) == authored(text)


MARKS_ALONE = "\\`*_[]()<>#+-.!&~=|:\"'^$%/@;,?1aא "
PIECES = (*MARKS_ALONE, "&amp;", "&#35;", "a) ", "1. ", "---", "```", "<b>", "[x]: y", "\u200f", "\xa0")
MARKS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)


def words_of(candidate: str) -> str:
    return " ".join(candidate.split()) or "x"


@given(MARKS.map(words_of), MARKS.map(words_of), MARKS.map(words_of), MARKS.map(words_of))
@settings(max_examples=400)
def test_marks_of_markdown_are_words(title: str, heading: str, paragraph: str, point: str) -> None:
    version = LanguageVersion(
        title=title,
        preamble=(Paragraph(text=paragraph),),
        clauses=(
            Clause(heading=heading, paragraphs=(Paragraph(text=paragraph, points=(point, paragraph)),)),
            Clause(heading="", paragraphs=(Paragraph(text=point), Paragraph(text=heading))),
        ),
        closing=(Paragraph(text=point, points=(heading,)),),
    )
    try:
        text = replace(made(langs=("en",)), specimen="", versions=ByLanguage({"en": version}))
    except FormatError:  # words that no text can have
        return
    assert again(text) == text


@pytest.mark.parametrize("words", ["a) one", "(b) two", "א) שלום", "1. one", "1) one", "- one", "# one", "+ one", "> one", "=== one", "snake_case and _emphasis_", "AT&T &amp; co", "x `y` z", "C# #", "~~~", "----"])  # fmt: skip
def test_what_looks_like_markdown_stays_as_it_is(words: str) -> None:
    one = Paragraph(text=words, points=(words,))
    version = LanguageVersion(title=words, clauses=(Clause(heading=words, paragraphs=(one,)),))
    text = replace(made(langs=("en",)), specimen="", versions=ByLanguage({"en": version}))
    assert again(text) == text
