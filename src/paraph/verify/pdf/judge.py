"""One update under judgement: what it wrote, what has been explained, and what remains.

The purposes that explain are in :mod:`paraph.verify.pdf.allowed`; this module keeps the account.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from paraph.verify.pdf.form import Form, Forms
from paraph.verify.pdf.layout import Revision
from paraph.verify.pdf.objects import SPACE, Dictionary, Ref, Stream, Value, same
from paraph.verify.pdf.view import Document
from paraph.verify.pdf.xref import FREE, PACKED

__all__ = ["Change", "Judge", "Update"]

_REST = SPACE + rb"++\d{1,5}+" + SPACE + rb"++R(?![\w.])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that an update did and that is told.

    Attributes:
        code: The finding it makes.
        where: ``revision 3, object 12``.
        message: One sentence.
        name: The field it is about, if it is one.
    """

    code: str
    where: str
    message: str
    name: str = ""


@dataclass(slots=True)
class Update:
    """What one revision did to the one before.

    Attributes:
        index: The revision.
        filled: Names of the signature fields that got their value.
        added: What else is worth telling in one or two words each.
        changes: Everything else, allowed or not.
    """

    index: int
    filled: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


class Judge:
    """Judges one update; every purpose claims the objects that it explains."""

    def __init__(
        self,
        document: Document,
        forms: Forms,
        *,
        old: Revision,
        new: Revision,
        update: Update,
        dangling: AbstractSet[int],
    ) -> None:
        """Begin with everything the update wrote unexplained.

        Args:
            document: The file.
            forms: Its forms.
            old: The revision before.
            new: The update.
            update: Receives what is found.
            dangling: Numbers that signed objects already refer to; no new object may take one of them.
        """
        self.document = document
        self._forms = forms
        self.revisions = (old, new)
        self.update = update
        self.old = document.view(old)
        self.new = document.view(new)
        self.touched = {number for number, entry in new.changes.items() if old.view.get(number) != entry}
        self.unclaimed = set(self.touched)
        self._dangling = dangling

    def note(self, code: str, message: str, number: int = 0, name: str = "") -> None:
        """Record something about an object."""
        where = f"revision {self.update.index}" + (f", object {number}" if number else "")
        self.update.changes.append(Change(code=code, where=where, message=message, name=name))

    def claim(self, value: Value) -> None:
        """Claim the new objects that can be reached from ``value``; objects that existed before stay unclaimed."""
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, Ref):
                if item.number in self.unclaimed and item.number not in self.old.entries:
                    self.unclaimed.discard(item.number)
                    waiting.append(self.new.object(item.number))
            elif isinstance(item, Stream):
                waiting.extend(item.dictionary.values())
            elif isinstance(item, dict):
                waiting.extend(item.values())
            elif isinstance(item, list):
                waiting.extend(item)

    def changed(self, value: Value) -> bool:
        """Whether ``value`` is a reference to an object that the update wrote."""
        return isinstance(value, Ref) and value.number in self.touched

    def settle_structure(self) -> None:
        """Explain removals and the streams that only carry other objects, and refuse numbers that were waited for."""
        self._removals()
        self._containers()
        for number in sorted(self.touched & self._dangling):
            if number not in self.old.entries and number in self.new.entries:
                self.note(
                    "object-awaited",
                    "a signed object already referred to this number, which did not exist",
                    number,
                )

    def settle_rest(self) -> None:
        """Report what nobody explained."""
        for number in sorted(self.unclaimed):
            self._unexplained(number)

    def _removals(self) -> None:
        for number, entry in self.revisions[1].changes.items():
            if entry.kind == FREE:
                self.unclaimed.discard(number)
                if number in self.old.entries:
                    self.note("object-removed", "an object that was signed is removed", number)

    def _containers(self) -> None:
        """Object and cross-reference streams carry others and say nothing themselves."""
        for section in self.revisions[1].sections:
            if section.hybrid >= 0:
                self.note(
                    "hybrid-update", "an update after a signature hides objects from some readers (/XRefStm)"
                )
            if section.number:
                self._carrier(section.number)
        entries = self.revisions[1].changes
        for container in {entry.place for entry in entries.values() if entry.kind == PACKED}:
            plain = self.new.entries.get(container)
            if container not in self.touched or plain is None:
                continue
            if container in self.old.entries:
                self.note("object-changed", "an object stream that was signed is replaced", container)
            self.unclaimed.discard(container)
            listed = {
                number
                for number, entry in entries.items()
                if entry.kind == PACKED and entry.place == container
            }
            for number in sorted(self.document.contents(plain.place) - listed):
                self.note(
                    "object-hidden-in-stream", "an object stream holds an object that is not listed", number
                )

    def _carrier(self, number: int) -> None:
        before = self.old.object(number)
        if number in self.old.entries and not (
            isinstance(before, Stream) and before.dictionary.get("Type") == "XRef"
        ):
            self.note(
                "object-changed", "an object that was signed is replaced by a cross-reference stream", number
            )
        self.unclaimed.discard(number)

    def used_only_by(self, numbers: AbstractSet[int], owners: AbstractSet[int]) -> bool:
        """Whether objects that were signed had no other use than their owners', so that writing them anew shows nothing.

        Args:
            numbers: The objects, all written by the update.
            owners: The objects that may refer to them; they may also refer to each other.

        Returns:
            Whether nobody else refers to them.
        """
        known = sorted(numbers & self.old.entries.keys())
        if not known:
            return True
        # Each pattern begins with its number, which lets the search skip ahead; what stands before it is looked at after.
        patterns = [re.compile(b"%d" % number + _REST) for number in known]
        allowed = numbers | owners
        trailers = {part.offset for revision in self.document.layout.revisions for part in revision.sections}
        return not any(
            number not in allowed
            and entry.place not in trailers
            and _refers(self.document.raw(entry, self.old.entries), patterns)
            for number, entry in self.old.entries.items()
        )

    def _unexplained(self, number: int) -> None:
        value = self.new.object(number)
        if number not in self.old.entries:
            self.note(
                "object-added",
                f"{_named(value)} is added that no signature, time stamp or validation data needs",
                number,
            )
            return
        before = self.old.object(number)
        one, other = self.old.entries[number], self.new.entries[number]
        kept = (
            PACKED in {one.kind, other.kind} or one.detail == other.detail
        )  # a new generation breaks every reference
        if kept and (same(before, value) or self._same_stream(before, value)):
            self.note("object-rewritten", "an object is written again as it was", number)
            return
        kind = _kind(before)
        code = {"Page": "page-changed", "Pages": "page-changed", "Annot": "annotation-changed"}.get(
            kind, "object-changed"
        )
        self.note(code, f"{_named(before)} that was signed is changed", number)

    def _same_stream(self, one: Value, other: Value) -> bool:
        if not isinstance(one, Stream) or not isinstance(other, Stream):
            return False
        data = self.document.data
        return (
            same(one.dictionary, other.dictionary)
            and data[one.start : one.end] == data[other.start : other.end]
        )

    def forms(self) -> tuple[Form, Form, Dictionary, Dictionary]:
        """Return the form and the catalog before and after.

        Raises:
            FormatError: If there is no catalog.
        """
        old, new = (self._forms.of(revision) for revision in self.revisions)
        return old[0], new[0], old[1], new[1]


def _refers(text: bytes, patterns: list[re.Pattern[bytes]]) -> bool:
    return any(
        not text[found.start() - 1 : found.start()].isdigit()
        for pattern in patterns
        for found in pattern.finditer(text)
    )


def _kind(value: Value) -> str:
    own = value.dictionary if isinstance(value, Stream) else value
    if not isinstance(own, Dictionary):
        return ""
    if own.get("Type") is None and own.get("Subtype") in {
        "Widget",
        "Link",
        "FreeText",
        "Stamp",
        "Text",
        "Popup",
    }:
        return "Annot"
    return str(own.get("Type", ""))


def _named(value: Value) -> str:
    kind = _kind(value)
    names = {
        "Page": "a page",
        "Pages": "the page tree",
        "Annot": "an annotation",
        "Catalog": "the catalog",
        "Font": "a font",
    }
    if kind in names:
        return names[kind]
    return (
        "a stream (content, image or form)"
        if isinstance(value, Stream)
        else f"an object ({kind or 'untyped'})"
    )
