"""What a reader sees, looked at with a program that is not ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from paraph.adapters.render.typst import TypstRenderer
from paraph.domain.texts import Layout
from tests.unit.adapters.render.drafts import BANNERS, SENTENCES, draft, source

pytestmark = pytest.mark.tools("pdftotext", "qpdf")


@pytest.fixture(scope="module")
def renderer() -> TypstRenderer:
    return TypstRenderer()


def pages(path: Path, *options: str) -> list[str]:
    found = subprocess.run(["pdftotext", *options, path, "-"], check=True, capture_output=True, text=True)
    return found.stdout.removesuffix("\f").split("\f")


@pytest.fixture
def printed(renderer, tmp_path):
    def render(**what: object) -> Path:
        path = tmp_path / "original.pdf"
        path.write_bytes(renderer.engross(draft(**what), source=source()).pdf)  # type: ignore[arg-type]
        return path

    return render


@pytest.mark.parametrize("layout", list(Layout))
def test_other_programs_find_no_fault(printed, layout):
    subprocess.run(
        ["qpdf", "--check", printed(layout=layout, specimen=True)], check=True, capture_output=True
    )


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("parties", [2, 34])
def test_every_page_of_a_specimen_says_so(printed, layout, parties):
    for text in pages(printed(layout=layout, parties=parties, specimen=True)):
        # Programs that extract text lose the order of Hebrew lines: the last word is enough.
        assert any(banner.split()[-1] in text for banner in BANNERS.values())


def test_a_general_banner_stands_where_a_language_has_none(printed):
    found = pages(printed(languages=("el", "ru"), specimen=True))
    assert all("SPECIMEN, for tests" in text for text in found)


def test_what_is_no_specimen_bears_no_banner(printed):
    assert not any("SPECIMEN" in text for text in pages(printed()))


@pytest.mark.parametrize("layout", list(Layout))
def test_every_page_bears_number_digest_and_page(printed, layout):
    original = draft(layout=layout)
    found = pages(printed(layout=layout))
    short = " ".join(re.findall("....", original.digest[:16]))
    for number, text in enumerate(found, 1):
        assert original.number in text
        assert short in text
        assert f"{number}/{len(found)}" in text.replace(" ", "")


def test_a_sequence_gives_each_language_its_own_pages(printed):
    found = pages(printed(languages=("en", "sq")))
    assert len(found) == 4
    assert "Article 1" in found[1]
    assert "Neni 1" not in found[1]
    assert "Neni 1" in found[2]
    assert "Article 1" not in found[2]


def places(path: Path, word: str) -> list[tuple[float, float]]:
    """Left and top of a word wherever it stands, in points."""
    found = subprocess.run(["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True)
    # Right-to-left words come out as they stand on the page, the last letter first.
    pattern = rf'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>(?:{word}|{word[::-1]})</word>'
    return [(float(left), float(top)) for left, top in re.findall(pattern, found.stdout)]


@pytest.mark.parametrize("languages", [("he", "en"), ("he", "sq", "en")])
def test_a_leading_right_to_left_language_stands_in_the_right_column(printed, languages):
    path = printed(languages=languages, layout=Layout.COLUMNS)
    (hebrew, *_), (english, *_) = places(path, "סעיף"), places(path, "Article")
    assert hebrew[0] > english[0]


def test_a_leading_left_to_right_language_stands_in_the_left_column(printed):
    path = printed(languages=("en", "he"), layout=Layout.COLUMNS)
    (hebrew, *_), (english, *_) = places(path, "סעיף"), places(path, "Article")
    assert english[0] < hebrew[0]


def test_clauses_stand_beside_each_other(printed):
    path = printed(languages=("en", "sq"), layout=Layout.COLUMNS)
    english, albanian = places(path, "Article"), places(path, "Neni")
    # The first is the status under the title, the next two are the labels of the clauses.
    assert [top for _, top in english[:3]] == [top for _, top in albanian[:3]]


def test_the_signature_page_carries_the_closing_words(printed):
    found = pages(printed(languages=("en", "sq")))
    last = " ".join(found[-1].split())
    for lang in ("en", "sq"):
        assert SENTENCES[lang][:30] in last
