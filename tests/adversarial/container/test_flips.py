"""One changed byte, anywhere, never passes, always has a name and never trips the verifier."""

from __future__ import annotations

import random

import pytest

from paraph.verify.verdict import FileReport, Verdict
from paraph.wire.container.archive import Member, read_archive, write_archive
from tests.support.package import conclude, judge

BASE, CONTAINER = conclude()
MEMBERS = read_archive(CONTAINER)
GUIDES = {"README.txt", "VERIFY.txt"}


def check(report: FileReport, what: str) -> None:
    assert report.verdict is not Verdict.PASS, what
    named = {f.code for f in report.findings if f.severity != "info"}
    assert named, what
    assert "verifier-fault" not in named, what


def flip(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def archive_flips(count: int, seed: int) -> None:
    """Flips in the file: found by the checksum or the form of the archive."""
    choice = random.Random(seed)
    for _ in range(count):
        at, bit = choice.randrange(len(CONTAINER)), choice.randrange(8)
        report = judge(flip(CONTAINER, at, bit))
        check(report, f"byte {at}, bit {bit}")
        if at >= 4:  # the first four bytes say that it is an archive at all
            assert report.verdict is Verdict.FAIL


def member_flips(count: int, seed: int, *, resealed: bool) -> None:
    """Flips in a member, the archive written again; each member is as likely as any other, however small.

    Args:
        count: How many.
        seed: Replays them.
        resealed: Whether both parties seal the result. Even together they cannot change a byte that acts fix.
    """
    choice = random.Random(seed)
    movable = [
        m for m in MEMBERS[1:] if not resealed or not (m.name.startswith("META-INF/") or m.name in GUIDES)
    ]
    for _ in range(count):
        member = choice.choice(movable)
        at, bit = choice.randrange(len(member.data)), choice.randrange(8)
        altered = [
            Member(m.name, flip(m.data, at, bit)) if m is member else m
            for m in MEMBERS
            if not (resealed and m.name.startswith("META-INF/"))
        ]
        container = BASE.seal_members(altered) if resealed else write_archive(altered)
        check(judge(container), f"{member.name}, byte {at}, bit {bit}")


def test_a_hundred_flips_in_the_file() -> None:
    archive_flips(100, 1)


def test_some_flips_in_members() -> None:
    member_flips(25, 2, resealed=False)


def test_some_flips_that_both_parties_seal() -> None:
    member_flips(25, 3, resealed=True)


def test_every_seal_byte_counts() -> None:
    """Nothing covers a seal, so all of it has to be fixed by what it is: some of every part of both."""
    choice = random.Random(4)
    for number in (1, 2):
        name = f"META-INF/signature{number:03d}.p7s"
        (member,) = (m for m in MEMBERS if m.name == name)
        for at in sorted(choice.sample(range(len(member.data)), 12)):
            altered = [
                Member(m.name, flip(m.data, at, choice.randrange(8))) if m is member else m for m in MEMBERS
            ]
            check(judge(write_archive(altered)), f"{name}, byte {at}")


@pytest.mark.slow
def test_a_thousand_flips_in_the_file() -> None:
    archive_flips(1000, 5)


@pytest.mark.slow
def test_hundreds_of_flips_in_members() -> None:
    member_flips(300, 6, resealed=False)
    member_flips(200, 7, resealed=True)


@pytest.mark.slow
def test_bytes_all_over_a_seal_count() -> None:
    (member,) = (m for m in MEMBERS if m.name == "META-INF/signature002.p7s")
    for at in range(0, len(member.data), 9):
        altered = [Member(m.name, flip(m.data, at, at % 8)) if m is member else m for m in MEMBERS]
        check(judge(write_archive(altered)), f"byte {at}")


@pytest.mark.slow
def test_cut_off_anywhere_it_fails() -> None:
    choice = random.Random(8)
    for at in (0, 1, 21, 22, 30, *(choice.randrange(len(CONTAINER)) for _ in range(200))):
        check(judge(CONTAINER[:at]), f"cut at {at}")
