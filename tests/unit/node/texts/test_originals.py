"""Originals as page images: of the exact bytes, for those who may read, and another node's only when two officers looked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from paraph.domain.ids import Digest
from paraph.node.web import page_images
from paraph.node.web.host import host
from tests.support.equipment import OtherRenderer
from tests.support.text_pages import NUMBER, Pages, pages_at, rows


@pytest.fixture
def engrossed(people: None) -> Pages:
    return pages_at("planned")


def digests(pages: Any) -> list[str]:
    return [o.sha256 for o in pages.world.first.standing.instruments[NUMBER].engrossed["north"]]


def test_the_originals_lie_beside_each_other_with_equal_digests_and_all_differences(engrossed: Any) -> None:
    page = engrossed.client.get(engrossed.here + "originals").content.decode()
    for sha256 in digests(engrossed):
        assert page.count(f">{sha256}</bdi>") == 2  # as rendered at either node
        assert f"originals/{sha256}/1.png" in page
    assert "got the same bytes" in page
    for reason in ("order of the parties", "cover"):
        assert reason in page
    assert page.count("<img") == page.count(" alt=")


def test_lines_that_differ_are_framed_on_either_page_and_no_others(engrossed: Any) -> None:
    page = engrossed.client.get(engrossed.here + "originals").content.decode()
    first = page[page.index("Page beside page") : page.index("Page 2")]
    frames = re.findall(r"<svg.*?</svg>", first, re.DOTALL)
    assert len(frames) == 2
    assert all("<rect" in one for one in frames)
    lines = host().pages.lines(engrossed.world.first.blobs.get(digests(engrossed)[0]), 0)
    assert 0 < frames[0].count("<rect") < len(lines)


def test_a_page_is_an_image_that_browsers_keep_for_whoever_may_read(engrossed: Any) -> None:
    sha256 = digests(engrossed)[0]
    answer = engrossed.client.get(f"{engrossed.here}originals/{sha256}/1.png")
    assert answer.content.startswith(b"\x89PNG")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert engrossed.as_("administrator").get(f"{engrossed.here}originals/{sha256}/1.png").status_code == 403


@pytest.mark.parametrize("page", ["0", "99", "1000000", "-1", "x"])
def test_there_are_no_other_pages(engrossed: Any, page: str) -> None:
    sha256 = digests(engrossed)[0]
    assert engrossed.client.get(f"{engrossed.here}originals/{sha256}/{page}.png").status_code == 404


@pytest.mark.parametrize("sha256", ["ab" * 32, "x", ".."])
def test_only_originals_of_this_text_are_shown(engrossed: Any, sha256: str) -> None:
    assert engrossed.client.get(f"{engrossed.here}originals/{sha256}/1.png").status_code == 404
    assert engrossed.client.get(f"{engrossed.here}originals/{sha256}.pdf").status_code == 404


def test_another_file_of_the_dossier_is_no_original(engrossed: Any) -> None:
    certificate = next(iter(engrossed.world.first.standing.certificates.values())).certificate
    assert engrossed.client.get(f"{engrossed.here}originals/{certificate}.pdf").status_code == 404


def test_the_pdf_is_the_exact_bytes(engrossed: Any) -> None:
    sha256 = digests(engrossed)[0]
    answer = engrossed.client.get(f"{engrossed.here}originals/{sha256}.pdf")
    assert answer.content == engrossed.world.first.blobs.get(sha256)
    assert answer["Content-Disposition"] == 'attachment; filename="X-2026-1.north.pdf"'


def test_images_are_kept_within_bounds(engrossed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    class Counting:
        def draw(self, data: bytes, page: int, width: int) -> bytes:
            drawn.append(page)
            return bytes(10)

        def count(self, data: bytes) -> int:
            return 9

    monkeypatch.setattr(page_images, "_images", page_images.Kept(30, len))
    object.__setattr__(host(), "pages", Counting())
    read: list[bytes] = []

    def reading() -> bytes:
        read.append(b"%PDF")
        return read[-1]

    for page in (0, 1, 2, 3, 3, 0):
        page_images.page_image(Digest("cd" * 32), reading, page)
    assert drawn == [0, 1, 2, 3, 0]
    assert len(read) == len(drawn)  # what is kept is not read again


# --- another rendering


@pytest.fixture
def differing(proposed: Pages) -> Pages:
    """The other node renders with another version, and was first."""
    pages, world = proposed, proposed.world
    world.first.accept(NUMBER)
    world.settle()
    for member in (world.first, world.second):
        member.initial(NUMBER)
        world.settle()
    world.second.node.renderer = OtherRenderer()
    world.second.engross(NUMBER)
    world.settle()
    return pages


def test_other_bytes_are_refused_with_the_way_to_compare(differing: Any) -> None:
    answer = differing.client.post(differing.here + "engross")
    assert answer.status_code == 409
    assert "originals/adopt/south" in answer.content.decode()


def test_another_rendering_is_taken_over_when_two_officers_compared_the_pages(differing: Any) -> None:
    address = differing.here + "originals/adopt/south"
    first = differing.client.get(address).content.decode()
    assert "on their way" in first
    differing.world.settle()
    page = differing.client.get(address).content.decode()
    assert len(set(re.findall(r"originals/([0-9a-f]{64})/1\.png", page))) == 4
    assert differing.client.post(address).status_code == 422
    assert differing.client.post(address, {"looked": "yes"}).status_code == 302
    assert differing.client.post(address, {"looked": "yes"}).status_code == 409  # the same officer
    assert differing.world.first.standing.instruments[NUMBER].engrossed.keys() == {"south"}
    other = differing.as_("treaty-officer", name="B. Officer")
    assert "A. Officer" in other.get(address).content.decode()
    assert other.post(address, {"looked": "yes"})["Location"] == differing.here + "originals"
    instrument = differing.world.first.standing.instruments[NUMBER]
    assert instrument.engrossed["north"] == instrument.engrossed["south"]
    assert instrument.state == "engrossed"
    assert rows("people.JournalEntry").filter(what="originals-engrossed", officer="B. Officer").exists()


def test_nothing_is_taken_over_from_who_made_nothing(differing: Any) -> None:
    for party in ("north", "middle", "nobody", "x"):
        assert differing.client.get(f"{differing.here}originals/adopt/{party}").status_code == 404
