"""The revisions of a file, and the proof that every byte of every revision is accounted for.

A revision ends with ``startxref … %%EOF``; its cross-reference section says which objects it adds or replaces.
The section chain (``/Prev``) and the marks in the file have to tell the same story: same number, same order, one
mark per section. Linearised files (two sections, one revision) and hybrid files (a table with a stream beside it)
are understood because real files use them, before any signature only.

Source: ISO 32000-1:2008, 7.5; docs/spec/verdict.md, "Accounting for bytes".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from paraph.errors import FormatError
from paraph.verify.findings import Findings
from paraph.verify.pdf.objects import Dictionary, Ref, parse
from paraph.verify.pdf.scan import Located, Mark, Scan, scan
from paraph.verify.pdf.xref import FREE, PACKED, PLAIN, Entry, Section, object_header, read_chain

__all__ = ["Layout", "Revision", "read_layout"]

_LAST_MARK = re.compile(rb"startxref[\x00\t\n\x0c\r ]++(\d{1,12}+)[\x00\t\n\x0c\r ]++%%EOF(?:\r\n|\n|\r)?\Z")
_ANY_MARK = re.compile(rb"startxref[\x00\t\n\x0c\r ]++\d{1,12}+[\x00\t\n\x0c\r ]++%%EOF")

# Far enough back to hold the last mark.
_TAIL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision.

    Attributes:
        index: From 1, oldest first.
        start: Its first byte.
        core_end: The byte behind ``%%EOF``.
        end: The byte behind the end of line after it, if there is one.
        trailer: Its trailer dictionary.
        changes: What its sections say, object 0 apart.
        view: All objects in use when this revision was the last, by number.
        objects: The objects that stand in it, by offset.
        sections: Its sections; one, or two if it is linearised.
    """

    index: int
    start: int
    core_end: int
    end: int
    trailer: Dictionary
    changes: dict[int, Entry]
    view: dict[int, Entry]
    objects: dict[int, Located]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A file taken apart.

    Attributes:
        data: The file.
        revisions: Oldest first; at least one.
        objects: All objects by offset.
    """

    data: bytes
    revisions: tuple[Revision, ...]
    objects: dict[int, Located]


def read_layout(data: bytes, findings: Findings) -> Layout | None:
    """Take a file apart and account for its bytes.

    Args:
        data: The file.
        findings: Receives everything that could not be explained.

    Returns:
        The layout, or None if the file has no readable structure at all.
    """
    last = _LAST_MARK.search(data, max(0, len(data) - _TAIL))
    if last is None:
        if _ANY_MARK.search(data):
            findings.add("trailing-bytes", "something other than one end of line follows the last %%EOF")
        else:
            findings.add("no-end-mark", "the file does not end with startxref and %%EOF")
        return None
    try:
        chain = read_chain(data, int(last[1]))
    except FormatError as error:
        findings.add("cross-reference", error.message)
        return None
    chain.reverse()
    found = scan(data, {section.offset: section for section in chain}, _Lengths(data, chain))
    for code, offset, message in found.faults:
        findings.add(code, message, where=f"byte {offset}")
    objects = {item.start: item for item in found.objects}
    spans = _spans(data, chain, found, objects, findings)
    if spans is None:
        return None
    revisions = _revisions(chain, spans, found, findings)
    return Layout(data=data, revisions=revisions, objects=objects)


class _Lengths:
    """Indirect stream lengths, read from the section in force where the stream stands."""

    def __init__(self, data: bytes, chain: list[Section]) -> None:
        self._data = data
        self._sections = sorted(section.offset for section in chain)
        self._places: dict[int, list[tuple[int, int]]] = {}
        for section in chain:
            for number, entry in section.entries.items():
                if entry.kind == PLAIN:
                    self._places.setdefault(number, []).append((section.offset, entry.place))

    def __call__(self, ref: Ref, at: int) -> int:
        places = self._places.get(ref.number, [])
        if not places:
            return -1
        # The first section behind the stream belongs to its revision; of what it and older ones say, the newest counts.
        own = bisect_left(self._sections, at)
        limit = self._sections[own] if own < len(self._sections) else len(self._data)
        index = max(0, bisect_right(places, (limit, len(self._data))) - 1)
        offset = places[index][1]
        header = object_header(self._data, offset)
        if header is None or header[0] != ref.number:
            return -1
        try:
            value, _ = parse(self._data, header[2])
        except FormatError:
            return -1
        return value if type(value) is int else -1


def _spans(
    data: bytes, chain: list[Section], found: Scan, objects: dict[int, Located], findings: Findings
) -> list[tuple[Mark, list[Section]]] | None:
    """Pair every end mark with its section (two for a linearised first revision)."""
    marks, sections = list(found.marks), list(chain)
    if not marks:
        findings.add(
            "no-end-mark", "no startxref and %%EOF could be reached by reading the file from its beginning"
        )
        return None
    spans: list[tuple[Mark, list[Section]]] = []
    # A linearised file may or may not have a mark behind its first section, which stands near its beginning.
    for index, mark in enumerate(marks[:2]):
        if len(sections) > 1 and _is_linearised(data, mark, sections, objects):
            spans.append((mark, sections[:2]))
            marks, sections = marks[index + 1 :], sections[2:]
            break
    for mark, section in zip(marks, sections, strict=False):
        spans.append((mark, [section]))
    tables = {section.offset for section in chain if not section.number}
    extra = [offset for offset in found.sections if offset not in tables]
    for offset in extra:
        findings.add(
            "cross-reference", "a cross-reference table that nothing refers to", where=f"byte {offset}"
        )
    if len(marks) != len(sections):
        findings.add(
            "cross-reference",
            f"{len(marks)} end marks stand against {len(sections)} cross-reference sections",
        )
    before = 0
    for mark, owned in spans:
        if mark.target != owned[-1].offset or not all(
            before <= section.offset < mark.start for section in owned
        ):
            findings.add(
                "cross-reference",
                "the chain of cross-reference sections is not the order of the file",
                where=f"byte {mark.start}",
            )
        before = mark.core_end
    return spans or None


def _is_linearised(data: bytes, mark: Mark, sections: list[Section], objects: dict[int, Located]) -> bool:
    """Whether the first two sections are one linearised revision: stated by the first object, and true of the file."""
    first = min(objects, default=-1)
    if first < 0 or sections[1].offset > sections[0].offset or mark.target != sections[1].offset:
        return False
    item = objects[first]
    if data.find(b"/Linearized", item.body, item.body_end) < 0:
        return False
    try:
        value, _ = parse(data, item.body)
    except FormatError:
        return False
    return isinstance(value, Dictionary) and value.get("L") in {mark.core_end, mark.end}


def _revisions(
    chain: list[Section], spans: list[tuple[Mark, list[Section]]], found: Scan, findings: Findings
) -> tuple[Revision, ...]:
    revisions: list[Revision] = []
    view: dict[int, Entry] = {}
    streams = {section.offset for section in chain if section.number} | {section.hybrid for section in chain}
    starts = [item.start for item in found.objects]
    start = 0
    for index, (mark, sections) in enumerate(spans, 1):
        changes: dict[int, Entry] = {}
        for section in sections:
            changes.update(section.entries)
        changes.pop(0, None)
        low, high = bisect_left(starts, start), bisect_left(starts, mark.start)
        objects = {item.start: item for item in found.objects[low:high]}
        _account(index, changes, view, objects, streams=streams, findings=findings)
        view = {number: entry for number, entry in {**view, **changes}.items() if entry.kind != FREE}
        revisions.append(
            Revision(
                index=index,
                start=start,
                core_end=mark.core_end,
                end=mark.end,
                trailer=sections[-1].trailer,
                changes=changes,
                view=view,
                objects=objects,
                sections=tuple(sections),
            )
        )
        start = mark.end
    return tuple(revisions)


def _account(
    index: int,
    changes: dict[int, Entry],
    before: dict[int, Entry],
    objects: dict[int, Located],
    *,
    streams: set[int],
    findings: Findings,
) -> None:
    """Compare what a revision's sections claim with what stands in it."""
    listed: set[int] = set()
    for number, entry in changes.items():
        if entry.kind != PLAIN:
            continue
        item = objects.get(entry.place)
        if item is not None and item.number == number and item.generation == entry.detail:
            listed.add(entry.place)
        elif before.get(number) != entry:
            findings.add(
                "cross-reference-entry",
                f"object {number} is said to be at byte {entry.place}, where no such object of this revision stands",
                where=f"revision {index}",
            )
    for offset, item in objects.items():
        if offset in listed or offset in streams:
            continue
        where = f"revision {index}, object {item.number}"
        if item.number in changes or index > 1:
            findings.add(
                "hidden-object",
                f"an object at byte {offset} that no cross-reference section lists",
                where=where,
            )
        else:
            findings.add(
                "unlisted-object", f"an object at byte {offset} that no reader can reach", where=where
            )
    for number, entry in changes.items():
        if entry.kind == PACKED and entry.place not in changes and entry.place not in before:
            findings.add(
                "cross-reference-entry",
                f"object {number} is said to be in object stream {entry.place}, which does not exist",
                where=f"revision {index}",
            )
