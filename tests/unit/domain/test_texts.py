from __future__ import annotations

import dataclasses

import pytest

from paraph.domain.language import ByLanguage
from paraph.domain.texts import MAX_CLAUSES, MAX_PARTIES, Clause, InstrumentText, LanguageVersion, Paragraph
from paraph.errors import FormatError
from tests.support.specimens import declarations, party, text, version


def with_clause(words: str, lang: str = "he") -> InstrumentText:
    """The specimen text with other words in clause 2 of one language."""
    made = text()
    old = made.versions[lang]
    clause = Clause(heading="Heading", paragraphs=(Paragraph(text="Words."), Paragraph(text=words)))
    changed = dataclasses.replace(old, clauses=(old.clauses[0], clause))
    return dataclasses.replace(made, versions=ByLanguage({**dict(made.versions), lang: changed}))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("a\u202eb", "words-character"),
        ("{parties:long}", "token-unknown"),
        ("{party:celand}", "token-unknown"),
        ("{party:aland:formal}", "token-unknown"),
        ("{}", "token-unknown"),
        ("a { b", "brace-stray"),
        ("a } b", "brace-stray"),
        ("{{parties}}", "brace-stray"),
        ("", "words-missing"),
    ],
)
def test_messages_name_language_and_clause(words, code):
    with pytest.raises(FormatError) as caught:
        with_clause(words)
    assert caught.value.code == code
    assert "he, clause 2, paragraph 2" in caught.value.message


def test_every_token_is_accepted():
    with_clause(
        "{parties} {parties:short} {parties:in_title} {places} {done} {party:aland} {party:beland:short}"
    )


def test_a_version_the_declarations_do_not_list_is_refused():
    with pytest.raises(FormatError, match="language sq: the declarations do not list it"):
        text(declarations=declarations(("en", "he")))


def test_a_declared_language_without_version_is_refused():
    with pytest.raises(FormatError, match="language fr: no version"):
        text(declarations=declarations(("en", "he", "sq", "fr")))


def test_a_party_is_named_in_exactly_the_languages_of_the_text():
    with pytest.raises(FormatError, match="party aland: names in sq is missing"):
        text(parties=(party("aland", ("en", "he")), party("beland")))
    with pytest.raises(FormatError, match="party aland: names in fr is given"):
        text(parties=(party("aland", ("en", "fr", "he", "sq")), party("beland")))


def test_particulars_can_be_narrowed_to_the_languages_of_a_text():
    wide = party("aland", ("en", "fr", "he", "sq"))
    assert wide.in_languages(("he", "en")) == party("aland", ("en", "he"))
    with pytest.raises(FormatError, match="no names in ar"):
        wide.in_languages(("ar",))


@pytest.mark.parametrize("names", [("beland", "aland"), ("aland", "aland"), ()])
def test_parties_stand_once_each_in_order(names):
    with pytest.raises(FormatError):
        text(parties=tuple(party(name) for name in names))


def test_two_parties_cannot_bear_one_name():
    twin = dataclasses.replace(party("aland"), names=party("beland").names)
    with pytest.raises(FormatError, match="two parties bear the same formal name"):
        text(parties=(twin, party("beland")))


def test_limits_are_checked():
    with pytest.raises(FormatError, match=f"1 to {MAX_PARTIES} parties"):
        text(tuple(f"p{number:03}" for number in range(MAX_PARTIES + 1)))
    clause = Clause(heading="", paragraphs=(Paragraph(text="Words."),))
    long = LanguageVersion(title="T", clauses=(clause,) * (MAX_CLAUSES + 1))
    with pytest.raises(FormatError, match="clauses"):
        text(langs=("en",), versions=ByLanguage({"en": long}))


def test_a_clause_needs_words_but_no_heading():
    bare = LanguageVersion(title="T", clauses=(Clause(heading="", paragraphs=(Paragraph(text="Words."),)),))
    text(langs=("en",), versions=ByLanguage({"en": bare}))
    empty = LanguageVersion(title="T", clauses=(Clause(heading="H", paragraphs=()),))
    with pytest.raises(FormatError, match="en, clause 1: no paragraph"):
        text(langs=("en",), versions=ByLanguage({"en": empty}))


def test_a_party_is_found_by_its_identifier():
    assert text().party("beland").id == "beland"
    with pytest.raises(KeyError):
        text().party("celand")


@pytest.mark.parametrize("field", ["formal", "short", "in_title", "caption"])
def test_names_hold_no_tokens(field):
    names = dataclasses.replace(party("aland").names["en"], **{field: "{parties}"})
    with pytest.raises(FormatError, match="party aland, en"):
        dataclasses.replace(party("aland", ("en",)), names=ByLanguage({"en": names}))


def test_words_are_walked_in_reading_order():
    places = [place for place, _ in version("en", clauses=1).words("en")]
    assert places == [
        "en, title",
        "en, preamble, paragraph 1",
        "en, clause 1, heading",
        "en, clause 1, paragraph 1",
        "en, clause 1, paragraph 1, point 1",
        "en, clause 1, paragraph 1, point 2",
        "en, closing, paragraph 1",
    ]
