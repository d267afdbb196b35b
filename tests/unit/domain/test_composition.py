from __future__ import annotations

import dataclasses
import json

import pytest

from paraph.domain.composition import canonical, compose, departures
from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Nature, Paragraph
from paraph.errors import LocalActError
from tests.support.specimens import declarations, text

ALAND, BELAND = PartyId("aland"), PartyId("beland")


def test_the_keeper_comes_first_everywhere():
    original = compose(text(), BELAND).to_json()
    assert original["parties"] == ["beland", "aland"]
    assert [version["lang"] for version in original["versions"]] == ["sq", "en", "he"]
    english = original["versions"][1]
    assert english["title"] == "Title en EN of beland and EN of aland"
    assert english["preamble"] == [
        {"text": "EN formal beland and EN formal aland, preamble en,", "points": []}
    ]
    assert english["clauses"][0] == {
        "label": "Article 1",
        "heading": "Heading 1 en",
        "paragraphs": [
            {
                "text": "Words 1 en in EN city beland and EN city aland:",
                "points": ["one;", "two beland and aland."],
            }
        ],
    }
    assert english["testimonium"].startswith("Done at EN city beland on the first day")
    assert original["cover"][1]["parties"] == "EN formal beland and EN formal aland"
    assert original["cover"][1]["kept_by"] == "Original kept by EN formal beland"


def test_signatures_are_mirrored_for_a_right_to_left_original():
    left, right = compose(text(), ALAND).blocks
    assert (left.party, left.column, right.party, right.column) == ("beland", 0, "aland", 1)
    # The same two stand the same way in the other party's original, which is read from the left.
    left, right = compose(text(), BELAND).blocks
    assert (left.party, left.column, right.party, right.column) == ("beland", 0, "aland", 1)


def test_blocks_speak_their_partys_language_and_carry_all_captions():
    block = compose(text(), ALAND).blocks[1]
    assert (block.field, block.lang, block.direction) == ("sig.aland", "he", "rtl")
    assert (block.name, block.place, block.date) == ("ארץ minister aland", "ארץ city aland", "1 בפברואר 2021")
    assert [(caption.lang, caption.text) for caption in block.captions] == [
        ("he", "בשם ארץ formal aland"),
        ("en", "For EN formal aland"),
        ("sq", "Për: SQ formal aland"),
    ]


def test_a_party_without_its_own_language_signs_in_the_leading_one():
    block = compose(text(("aland", "beland", "celand"), ("sq", "en")), BELAND).blocks[0]
    assert {one.lang for one in compose(text(("aland", "beland"), ("sq",)), ALAND).blocks} == {"sq"}
    assert block.lang == "sq"


def test_a_partys_own_caption_stands():
    made = text()
    names = {
        lang: dataclasses.replace(name, caption=f"Own caption {lang}")
        for lang, name in made.parties[0].names.items()
    }
    parties = (dataclasses.replace(made.parties[0], names=ByLanguage(names)), made.parties[1])
    captions = compose(dataclasses.replace(made, parties=parties), ALAND).blocks[1].captions
    assert captions[1].text == "Own caption en"


def test_an_own_closing_formula_replaces_the_generated_one():
    made = text()
    english = dataclasses.replace(made.versions["en"], closing=(Paragraph(text="Done {done}."),))
    made = dataclasses.replace(made, versions=ByLanguage({**dict(made.versions), "en": english}))
    versions = {version.lang: version for version in compose(made, ALAND).versions}
    assert versions["en"].testimonium == ""
    assert versions["en"].closing[0].words.text.startswith("Done at EN city aland on the first day")
    assert versions["sq"].testimonium.startswith("Bërë në")


def test_a_political_text_has_paragraphs_and_no_treaty_words():
    original = compose(text(declarations=declarations(nature=Nature.POLITICAL)), ALAND)
    english = original.versions[1]
    assert english.clauses[0].label == "Paragraph 1"
    assert english.status_label == "Valid text"
    assert english.testimonium.startswith("Signed at")


def test_only_parties_keep_originals():
    with pytest.raises(LocalActError):
        compose(text(), PartyId("mediator"))


def test_what_a_template_receives_is_plain_json():
    original = compose(text(), ALAND).to_json()
    assert json.loads(json.dumps(original)) == original


def test_departures_name_the_place_and_the_words():
    original = compose(text(), ALAND)
    block = dataclasses.replace(original.blocks[0], name="Somebody Else")
    tampered = dataclasses.replace(original, blocks=(block, original.blocks[1]))
    assert departures(tampered) == (("blocks[0].name", "Somebody Else"),)
    assert json.loads(canonical(tampered)) == {"departures": [["blocks[0].name", "Somebody Else"]]}
    assert departures(original) == ()


def test_an_original_that_is_no_text_has_departures_too():
    original = compose(text(), ALAND)
    for tampered in (
        dataclasses.replace(original, standing=()),
        dataclasses.replace(original, holder=PartyId("celand")),
        dataclasses.replace(original, versions=()),
        dataclasses.replace(original, number=InstrumentNumber("")),
    ):
        assert departures(tampered)
        assert canonical(tampered) != canonical(original)
