from __future__ import annotations

import io
import re
import subprocess
from typing import Any

import pikepdf
import pytest

from paraph.adapters.render.typst import TypstRenderer
from paraph.errors import PermanentError

SMALL = {"width_pt": 180, "height_pt": 60}
ENGLISH: dict[str, Any] = {
    "name": "Signatory of a Party",
    "title": "Minister for Foreign Affairs",
    "lines": ("2021-02-01T14:05:00Z", "Town, 1 February 2021", "DEMO"),
    "lang": "en",
    "direction": "ltr",
} | SMALL
HEBREW: dict[str, Any] = {
    "name": "שם החותם",
    "title": "שר החוץ",
    "lines": ("2021-02-01T14:05:00Z", "עיר, 1 בפברואר 2021"),
    "lang": "he",
    "direction": "rtl",
} | SMALL


@pytest.fixture(scope="module")
def renderer() -> TypstRenderer:
    return TypstRenderer()


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


@pytest.mark.parametrize("what", [ENGLISH, HEBREW])
def test_it_is_one_transparent_page_of_the_size_of_the_field(renderer, what):
    pdf = opened(renderer.appearance(**what))
    (page,) = pdf.pages
    assert [float(side) for side in page.MediaBox] == [0, 0, 180, 60]
    painted = [step for step in pikepdf.parse_content_stream(page) if str(step.operator) == "re"]
    assert not any(float(step.operands[2]) >= 100 for step in painted), "a background hides what is under it"


@pytest.mark.parametrize("what", [ENGLISH, HEBREW])
def test_its_fonts_are_embedded(renderer, what):
    pdf = opened(renderer.appearance(**what))
    fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing]
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_the_same_words_give_the_same_bytes(renderer):
    assert renderer.appearance(**ENGLISH) == TypstRenderer().appearance(**ENGLISH)
    assert renderer.appearance(**ENGLISH) != renderer.appearance(**(ENGLISH | {"name": "Another Signatory"}))


def test_long_names_and_titles_are_broken_into_lines(renderer):
    name = "A Name of Extraordinary Length, Written in Full by the One who Bears it"
    title = "Deputy Head of Government and Minister for Foreign and European Affairs, Trade and Regional Cooperation"
    assert renderer.appearance(**(ENGLISH | {"name": name, "title": title}))


@pytest.mark.tools("pdftotext")
def test_a_time_reads_from_the_left_among_hebrew_words(renderer, tmp_path):
    path = tmp_path / "appearance.pdf"
    path.write_bytes(renderer.appearance(**(HEBREW | {"lines": ("2021-02-01 14:05:00 UTC",)})))
    found = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    left = {word: float(x) for x, word in re.findall(r'<word xMin="([\d.]+)"[^>]*>([^<]+)</word>', found)}
    assert left["2021-02-01"] < left["14:05:00"] < left["UTC"]
    assert left["2021-02-01"] > 40, "it stands at the side where the script begins"


def test_more_than_can_be_read_is_refused(renderer):
    with pytest.raises(PermanentError) as refused:
        renderer.appearance(**(ENGLISH | {"lines": ("A line of words",) * 30}))
    assert refused.value.code == "appearance-too-small"


def test_a_missing_glyph_is_refused(renderer):
    with pytest.raises(PermanentError) as refused:
        renderer.appearance(**(ENGLISH | {"name": "日本"}))
    assert refused.value.code == "missing-glyph"
    assert refused.value.params["lang"] == "en"


def test_words_are_never_markup(renderer):
    """What typst would read as code, a heading or a reference is drawn as it stands."""
    assert renderer.appearance(**(ENGLISH | {"name": '#panic() = *a* @b $c$ \\ /* " */'}))
