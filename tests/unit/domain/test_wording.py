from __future__ import annotations

import pytest

from paraph.domain.language import ByLanguage
from paraph.domain.texts import Clause, LanguageVersion, Nature, Paragraph
from paraph.domain.wording import wording
from tests.support.specimens import declarations, text


def found(lang: str, words: str, nature: Nature | None = Nature.POLITICAL) -> list[str]:
    """Words the lint remarks on in one sentence."""
    one = LanguageVersion(title="-", clauses=(Clause(heading="", paragraphs=(Paragraph(text=words),)),))
    made = text(
        langs=(lang,), declarations=declarations((lang,), nature=nature), versions=ByLanguage({lang: one})
    )
    return [remark.word for remark in wording(made)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The Parties shall agree.", ["shall", "agree", "Parties"]),
        ("This Agreement enters into force today.", ["Agreement", "enters into force"]),
        ("The Participants will meet.", []),
        ("It does not create rights or obligations under international law.", []),
        ("It creates obligations.", ["obligations"]),
        ("It is not new; it creates obligations.", ["obligations"]),
        ("A marshall; third parties; human rights; departed.", []),
        ("Under the Vienna Convention of 1961.", []),
        ("Under that Convention.", ["Convention"]),
        ("{parties} and {party:aland}.", []),
        ("IN WITNESS WHEREOF", ["IN WITNESS WHEREOF"]),
    ],
)
def test_english_treaty_words_in_a_political_text(words, expected):
    assert found("en", words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("הצדדים הסכימו.", ["הצדדים", "הסכימו"]),
        ("ובהסכמים אלה", ["ובהסכמים"]),
        ("ללא הסכמת המשתתף", []),
        ("לצד השולחן, מצד אחר", []),
        ("הצד האחר", ["הצד"]),
        ("ייכנס לתוקף", ["ייכנס לתוקף"]),
        ("הוא אינו יוצר זכויות או חובות", []),
        ("והוא יוצר חובות", ["חובות"]),
        ("אמנת וינה", []),
        ("לפי סעיף 3", ["סעיף"]),
        ("מזכר הבנות של המשתתפים", []),
    ],
)
def test_hebrew_treaty_words_with_their_prefixes(words, expected):
    assert sorted(found("he", words)) == sorted(expected)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Palët janë pajtuar.", ["Palët", "janë pajtuar"]),
        ("Kjo marrëveshje hyn në fuqi.", ["marrëveshje", "hyn në fuqi"]),
        ("Pjesëmarrësit synojnë të bashkëpunojnë.", []),
        ("Ai nuk krijon të drejta ose detyrime.", []),
        ("Ai krijon detyrime.", ["detyrime"]),
        ("Konventa e Vjenës", []),
        ("sipas nenit 3", ["nenit"]),
        ("palestra, generali", []),
    ],
)
def test_albanian_treaty_words_in_their_forms(words, expected):
    assert sorted(found("sq", words)) == sorted(expected)


@pytest.mark.parametrize(
    ("lang", "words", "expected"),
    [
        ("en", "The Participants intend to meet.", ["Participants", "intend to"]),
        ("en", "It does not create any rights.", ["not create any rights"]),
        ("en", "The Parties shall meet.", []),
        ("he", "המשתתפים", ["המשתתפים"]),
        ("sq", "Pjesëmarrësit synojnë", ["Pjesëmarrësit", "synojnë"]),
    ],
)
def test_political_words_in_a_binding_text(lang, words, expected):
    assert found(lang, words, Nature.BINDING) == expected


def test_a_remark_names_language_clause_word_and_suggestion():
    one = LanguageVersion(
        title="-", clauses=(Clause(heading="", paragraphs=(Paragraph(text="They shall."),)),)
    )
    made = text(
        langs=("en",),
        declarations=declarations(("en",), nature=Nature.POLITICAL),
        versions=ByLanguage({"en": one}),
    )
    (remark,) = wording(made)
    assert (remark.lang, remark.where, remark.word, remark.suggestion) == (
        "en",
        "clause 1, paragraph 1",
        "shall",
        "will",
    )
    assert "“shall” does not belong in a political text; consider: will" in remark.message


def test_without_a_nature_or_a_vocabulary_there_is_nothing_to_say():
    assert found("en", "The Parties shall agree.", None) == []
    assert found("fr", "Les Parties shall agree.") == []
