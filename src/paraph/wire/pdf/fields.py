"""Reserving the signature fields of an original, once, before anyone signs.

A field is drawn by the renderer as an empty place; here it becomes an interactive field with an empty widget, known
to assistive technology through the structure tree. After this the file is *the original*: signatures only fill it.

Sources: ISO 32000-1:2008, 12.7 and 14.7.4.3; ISO 14289-1:2014 (PDF/UA-1), 7.18; ISO 19005-3:2012 (PDF/A-3), 6.3 and 6.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from paraph.errors import FormatError
from paraph.wire.pdf.increment import revise
from paraph.wire.pdf.objects import Array, Dictionary, Name, Object, Ref, Stream, points, text_string
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.structure import StructureTree

__all__ = [
    "MAX_FIELDS",
    "FieldBox",
    "Located",
    "field_names",
    "find_field",
    "pages",
    "reserve_fields",
    "thousandths",
]

MAX_FIELDS = 128
"""Signature fields of one original; the largest case foreseen has 34 parties."""

MAX_PAGES = 5_000
"""Pages of one original."""

PRINTED = 4
"""Annotation flag Print: PDF/A wants it set on every annotation, and Hidden clear."""

_MAX_POINTS = 14_400
_MAX_TOOLTIP = 500
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,3}")
_PAGE_TREE_DEPTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBox:
    """Where a signature field goes.

    Attributes:
        name: Full field name, ASCII, parts separated by full stops (``sig.israel``).
        tooltip: What assistive technology reads out.
        page: Page index from 0.
        rect: Left, bottom, right, top in points from the lower left corner of the page. Rounded to thousandths.
    """

    name: str
    tooltip: str
    page: int
    rect: tuple[float | Decimal, float | Decimal, float | Decimal, float | Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A field found by its full name.

    Attributes:
        number: Object number of the merged field and widget.
        dictionary: Its current dictionary.
    """

    number: int
    dictionary: Dictionary


def reserve_fields(base: bytes, boxes: Sequence[FieldBox]) -> bytes:
    """Append the one revision that turns a rendered file into an original with empty signature fields.

    Args:
        base: A tagged PDF with a classic cross-reference table, as typst writes it.
        boxes: The fields, in the order in which assistive technology shall meet them.

    Returns:
        The original.

    Raises:
        FormatError: ``field-box`` for a name, page or rectangle that cannot be; ``pdf-…`` for an unusable base.
    """
    file = open_file(base)
    catalog = file.catalog()
    if "AcroForm" in catalog:
        raise FormatError(
            "field-box", "the PDF already has a form; reserve fields on the rendered file, once"
        )
    leaves = list(pages(file, catalog))
    _check(boxes, len(leaves))
    return revise(file, _Reservation(file, catalog, leaves, boxes).objects).data


def pages(file: OpenFile, catalog: Dictionary) -> Iterator[Ref]:
    """Walk the page tree in order.

    Raises:
        FormatError: ``pdf-structure`` for a malformed or endless tree.
    """
    count = 0
    stack: list[tuple[Object, int]] = [(catalog.get("Pages"), 0)]
    while stack:
        node, depth = stack.pop()
        count += 1
        if not isinstance(node, Ref) or depth > _PAGE_TREE_DEPTH or count > MAX_PAGES:
            raise FormatError(
                "pdf-structure", "the page tree is malformed; the PDF is damaged", what="the page tree"
            )
        dictionary = file.dictionary(node, "a page")
        if dictionary.get("Type") == "Page":
            yield node
        else:
            kids = file.array(dictionary.get("Kids"), "the kids of a page tree node")
            stack.extend((kid, depth + 1) for kid in reversed(kids))


def find_field(file: OpenFile, name: str) -> Located:
    """Find a signature field by its full name.

    Args:
        file: The file.
        name: For instance ``sig.israel``.

    Returns:
        The field, merged with its only widget.

    Raises:
        FormatError: ``field-unknown`` if there is no such field, or two of them.
    """
    form = file.dictionary(file.catalog().get("AcroForm"), "the form")
    level: Object = form.get("Fields")
    found: list[Located] = []
    for part in name.split("."):
        found = []
        for kid in file.array(level, "a list of fields"):
            dictionary = file.dictionary(kid, "a field")
            if isinstance(kid, Ref) and dictionary.get("T") == part.encode():
                found.append(Located(number=kid.number, dictionary=dictionary))
        if len(found) != 1:
            raise FormatError(
                "field-unknown", f"the original has no field {name}, or more than one", field=name
            )
        level = found[0].dictionary.get("Kids", ())
    if found[0].dictionary.get("FT") != "Sig":
        raise FormatError("field-unknown", f"{name} is not a signature field", field=name)
    return found[0]


def field_names(file: OpenFile) -> tuple[str, ...]:
    """Full names of all fields, in the order of the form.

    Raises:
        FormatError: ``pdf-…`` for an unusable file, or one without a form.
    """
    form = file.dictionary(file.catalog().get("AcroForm"), "the form")
    names: list[str] = []
    stack: list[tuple[str, Object]] = [
        ("", kid) for kid in file.array(form.get("Fields"), "a list of fields")
    ]
    while stack and len(names) <= MAX_FIELDS:
        path, kid = stack.pop(0)
        dictionary = file.dictionary(kid, "a field")
        title = dictionary.get("T")
        name = f"{path}.{title.decode('latin-1')}".strip(".") if isinstance(title, bytes) else path
        kids = dictionary.get("Kids")
        if kids is None:
            names.append(name)
        else:
            stack = [(name, one) for one in file.array(kids, "a list of fields")] + stack
    return tuple(names)


