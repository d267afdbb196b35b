"""A document time stamp: an invisible field whose token covers everything before it.

Source: ETSI EN 319 142-1 V1.2.1, 5.4.3; ISO 19005-3:2012, 6.3.3 (an annotation without area needs no appearance).
"""

from __future__ import annotations

import re

from paraph.errors import FormatError
from paraph.wire.pdf.fields import pages
from paraph.wire.pdf.objects import Dictionary, Name, Object, Ref, serialise
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.signature import Prepared, lay_out

__all__ = ["prepare_timestamp"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PRINTED_AND_LOCKED = 132


def prepare_timestamp(previous: bytes | OpenFile, *, field: str, reserved: int) -> Prepared:
    """Lay out the revision of a document time stamp.

    Args:
        previous: The file to seal.
        field: The name of the new field, ASCII letters, digits, ``-`` and ``_``; not in use yet.
        reserved: Bytes kept for the token.

    Returns:
        The file without its token; ``digest`` is the imprint to send, ``embed`` takes the token.

    Raises:
        FormatError: ``field-box`` for the name; ``signature-step`` for ``reserved``; ``pdf-…`` for an unusable file.
    """
    file = open_file(previous)
    if _NAME.fullmatch(field) is None:
        raise FormatError("field-box", f"the field name {field!r} is not letters, digits, - and _")
    catalog = file.catalog()
    form_ref = catalog.get("AcroForm")
    form = file.dictionary(form_ref, "the form")
    fields = file.array(form.get("Fields"), "the fields of the form")
    if any(file.dictionary(item, "a field").get("T") == field.encode() for item in fields):
        raise FormatError("field-box", f"there already is a field {field}; choose another name", field=field)
    page_ref = _page(file, catalog)
    page = file.dictionary(page_ref, "a page")
    annotations = page.get("Annots")
    number, widget = file.size, Ref(file.size + 1)
    objects: dict[int, Object] = {
        widget.number: Dictionary(
            {
                "Type": Name("Annot"),
                "Subtype": Name("Widget"),
                "FT": Name("Sig"),
                "T": field.encode(),
                "TU": b"Document time stamp",
                "Rect": (0, 0, 0, 0),
                "F": _PRINTED_AND_LOCKED,
                "P": page_ref,
                "V": Ref(number),
            }
        ),
    }
    listed = (*(() if annotations is None else file.array(annotations, "the annotations of a page")), widget)
    if isinstance(annotations, Ref):
        objects[annotations.number] = listed
    else:
        objects[page_ref.number] = page.having({"Annots": listed, "Tabs": Name("S")})
    grown = form.having({"Fields": (*fields, widget)})
    if not isinstance(form_ref, Ref):
        raise FormatError(
            "pdf-structure", "the form is not an object of its own; reserve the fields with Paraph"
        )
    objects[form_ref.number] = grown
    entries: dict[str, Object] = {
        "Type": Name("DocTimeStamp"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name("ETSI.RFC3161"),
    }
    return lay_out(file, number, entries, {key: serialise(value) for key, value in objects.items()}, reserved)


def _page(file: OpenFile, catalog: Dictionary) -> Ref:
    """The page whose list of annotations can grow by itself: the one on which fields were reserved.

    On any other page the page itself would have to be written again, and a reader that compares revisions could take
    that for an edit after signing.
    """
    first: Ref | None = None
    for page in pages(file, catalog):
        first = first or page
        if isinstance(file.dictionary(page, "a page").get("Annots"), Ref):
            return page
    if first is None:
        raise FormatError("pdf-structure", "the PDF has no page")
    return first
