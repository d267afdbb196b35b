from __future__ import annotations

import hashlib

from paraph.wire.pdf.increment import append, extended, revise
from paraph.wire.pdf.objects import Dictionary, serialise
from paraph.wire.pdf.openfile import open_file
from tests.support.signed_pdfs import original, rendered


def test_a_revision_changes_nothing_before_it_and_opens_the_same_either_way() -> None:
    file = open_file(rendered())
    grown = revise(file, {file.size + 1: 5, file.size: Dictionary({"A": b"x"}), 1: 7})
    assert grown.data.startswith(rendered())
    again = open_file(grown.data)
    assert (again.offsets, again.trailer, again.startxref, again.revisions) == (
        grown.offsets, grown.trailer, grown.startxref, grown.revisions,
    )  # fmt: skip
    assert (
        again.running_digest().digest()
        == grown.running_digest().digest()
        == hashlib.sha256(grown.data).digest()
    )
    assert (again.object(file.size + 1), again.object(1)) == (5, 7)
    assert again.size == file.size + 2


def test_the_layout_is_the_documented_one() -> None:
    file = open_file(rendered())
    number = file.size
    increment = append(file, {number + 1: b"2", 3: b"1", number: b"(s)"})
    start = len(rendered())
    digest = hashlib.sha256(rendered()).digest()[:16]
    identity = file.trailer["ID"]
    assert isinstance(identity, tuple)
    body = b"\n3 0 obj\n1\nendobj\n%d 0 obj\n(s)\nendobj\n%d 0 obj\n2\nendobj\n" % (number, number + 1)
    table = b"xref\n3 1\n%010d 00000 n\r\n%d 2\n%010d 00000 n\r\n%010d 00000 n\r\n" % (
        start + 1, number, start + 18, start + 18 + len(b"%d 0 obj\n(s)\nendobj\n" % number),
    )  # fmt: skip
    trailer = Dictionary(
        {
            "Size": number + 2,
            "Root": file.root,
            "Info": file.trailer["Info"],
            "ID": (identity[0], digest),
            "Prev": file.startxref,
        }
    )
    tail = b"trailer\n" + serialise(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % (start + len(body))
    assert increment.data == body + table + tail
    assert increment.data[increment.offsets[number] - start :].startswith(b"(s)\nendobj")


def test_the_second_revision_needs_no_line_end_before_it() -> None:
    file = extended(open_file(original()), append(open_file(original()), {1: b"1"}))
    assert file.data[len(original()) :].startswith(b"1 0 obj\n")


def test_a_file_without_identity_gets_one() -> None:
    body = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
    data = (
        body
        + b"xref\n0 2\n0000000000 65535 f\r\n0000000009 00000 n\r\ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % len(body)
    )
    grown = revise(open_file(data), {1: 1})
    digest = hashlib.sha256(data).digest()[:16]
    assert grown.trailer["ID"] == (digest, digest)
