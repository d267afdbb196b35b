"""Certification, annotations and forms: updates that pretend to be permitted.

Source: Rohlmann, Mladenov, Mainka, Schwenk: Breaking the Specification: PDF Certification (IEEE S&P 2021).
"""

from __future__ import annotations

import re
from functools import partial

from tests.adversarial.pdf import craft
from tests.adversarial.pdf.attack import Group, replace_last
from tests.adversarial.pdf.changed import DRAWING, FORGED_CONTENT, annotation, page_with
from tests.adversarial.pdf.craft import (
    CATALOG,
    FIELD_A,
    FIELD_B,
    FORGED,
    FORM,
    PAGE,
    TEXT_FIELD,
    stream,
)

CERTIFIED = Group("certified")
LARGE = craft.bodies()[FIELD_B].replace(b"[260 100 400 160]", b"[0 0 595 842]")

# --- annotations and certification

DOC_MDP = (
    b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20260101000000Z)"
    b" /Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P %d /V /1.2 >> >>]"
)
LOCK = (
    b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
    b" /Reference [<< /Type /SigRef /TransformMethod /FieldMDP"
    b" /TransformParams << /Type /TransformParams /Action /%s /Fields [%s] /V /1.2 >> >>]"
)


def certified(level: int) -> bytes:
    number = craft.last_size(craft.base()) + 20
    catalog = craft.bodies()[CATALOG][:-2] + b"/Perms << /DocMDP %d 0 R >> >>" % number
    return craft.sign(craft.base(), entries=DOC_MDP % level, also={CATALOG: catalog})


CERTIFIED.add(
    "page-changed",
    "annotation-added",
    lambda: craft.update(craft.signed(), {PAGE: page_with(82), 82: annotation(), 81: DRAWING}),
)


def _annotated(kind: bytes) -> bytes:
    return craft.update(certified(3), {PAGE: page_with(82), 82: annotation(kind), 81: DRAWING})


for _kind in (b"FreeText", b"Stamp", b"Redact", b"Link", b"FileAttachment"):
    CERTIFIED.add("page-changed", f"level-3-{_kind.decode()}", partial(_annotated, _kind))
CERTIFIED.add(
    "annotation-changed",
    "annotation-changed",
    lambda: craft.update(
        craft.sign(
            craft.base(
                {
                    PAGE: page_with(82),
                    81: stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]"),
                    82: annotation(),
                }
            )
        ),
        {82: annotation().replace(b"72,500", b"99,999")},
    ),
)
CERTIFIED.add(
    "form-filled",
    "level-2-field-filled",
    lambda: craft.update(
        certified(2), {TEXT_FIELD: craft.bodies()[TEXT_FIELD].replace(b"(12,500)", b"(72,500)")}
    ),
)
CERTIFIED.add(
    "form-filled-unpermitted",
    "level-1-field-filled",
    lambda: craft.update(
        certified(1), {TEXT_FIELD: craft.bodies()[TEXT_FIELD].replace(b"(12,500)", b"(72,500)")}
    ),
)
CERTIFIED.add(
    "certification-violated",
    "level-1-signed-again",
    lambda: craft.sign(certified(1), field=FIELD_B, name=b"b", make=craft.signer("b")),
)
CERTIFIED.add(
    "certification-not-first",
    "certified-second",
    lambda: craft.sign(craft.signed(), field=FIELD_B, name=b"b", make=craft.signer("b"), entries=DOC_MDP % 2),
)
CERTIFIED.add(
    "field-locked",
    "locked-field-signed",
    lambda: craft.sign(
        craft.sign(craft.base(), entries=LOCK % (b"All", b"")),
        field=FIELD_B,
        name=b"b",
        make=craft.signer("b"),
    ),
)
CERTIFIED.add(
    "field-locked",
    "locked-field-filled",
    lambda: craft.update(
        craft.sign(craft.base(), entries=LOCK % (b"Include", b"(amount)")),
        {TEXT_FIELD: craft.bodies()[TEXT_FIELD].replace(b"(12,500)", b"(72,500)")},
    ),
)
CERTIFIED.add(
    "signature-malformed", "level-out-of-range", lambda: craft.sign(craft.base(), entries=DOC_MDP % 9)
)


