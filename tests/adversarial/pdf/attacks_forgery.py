"""Universal signature forgery and signature wrapping: a signature object that says too little, or covers too little.

Source: Mladenov, Mainka, Meyer zu Selhausen, Grothe, Schwenk: 1 Trillion Dollar Refund (CCS 2019).
"""

from __future__ import annotations

import re
from functools import partial

from tests.adversarial.pdf import cms, craft
from tests.adversarial.pdf.attack import Group, replace_last
from tests.adversarial.pdf.craft import RESERVED

USF = Group("usf")
SWA = Group("swa")
HEX = Group("contents")


def _range(data: bytes) -> bytes:
    return re.findall(rb"/ByteRange \[[^\]]*\] *", data)[-1]


def _contents(data: bytes) -> bytes:
    return re.findall(rb"/Contents <[^>]*>", data)[-1]


def _with_range(text: bytes) -> bytes:
    data = craft.signed()
    return replace_last(data, _range(data), text)


def _with_contents(text: bytes) -> bytes:
    data = craft.signed()
    return replace_last(data, _contents(data), text)


for label, text, code in (
    ("range-missing", b"", "byte-range"),
    ("range-null", b"/ByteRange null ", "byte-range"),
    ("range-empty", b"/ByteRange [] ", "byte-range"),
    ("range-zeros", b"/ByteRange [0 0 0 0] ", "byte-range"),
    ("range-negative", b"/ByteRange [0 -10 10 10] ", "byte-range"),
    ("range-overlap", b"/ByteRange [0 4000 1000 9000] ", "byte-range"),
    ("range-beyond", b"/ByteRange [0 10 20 99999999] ", "byte-range"),
    ("range-two", b"/ByteRange [0 4000] ", "byte-range"),
    ("range-six", b"/ByteRange [0 9 10 1 12 4000] ", "byte-range"),
    ("range-reals", b"/ByteRange [0. 9. 10. 1.] ", "byte-range"),
    ("range-names", b"/ByteRange [/a /b /c /d] ", "byte-range"),
    ("range-start", b"/ByteRange [1 4000 6000 900] ", "byte-range"),
    ("range-reference", b"/ByteRange 6 0 R ", "byte-range"),
    ("range-twice", b"/ByteRange [0 1 2 3] /ByteRange [0 1 2 3]", "malformed"),
):
    USF.add(code, label, partial(_with_range, text))
for label, text, code in (
    ("contents-missing", b"", "signature-malformed"),
    ("contents-null", b"/Contents null", "signature-malformed"),
    ("contents-empty", b"/Contents <>", "byte-range-gap"),
    ("contents-zero", b"/Contents <00>", "byte-range-gap"),
    ("contents-literal", b"/Contents (0)", "byte-range-gap"),
    ("contents-reference", b"/Contents 6 0 R", "signature-malformed"),
    ("contents-number", b"/Contents 0", "signature-malformed"),
):
    USF.add(code, label, partial(_with_contents, text))


@USF.attack("unaccounted-bytes")
def contents_not_hexadecimal() -> bytes:
    data = craft.signed()
    old = _contents(data)
    return data.replace(old, old[:-9] + b"GGGGGGGG>")


@USF.attack("cms-malformed")
def zeroed_contents() -> bytes:
    data = craft.signed()
    old = _contents(data)
    return data.replace(old, b"/Contents <" + b"0" * (len(old) - 12) + b">")


@USF.attack("signature-malformed")
def value_is_a_number() -> bytes:
    data = craft.signed()
    return replace_last(data, re.findall(rb"/V \d+ 0 R", data)[-1], b"/V 1")


@USF.attack("no-signature")
def value_is_null() -> bytes:
    data = craft.signed()
    return replace_last(data, re.findall(rb"/V \d+ 0 R", data)[-1], b"/V null")


@USF.attack("subfilter-unknown")
def subfilter_unknown() -> bytes:
    return replace_last(craft.signed(), b"/ETSI.CAdES.detached", b"/ETSI.CAdES.attached")


@USF.attack("weak-digest")
def subfilter_sha1() -> bytes:
    return replace_last(craft.signed(), b"/ETSI.CAdES.detached", b"/adbe.pkcs7.sha1")


@USF.attack("signature-malformed")
def type_contradicts() -> bytes:
    return craft.sign(craft.base(), entries=b"/Type /DocTimeStamp /Filter /X /SubFilter /ETSI.CAdES.detached")


# --- wrapping: everything is validly signed by the signer, except what is not


@SWA.attack("byte-range-gap")
def gap_wider_than_contents() -> bytes:
    """The signed range leaves room in front of /Contents for whatever is put there later."""
    return craft.sign(
        craft.base(),
        byte_range=lambda start, end, size: b"[0 %d %d %d]" % (start - 10, end, size - end),
        ranges=lambda start, end, size: [(0, start - 10), (end, size)],
    )


@SWA.attack("byte-range-gap")
def gap_wider_behind_contents() -> bytes:
    return craft.sign(
        craft.base(),
        byte_range=lambda start, end, size: b"[0 %d %d %d]" % (start, end + 4, size - end - 4),
        ranges=lambda start, end, size: [(0, start), (end + 4, size)],
    )


