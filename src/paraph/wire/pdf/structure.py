"""Giving form fields a place in the structure tree, as PDF/UA asks.

Source: ISO 32000-1:2008, 14.7; ISO 14289-1:2014, 7.18.4 (every widget inside a Form element).
"""

from __future__ import annotations

from paraph.errors import FormatError
from paraph.wire.pdf.objects import Dictionary, Name, Object, Ref
from paraph.wire.pdf.openfile import OpenFile

__all__ = ["StructureTree"]


class StructureTree:
    """Collects Form elements for one revision of a tagged file."""

    def __init__(self, file: OpenFile, catalog: Dictionary) -> None:
        """Read the roots of the tree.

        Raises:
            FormatError: ``pdf-untagged`` if there is no structure tree of the kind typst writes.
        """
        root = catalog.get("StructTreeRoot")
        if not isinstance(root, Ref):
            raise FormatError("pdf-untagged", "the PDF has no structure tree; render it as PDF/UA-1")
        self._root = root
        self._tree = file.dictionary(root, "the structure tree")
        self._parents = file.dictionary(self._tree.get("ParentTree"), "the parent tree")
        numbers = self._parents.get("Nums")
        key = self._tree.get("ParentTreeNextKey")
        tops = file.array(self._tree.get("K"), "the top of the structure tree")
        if (
            not isinstance(numbers, tuple)
            or type(key) is not int
            or len(tops) != 1
            or not isinstance(tops[0], Ref)
        ):
            raise FormatError(
                "pdf-untagged", "the structure tree is not of the expected kind; render it as PDF/UA-1"
            )
        used = numbers[::2]
        if any(type(other) is not int or other >= key for other in used):
            raise FormatError(
                "pdf-untagged", "the parent tree has keys beyond its next key; render it as PDF/UA-1"
            )
        self._numbers: list[Object] = list(numbers)
        self._key = key
        self._top = tops[0]
        self._document = file.dictionary(self._top, "the document element")
        kids = file.resolve(self._document.get("K"))
        self._kids: list[Object] = list(kids) if isinstance(kids, tuple) else [self._document.get("K")]
        self._elements: dict[int, Object] = {}

    def add_form(self, element: Ref, widget: Ref, page: Ref) -> int:
        """Add one Form element at the end of the document.

        Args:
            element: The number reserved for the element.
            widget: The widget it stands for.
            page: The page of the widget.

        Returns:
            The ``/StructParent`` key for the widget.
        """
        self._elements[element.number] = Dictionary(
            {
                "Type": Name("StructElem"),
                "S": Name("Form"),
                "P": self._top,
                "Pg": page,
                "K": Dictionary({"Type": Name("OBJR"), "Pg": page, "Obj": widget}),
            }
        )
        self._kids.append(element)
        self._numbers += (self._key, element)
        self._key += 1
        return self._key - 1

    def objects(self) -> dict[int, Object]:
        """Return the new elements and the changed roots of the tree, by object number."""
        parents = self._parents.having({"Nums": tuple(self._numbers)})
        changed: dict[int, Object] = dict(self._elements)
        tree = self._tree.having({"ParentTreeNextKey": self._key})
        reference = self._tree["ParentTree"]
        if isinstance(reference, Ref):
            changed[reference.number] = parents
        else:
            tree = tree.having({"ParentTree": parents})
        changed[self._root.number] = tree
        changed[self._top.number] = self._document.having({"K": tuple(self._kids)})
        return changed
