from __future__ import annotations

from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.wire.container.archive import Member, write_archive
from paraph.wire.container.layout import attachment_name, original_name, stems


def named(*numbers: str) -> list[str]:
    return list(stems(InstrumentNumber(n) for n in numbers).values())


def test_numbers_become_safe_names() -> None:
    assert named("IL-KS/2021/1") == ["IL-KS-2021-1"]
    assert named("מס׳ 5") == ["5"]
    assert named("../..") == ["instrument"]


def test_numbers_that_would_share_a_name_do_not() -> None:
    assert named("A/1", "A-1", "a 1") == ["A-1", "A-1-2", "a-1-3"]
    assert named("A/1", "A/1") == ["A-1"]
    assert named("A-1", "A-1-2", "A/1") == ["A-1", "A-1-2", "A-1-3"]


def test_the_longest_names_fit_the_archive() -> None:
    (stem,) = named("N/" * 200)
    members = (
        Member(original_name(stem, PartyId("p" * 63)), b""),
        Member(attachment_name(Digest("0" * 64)), b""),
    )
    write_archive(members)