def _sneaky(level: int = 0, *, empty: bool = False) -> bytes:
    """A new signature field in the middle of the page, whose appearance is the forged text."""
    data = certified(level) if level else craft.signed()
    widget = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (sneaky) /F 4 /P 3 0 R /Rect [60 700 400 760] /AP << /N 81 0 R >> >>"
    also = {
        FORM: craft.bodies()[FORM].replace(b" 11 0 R", b" 11 0 R 75 0 R"),
        PAGE: page_with(75),
        81: DRAWING,
    }
    if empty:
        return craft.update(data, {75: widget, **also})
    return craft.sign(data, field=75, widget=widget, also=also, make=craft.signer("b"))


CERTIFIED.add("field-added-visible", "sneaky-signature", _sneaky)
CERTIFIED.add("field-added-visible", "sneaky-signature-level-2", lambda: _sneaky(2))
CERTIFIED.add("field-added-visible", "sneaky-signature-level-3", lambda: _sneaky(3))
CERTIFIED.add("field-added", "sneaky-empty-field", lambda: _sneaky(empty=True))
CERTIFIED.add(
    "form-changed",
    "field-removed",
    lambda: craft.update(craft.signed("ab"), {FORM: b"<< /Fields [9 0 R 11 0 R] /SigFlags 3 >>"}),
)
CERTIFIED.add(
    "form-changed",
    "need-appearances",
    lambda: craft.update(craft.signed(), {FORM: craft.bodies()[FORM][:-2] + b"/NeedAppearances true >>"}),
)


def _stolen_appearance() -> bytes:
    data = craft.signed()
    number = int(re.findall(rb"/V (\d+) 0 R", data)[-1])
    widget = craft.bodies()[FIELD_A][:-2] + b"/V %d 0 R /AP << /N 81 0 R >> >>" % number
    return craft.update(data, {FIELD_A: widget, 81: DRAWING})


CERTIFIED.add("signature-changed", "signed-appearance-replaced", _stolen_appearance)
CERTIFIED.add(
    "field-changed",
    "reserved-field-moved",
    lambda: craft.sign(
        craft.signed(),
        field=FIELD_B,
        make=craft.signer("b"),
        widget=craft.bodies()[FIELD_B].replace(b"[260 100 400 160]", b"[60 700 400 760]"),
    ),
)
CERTIFIED.add(
    "active-content",
    "script-added",
    lambda: craft.update(
        craft.signed(),
        {
            CATALOG: craft.bodies()[CATALOG][:-2]
            + b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
        },
    ),
)
CERTIFIED.add(
    "xfa", "xfa-signed", lambda: craft.sign(craft.base({FORM: craft.bodies()[FORM][:-2] + b"/XFA (x) >>"}))
)
CERTIFIED.add(
    "active-content",
    "script-name-escaped",
    lambda: craft.sign(
        craft.base(
            {CATALOG: craft.bodies()[CATALOG][:-2] + b"/OpenAction << /S /J#61vaScript /#4aS (1) >> >>"}
        )
    ),
)


CERTIFIED.add(
    "field-large",
    "reserved-field-over-the-page",
    lambda: craft.sign(
        craft.sign(craft.base({FIELD_B: LARGE})),
        field=FIELD_B,
        widget=LARGE,
        make=craft.signer("b"),
    ),
)


@CERTIFIED.attack("store-malformed")
def junk_in_the_store() -> bytes:
    """A page's content hides behind the excuse of being validation data."""
    catalog = craft.bodies()[CATALOG][:-2] + b"/DSS << /Certs [95 0 R] /Extra 96 0 R >> >>"
    return craft.update(craft.signed(), {CATALOG: catalog, 95: stream(b"\x30\x00"), 96: stream(FORGED)})


@CERTIFIED.attack("store-junk")
def junk_certificate_in_the_store() -> bytes:
    catalog = craft.bodies()[CATALOG][:-2] + b"/DSS << /Certs [95 0 R] >> >>"
    return craft.update(craft.signed(), {CATALOG: catalog, 95: stream(FORGED)})


@CERTIFIED.attack("object-changed")
def store_takes_over_content() -> bytes:
    """The validation data list the page's content stream and write it anew."""
    catalog = craft.bodies()[CATALOG][:-2] + b"/DSS << /Certs [4 0 R] >> >>"
    return craft.update(craft.signed(), {CATALOG: catalog, **FORGED_CONTENT})


@CERTIFIED.attack("digest-mismatch")
def signed_byte_changed() -> bytes:
    return replace_last(craft.signed(), b"12,500) Tj", b"72,500) Tj")
