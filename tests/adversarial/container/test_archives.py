"""Archives that some tools read in one way and others in another, or that aim at the reader itself."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from paraph.errors import FormatError
from paraph.verify.verdict import Verdict
from paraph.wire.container.archive import MIMETYPE, MIMETYPE_NAME, Member, read_archive, write_archive
from tests.support.package import conclude, judge

MEMBERS = (Member(MIMETYPE_NAME, MIMETYPE), Member("README.txt", b"hello\n"), Member("acts/0000.json", b"{}"))
SOUND = write_archive(MEMBERS)
END = 22
LOCAL, CENTRAL = 30, 46
DIRECTORY = SOUND.index(b"PK\x01\x02")
SECOND_LOCAL = SOUND.index(b"PK\x03\x04", 4)
SECOND_CENTRAL = SOUND.index(b"PK\x01\x02", DIRECTORY + 4)


def patched(*patches: tuple[int, bytes]) -> bytes:
    data = bytearray(SOUND)
    for at, new in patches:
        data[at : at + len(new)] = new
    return bytes(data)


def with_end(*, count: int | None = None, size: int | None = None, offset: int | None = None) -> bytes:
    values = list(struct.unpack("<4s4H2IH", SOUND[-END:]))
    if count is not None:
        values[3] = values[4] = count
    values[5] = values[5] if size is None else size
    values[6] = values[6] if offset is None else offset
    return SOUND[:-END] + struct.pack("<4s4H2IH", *values)


def other_writer(
    change: Callable[[zipfile.ZipFile], None] | None = None, compression: int = zipfile.ZIP_STORED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in MEMBERS:
            archive.writestr(zipfile.ZipInfo(member.name), member.data, compression)
        if change is not None:
            change(archive)
    return file.getvalue()


def _link(archive: zipfile.ZipFile) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    archive.writestr(link, "/etc/passwd")


def _comment(archive: zipfile.ZipFile) -> None:
    archive.comment = b"read me first"


def _twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(zipfile.ZipInfo("README.txt"), b"other words\n")


ATTACKS: dict[str, bytes] = {
    "bytes before": b"#!/bin/sh\n" + SOUND,
    "bytes behind": SOUND + b"\n",
    "a second archive behind": SOUND + SOUND,
    "a comment": SOUND[:-2] + b"\x04\x00" + b"note",
    "a comment from another writer": other_writer(_comment),
    "the end cut off": SOUND[:-END],
    "one byte less": SOUND[:-1],
    "another writer's dates and versions": other_writer(),
    "deflated members": other_writer(compression=zipfile.ZIP_DEFLATED),
    "a symbolic link": other_writer(_link),
    "a name twice": other_writer(_twice),
    "more entries than there are": with_end(count=4),
    "fewer entries than there are": with_end(count=2),
    "an enormous number of entries": with_end(count=0xFFFF),
    "a directory elsewhere": with_end(offset=0),
    "a directory of another size": with_end(size=10),
    "names differ in header and directory": patched((SECOND_LOCAL + LOCAL, b"REDAME")),
    "name only in the directory": patched((SECOND_CENTRAL + CENTRAL, b"HEADME")),
    "sizes differ": patched((SECOND_LOCAL + 18, struct.pack("<I", 5))),
    "size in the directory differs": patched((SECOND_CENTRAL + 20, struct.pack("<II", 5, 5))),
    "a wrong checksum in both places": patched((SECOND_LOCAL + 14, b"\0\0\0\0"), (SECOND_CENTRAL + 16, b"\0\0\0\0")),
    "changed content, stale checksum": patched((SECOND_LOCAL + LOCAL + 10, b"HELLO")),
    "a member that points at another": patched((SECOND_CENTRAL + 42, struct.pack("<I", 0))),
    "a member that points behind the end": patched((SECOND_CENTRAL + 42, struct.pack("<I", 0x7FFFFFFF))),
    "encrypted, says a flag": patched((SECOND_LOCAL + 6, b"\x01\x00"), (SECOND_CENTRAL + 8, b"\x01\x00")),
    "names in UTF-8, says a flag": patched((SECOND_LOCAL + 6, b"\x00\x08"), (SECOND_CENTRAL + 8, b"\x00\x08")),
    "sizes follow, says a flag": patched((SECOND_LOCAL + 6, b"\x08\x00")),
    "another method": patched((SECOND_LOCAL + 8, b"\x08\x00"), (SECOND_CENTRAL + 10, b"\x08\x00")),
    "another date": patched((SECOND_LOCAL + 10, b"\x01\x00"), (SECOND_CENTRAL + 12, b"\x01\x00")),
    "an extra field": patched((SECOND_LOCAL + 28, b"\x04\x00")),
    "attributes": patched((SECOND_CENTRAL + 38, struct.pack("<I", 0o100755 << 16))),
    "a second disk": SOUND[:-END] + SOUND[-END:-18] + b"\x01\x00\x01\x00" + SOUND[-14:],
    "a path upwards": patched((SECOND_LOCAL + LOCAL, b"../../evil"), (SECOND_CENTRAL + CENTRAL, b"../../evil")),
    "an absolute path": patched((SECOND_LOCAL + LOCAL, b"/etc/hosts"), (SECOND_CENTRAL + CENTRAL, b"/etc/hosts")),
    "a zero byte in a name": patched((SECOND_LOCAL + LOCAL, b"README\0txt"), (SECOND_CENTRAL + CENTRAL, b"README\0txt")),
    "no media type": write_archive(MEMBERS[1:]),
    "the media type second": write_archive((MEMBERS[1], MEMBERS[0], MEMBERS[2])),
    "another media type": write_archive((Member(MIMETYPE_NAME, b"application/vnd.etsi.asic-s+zip"), *MEMBERS[1:])),
    "nothing": write_archive(()),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_anything_but_the_one_form_fails_with_a_name(attack: str) -> None:
    assert ATTACKS[attack] != SOUND
    with pytest.raises(FormatError) as error:
        read_archive(ATTACKS[attack])
    assert error.value.code.startswith("archive-")
    report = judge(ATTACKS[attack])
    assert report.verdict is not Verdict.PASS
    assert report.codes() == {error.value.code}


def test_a_gap_between_members_is_found() -> None:
    stuffing = b"hidden"
    data = bytearray(SOUND[:SECOND_LOCAL] + stuffing + SOUND[SECOND_LOCAL:])
    for at in (SECOND_CENTRAL, SOUND.index(b"PK\x01\x02", SECOND_CENTRAL + 4)):
        place = at + len(stuffing) + 42
        (offset,) = struct.unpack_from("<I", data, place)
        struct.pack_into("<I", data, place, offset + len(stuffing))
    struct.pack_into("<I", data, len(data) - 6, DIRECTORY + len(stuffing))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        assert archive.testzip() is None, "other programs see nothing"
    with pytest.raises(FormatError) as error:
        read_archive(bytes(data))
    assert error.value.code == "archive-bytes"


def test_members_that_overlap_are_refused_before_they_are_copied() -> None:
    """A zip bomb without compression: many entries for one large member."""
    body = b"x" * 100_000
    name = b"a000"
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 10, 0, 0, 0, 33, zlib.crc32(body), len(body), len(body), len(name), 0
    )
    entries = b"".join(
        struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 10, 10, 0, 0, 0, 33, zlib.crc32(body), len(body), len(body), 4, 0, 0, 0, 0, 0, 0,
        ) + b"a%03d" % number
        for number in range(1000)
    )  # fmt: skip
    data = local + name + body + entries
    data += struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, 1000, 1000, len(entries), len(local + name + body), 0
    )
    with pytest.raises(FormatError, match="overlap") as error:
        read_archive(data)
    assert error.value.code == "archive-format"


@pytest.mark.parametrize(
    "name", ["originals/evil.pdf", "acts/9999.json", "META-INF/ASiCArchiveManifest001.xml", "zzz"]
)
@pytest.mark.parametrize("resealed", [False, True])
def test_an_added_member_is_found_even_if_both_parties_seal_it(name: str, resealed: bool) -> None:
    dossier, container = conclude()
    members = read_archive(container)
    if resealed:
        inner = [m for m in members if not m.name.startswith("META-INF")]
        altered = dossier.seal_members((*inner, Member(name, b"%PDF-1.7")))
    else:
        altered = write_archive((*members, Member(name, b"%PDF-1.7")))
    report = judge(altered)
    assert report.verdict is Verdict.FAIL
    assert "member-unknown" in report.codes()


def test_a_removed_member_is_found_even_if_both_parties_seal_the_rest() -> None:
    dossier, _ = conclude()
    for gone in (
        "VERIFY.txt",
        "texts/N-S-2026-1.he.xml",
        "originals/N-S-2026-1.south.pdf",
        "log/checkpoint.txt",
        "trust/north.1.pem",
        "acts/0003.json",
    ):
        report = judge(dossier.seal_members([m for m in dossier.members() if m.name != gone]))
        assert report.verdict is Verdict.FAIL, gone
        assert report.codes() & {"member-missing", "checkpoint-malformed"}, gone


def test_members_in_another_order_are_found_even_if_both_parties_seal_them() -> None:
    dossier, _ = conclude()
    mimetype, readme, guide, *rest = dossier.members()
    report = judge(dossier.seal_members((mimetype, guide, readme, *rest)))
    assert report.verdict is Verdict.FAIL
    assert {f.code for f in report.findings if f.severity == "error"} == {"member-order"}
