"""Writing PDF updates and signatures by hand, right or wrong on purpose, without any library's good manners."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from tests.adversarial.pdf import own
from tests.adversarial.pdf.pki import NOW, Holder, world

# Object numbers of the file that `form` writes.
CATALOG, PAGES, PAGE, CONTENT, FONT, INFO, FORM, FIELD_A, FIELD_B, EMPTY, TEXT_FIELD = range(1, 12)
LAST = TEXT_FIELD

SHOWN = b"BT /F1 24 Tf 72 720 Td (Agreed: 12,500) Tj ET"
FORGED = b"BT /F1 24 Tf 72 720 Td (Agreed: 72,500) Tj ET"

Body = bytes


def stream(content: bytes, entries: bytes = b"") -> Body:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def bodies() -> dict[int, Body]:
    """A page with two empty signature fields and a text field."""
    widget = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F 4 /P 3 0 R /Rect [%d 100 %d 160] >>"
    return {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >>",
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> /Annots [8 0 R 9 0 R 11 0 R] >>"
        ),
        CONTENT: stream(SHOWN),
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        INFO: b"<< /Title (Agreement) /ModDate (D:20260101000000Z) >>",
        FORM: b"<< /Fields [8 0 R 9 0 R 11 0 R] /SigFlags 3 >>",
        FIELD_A: widget % (b"a", 60, 200),
        FIELD_B: widget % (b"b", 260, 400),
        EMPTY: stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 140 60]"),
        TEXT_FIELD: (
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (12,500) /F 4 /P 3 0 R"
            b" /Rect [60 400 200 420] /AP << /N 10 0 R >> >>"
        ),
    }


def base(
    replace: Mapping[int, Body] | None = None, *, head: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
) -> bytes:
    """Write the file with a classic cross-reference table."""
    objects = {**bodies(), **(replace or {})}
    out, offsets = head, {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    return out + (
        b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R /ID [<00> <01>] >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, start)
    )


def last_table(data: bytes) -> int:
    """Offset of the newest cross-reference section."""
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def last_size(data: bytes) -> int:
    return int(re.findall(rb"/Size\s+(\d+)", data)[-1])


def update(
    data: bytes,
    objects: Mapping[int, Body],
    *,
    free: Sequence[int] = (),
    trailer: bytes = b"/Root 1 0 R /Info 6 0 R /ID [<00> <01>]",
    unlisted: Sequence[int] = (),
    entries: Mapping[int, int] | None = None,
    before_table: bytes = b"",
    previous: int | None = None,
    generation: int = 0,
    size: int | None = None,
) -> bytes:
    """Append a revision."""
    out, offsets = data, {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    out += before_table
    start = len(out)
    out += b"xref\n"
    listed = {**{n: o for n, o in offsets.items() if n not in unlisted}, **(entries or {})}
    for number in sorted({*listed, *free}):
        if number in free:
            out += b"%d 1\n0000000000 00001 f \n" % number
        else:
            out += b"%d 1\n%010d %05d n \n" % (number, listed[number], generation)
    if not listed and not free:
        out += b"0 0\n"
    return out + b"trailer\n<< /Size %d /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size or max([last_size(data), *(n + 1 for n in offsets)]),
        last_table(data) if previous is None else previous,
        trailer,
        start,
    )


def packed(
    data: bytes,
    objects: Mapping[int, Body],
    container: int,
    *,
    listed: Sequence[int] | None = None,
    also: Mapping[int, Body] | None = None,
) -> bytes:
    """Append a revision whose objects lie in an object stream, listed by a cross-reference stream."""
    text, heads = b"", []
    for number, body in objects.items():
        heads.append(b"%d %d" % (number, len(text)))
        text += body + b"\n"
    head = b" ".join(heads) + b"\n"
    entries = b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head))
    out, rows = data, {}
    for number, body in {container: stream(head + text, entries), **(also or {})}.items():
        rows[number] = b"\x01" + len(out).to_bytes(4, "big") + b"\x00"
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    for place, number in enumerate(objects):
        if listed is None or number in listed:
            rows[number] = b"\x02" + container.to_bytes(4, "big") + bytes([place])
    table = max(last_size(data), container + 1)
    rows[table] = b"\x01" + len(out).to_bytes(4, "big") + b"\x00"
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    dictionary = b"/Type /XRef /W [1 4 1] /Index [%s] /Size %d /Prev %d /Root 1 0 R /Info 6 0 R /ID [<00> <01>]" % (
        index, table + 1, last_table(data),
    )  # fmt: skip
    start = len(out)
    content = b"".join(rows[number] for number in sorted(rows))
    return out + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        stream(content, dictionary),
        start,
    )


RESERVED = 6000
_PLACE = b"@" * 60

MakeCms = Callable[[Callable[[str], bytes]], bytes]


def signer(who: str | Holder = "a") -> MakeCms:
    """An ordinary signature with a time stamp."""
    holder = world().signatories[who] if isinstance(who, str) else who

    class _Prepared:
        def __init__(self, digest_of: Callable[[str], bytes]) -> None:
            self.digest_by = digest_of

    return lambda digest_of: own.cms(_Prepared(digest_of), holder)


def stamper(holder: Holder | None = None, at=NOW) -> MakeCms:
    return lambda digest_of: own.token(digest_of("sha256"), at, holder)


def sign(
    data: bytes,
    *,
    field: int = FIELD_A,
    name: bytes = b"a",
    make: MakeCms | None = None,
    entries: bytes = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20260101000000Z)",
    byte_range: Callable[[int, int, int], bytes] = lambda start, end, size: (
        b"[0 %d %d %d]" % (start, end, size - end)
    ),
    ranges: Callable[[int, int, int], list[tuple[int, int]]] = lambda start, end, size: [
        (0, start),
        (end, size),
    ],
    contents: Callable[[bytes], bytes] = lambda cms: (
        b"<" + cms.hex().encode() + b"0" * (RESERVED * 2 - 2 * len(cms)) + b">"
    ),
    also: Mapping[int, Body] | None = None,
    widget: bytes | None = None,
    after: bytes = b"",
    dictionary: Callable[[bytes, bytes], bytes] | None = None,
    trailer: bytes = b"/Root 1 0 R /Info 6 0 R /ID [<00> <01>]",
) -> bytes:
    """Append a revision with a signature over whatever ``ranges`` says; everything about it can be bent."""
    number = last_size(data) + 20
    template = contents(b"\x30\x00")
    width = len(contents((make or signer())(lambda digest: hashlib.new(digest, b"").digest())))
    gap = b"<" + b"0" * (width - 2) + b">" if template[:1] == b"<" else b"0" * width
    body = b"<< %s /ByteRange %s /Contents %s >>" % (entries, _PLACE, gap)
    if dictionary is not None:
        body = dictionary(_PLACE, gap)
    own_widget = widget or (
        bodies()[FIELD_A if field == FIELD_A else FIELD_B].replace(b"(a)", b"(%s)" % name)
    )
    objects = {field: own_widget[:-2] + b"/V %d 0 R >>" % number, number: body, **(also or {})}
    out = update(data, objects, trailer=trailer) + after
    start = out.rindex(gap)
    end = start + len(gap)
    place = out.rindex(_PLACE)
    out = out[:place] + byte_range(start, end, len(out)).ljust(len(_PLACE)) + out[place + len(_PLACE) :]

    def digest_of(algorithm: str) -> bytes:
        engine = hashlib.new(algorithm)
        for first, last in ranges(start, end, len(out)):
            engine.update(out[first:last])
        return engine.digest()

    filled = contents((make or signer())(digest_of)).ljust(width)[:width]
    return out[:start] + filled + out[end:]


@lru_cache(maxsize=4)
def signed(names: str = "a") -> bytes:
    """The file signed in its reserved fields, correctly."""
    data = base()
    for item in names:
        data = sign(data, field=FIELD_A if item == "a" else FIELD_B, name=item.encode(), make=signer(item))
    return data


def sealed(data: bytes) -> bytes:
    """Validation data for everybody, then a document time stamp in a new field that shows nothing."""
    scene = world()
    number = last_size(data)
    holders = [scene.root, scene.authority, scene.stamper, *scene.signatories.values()]
    items = [*(holder.encoded for holder in holders), *scene.crls]
    numbers = range(number, number + len(items))
    refs = [b"%d 0 R" % n for n in numbers]
    store = b"<< /Certs [%s] /CRLs [%s] >>" % (
        b" ".join(refs[: len(holders)]),
        b" ".join(refs[len(holders) :]),
    )
    objects = {n: stream(item) for n, item in zip(numbers, items, strict=True)}
    objects[number + len(items)] = store
    objects[CATALOG] = bodies()[CATALOG][:-2] + b"/DSS %d 0 R >>" % (number + len(items))
    return update(data, objects)


def stamped(data: bytes, *, make: MakeCms | None = None, name: bytes = b"seal", **options) -> bytes:
    """A document time stamp in a new field that shows nothing; needs ``bodies`` for form and page."""
    number = last_size(data) + 10
    form = re.findall(rb"\n7 0 obj\n(.*?)\nendobj", data, re.DOTALL)[-1]
    widget = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F 132 /P 3 0 R /Rect [0 0 0 0] >>" % name
    page = re.findall(rb"\n3 0 obj\n(.*?)\nendobj", data, re.DOTALL)[-1]
    also = {
        FORM: form.replace(b" 11 0 R", b" 11 0 R %d 0 R" % number),
        PAGE: page.replace(b" 11 0 R]", b" 11 0 R %d 0 R]" % number),
    }
    return sign(
        data,
        field=number,
        widget=widget,
        also=also | options.pop("also", {}),
        make=make or stamper(),
        entries=b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161",
        **options,
    )
