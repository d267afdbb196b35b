from __future__ import annotations

import re

import pytest
import segno

from paraph.adapters.render import marker
from paraph.adapters.render.sheet import grouped, sheet, side_by_side
from paraph.domain.texts import Layout
from tests.unit.adapters.render.drafts import draft


def test_digits_stand_in_fours():
    assert grouped("0123456789abcdef") == "0123 4567 89ab cdef"
    assert grouped("") == ""


@pytest.mark.parametrize(("languages", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (6, 3)])
def test_at_most_three_languages_stand_side_by_side(languages, columns):
    assert side_by_side(languages) == columns


def test_a_sequence_has_one_column():
    assert sheet(draft(), ["Noto Serif"])["columns"] == 1
    assert sheet(draft(layout=Layout.COLUMNS), ["Noto Serif"])["columns"] == 3


def test_the_marker_names_instrument_original_and_text():
    original = draft()
    words = marker.payload(original.number, original.holder, original.digest)
    assert words == f"A-B/1|p01|{original.digest[:16]}"


def test_the_marker_is_the_same_on_every_page_and_differs_between_originals():
    assert marker.svg("A|p01|00") == marker.svg("A|p01|00")
    assert marker.svg("A|p01|00") != marker.svg("A|p02|00")


def test_the_longest_payload_still_has_modules_that_a_scanner_resolves():
    """At 1.7 cm a module of 0.3 mm is two dots of a scan at 150 dots per inch."""
    words = marker.payload("N" * 64, "h" * 63, "0" * 64)
    drawing = marker.svg(words)
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing)
    assert box
    assert box[1] == box[2]
    assert 17 / int(box[1]) >= 0.3
    assert segno.make_qr(words, error="m", encoding="utf-8").error in "MQH"
