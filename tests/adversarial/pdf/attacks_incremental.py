"""Incremental saving attacks: an update after the signature that should not be there.

Source: Mladenov et al., CCS 2019.
"""

from __future__ import annotations

import re

from tests.adversarial.pdf import craft
from tests.adversarial.pdf.attack import Group
from tests.adversarial.pdf.changed import FORGED_CONTENT, NEW_PAGE
from tests.adversarial.pdf.craft import (
    CATALOG,
    CONTENT,
    FIELD_A,
    FONT,
    FORGED,
    INFO,
    PAGE,
    PAGES,
    stream,
)

ISA = Group("isa")

# --- incremental saving

ISA.add("object-changed", "content-replaced", lambda: craft.update(craft.signed(), FORGED_CONTENT))
ISA.add("trailing-bytes", "body-only", lambda: craft.signed() + b"4 0 obj\n" + stream(FORGED) + b"\nendobj\n")
ISA.add(
    "trailing-bytes",
    "body-and-trailer",
    lambda: craft.signed() + b"4 0 obj\n" + stream(FORGED) + b"\nendobj\ntrailer\n<< /Root 1 0 R >>\n",
)
ISA.add(
    "stray-end-mark",
    "body-and-fake-end",
    lambda: (
        craft.signed() + b"4 0 obj\n" + stream(FORGED) + b"\nendobj\n%%EOF\n" + _last_mark(craft.signed())
    ),
)


def _repeated_startxref() -> bytes:
    data = craft.signed()
    return data + b"4 0 obj\n" + stream(FORGED) + b"\nendobj\n" + _last_mark(data)


ISA.add("cross-reference", "old-startxref-repeated", _repeated_startxref)
ISA.add(
    "page-changed",
    "page-replaced",
    lambda: craft.update(craft.signed(), {PAGE: NEW_PAGE, 80: stream(FORGED)}),
)
ISA.add(
    "page-changed",
    "page-tree-replaced",
    lambda: craft.update(
        craft.signed(),
        {PAGES: b"<< /Type /Pages /Kids [82 0 R 3 0 R] /Count 2 >>", 82: NEW_PAGE, 80: stream(FORGED)},
    ),
)
ISA.add(
    "catalog-changed",
    "other-catalog",
    lambda: craft.update(
        craft.signed(),
        {
            90: craft.bodies()[CATALOG].replace(b"2 0 R", b"91 0 R"),
            91: b"<< /Type /Pages /Kids [82 0 R] /Count 1 >>",
            82: NEW_PAGE,
            80: stream(FORGED),
        },
        trailer=b"/Root 90 0 R /Info 6 0 R /ID [<00> <01>]",
    ),
)
ISA.add("object-removed", "object-freed", lambda: craft.update(craft.signed(), {}, free=[CONTENT]))
ISA.add(
    "object-changed",
    "object-as-new-generation",
    lambda: craft.update(craft.signed(), FORGED_CONTENT, generation=1),
)
ISA.add(
    "hidden-object",
    "object-not-listed",
    lambda: craft.update(craft.signed(), FORGED_CONTENT, unlisted=[CONTENT]),
)
ISA.add(
    "unaccounted-bytes",
    "junk-in-update",
    lambda: craft.update(craft.signed(), {}, before_table=b"4 0 obj << /Length 3\n"),
)
ISA.add(
    "cross-reference-entry",
    "entry-into-the-middle",
    lambda: craft.update(craft.signed(), {}, entries={CONTENT: 40}),
)
ISA.add(
    "cross-reference",
    "previous-skips-the-signature",
    lambda: craft.update(craft.signed("ab"), FORGED_CONTENT, previous=craft.last_table(craft.base())),
)


def _looped() -> bytes:
    data = craft.signed()
    return craft.update(data, FORGED_CONTENT, previous=_own_table(data))


ISA.add("cross-reference", "previous-loops", _looped)


def _line_end_added() -> bytes:
    """A file signed up to %%EOF without the line end, which somebody adds."""
    data = craft.sign(
        craft.base(),
        byte_range=lambda start, end, size: b"[0 %d %d %d]" % (start, end, size - end - 1),
        ranges=lambda start, end, size: [(0, start), (end, size - 1)],
    )
    return data.removesuffix(b"\n") + b"\r"


ISA.add("not-whole-file", "bytes-behind-the-end-mark", _line_end_added)
ISA.add("trailing-bytes", "two-line-ends", lambda: craft.signed() + b"\n\n")
ISA.add("trailing-bytes", "zero-bytes-behind", lambda: craft.signed() + b"\x00" * 16)


def _copied_signature() -> bytes:
    """The update brings its own copy of the signature dictionary, as some viewers were satisfied with."""
    data = craft.signed()
    number = int(re.findall(rb"/V (\d+) 0 R", data)[-1])
    body = data[data.index(b"%d 0 obj" % number) :].split(b"endobj")[0].split(b"obj\n", 1)[1].strip()
    widget = craft.bodies()[FIELD_A][:-2] + b"/V 84 0 R >>"
    return craft.update(data, {**FORGED_CONTENT, FIELD_A: widget, 84: body})


ISA.add("byte-range-gap", "signature-copied-over", _copied_signature)
ISA.add(
    "object-changed",
    "font-replaced",
    lambda: craft.update(craft.signed(), {FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}),
)
ISA.add(
    "trailer-changed",
    "trailer-extended",
    lambda: craft.update(craft.signed(), {}, trailer=b"/Root 1 0 R /Info 6 0 R /Extra 4 0 R"),
)
ISA.add(
    "encrypted",
    "encryption-added",
    lambda: craft.update(
        craft.signed(), {}, trailer=b"/Root 1 0 R /Info 6 0 R /Encrypt << /Filter /Standard >>"
    ),
)


def _hybrid() -> bytes:
    data = craft.signed()
    table = b"\x01" + len(data).to_bytes(4, "big") + b"\x00"
    hidden = (
        b"85 0 obj\n<< /Type /XRef /W [1 4 1] /Index [4 1] /Size 90 /Length 6 >>\nstream\n%s\nendstream\nendobj\n"
        % table
    )
    forged = b"4 0 obj\n" + stream(FORGED) + b"\nendobj\n"
    return craft.update(
        data,
        {},
        before_table=forged + hidden,
        trailer=b"/Root 1 0 R /Info 6 0 R /XRefStm %d" % (len(data) + len(forged)),
    )


ISA.add("hybrid-update", "hybrid-section", _hybrid)
ISA.add("object-added", "unused-object", lambda: craft.update(craft.signed(), {83: stream(FORGED)}))
ISA.add(
    "malformed",
    "catalog-broken",
    lambda: craft.update(craft.signed(), {CATALOG: b"<< /Type /Catalog /Pages 2 0 R"}),
)
ISA.add(
    "information-changed",
    "title-changed",
    lambda: craft.update(craft.signed(), {INFO: b"<< /Title (Surrender) >>"}),
)


def _last_mark(data: bytes) -> bytes:
    return b"startxref\n%d\n%%%%EOF\n" % craft.last_table(data)


def _own_table(data: bytes) -> int:
    return craft.last_table(craft.update(data, FORGED_CONTENT))