@SWA.attack("cross-reference")
def second_range_moved_to_the_end() -> bytes:
    """The classic: the signed tail is moved behind injected objects, and the range says where it went."""
    data = craft.signed()
    first, before, after, rest = map(int, re.findall(rb"\d+", _range(data)))
    tail = data[after:]
    injected = b"\n4 0 obj\n" + craft.stream(craft.FORGED) + b"\nendobj\n"
    moved = data[:after] + b" >> endobj" + injected + tail
    text = b"/ByteRange [%d %d %d %d]" % (first, before, after + len(injected) + 10, rest)
    return replace_last(moved, _range(data), text)


@SWA.attack("byte-range-end")
def range_stops_before_the_end() -> bytes:
    return craft.sign(
        craft.base(),
        byte_range=lambda start, end, size: b"[0 %d %d %d]" % (start, end, size - end - 30),
        ranges=lambda start, end, size: [(0, start), (end, size - 30)],
    )


@SWA.attack("byte-range-gap")
def range_covers_an_earlier_revision_only() -> bytes:
    """The signature dictionary of a later revision signs the file as it was before, with a gap that is nobody's."""
    data = craft.signed()
    start = data.index(b"/Contents <") + 10
    end = data.index(b">", start) + 1
    return craft.sign(
        data,
        field=craft.FIELD_B,
        name=b"b",
        byte_range=lambda _s, _e, _z: b"[0 %d %d %d]" % (start, end, len(data) - end),
        ranges=lambda _s, _e, _z: [(0, start), (end, len(data))],
    )


@SWA.attack("byte-range")
def two_gaps() -> bytes:
    """Six numbers: a second gap that nobody looks at."""
    return craft.sign(
        craft.base(),
        byte_range=lambda start, end, size: b"[0 500 520 %d %d %d]" % (start - 520, end, size - end),
        ranges=lambda start, end, size: [(0, 500), (520, start), (end, size)],
    )


@SWA.attack("byte-range")
def range_not_from_zero() -> bytes:
    return craft.sign(
        craft.base(),
        byte_range=lambda start, end, size: b"[9 %d %d %d]" % (start - 9, end, size - end),
        ranges=lambda start, end, size: [(9, start), (end, size)],
    )


@SWA.attack("byte-range-gap")
def dictionary_in_a_stream_of_its_own() -> bytes:
    """The gap is the /Contents of another object with the same bytes; the signature's own is a copy elsewhere."""
    return craft.sign(
        craft.base(),
        dictionary=lambda place, gap: (
            b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange %s"
            b" /Contents <00> /Copy << /Contents %s >> >>" % (place, gap)
        ),
    )


@SWA.attack("signature-shared")
def one_signature_for_two_fields() -> bytes:
    number = craft.last_size(craft.base()) + 20
    other = craft.bodies()[craft.FIELD_B][:-2] + b"/V %d 0 R >>" % number
    return craft.sign(craft.base(), also={craft.FIELD_B: other})


@SWA.attack("signature-outside-form")
def signature_outside_the_form() -> bytes:
    data = craft.signed()
    extra = b"<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>"
    return craft.sign(data, field=craft.FIELD_B, name=b"b", make=craft.signer("b"), also={60: extra})


# --- the hexadecimal string


@HEX.attack("contents-hex")
def mixed_case() -> bytes:
    def contents(message: bytes) -> bytes:
        digits = message.hex()
        half = len(digits) // 2
        return (
            b"<"
            + (digits[:half] + digits[half:].upper()).encode()
            + b"0" * (RESERVED * 2 - len(digits))
            + b">"
        )

    return craft.sign(craft.base(), contents=contents)


@HEX.attack("contents-hex")
def white_space_inside() -> bytes:
    return craft.sign(
        craft.base(),
        contents=lambda message: (
            b"<" + message.hex().encode() + b"  " + b"0" * (RESERVED * 2 - 2 - 2 * len(message)) + b">"
        ),
    )


@HEX.attack("contents-hex")
def odd_number_of_digits() -> bytes:
    return craft.sign(
        craft.base(),
        contents=lambda message: (
            b"<" + message.hex().encode() + b"0" * (RESERVED * 2 - 1 - 2 * len(message)) + b">"
        ),
    )


@HEX.attack("contents-padding")
def data_in_the_padding() -> bytes:
    return craft.sign(
        craft.base(),
        contents=lambda message: (
            b"<" + message.hex().encode() + b"0" * (RESERVED * 2 - 8 - 2 * len(message)) + b"deadbeef>"
        ),
    )


@HEX.attack("contents-padding")
def second_cms_in_the_padding() -> bytes:
    def contents(message: bytes) -> bytes:
        return b"<" + (message.hex() * 2).encode() + b"0" * (RESERVED * 2 - 4 * len(message)) + b">"

    return craft.sign(craft.base(), make=cms.build(stamp=False), contents=contents)


@HEX.attack("byte-range-gap")
def literal_string() -> bytes:
    """A literal string of digits: readers that only look for brackets would decode it."""
    return craft.sign(
        craft.base(),
        contents=lambda message: (
            b"(" + message.hex().encode() + b"0" * (RESERVED * 2 - 2 * len(message)) + b")"
        ),
    )
