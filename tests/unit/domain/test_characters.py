from __future__ import annotations

import pytest

from paraph.domain.characters import MAX_WORDS_CHARS, check_words
from paraph.errors import FormatError


@pytest.mark.parametrize("words", ["Article", "סעיף 1\u200f", "ë — “quoted”", "é", "₪ ½ 中"])
def test_ordinary_words_of_any_script_pass(words):
    assert check_words(words, "en, title") == words


@pytest.mark.parametrize(
    ("char", "why"),
    [
        ("\u202e", "reading direction"),
        ("\u202a", "reading direction"),
        ("\u2066", "reading direction"),
        ("\u2069", "reading direction"),
        ("\u200b", "cannot be seen"),
        ("\ufeff", "cannot be seen"),
        ("\u00ad", "cannot be seen"),
        ("\u2028", "cannot be seen"),
        ("\n", "control"),
        ("\x00", "control"),
        ("\x7f", "control"),
        ("\x85", "control"),
        ("\ue000", "control"),
        ("\ufffe", "control"),
        ("\ud800", "control"),
        ("\U000e0041", "control"),
    ],
)
def test_characters_that_deceive_are_refused_with_their_place(char, why):
    with pytest.raises(FormatError, match=why) as caught:
        check_words(f"ab{char}c", "he, clause 3, paragraph 1")
    assert caught.value.params == {"where": "he, clause 3, paragraph 1", "offset": 2}
    assert "he, clause 3, paragraph 1" in caught.value.message
    assert f"U+{ord(char):04X}" in caught.value.message


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "words-missing"),
        (" a", "words-spacing"),
        ("a ", "words-spacing"),
        ("a  b", "words-spacing"),
        ("e\u0301", "words-not-nfc"),
        ("a" * (MAX_WORDS_CHARS + 1), "words-too-long"),
    ],
)
def test_other_faults_have_their_own_code(words, code):
    with pytest.raises(FormatError) as caught:
        check_words(words, "en, title")
    assert caught.value.code == code


def test_nothing_may_be_written_where_that_is_allowed():
    assert check_words("", "en, clause 1, heading", empty=True) == ""
