"""Refusals in the languages of the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from paraph.errors import ConflictError, LocalActError

SRC = Path(__file__).resolve().parents[4] / "src" / "paraph"


def test_every_code_is_one_that_is_raised() -> None:
    from paraph.node.web.reasons import REASONS

    text = "\n".join(path.read_text("utf-8") for path in SRC.rglob("*.py") if path.name != "reasons.py")
    unknown = {code for code in REASONS if not re.search(rf'"{code}"', text)}
    assert not unknown


@pytest.mark.parametrize("lang", ["he", "sq"])
def test_every_reason_is_translated(lang: str) -> None:
    from paraph.node.web.reasons import FAMILIES, REASONS

    with translation.override(lang):
        same = [
            words
            for words in (*REASONS.values(), *(one for _, one in FAMILIES))
            if translation.gettext(words) == words
        ]
    assert not same


def test_english_readers_have_the_exact_words_and_others_both() -> None:
    from paraph.node.web.reasons import FAMILIES, reason_in_words

    error = LocalActError("text-same", "exactly this text is on the table already")
    with translation.override("en"):
        assert reason_in_words(error) == ""
    with translation.override("he"):
        assert reason_in_words(error)
        assert reason_in_words(ConflictError("no-such-code", "x")) == translation.gettext(FAMILIES[1][1])
