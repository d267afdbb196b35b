from __future__ import annotations

import pytest

from paraph.domain.tokens import Span, Words, expand, restore

WORDS = {"parties": "the State of A and B", "places": "ירושלים"}.__getitem__


def test_tokens_are_expanded_where_they_stand():
    words = expand("Between {parties} in {places}.", WORDS)
    assert words.text == "Between the State of A and B in ירושלים."
    assert [words.text[span.start : span.end] for span in words.spans] == ["the State of A and B", "ירושלים"]


def test_a_token_that_opens_a_sentence_gets_a_capital():
    assert expand("{parties}, hereinafter", WORDS).text == "The State of A and B, hereinafter"
    assert restore(expand("{parties}, hereinafter", WORDS), WORDS) == "{parties}, hereinafter"


@pytest.mark.parametrize("words", ["", "plain", "{parties}{places}", "a {places} b {places} c"])
def test_restoring_undoes_expanding(words):
    assert restore(expand(words, WORDS), WORDS) == words


def test_words_that_are_not_the_tokens_stay_as_they_are():
    words = expand("Between {parties}.", WORDS)
    tampered = Words(words.text.replace("A and", "X and"), words.spans)
    assert restore(tampered, WORDS) == "Between the State of X and B."


@pytest.mark.parametrize(
    "span", [Span(5, 99, "parties"), Span(-1, 3, "parties"), Span(3, 1, "parties"), Span(0, 3, "nobody")]
)
def test_spans_that_fit_nothing_restore_nothing(span):
    assert restore(Words("some words", (span,)), WORDS) == "some words"
