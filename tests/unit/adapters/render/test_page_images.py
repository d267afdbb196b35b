"""Pages as images and as lines, from the exact bytes."""

from __future__ import annotations

import pytest

from paraph.adapters.render.pages import PdfiumPages
from paraph.adapters.render.typst import TypstRenderer
from paraph.domain.composition import compose
from paraph.domain.digests import canonical_text
from paraph.errors import FormatError
from tests.support.nodes import text
from tests.support.refused import refused

PAGES = PdfiumPages()


@pytest.fixture(scope="module")
def originals() -> list[bytes]:
    one = text("X/2026/1")
    renderer = TypstRenderer()
    return [renderer.engross(compose(one, p.id), source=canonical_text(one)).pdf for p in one.parties]


def test_a_page_is_drawn_in_the_width_that_is_asked_for(originals: list[bytes]) -> None:
    drawn = PAGES.draw(originals[0], 0, 321)
    assert drawn.startswith(b"\x89PNG")
    assert int.from_bytes(drawn[16:20]) == 321


@pytest.mark.parametrize("page", [-1, 99])
def test_there_is_no_other_page(originals: list[bytes], page: int) -> None:
    for ask in (lambda: PAGES.draw(originals[0], page, 100), lambda: PAGES.lines(originals[0], page)):
        with refused("page-image"):
            ask()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\0" * 100])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    for ask in (lambda: PAGES.count(data), lambda: PAGES.lines(data, 0)):
        with refused("page-image", FormatError):
            ask()


def test_lines_lie_on_the_page_from_the_top(originals: list[bytes]) -> None:
    found = [line for page in range(PAGES.count(originals[0])) for line in PAGES.lines(originals[0], page)]
    assert len(found) > 10
    for letters, left, top, width, height in found:
        assert letters.strip()
        assert 0 <= left <= left + width <= 1000
        assert 0 <= top <= top + height <= 1001
    assert PAGES.lines(originals[0], 0) == tuple(
        sorted(PAGES.lines(originals[0], 0), key=lambda one: (one[2], one[1]))
    )


def test_the_words_of_the_text_are_the_same_lines_on_both_and_names_are_not(originals: list[bytes]) -> None:
    one, other = (
        {line[0] for page in range(PAGES.count(pdf)) for line in PAGES.lines(pdf, page)} for pdf in originals
    )
    assert one != other
    assert one & other


def test_lines_do_not_depend_on_when_they_are_read(originals: list[bytes]) -> None:
    assert PAGES.lines(originals[0], 0) == PdfiumPages().lines(originals[0], 0)
