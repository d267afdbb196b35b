"""What an update may do to the form: fill an empty signature field, or add one that shows nothing.

Source: docs/spec/verdict.md, "What may follow a signature"; ISO 32000-1:2008, 12.7.
"""

from __future__ import annotations

from decimal import Decimal

from paraph.verify.pdf.form import Field, Form
from paraph.verify.pdf.judge import Judge
from paraph.verify.pdf.objects import Dictionary, Real, Ref, Stream, Value, same

__all__ = ["explain_form"]

# Of the form dictionary.
_GROWING = {"Fields", "SigFlags"}

# Of an empty signature field that is filled.
_FILLED = {"V", "AP", "F", "M"}

# Annotation flags that change nothing one sees on the screen: print, locked, locked contents.
_QUIET_FLAGS = 4 | 128 | 512
_HIDDEN = 2

# Square points that the drawing of one later signature may cover: a fifth of an A4 page, beyond any box met.
MAX_AREA = 100_000

# Of another field that is filled.
_ENTERED = {"V", "AP", "AS", "I", "RV", "M"}

# What a new signature field may have; actions and further children are not among it.
_NEW_FIELD = {
    "Type", "Subtype", "FT", "T", "TU", "V", "Rect", "F", "Ff", "P", "AP", "MK", "Lock", "SV", "DA", "M", "NM", "Parent", "StructParent",
}  # fmt: skip


def explain_form(
    judge: Judge, before: Form, after: Form, catalog: Dictionary, catalog_after: Dictionary
) -> None:
    """Claim what happened to the form and note what must not have happened.

    Args:
        judge: The update.
        before: The form of the revision before.
        after: The form of the update.
        catalog: The catalog of the revision before.
        catalog_after: The catalog of the update.

    Raises:
        FormatError: If an object that the form needs cannot be read.
    """
    if after.dictionary is None:
        if before.dictionary is not None:
            judge.note("form-changed", "the form, and with it every signature field, is removed")
        return
    _form_dictionary(judge, before, after, catalog.get("AcroForm"), catalog_after.get("AcroForm"))
    known = len(before.roots)
    if not same(list(after.roots[:known]), list(before.roots)):
        judge.note("form-changed", "fields of the form are removed, replaced or put in another order")
        return
    for number in sorted(judge.touched & before.nodes.keys()):
        _known_field(judge, number, before.nodes[number], after.nodes.get(number))
    names = {field.name for field in before.fields}
    added = {number for number in after.nodes if number not in before.nodes}
    new_roots = [root.number for root in after.roots[known:] if isinstance(root, Ref)]
    if len(new_roots) != len(after.roots) - known or added - set(new_roots):
        judge.note("form-changed", "a field is added inside another field, or with parts of its own")
    for number in new_roots:
        if number in after.nodes:
            _new_field(judge, number, after.nodes[number], names)
    _annotation_lists(judge, set(new_roots))


def _form_dictionary(judge: Judge, before: Form, after: Form, old: Value, new: Value) -> None:
    own, own_before = after.dictionary or Dictionary(), before.dictionary or Dictionary()
    if isinstance(new, Ref):
        if isinstance(old, Ref) and old != new:
            judge.note("form-changed", "the catalog names another form")
        if not isinstance(old, Ref) and new.number in judge.old.entries:
            judge.note("form-changed", "the form is now an object that was something else")
        judge.unclaimed.discard(new.number)
    for key in sorted((own.keys() | own_before.keys()) - _GROWING):
        if not same(own.get(key), own_before.get(key)):
            judge.note("form-changed", f"the form changes /{key}", after.number)
    flags, flags_before = own.get("SigFlags", 0), own_before.get("SigFlags", 0)
    if (
        type(flags) is not int
        or type(flags_before) is not int
        or flags_before & ~flags
        or flags & ~flags_before & ~3
    ):
        judge.note("form-changed", "the form changes /SigFlags", after.number)
    fields, fields_before = own.get("Fields"), own_before.get("Fields")
    if after.number and not judge.used_only_by({after.number}, _catalogs(judge)):
        judge.note("object-changed", "the form is also used elsewhere", after.number)
    if isinstance(fields, Ref) and (same(fields, fields_before) or fields.number not in judge.old.entries):
        judge.unclaimed.discard(fields.number)


def _catalogs(judge: Judge) -> set[int]:
    roots = (revision.trailer.get("Root") for revision in judge.revisions)
    return {root.number for root in roots if isinstance(root, Ref)}


def _known_field(judge: Judge, number: int, before: Field, after: Field | None) -> None:
    old, new = judge.old.dictionary(judge.old.object(number)), judge.new.dictionary(judge.new.object(number))
    name = before.name
    judge.unclaimed.discard(number)
    if old is None or new is None or after is None or after.name != name or after.kind != before.kind:
        judge.note("field-changed", f"the field {name} becomes something else", number, name)
        return
    different = {key for key in old.keys() | new.keys() if not same(old.get(key), new.get(key))}
    if not different and judge.old.entries[number].detail != judge.new.entries[number].detail:
        judge.note("field-changed", f"the field {name} gets another generation", number, name)
    if not different:
        return
    if before.kind == "Sig" and judge.old.resolve(before.value) is not None:
        judge.note("signature-changed", f"the signed field {name} changes {_listed(different)}", number, name)
    elif before.kind == "Sig":
        if different - _FILLED or judge.new.resolve(after.value) is None or not _quiet(old, new):
            judge.note(
                "field-changed", f"the signature field {name} changes {_listed(different)}", number, name
            )
            return
        _fill(judge, new, number, name)
        if _area(judge, new) > MAX_AREA:
            judge.note(
                "field-large",
                f"the signature field {name} that was filled covers much of a page",
                number,
                name,
            )
    elif different - _ENTERED:
        judge.note("field-changed", f"the field {name} changes {_listed(different)}", number, name)
    else:
        judge.claim(new.get("V"))
        judge.claim(new.get("AP"))
        judge.note("form-filled", f"the field {name} is filled in", number, name)


