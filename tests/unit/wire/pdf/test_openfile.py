from __future__ import annotations

import hashlib

import pytest

from paraph.errors import FormatError
from paraph.wire.pdf.objects import Dictionary, Name, Ref
from paraph.wire.pdf.openfile import MAX_OBJECTS, MAX_REVISIONS, open_file
from tests.support.refused import refused
from tests.support.signed_pdfs import concluded, original, rendered

ROW = b"0000000009 00000 n\r\n"


def tiny(
    *,
    rows: bytes = ROW,
    head: bytes = b"0 2\n",
    trailer: bytes = b"<</Size 2/Root 1 0 R>>",
    tail: bytes = b"\n%%EOF",
) -> bytes:
    """The smallest file that opens: one object."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    table = b"xref\n" + head + b"0000000000 65535 f\r\n" + rows
    return body + table + b"trailer\n" + trailer + b"\nstartxref\n%d" % len(body) + tail


def test_a_small_file_opens() -> None:
    file = open_file(tiny())
    assert file.catalog() == Dictionary({"Type": Name("Catalog")})
    assert (file.size, file.root, file.revisions) == (2, Ref(1), 1)
    assert file.running_digest().digest() == hashlib.sha256(tiny()).digest()
    assert open_file(file) is file


@pytest.mark.parametrize("ending", [b"\n%%EOF\n", b"\r%%EOF\r", b"\r\n%%EOF\r\n"])
def test_one_line_end_may_follow(ending: bytes) -> None:
    assert open_file(tiny(tail=ending)).revisions == 1


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("pdf-header", b""),
        ("pdf-header", b"\n" + tiny()),
        ("pdf-header", tiny().replace(b"1.7", b"1.4", 1)),
        ("pdf-xref", tiny() + b"\n\n"),
        ("pdf-xref", tiny() + b"x"),
        ("pdf-xref", tiny(rows=ROW.replace(b"n\r\n", b"n\n"))),
        ("pdf-xref", tiny(rows=ROW.replace(b"00000 n", b"00001 n"))),
        ("pdf-xref", tiny(rows=b"0000009999 00000 n\r\n")),
        ("pdf-xref", tiny(rows=b"")),
        ("pdf-xref", tiny(head=b"0 1\n", rows=b"0 1\n0000000009 00000 f\r\n")),
        ("pdf-xref", tiny(head=b"0 %d\n" % (MAX_OBJECTS + 1))),
        ("pdf-xref", tiny(trailer=b"<</Size 1/Root 1 0 R>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2/Root 1 1 R>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2/Root 1 0 R/Encrypt 1 0 R>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2/Root 1 0 R/XRefStm 5>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2/Root 1 0 R/Prev 999>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2/Root 1 0 R/Prev -1>>")),
        ("pdf-xref", tiny(trailer=b"<</Size 2/Root 1 0 R/Prev 3>>")),
        ("pdf-xref", tiny(trailer=b"[1]")),
    ],
)
def test_broken_files_are_refused(code: str, data: bytes) -> None:
    with refused(code):
        open_file(data)


def test_a_chain_cannot_loop() -> None:
    data = tiny()
    start = data.index(b"xref\n")
    with refused("pdf-xref") as caught:
        open_file(tiny(trailer=b"<</Size 2/Root 1 0 R/Prev %d>>" % start))
    assert "before its successor" in caught.value.message


def test_revisions_end_somewhere() -> None:
    data = tiny()
    for _ in range(MAX_REVISIONS):
        start = data.rindex(b"\nxref\n") + 1
        section = b"\nxref\n1 1\n" + ROW + b"trailer\n<</Size 2/Root 1 0 R/Prev %d>>\nstartxref\n" % start
        data += section + b"%d\n%%%%EOF" % (len(data) + 1)
    with refused("pdf-xref"):
        open_file(data)


def test_the_newest_revision_counts() -> None:
    file = open_file(original())
    assert file.revisions == 2
    assert "AcroForm" in file.catalog()
    assert "AcroForm" not in open_file(rendered()).catalog()


def test_every_object_of_a_signed_file_can_be_read() -> None:
    data, _ = concluded()
    file = open_file(data)
    for number in file.offsets:
        file.object(number)
    assert file.revisions == 7


def test_missing_and_indirect_objects() -> None:
    file = open_file(tiny())
    for wrong in (Ref(5), Ref(1, 1)):
        with refused("pdf-missing-object"):
            file.resolve(wrong)
    for demand in (file.array, file.stream):
        with refused("pdf-structure"):
            demand(Ref(1), "something")
    with refused("pdf-structure"):
        file.dictionary(None, "something")


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_truncated_file_is_refused(cut: int) -> None:
    with pytest.raises(FormatError):
        open_file(tiny()[:-cut])
