"""Shadow attacks: the signed file is prepared so that a small update turns it.

Source: Mainka, Mladenov, Rohlmann: Shadow Attacks (NDSS 2021).
"""

from __future__ import annotations

import re

from tests.adversarial.pdf import craft
from tests.adversarial.pdf.attack import Group
from tests.adversarial.pdf.changed import DRAWING, NEW_PAGE
from tests.adversarial.pdf.craft import (
    CATALOG,
    CONTENT,
    FIELD_B,
    FONT,
    FORGED,
    PAGE,
    TEXT_FIELD,
    stream,
)

SHADOW = Group("shadow")

# --- shadow attacks: the signed file is prepared, a small update turns it


def _hidden_base() -> bytes:
    """Content covered by an image-like drawing in a separate object, which an update removes."""
    page = craft.bodies()[PAGE].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 86 0 R]")
    return craft.sign(craft.base({PAGE: page, 86: stream(b"1 g 0 0 595 842 re f")}))


SHADOW.add("object-removed", "hide-cover-freed", lambda: craft.update(_hidden_base(), {}, free=[86]))
SHADOW.add("object-changed", "hide-cover-emptied", lambda: craft.update(_hidden_base(), {86: stream(b"")}))
SHADOW.add(
    "form-filled-unpermitted",
    "replace-field-value",
    lambda: craft.update(
        craft.signed(), {TEXT_FIELD: craft.bodies()[TEXT_FIELD].replace(b"(12,500)", b"(72,500)")}
    ),
)
SHADOW.add(
    "form-filled-unpermitted",
    "replace-field-appearance",
    lambda: craft.update(
        craft.signed(), {TEXT_FIELD: craft.bodies()[TEXT_FIELD].replace(b"10 0 R", b"81 0 R"), 81: DRAWING}
    ),
)
SHADOW.add(
    "field-changed",
    "replace-field-moved",
    lambda: craft.update(
        craft.signed(),
        {TEXT_FIELD: craft.bodies()[TEXT_FIELD].replace(b"[60 400 200 420]", b"[60 700 400 760]")},
    ),
)
SHADOW.add("object-changed", "replace-shared-appearance", lambda: craft.update(craft.signed(), {10: DRAWING}))
SHADOW.add(
    "object-changed",
    "replace-font-in-form",
    lambda: craft.update(craft.signed(), {FONT: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] >>"}),
)


def _prepared_base() -> bytes:
    """Two documents in one file: the second page tree waits for a catalog that names it."""
    page = (
        craft.bodies()[PAGE]
        .replace(b"/Contents 4 0 R", b"/Contents 87 0 R")
        .replace(b"/Parent 2", b"/Parent 88")
    )
    return craft.sign(
        craft.base({87: stream(FORGED), 88: b"<< /Type /Pages /Kids [89 0 R] /Count 1 >>", 89: page})
    )


SHADOW.add(
    "catalog-changed",
    "hide-and-replace-catalog",
    lambda: craft.update(
        _prepared_base(), {CATALOG: craft.bodies()[CATALOG].replace(b"/Pages 2 0 R", b"/Pages 88 0 R")}
    ),
)


def _rewired() -> bytes:
    data = _prepared_base()
    return craft.update(data, {}, entries={CONTENT: data.index(b"87 0 obj")})


SHADOW.add("cross-reference-entry", "hide-and-replace-entry", _rewired)
SHADOW.add(
    "catalog-changed",
    "hide-and-replace-trailer",
    lambda: craft.update(
        craft.sign(
            craft.base(
                {
                    87: stream(FORGED),
                    88: b"<< /Type /Pages /Kids [89 0 R] /Count 1 >>",
                    89: NEW_PAGE,
                    92: b"<< /Type /Catalog /Pages 88 0 R /AcroForm 7 0 R >>",
                }
            )
        ),
        {},
        trailer=b"/Root 92 0 R /Info 6 0 R",
    ),
)


@SHADOW.attack("object-awaited")
def dangling_reference_filled() -> bytes:
    """The signed page refers to an object that does not exist; the update claims it as part of a signature's drawing."""
    page = craft.bodies()[PAGE].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 81 0 R]")
    data = craft.sign(craft.base({PAGE: page}))
    widget = craft.bodies()[FIELD_B][:-2] + b"/AP << /N 81 0 R >> >>"
    return craft.sign(
        data, field=FIELD_B, name=b"b", widget=widget, make=craft.signer("b"), also={81: DRAWING}
    )


@SHADOW.attack("hidden-object")
def second_object_of_the_same_number() -> bytes:
    data = craft.base()
    head, tail = data.split(b"5 0 obj", 1)
    forged = b"4 0 obj\n" + stream(FORGED) + b"\nendobj\n"
    shifted = re.sub(
        rb"(\d{10}) 00000 n",
        lambda m: b"%010d 00000 n" % (int(m[1]) + (len(forged) if int(m[1]) >= len(head) else 0)),
        b"5 0 obj" + tail,
    )
    table = int(re.findall(rb"startxref\n(\d+)", shifted)[-1])
    return craft.sign(
        (head + forged + shifted).replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + len(forged)))
    )
