from __future__ import annotations

import json
import unicodedata

import pytest

from paraph import case
from paraph.domain.composition import canonical, compose
from paraph.domain.concordance import require_ready
from paraph.domain.declarations import Layout, Nature
from paraph.domain.digests import canonical_text
from paraph.domain.texts import InstrumentText
from paraph.domain.wording import wording
from paraph.wire.markdown import read_instrument
from paraph.wire.text_json import read_parties, read_text, write_text

PARTIES = read_parties(case.parties_file())
STORY = json.loads(case.story_file())


@pytest.fixture(params=case.INSTRUMENTS)
def instrument(request) -> InstrumentText:
    return read_instrument(case.instrument_files(request.param), PARTIES)


def test_each_text_is_ready_to_be_initialled_and_well_worded(instrument):
    require_ready(instrument)
    assert wording(instrument) == ()
    assert read_text(write_text(instrument)) == instrument


def test_both_originals_come_from_one_text(instrument):
    originals = [compose(instrument, party.id) for party in instrument.parties]
    assert {canonical(original) for original in originals} == {canonical_text(instrument)}


def test_every_language_of_every_page_says_that_it_is_a_specimen(instrument):
    assert set(instrument.versions) == {"en", "he", "sq"}
    assert all(version.specimen for version in instrument.versions.values())
    assert "re-enactment from public reports" in instrument.specimen
    assert all(cover.specimen for cover in compose(instrument, PARTIES[0].id).cover)


def test_the_package_is_a_declaration_and_two_memoranda():
    texts = [read_instrument(case.instrument_files(name), PARTIES) for name in case.INSTRUMENTS]
    assert [text.number for text in texts] == ["IL-KS/2021/1", "IL-KS/2021/2", "IL-KS/2021/3"]
    assert [text.declarations.nature for text in texts] == [
        Nature.BINDING,
        Nature.POLITICAL,
        Nature.POLITICAL,
    ]
    assert [text.declarations.layout for text in texts] == [Layout.COLUMNS, Layout.SEQUENCE, Layout.SEQUENCE]
    assert [item["number"] for item in STORY["package"]] == [text.number for text in texts]
    assert [item["folder"] for item in STORY["package"]] == list(case.INSTRUMENTS)


def test_each_party_leads_its_own_original():
    text = read_instrument(case.instrument_files("joint-declaration"), PARTIES)
    israel, kosovo = (compose(text, party.id) for party in PARTIES)
    assert (israel.versions[0].lang, kosovo.versions[0].lang) == ("he", "sq")
    assert str(israel.versions[0].title.text).endswith("בין מדינת ישראל לבין הרפובליקה של קוסובו")
    assert str(kosovo.versions[0].title.text).endswith(
        "ndërmjet Republikës së Kosovës dhe Shtetit të Izraelit"
    )
    assert [caption.text for caption in kosovo.blocks[0].captions] == [
        "Për Republikën e Kosovës",
        "For the Republic of Kosovo",
        "בשם הרפובליקה של קוסובו",
    ]
    assert kosovo.versions[0].testimonium.startswith(
        "Bërë në Prishtinë, më një shkurt 2021, dhe në Jerusalem"
    )


def test_every_report_in_the_story_is_attributed():
    reports = list(_reports(STORY))
    assert len(reports) > 30
    for report in reports:
        assert report["source"] in STORY["sources"]
        assert report["quote"]
        assert report["claim"].startswith("C")
    assert all(item["reported"] for key in ("notes", "commitments", "attendance") for item in STORY[key])


def test_the_notes_are_written_in_every_language_and_answer_each_other():
    request, approval = STORY["notes"]
    assert (request["from"], request["to"]) == (approval["to"], approval["from"]) == ("kosovo", "israel")
    assert approval["replies_to"] == request["id"]
    assert all(request["number"] in words for words in approval["text"].values())
    for note in (request, approval):
        assert (
            sorted(note["text"]) == sorted(note["title"]) == sorted(note["languages"]) == ["en", "he", "sq"]
        )


def test_files_are_normalised_and_packaged():
    assert unicodedata.is_normalized("NFC", case.story_file().decode())
    assert unicodedata.is_normalized("NFC", case.parties_file().decode())
    with pytest.raises(KeyError):
        case.instrument_files("../node")


def _reports(node):
    if isinstance(node, dict):
        if "claim" in node and "quote" in node:
            yield node
        for value in node.values():
            yield from _reports(value)
    elif isinstance(node, list):
        for value in node:
            yield from _reports(value)