def thousandths(value: float | Decimal) -> int:
    """Round a length in points to thousandths, half to even; the same on every machine."""
    return round(Decimal(value) * 1000)


def _check(boxes: Sequence[FieldBox], page_count: int) -> None:
    if not 0 < len(boxes) <= MAX_FIELDS:
        raise FormatError(
            "field-box", f"an original has 1 to {MAX_FIELDS} signature fields", limit=MAX_FIELDS
        )
    names = {box.name for box in boxes}
    if len(names) != len(boxes) or any(other.startswith(f"{name}.") for name in names for other in names):
        raise FormatError("field-box", "two signature fields have the same name, or one contains the other")
    for box in boxes:
        if _NAME.fullmatch(box.name) is None:
            raise FormatError(
                "field-box", f"the field name {box.name!r} is not letters, digits, - and _ between dots"
            )
        if not 0 <= box.page < page_count:
            raise FormatError("field-box", f"field {box.name}: there is no page {box.page}", field=box.name)
        if not 0 < len(box.tooltip) <= _MAX_TOOLTIP:
            raise FormatError(
                "field-box", f"field {box.name} has no tooltip, or a very long one", field=box.name
            )
        if any(not Decimal(side).is_finite() or not 0 <= side <= _MAX_POINTS for side in box.rect):
            raise FormatError("field-box", f"field {box.name} lies outside any page", field=box.name)
        left, bottom, right, top = (thousandths(side) for side in box.rect)
        if left >= right or bottom >= top:
            raise FormatError("field-box", f"field {box.name} has no area", field=box.name)


class _Reservation:
    """The new and changed objects of the reserving revision, numbered in a fixed order."""

    def __init__(
        self, file: OpenFile, catalog: Dictionary, leaves: Sequence[Ref], boxes: Sequence[FieldBox]
    ) -> None:
        self.objects: dict[int, Object] = {}
        self._next = file.size
        self._structure = StructureTree(file, catalog)
        form = self._new()
        self._blank = self._new()
        self.objects[self._blank.number] = Stream(
            Dictionary(
                {
                    "Type": Name("XObject"),
                    "Subtype": Name("Form"),
                    "BBox": (0, 0, 1, 1),
                    "Resources": Dictionary({}),
                }
            ),
            b"",
        )
        self._groups: dict[str, tuple[Ref, Ref | None, list[Object]]] = {}
        top: list[Object] = []
        annotations: dict[int, list[Object]] = {}
        for box in boxes:
            widget = self._new()
            parent = self._group(box.name.rpartition(".")[0], top)
            (top if parent is None else self._groups[box.name.rpartition(".")[0]][2]).append(widget)
            self.objects[widget.number] = self._widget(box, widget, parent, leaves[box.page])
            annotations.setdefault(box.page, []).append(widget)
        for path, (ref, above, kids) in self._groups.items():
            group: dict[str, Object] = {"T": path.rpartition(".")[2].encode(), "Kids": tuple(kids)}
            self.objects[ref.number] = Dictionary(group if above is None else {**group, "Parent": above})
        for index, widgets in annotations.items():
            page = file.dictionary(leaves[index], "a page")
            existing: Array = (
                () if "Annots" not in page else file.array(page["Annots"], "the annotations of a page")
            )
            listed = self._new()
            self.objects[listed.number] = (*existing, *widgets)
            self.objects[leaves[index].number] = page.having({"Annots": listed, "Tabs": Name("S")})
        self.objects[form.number] = Dictionary({"Fields": tuple(top), "SigFlags": 3})
        self.objects.update(self._structure.objects())
        self.objects[file.root.number] = catalog.having({"AcroForm": form, "Extensions": _EXTENSIONS})

    def _new(self) -> Ref:
        self._next += 1
        return Ref(self._next - 1)

    def _group(self, path: str, top: list[Object]) -> Ref | None:
        """Return the node for ``path``, making it and its parents on first use (a partial name holds no full stop)."""
        if not path:
            return None
        if path not in self._groups:
            above = self._group(path.rpartition(".")[0], top)
            ref = self._new()
            (top if above is None else self._groups[path.rpartition(".")[0]][2]).append(ref)
            self._groups[path] = (ref, above, [])
        return self._groups[path][0]

    def _widget(self, box: FieldBox, widget: Ref, parent: Ref | None, page: Ref) -> Dictionary:
        element = self._new()
        key = self._structure.add_form(element, widget, page)
        entries: dict[str, Object] = {
            "Type": Name("Annot"),
            "Subtype": Name("Widget"),
            "FT": Name("Sig"),
            "T": box.name.rpartition(".")[2].encode(),
            "TU": text_string(box.tooltip),
            "Rect": tuple(points(thousandths(side)) for side in box.rect),
            "F": PRINTED,
            "P": page,
            "StructParent": key,
            "AP": Dictionary({"N": self._blank}),
        }
        return Dictionary(entries if parent is None else {**entries, "Parent": parent})


_EXTENSIONS = Dictionary({"ESIC": Dictionary({"BaseVersion": Name("1.7"), "ExtensionLevel": 5})})
"""Says that this PDF 1.7 uses the PAdES constructs (ETSI EN 319 142-1); set once, so that sealing need not."""
