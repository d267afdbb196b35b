"""Drawing a visible signature: a one-page PDF becomes the form XObject of a widget, fonts and all.

The widget's rectangle is filled by the page's media box (ISO 32000-1, 12.5.5), so the renderer makes the page as large
as the field. Marked-content identifiers of the page mean nothing inside the XObject and are taken out; the stream is
then stored unfiltered, because two compressors need not agree on bytes while two copies do.

Sources: ISO 32000-1:2008, 8.10 and 12.5.5; ISO 19005-3:2012, 6.2.11.4.1 (fonts are embedded).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from paraph.errors import FormatError
from paraph.wire.pdf.fields import pages
from paraph.wire.pdf.objects import Dictionary, Name, Object, Real, Ref, Stream, serialise
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.parsing import literal_end

__all__ = ["MAX_APPEARANCE_BYTES", "Appearance", "import_page"]

MAX_APPEARANCE_BYTES = 2 * 1024 * 1024
"""One signature block with two embedded subsets needs 20 kB."""

MAX_CONTENT_BYTES = 1024 * 1024
"""Drawing operators after inflating; bounds what a hostile stream can expand to."""

MAX_OBJECTS = 200
"""Objects a page may drag in; two fonts need 13."""

_FORBIDDEN = frozenset(
    {"AA", "A", "JS", "OC", "OPI", "URI", "Parent", "Annots", "StructParent", "StructParents"}
)
"""Keys that act, hide, point out of the file, or would drag the whole page tree along."""

_FONT_FILES = ("FontFile", "FontFile2", "FontFile3")
_MARKED = re.compile(
    rb"\(|(/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)[\x00\t\n\x0c\r ]*<<[\x00\t\n\x0c\r ]*/MCID[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]*>>[\x00\t\n\x0c\r ]*BDC"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A page ready to be written into a revision.

    Attributes:
        form: Object number of the form XObject.
        bodies: Serialised objects by number, the form and everything it uses.
    """

    form: int
    bodies: Mapping[int, bytes]


@lru_cache(maxsize=64)
def import_page(page_file: bytes, first: int) -> Appearance:
    """Turn a one-page PDF into a form XObject; the last ones are kept, for replaying takes the same ones again.

    Args:
        page_file: A PDF with a classic cross-reference table and exactly one page.
        first: The first object number that is free in the file it goes into.

    Returns:
        The objects, numbered upwards from ``first`` in the order in which the page refers to them.

    Raises:
        FormatError: ``appearance`` if it has more than one page, a font that is not embedded, active content or too
            many objects; ``pdf-…`` if it cannot be read.
    """
    if len(page_file) > MAX_APPEARANCE_BYTES:
        raise FormatError(
            "appearance",
            f"an appearance has at most {MAX_APPEARANCE_BYTES} bytes",
            limit=MAX_APPEARANCE_BYTES,
        )
    file = open_file(page_file)
    leaves = list(pages(file, file.catalog()))
    if len(leaves) != 1:
        raise FormatError("appearance", "an appearance has exactly one page", pages=len(leaves))
    page = file.dictionary(leaves[0], "a page")
    content = file.stream(page.get("Contents"), "the content of the appearance")
    entries: dict[str, Object] = {
        "Type": Name("XObject"),
        "Subtype": Name("Form"),
        "BBox": file.array(page.get("MediaBox"), "the media box of the appearance"),
        "Resources": file.dictionary(page.get("Resources"), "the resources of the appearance"),
    }
    if "Group" in page:
        entries["Group"] = page["Group"]
    copy = _Copy(file, first)
    return Appearance(form=first, bodies=copy.run(_content(content, entries)))


def _content(content: Stream, entries: dict[str, Object]) -> Stream:
    """Keep the stream as stored if it is clean, or store it plainly without marked-content identifiers."""
    data = content.data
    match content.dictionary.get("Filter"):
        case None:
            plain = data
        case "FlateDecode":
            plain = _inflate(data)
        case _:
            raise FormatError("appearance", "the content of an appearance has an unexpected filter")
    if b"MCID" in plain:
        return Stream(Dictionary(entries), _without_identifiers(plain))
    if "Filter" in content.dictionary:
        entries["Filter"] = content.dictionary["Filter"]
    return Stream(Dictionary(entries), data)


def _inflate(data: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        plain = engine.decompress(data, MAX_CONTENT_BYTES)
    except zlib.error as error:
        raise FormatError("appearance", "the content of an appearance cannot be inflated") from error
    if not engine.eof or engine.unused_data:
        raise FormatError(
            "appearance", f"the content of an appearance exceeds {MAX_CONTENT_BYTES} bytes or is cut short"
        )
    return plain


def _without_identifiers(content: bytes) -> bytes:
    parts: list[bytes] = []
    kept = position = 0
    while (found := _MARKED.search(content, position)) is not None:
        if found[1] is None:
            position = literal_end(content, found.start())
            continue
        parts += (content[kept : found.start()], found[1], b" BMC")
        kept = position = found.end()
    return b"".join((*parts, content[kept:]))


class _Copy:
    """Copies a graph of objects from one file under new numbers, breadth first."""

    def __init__(self, file: OpenFile, first: int) -> None:
        self._file = file
        self._numbers: dict[int, int] = {}
        self._queue: list[int] = []
        self._next = first + 1
        self._first = first

    def run(self, form: Stream) -> dict[int, bytes]:
        bodies = {self._first: serialise(self._moved(form))}
        for number in self._queue:  # grows while it is walked
            bodies[self._numbers[number]] = serialise(self._moved(self._file.object(number)))
        return bodies

    def _moved(self, value: Object) -> Object:
        if isinstance(value, Ref):
            return Ref(self._number(value))
        if isinstance(value, Dictionary):
            _check(value)
            return Dictionary({key: self._moved(item) for key, item in value.items()})
        if isinstance(value, tuple):
            # The widths of a font are hundreds of numbers: nothing to move, and nothing to look at one by one.
            return value if _NUMBERS.issuperset(map(type, value)) else tuple(map(self._moved, value))
        if isinstance(value, Stream):
            moved = self._moved(value.dictionary)
            assert isinstance(moved, Dictionary)
            return Stream(moved, value.data)
        return value

    def _number(self, ref: Ref) -> int:
        if ref.generation or len(self._queue) >= MAX_OBJECTS:
            raise FormatError(
                "appearance", f"an appearance uses at most {MAX_OBJECTS} objects", limit=MAX_OBJECTS
            )
        number = self._numbers.get(ref.number)
        if number is None:
            number = self._numbers[ref.number] = self._next
            self._next += 1
            self._queue.append(ref.number)
        return number


_NUMBERS = frozenset({int, Real})


def _check(dictionary: Dictionary) -> None:
    if not _FORBIDDEN.isdisjoint(dictionary):
        raise FormatError(
            "appearance", "an appearance only draws; it holds something that acts, hides or points outwards"
        )
    kind = dictionary.get("Type")
    if (
        kind == "Font"
        and dictionary.get("Subtype") not in {"Type0", "Type3"}
        and "FontDescriptor" not in dictionary
    ):
        raise FormatError("appearance", "an appearance uses a font that is not embedded")
    if kind == "FontDescriptor" and not any(name in dictionary for name in _FONT_FILES):
        raise FormatError("appearance", "an appearance uses a font that is not embedded")