def _fill(judge: Judge, new: Dictionary, number: int, name: str) -> None:
    """Claim the value and the appearance of a field that is signed in this update."""
    value = new.get("V")
    if isinstance(value, Ref) and value.number in judge.old.entries:
        judge.note(
            "signature-changed",
            f"the field {name} is filled with an object that was there before",
            number,
            name,
        )
    judge.claim(value)
    appearance = judge.new.dictionary(new.get("AP"))
    if appearance is not None:
        normal = judge.new.resolve(appearance.get("N"))
        if appearance.keys() - {"N"} or (normal is not None and not _is_form(normal)):
            judge.note("field-changed", f"the appearance of {name} is more than one drawing", number, name)
        judge.claim(new.get("AP"))
    if name not in judge.update.filled:
        judge.update.filled.append(name)


def _is_form(value: Value) -> bool:
    return isinstance(value, Stream) and value.dictionary.get("Subtype") == "Form"


def _quiet(old: Dictionary, new: Dictionary) -> bool:
    flags, before = new.get("F", 0), old.get("F", 0)
    return (
        type(flags) is int
        and type(before) is int
        and not before & ~flags
        and not flags & ~before & ~_QUIET_FLAGS
    )


def _new_field(judge: Judge, number: int, field: Field, names: set[str]) -> None:
    own, name = field.own, field.name
    if number in judge.old.entries:
        judge.note(
            "form-changed", f"the field {name} is made of an object that was something else", number, name
        )
        return
    judge.unclaimed.discard(number)
    if (
        field.kind != "Sig"
        or not field.terminal
        or own.keys() - _NEW_FIELD
        or "Kids" in own
        or not name
        or name in names
    ):
        judge.note("field-added", f"a field {name} is added that is no plain signature field", number, name)
        return
    names.add(name)
    if not _shows_nothing(judge, own):
        judge.note(
            "field-added-visible",
            f"a signature field {name} is added where the page can show it",
            number,
            name,
        )
    if judge.new.resolve(field.value) is None:
        judge.note("field-added", f"a signature field {name} is added and left empty", number, name)
        return
    for key in ("Lock", "SV", "MK"):
        judge.claim(own.get(key))
    _fill(judge, own, number, name)
    judge.note(
        "signature-field-added",
        f"a signature field {name} that shows nothing is added and signed",
        number,
        name,
    )


def _area(judge: Judge, own: Dictionary) -> Decimal:
    corners = [Decimal(item) for item in judge.new.array(own.get("Rect")) if isinstance(item, (int, Real))]
    return abs((corners[2] - corners[0]) * (corners[3] - corners[1])) if len(corners) == 4 else Decimal(0)


def _shows_nothing(judge: Judge, own: Dictionary) -> bool:
    flags = own.get("F", 0)
    if type(flags) is int and flags & _HIDDEN:
        return True
    corners = [Decimal(item) for item in judge.new.array(own.get("Rect")) if isinstance(item, (int, Real))]
    if "Rect" not in own and own.get("Subtype") is None:
        return True  # a field without a widget
    return len(corners) == 4 and (corners[0] == corners[2] or corners[1] == corners[3])


def _annotation_lists(judge: Judge, added: set[int]) -> None:
    """Allow a page's list of annotations to grow by the new fields, and by nothing else."""
    pages = set(judge.unclaimed)
    for number in added:
        own = judge.new.dictionary(judge.new.object(number)) or Dictionary()
        page = own.get("P")
        if isinstance(page, Ref):
            pages.add(page.number)
    for number in pages:
        before = judge.old.dictionary(judge.old.object(number))
        after = judge.new.dictionary(judge.new.object(number))
        if before is None or after is None or before.get("Type") != "Page":
            continue
        free = (
            {"Annots"} if "Tabs" in before else {"Annots", "Tabs"}
        )  # the first widget of a page brings a tab order
        if any(not same(before.get(key), after.get(key)) for key in (before.keys() | after.keys()) - free):
            continue
        known, listed = before.get("Annots"), after.get("Annots")
        old, new = judge.old.array(known), judge.new.array(listed)
        grown = all(isinstance(item, Ref) and item.number in added for item in new[len(old) :])
        if not grown or not same(new[: len(old)], old):
            continue
        if isinstance(listed, Ref):
            if listed.number in judge.old.entries and not same(known, listed):
                continue
            judge.unclaimed.discard(listed.number)
        judge.unclaimed.discard(number)


def _listed(keys: set[str]) -> str:
    return ", ".join(f"/{key}" for key in sorted(keys))
