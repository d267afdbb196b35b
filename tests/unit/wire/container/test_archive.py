from __future__ import annotations

import io
import zipfile

import pytest

from paraph.errors import FormatError
from paraph.wire.container.archive import (
    MAX_NAME_BYTES,
    MIMETYPE,
    MIMETYPE_NAME,
    Member,
    is_archive,
    read_archive,
    write_archive,
)

MEMBERS = (
    Member(MIMETYPE_NAME, MIMETYPE),
    Member("README.txt", b"hello\n"),
    Member("acts/0000.json", b"{}"),
    Member("empty", b""),
)


def test_what_is_written_is_read() -> None:
    data = write_archive(MEMBERS)
    assert read_archive(data) == MEMBERS
    assert is_archive(data)


def test_the_same_members_give_the_same_bytes_and_another_order_does_not() -> None:
    assert write_archive(MEMBERS) == write_archive(MEMBERS)
    assert write_archive(MEMBERS) != write_archive((*MEMBERS[:2], *reversed(MEMBERS[2:])))


def test_python_reads_it_and_finds_members_stored_with_a_fixed_date() -> None:
    with zipfile.ZipFile(io.BytesIO(write_archive(MEMBERS))) as archive:
        assert archive.testzip() is None
        assert [(i.filename, archive.read(i)) for i in archive.infolist()] == [
            (m.name, m.data) for m in MEMBERS
        ]
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {i.extra for i in archive.infolist()} == {b""}
        assert archive.comment == b""


def test_the_media_type_stands_where_file_tools_look_for_it() -> None:
    """EN 319 162-1, A.1: name at offset 30, content at offset 38."""
    data = write_archive(MEMBERS)
    assert data[30:38] == b"mimetype"
    assert data[38 : 38 + len(MIMETYPE)] == MIMETYPE


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../evil",
        "a/../b",
        "a//b",
        "a/",
        ".hidden",
        "a/.b",
        "a\\b",
        "C:x",
        "a b",
        "é",
        "a\0b",
        "-r",
    ],
)
def test_unsafe_names_are_neither_written_nor_read(name: str) -> None:
    with pytest.raises(FormatError, match="cannot name a member") as error:
        write_archive((*MEMBERS, Member(name, b"")))
    assert error.value.code == "archive-name"


def test_names_have_a_limit() -> None:
    write_archive((Member("a" * MAX_NAME_BYTES, b""),))
    with pytest.raises(FormatError):
        write_archive((Member("a" * (MAX_NAME_BYTES + 1), b""),))


@pytest.mark.parametrize("twin", ["README.txt", "readme.TXT"])
def test_no_two_members_have_one_name_on_any_file_system(twin: str) -> None:
    with pytest.raises(FormatError, match="two members") as error:
        write_archive((*MEMBERS, Member(twin, b"")))
    assert error.value.code == "archive-name"


@pytest.mark.parametrize(
    "members",
    [(), MEMBERS[1:], (MEMBERS[1], MEMBERS[0]), (Member(MIMETYPE_NAME, b"application/zip"), *MEMBERS[1:])],
    ids=["empty", "none", "second", "other"],
)
def test_the_first_member_is_the_media_type(members: tuple[Member, ...]) -> None:
    with pytest.raises(FormatError) as error:
        read_archive(write_archive(members))
    assert error.value.code == ("archive-mimetype" if members else "archive-format")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"PK\x05\x06" + bytes(18)])
def test_anything_else_is_no_archive(data: bytes) -> None:
    with pytest.raises(FormatError) as error:
        read_archive(data)
    assert error.value.code == "archive-format"
