"""One object in two roles: an update may change it in one of them, and thereby changes the other."""

from __future__ import annotations

from tests.adversarial.pdf import craft
from tests.adversarial.pdf.attack import Group
from tests.adversarial.pdf.changed import FORGED_CONTENT, NEW_PAGE
from tests.adversarial.pdf.craft import (
    CATALOG,
    CONTENT,
    FIELD_B,
    FORGED,
    FORM,
    INFO,
    PAGE,
    SHOWN,
    stream,
)

# --- one object, two roles: the update may change it in one, and changes it in the other

XML = b"/Type /Metadata /Subtype /XML"
WITH_METADATA = craft.bodies()[CATALOG][:-2] + b"/Metadata 4 0 R >>"
ALIAS = Group("alias")

ALIAS.add(
    "object-changed",
    "content-is-metadata",
    lambda: craft.update(
        craft.sign(craft.base({CATALOG: WITH_METADATA, CONTENT: stream(SHOWN, XML)})),
        {CONTENT: stream(FORGED, XML)},
    ),
)
ALIAS.add(
    "object-changed",
    "content-becomes-metadata",
    lambda: craft.update(craft.sign(craft.base({CATALOG: WITH_METADATA})), {CONTENT: stream(FORGED, XML)}),
)
ALIAS.add(
    "information-changed",
    "content-is-information",
    lambda: craft.update(
        craft.sign(craft.base(), trailer=b"/Root 1 0 R /Info 4 0 R"),
        FORGED_CONTENT,
        trailer=b"/Root 1 0 R /Info 4 0 R",
    ),
)
ALIAS.add(
    "update-unreadable",
    "content-is-field",
    lambda: craft.sign(
        craft.sign(craft.base({FIELD_B: stream(SHOWN, craft.bodies()[FIELD_B][2:-2])})),
        field=FIELD_B,
        name=b"b",
        make=craft.signer("b"),
    ),
)
ALIAS.add(
    "object-changed",
    "annotations-are-validation-data",
    lambda: craft.update(
        craft.sign(
            craft.base(
                {
                    PAGE: craft.bodies()[PAGE].replace(b"[8 0 R 9 0 R 11 0 R]", b"50 0 R"),
                    50: b"[8 0 R 9 0 R 11 0 R]",
                    CATALOG: craft.bodies()[CATALOG][:-2] + b"/DSS << /Certs 50 0 R >> >>",
                }
            )
        ),
        {50: b"[]", CATALOG: craft.bodies()[CATALOG][:-2] + b"/DSS << /Certs 50 0 R >> >>"},
    ),
)
ALIAS.add(
    "update-unreadable",
    "resources-are-validation-data",
    lambda: craft.update(
        craft.sign(
            craft.base(
                {
                    PAGE: craft.bodies()[PAGE].replace(b"<< /Font << /F1 5 0 R >> >>", b"50 0 R"),
                    50: b"<< /Font << /F1 5 0 R >> >>",
                    CATALOG: craft.bodies()[CATALOG][:-2] + b"/DSS 50 0 R >>",
                }
            )
        ),
        {50: b"<< /Certs [] >>"},
    ),
)
ALIAS.add(
    "catalog-changed",
    "resources-are-extensions",
    lambda: craft.update(
        craft.sign(
            craft.base(
                {
                    PAGE: craft.bodies()[PAGE].replace(b"<< /Font << /F1 5 0 R >> >>", b"50 0 R"),
                    50: b"<< /Font << /F1 5 0 R >> >>",
                    CATALOG: craft.bodies()[CATALOG][:-2] + b"/Extensions 50 0 R >>",
                }
            )
        ),
        {50: b"<< /ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >> >>"},
    ),
)
ALIAS.add(
    "object-changed",
    "extensions-used-elsewhere",
    lambda: craft.update(
        craft.sign(
            craft.base(
                {
                    PAGE: craft.bodies()[PAGE].replace(b"/Type /Page ", b"/Type /Page /PieceInfo 50 0 R "),
                    50: b"<< /ADBE << /BaseVersion /1.7 /ExtensionLevel 3 >> >>",
                    CATALOG: craft.bodies()[CATALOG][:-2] + b"/Extensions 50 0 R >>",
                }
            )
        ),
        {50: b"<< /ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >> >>"},
    ),
)
ALIAS.add(
    "object-changed",
    "form-used-elsewhere",
    lambda: craft.sign(
        craft.sign(
            craft.base(
                {
                    PAGE: craft.bodies()[PAGE].replace(b"/Type /Page ", b"/Type /Page /PieceInfo 7 0 R "),
                    FORM: b"<< /Fields [8 0 R 9 0 R 11 0 R] >>",
                }
            )
        ),
        field=FIELD_B,
        name=b"b",
        make=craft.signer("b"),
        also={FORM: craft.bodies()[FORM]},
    ),
)


def _packed_page() -> bytes:
    """The page lies in an object stream, which is signed."""
    return craft.sign(
        craft.packed(craft.base(), {PAGE: craft.bodies()[PAGE], INFO: craft.bodies()[INFO]}, 60)
    )


NEW_INFO = craft.bodies()[INFO].replace(b"20260101", b"20260102")
ALIAS.add(
    "object-changed",
    "object-stream-replaced",
    lambda: craft.packed(
        _packed_page(), {PAGE: NEW_PAGE, INFO: NEW_INFO}, 60, listed=[INFO], also={80: stream(FORGED)}
    ),
)
ALIAS.add(
    "object-hidden-in-stream",
    "object-stream-holds-more",
    lambda: craft.packed(_packed_page(), {PAGE: NEW_PAGE, INFO: NEW_INFO}, 95, listed=[INFO]),
)
ALIAS.add(
    "page-changed",
    "page-in-a-new-stream",
    lambda: craft.packed(_packed_page(), {PAGE: NEW_PAGE, INFO: NEW_INFO}, 95, also={80: stream(FORGED)}),
)
ALIAS.add(
    "cross-reference-entry",
    "stream-does-not-exist",
    lambda: craft.packed(_packed_page(), {INFO: NEW_INFO}, 95).replace(
        b"\x02\x00\x00\x00\x5f\x00", b"\x02\x00\x00\x00\x7f\x00"
    ),
)
