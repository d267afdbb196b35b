"""The interactive form: which fields there are, and which of them hold signatures.

Source: ISO 32000-1:2008, 12.7.3 and 12.7.4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.verify.pdf.layout import Revision
from paraph.verify.pdf.objects import Dictionary, Ref, Value
from paraph.verify.pdf.view import Document, View

__all__ = ["Field", "Form", "Forms", "read_form", "text"]

# Fields and widgets of one form; large tax forms have some thousands.
MAX_FIELDS = 100_000

# Names are dotted paths; the tree is never this deep.
MAX_LEVELS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A node of the field tree: a field, a group of fields, or a widget of a field.

    Attributes:
        number: Its object number; 0 if it stands directly in its parent.
        name: Full name, parts joined with dots.
        kind: Value of /FT, inherited if need be; empty for a group.
        own: Its dictionary.
        terminal: Whether it has no named children; widgets of one field are part of it.
        widgets: The widget dictionaries: its own if merged, else those of its kids.
        value: /V as written, inherited if need be.
    """

    number: int
    name: str
    kind: str
    own: Dictionary
    terminal: bool
    widgets: tuple[Dictionary, ...]
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of one revision.

    Attributes:
        dictionary: The /AcroForm dictionary; None if there is none.
        number: Its object number; 0 if direct.
        roots: /Fields as written.
        fields: All fields in the order of the tree, groups included.
        nodes: Object numbers of all nodes, kid widgets included, with the field they belong to.
    """

    dictionary: Dictionary | None
    number: int
    roots: tuple[Value, ...]
    fields: tuple[Field, ...]
    nodes: dict[int, Field]

    def signatures(self) -> tuple[Field, ...]:
        """Return the signature fields, filled or not."""
        return tuple(field for field in self.fields if field.kind == "Sig" and field.terminal)


def text(value: Value) -> str:
    """Read a text string (UTF-16 with its mark, UTF-8 with its mark, else Latin-1, which is near enough for names)."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


def read_form(view: View, catalog: Dictionary) -> Form:
    """Walk the field tree.

    Args:
        view: The document at one revision.
        catalog: Its catalog.

    Returns:
        The form; an empty one if the catalog names none.

    Raises:
        FormatError: ``pdf-form`` if the tree is malformed, has loops or too many fields.
    """
    entry = catalog.get("AcroForm")
    dictionary = view.dictionary(entry)
    if dictionary is None:
        return Form(dictionary=None, number=0, roots=(), fields=(), nodes={})
    walk = _Walk(view)
    roots = view.array(dictionary.get("Fields"))
    for root in roots:
        walk.visit(root, "", "", None, 0)
    return Form(
        dictionary=dictionary,
        number=entry.number if isinstance(entry, Ref) else 0,
        roots=tuple(roots),
        fields=tuple(walk.fields),
        nodes=walk.nodes,
    )


class Forms:
    """The form and the catalog of each revision, read once."""

    def __init__(self, document: Document) -> None:
        """Begin with none read.

        Args:
            document: The file.
        """
        self._document = document
        self._known: dict[int, tuple[Form, Dictionary]] = {}

    def of(self, revision: Revision) -> tuple[Form, Dictionary]:
        """Return the form and the catalog of a revision.

        Raises:
            FormatError: If there is no catalog, or the form is malformed.
        """
        if revision.index not in self._known:
            view = self._document.view(revision)
            catalog = view.dictionary(revision.trailer.get("Root"))
            if catalog is None or not isinstance(revision.trailer.get("Root"), Ref):
                raise FormatError("pdf-syntax", "the document has no catalog")
            self._known[revision.index] = read_form(view, catalog), catalog
        return self._known[revision.index]


class _Walk:
    def __init__(self, view: View) -> None:
        self.view = view
        self.fields: list[Field] = []
        self.nodes: dict[int, Field] = {}
        self._seen: set[int] = set()

    def visit(self, node: Value, prefix: str, kind: str, value: Value, level: int) -> None:
        own = self._own(node, level)
        number = node.number if isinstance(node, Ref) else 0
        name = text(own.get("T"))
        name = f"{prefix}.{name}" if prefix and name else prefix or name
        kind, value = str(own.get("FT", kind)), own.get("V", value)
        kids = [(kid, self.view.dictionary(kid)) for kid in self.view.array(own.get("Kids"))]
        named = [kid for kid, inside in kids if inside is not None and "T" in inside]
        widgets = [] if named else [inside for _, inside in kids if inside is not None]
        field = Field(
            number=number,
            name=name,
            kind=kind,
            own=own,
            terminal=not named,
            widgets=tuple(widgets) or (own,),
            value=value,
        )
        self.fields.append(field)
        if number:
            self.nodes[number] = field
        for kid, inside in kids:
            if inside is not None and "T" in inside:
                self.visit(kid, name, kind, value, level + 1)
                continue
            self._own(kid, level + 1)
            if isinstance(kid, Ref):
                self.nodes[kid.number] = field

    def _own(self, node: Value, level: int) -> Dictionary:
        if isinstance(node, Ref):
            if node.number in self._seen:
                raise FormatError("pdf-form", f"object {node.number} occurs twice in the field tree")
            self._seen.add(node.number)
        own = self.view.dictionary(node)
        if own is None:
            raise FormatError("pdf-form", "a node of the field tree is no dictionary")
        if level > MAX_LEVELS or len(self._seen) > MAX_FIELDS:
            raise FormatError("pdf-form", "the field tree is too deep or too large")
        return own
