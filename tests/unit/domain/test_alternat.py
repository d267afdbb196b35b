from __future__ import annotations

import dataclasses

import pytest

from paraph.domain.alternat import expansion, languages, leading, places_of_blocks, precedence
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Alternat
from paraph.errors import LocalActError
from tests.support.specimens import LANGS, declarations, party, text


def order(holder, lang="en", **changes):
    return [one.id for one in precedence(text(("aland", "beland", "celand"), **changes), holder, lang)]


def test_by_copy_the_keeper_comes_first_in_every_language():
    for lang in LANGS:
        assert order("celand", lang) == ["celand", "aland", "beland"]
        assert order(None, lang) == ["aland", "beland", "celand"]


def test_by_language_the_party_whose_language_it_is_comes_first():
    by_language = {"declarations": declarations(alternat=Alternat.BY_LANGUAGE)}
    for holder in ("aland", "beland", "celand"):
        assert order(holder, "he", **by_language) == ["aland", "beland", "celand"]
        assert order(holder, "sq", **by_language) == ["beland", "aland", "celand"]


def test_the_alphabet_is_that_of_the_first_language_without_case_and_accents():
    shorts = {"aland": "éclair", "beland": "Zed", "celand": "Eden"}
    parties = tuple(
        dataclasses.replace(
            party(name, ("en",)),
            names=ByLanguage({"en": dataclasses.replace(party(name).names["en"], short=short)}),
        )
        for name, short in shorts.items()
    )
    made = text(tuple(shorts), ("en",), parties=parties)
    assert [one.id for one in precedence(made, None, "en")] == ["aland", "celand", "beland"]


def test_by_copy_the_keepers_language_leads():
    assert languages(text(), "aland") == ("he", "en", "sq")
    assert languages(text(), "beland") == ("sq", "en", "he")
    assert languages(text(), None) == ("en", "he", "sq")
    assert leading(text(), "aland") == "he"


def test_by_language_the_declared_order_stands_in_every_copy():
    made = text(declarations=declarations(alternat=Alternat.BY_LANGUAGE))
    assert languages(made, "aland") == languages(made, "beland") == ("en", "he", "sq")


def test_only_parties_keep_originals():
    for function in (lambda: languages(text(), "mediator"), lambda: precedence(text(), "mediator", "en")):
        with pytest.raises(LocalActError, match="mediator is not a party of AB/2021/1"):
            function()


def test_the_place_of_honour_is_left_or_right_by_script():
    assert places_of_blocks(2, "sq") == ((0, 0), (0, 1))
    assert places_of_blocks(2, "he") == ((0, 1), (0, 0))
    assert places_of_blocks(3, "ar") == ((0, 1), (0, 0), (1, 1))
    assert places_of_blocks(1, "he") == ((0, 1),)


def test_every_token_has_words_in_the_order_given():
    made = text()
    words = expansion(precedence(made, "beland", "en"), "en")
    assert words("parties") == "EN formal beland and EN formal aland"
    assert words("parties:short") == "beland and aland"
    assert words("parties:in_title") == "EN of beland and EN of aland"
    assert words("places") == "EN city beland and EN city aland"
    assert words("done").startswith(
        "at EN city beland on the first day of February 2021 and at EN city aland"
    )
    assert words("party:aland") == "EN formal aland"
    assert words("party:aland:short") == "aland"
    assert words("party:aland:in_title") == "EN of aland"
    with pytest.raises(KeyError):
        words("party:celand")
