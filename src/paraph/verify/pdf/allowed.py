"""The purposes that explain an object written after a signature; see :mod:`paraph.verify.pdf.changes`.

Each function compares one place of the document before and after, claims what is allowed there and notes what is
not. Nothing is allowed by default: a key that is not named here may not differ.

Source: docs/spec/verdict.md, "What may follow a signature".
"""

from __future__ import annotations

from paraph.verify.pdf.fieldchanges import explain_form
from paraph.verify.pdf.judge import Judge
from paraph.verify.pdf.objects import Dictionary, Name, Ref, Stream, Value, same
from paraph.verify.pdf.store import explain_store
from paraph.verify.pdf.view import View

__all__ = ["explain"]

# Keys of the catalog that have their own explanation; all others must stay as they were.
_CATALOG = {"AcroForm", "DSS", "Extensions", "Metadata", "Version"}

# Keys of a trailer that describe the file, not the document.
_TRAILER = {
    "Size", "Prev", "XRefStm", "ID", "Info", "Root",
    "Type", "W", "Index", "Length", "Filter", "DecodeParms",
}  # fmt: skip

# Of the information dictionary, what a writer stamps on every update.
_STAMPED = {"ModDate", "Producer"}


def explain(judge: Judge) -> None:
    """Explain what can be explained, from the trailer down.

    Raises:
        FormatError: If the document cannot be read at one of the two revisions.
    """
    old, new = (revision.trailer for revision in judge.revisions)
    if not same(old.get("Root"), new.get("Root")):
        judge.note("catalog-changed", "the trailer names another catalog")
    for key in sorted((old.keys() | new.keys()) - _TRAILER):
        if not same(old.get(key), new.get(key)):
            judge.note("trailer-changed", f"the trailer changes /{key}")
    _information(judge, old.get("Info"), new.get("Info"))
    before, after, catalog, catalog_after = judge.forms()
    root = new.get("Root")
    if isinstance(root, Ref):
        judge.unclaimed.discard(root.number)
        owners = {root.number}
    else:
        owners = set()
    for key in sorted((catalog.keys() | catalog_after.keys()) - _CATALOG):
        if not same(catalog.get(key), catalog_after.get(key)):
            judge.note("catalog-changed", f"the catalog changes /{key}")
    _version(judge, catalog, catalog_after)
    _extensions(judge, catalog.get("Extensions"), catalog_after.get("Extensions"), owners)
    _metadata(judge, catalog.get("Metadata"), catalog_after.get("Metadata"), owners)
    explain_store(judge, catalog.get("DSS"), catalog_after.get("DSS"), owners)
    explain_form(judge, before, after, catalog, catalog_after)


def _version(judge: Judge, old: Dictionary, new: Dictionary) -> None:
    if same(old.get("Version"), new.get("Version")):
        return
    if new.get("Version") in {"1.4", "1.5", "1.6", "1.7", "2.0"}:
        judge.note("version-changed", "the catalog states another version of PDF")
    else:
        judge.note("catalog-changed", "the catalog changes /Version")


def _extensions(judge: Judge, old: Value, new: Value, owners: set[int]) -> None:
    if same(old, new) and not judge.changed(new):
        return
    before_fits = old is None or _is_extensions(judge.old, old)
    if new is None or not before_fits or not _is_extensions(judge.new, new):
        judge.note("catalog-changed", "the catalog's /Extensions hold something else than extensions")
        return
    if isinstance(new, Ref):
        if not judge.used_only_by({new.number}, owners):
            judge.note("object-changed", "the catalog's /Extensions are also used elsewhere", new.number)
        judge.unclaimed.discard(new.number)
    judge.claim(new)


def _is_extensions(view: View, value: Value) -> bool:
    """Developer extensions are names and numbers; nothing in them shows."""
    own = view.dictionary(value)
    if own is None:
        return False
    allowed = {"Type", "BaseVersion", "ExtensionLevel", "ExtensionRevision", "URL"}
    for key, entry in own.items():
        if key == "Type":
            continue
        for item in view.array(entry) or [entry]:
            inner = view.dictionary(item)
            if inner is None or inner.keys() - allowed or not all(_is_flat(part) for part in inner.values()):
                return False
    return True


def _is_flat(value: Value) -> bool:
    return isinstance(value, (Name, int, bytes))


def _metadata(judge: Judge, old: Value, new: Value, owners: set[int]) -> None:
    if same(old, new) and not judge.changed(new):
        return
    stream = judge.new.resolve(new)
    if not isinstance(new, Ref) or not _is_metadata(stream):
        judge.note("catalog-changed", "the catalog's /Metadata is removed or is no metadata")
        return
    if new.number in judge.old.entries and not same(old, new):
        judge.note("catalog-changed", "the catalog's /Metadata now names an object that was something else")
        return
    if not _is_metadata(judge.old.object(new.number) or stream) or not judge.used_only_by(
        {new.number}, owners
    ):
        judge.note("object-changed", "the metadata are also used as something else", new.number)
    judge.unclaimed.discard(new.number)
    judge.claim(stream)
    judge.note("metadata-changed", "the metadata (title, dates) are written again", new.number)


def _is_metadata(value: Value) -> bool:
    """A stream of XML that nothing can draw."""
    if not isinstance(value, Stream):
        return False
    own = value.dictionary
    known = {"Type", "Subtype", "Length", "Filter", "DecodeParms"}
    return own.get("Type") == "Metadata" and own.get("Subtype") == "XML" and not own.keys() - known


def _information(judge: Judge, old: Value, new: Value) -> None:
    if same(old, new) and not judge.changed(new):
        return
    before = judge.old.dictionary(old) or Dictionary()
    after = judge.new.dictionary(new)
    if after is None:
        judge.note("information-changed", "the information dictionary is removed")
        return
    different = {key for key in before.keys() | after.keys() if not same(before.get(key), after.get(key))}
    if different - _STAMPED or not all(isinstance(after.get(key, b""), bytes) for key in different):
        judge.note(
            "information-changed",
            f"the information dictionary changes {', '.join(sorted(different - _STAMPED))}",
        )
        return
    if isinstance(new, Ref):
        if new.number in judge.old.entries and not (isinstance(old, Ref) and old.number == new.number):
            judge.note(
                "information-changed", "the information dictionary is now an object that was something else"
            )
            return
        if not judge.used_only_by({new.number}, set()):
            judge.note("object-changed", "the information dictionary is also used elsewhere", new.number)
        judge.unclaimed.discard(new.number)
    if different:
        judge.note("metadata-changed", "the dates in the information dictionary are written again")
