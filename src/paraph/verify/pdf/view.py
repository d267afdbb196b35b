"""The document as it stood at one revision: from object numbers to values.

Values are read once per place in the file and shared between revisions.
"""

from __future__ import annotations

from collections.abc import Mapping

from paraph.errors import FormatError
from paraph.verify.pdf.filters import decoded
from paraph.verify.pdf.layout import Layout, Revision
from paraph.verify.pdf.objects import Dictionary, Ref, Stream, Value, parse, syntax
from paraph.verify.pdf.xref import MAX_OBJECTS, PLAIN, Entry

__all__ = ["Document", "View"]

# A chain of references longer than this is a loop.
MAX_HOPS = 16


class Document:
    """A file whose objects are read when they are asked for."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.data = layout.data
        self._values: dict[tuple[int, int], Value] = {}
        self._containers: dict[int, dict[int, tuple[int, int]]] = {}
        self._decoded: dict[int, bytes] = {}

    def view(self, revision: Revision) -> View:
        """Return the document as it stood at ``revision``."""
        return View(self, revision.view)

    def plain(self, offset: int) -> Value:
        """Read the object that stands at ``offset``.

        Raises:
            FormatError: ``pdf-syntax`` if it is malformed or no object stands there.
        """
        key = (offset, -1)
        if key not in self._values:
            item = self.layout.objects.get(offset)
            if item is None:
                raise syntax("no object stands here", offset)
            value, end = parse(self.data, item.body)
            if end > item.body_end:
                raise syntax("an object does not end where it should", offset)
            if item.data >= 0:
                if not isinstance(value, Dictionary):
                    raise syntax("a stream has no dictionary", offset)
                value = Stream(value, item.data, item.data_end)
            self._values[key] = value
        return self._values[key]

    def packed(self, container: int, number: int, index: int) -> Value:
        """Read object ``number`` out of the object stream that stands at offset ``container``.

        Raises:
            FormatError: ``pdf-syntax``, ``pdf-filter`` or ``pdf-stream``.
        """
        key = (container, number)
        if key not in self._values:
            places = self._contents(container)
            position, place = places.get(number, (-1, -1))
            if position != index:
                raise syntax(
                    f"object {number} is not the one numbered {index} in its object stream", container
                )
            self._values[key] = parse(self._decoded[container], place)[0]
        return self._values[key]

    def raw(self, entry: Entry, entries: Mapping[int, Entry]) -> bytes:
        """Return the text of the object that an entry names, without the data of a stream; empty if there is none."""
        if entry.kind == PLAIN:
            item = self.layout.objects.get(entry.place)
            return b"" if item is None else self.data[item.body : item.body_end]
        container = entries.get(entry.place)
        if container is None or container.kind != PLAIN:
            return b""
        starts = sorted(place for _, place in self._contents(container.place).values())
        if not 0 <= entry.detail < len(starts):
            return b""
        text = self._decoded[container.place]
        start = next(
            place for index, place in self._contents(container.place).values() if index == entry.detail
        )
        end = next((place for place in starts if place > start), len(text))
        return text[start:end]

    def contents(self, container: int) -> frozenset[int]:
        """Return the numbers of the objects in the object stream at offset ``container``."""
        return frozenset(self._contents(container))

    def text_of(self, container: int) -> bytes:
        """Return the decoded data of the object stream at offset ``container``."""
        self._contents(container)
        return self._decoded[container]

    def _contents(self, container: int) -> dict[int, tuple[int, int]]:
        if container not in self._containers:
            stream = self.plain(container)
            if not isinstance(stream, Stream) or stream.dictionary.get("Type") != "ObjStm":
                raise syntax("an object stream is something else", container)
            count, first = stream.dictionary.get("N"), stream.dictionary.get("First")
            if type(count) is not int or type(first) is not int or not 0 <= count <= MAX_OBJECTS or first < 0:
                raise syntax("an object stream has no usable /N and /First", container)
            text = decoded(self.data, stream)
            words = text[:first].split()
            if len(words) != 2 * count or not all(word.isdigit() and len(word) <= 10 for word in words):
                raise syntax("an object stream has a malformed table", container)
            numbers = [int(word) for word in words]
            places = {
                number: (index, first + place)
                for index, (number, place) in enumerate(zip(numbers[::2], numbers[1::2], strict=True))
            }
            if len(places) != count:
                raise syntax("an object stream holds one object twice", container)
            self._decoded[container] = text
            self._containers[container] = places
        return self._containers[container]


class View:
    """The document as it stood at one revision."""

    __slots__ = ("document", "entries")

    def __init__(self, document: Document, entries: dict[int, Entry]) -> None:
        self.document = document
        self.entries = entries

    def object(self, number: int) -> Value:
        """Read an indirect object; None if it does not exist.

        Raises:
            FormatError: If it is malformed.
        """
        entry = self.entries.get(number)
        if entry is None:
            return None
        if entry.kind == PLAIN:
            return self.document.plain(entry.place)
        container = self.entries.get(entry.place)
        if container is None or container.kind != PLAIN:
            raise FormatError("pdf-syntax", f"the object stream of object {number} does not exist")
        return self.document.packed(container.place, number, entry.detail)

    def resolve(self, value: Value) -> Value:
        """Follow references until something else comes.

        Raises:
            FormatError: ``pdf-syntax`` for a loop or a wrong generation.
        """
        for _ in range(MAX_HOPS):
            if not isinstance(value, Ref):
                return value
            entry = self.entries.get(value.number)
            if entry is not None and value.generation != (entry.detail if entry.kind == PLAIN else 0):
                return None
            value = self.object(value.number)
        raise FormatError("pdf-syntax", "references form a loop")

    def dictionary(self, value: Value) -> Dictionary | None:
        """Resolve to a dictionary, or None if it is something else; a stream is no dictionary, it has content."""
        value = self.resolve(value)
        return value if isinstance(value, Dictionary) else None

    def array(self, value: Value) -> list[Value]:
        """Resolve to an array; an empty one if it is something else."""
        value = self.resolve(value)
        return value if isinstance(value, list) else []
