from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from paraph.wire.pdf.fields import FieldBox, find_field, pages, reserve_fields
from paraph.wire.pdf.increment import revise
from paraph.wire.pdf.objects import Dictionary, Name, Real, Ref, Stream
from paraph.wire.pdf.openfile import open_file
from tests.support.refused import refused
from tests.support.signed_pdfs import BOXES, original, rendered

BOX = BOXES[0]


def test_a_widget_is_printed_seen_and_read_out() -> None:
    file = open_file(original())
    found = find_field(file, "sig.second").dictionary
    page = list(pages(file, file.catalog()))[1]
    assert found["Rect"] == (Real("310.5"), 80, Real("510.5"), 150)
    assert found["F"] == 4
    assert found["P"] == page
    tooltip = found["TU"]
    assert isinstance(tooltip, bytes)
    assert tooltip.decode("utf-16") == BOXES[1].tooltip
    appearance = found["AP"]
    assert isinstance(appearance, Dictionary)
    assert file.stream(appearance["N"], "") == Stream(
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


def test_names_with_full_stops_become_a_tree() -> None:
    file = open_file(original())
    form = file.dictionary(file.catalog()["AcroForm"], "")
    assert form["SigFlags"] == 3
    top = [file.dictionary(item, "")["T"] for item in file.array(form["Fields"], "")]
    assert top == [b"sig", b"witness"]
    group = file.array(form["Fields"], "")[0]
    kids = file.array(file.dictionary(group, "")["Kids"], "")
    assert [file.dictionary(kid, "")["T"] for kid in kids] == [b"first", b"second"]
    assert all(file.dictionary(kid, "")["Parent"] == group for kid in kids)


def test_deeper_names_nest() -> None:
    boxes = [replace(BOX, name=name) for name in ("a.b.c", "a.b.d", "a.e", "f")]
    file = open_file(reserve_fields(rendered(), boxes))
    for box in boxes:
        assert find_field(file, box.name).dictionary["FT"] == "Sig"


def test_the_structure_tree_knows_every_widget() -> None:
    file = open_file(original())
    tree = file.dictionary(file.catalog()["StructTreeRoot"], "")
    parents = file.dictionary(tree["ParentTree"], "")
    numbers = file.array(parents["Nums"], "")
    keys = numbers[::2]
    assert keys == tuple(range(len(keys)))
    assert tree["ParentTreeNextKey"] == len(keys)
    document = file.array(tree["K"], "")[0]
    for box in BOXES:
        widget = find_field(file, box.name)
        key = widget.dictionary["StructParent"]
        assert isinstance(key, int)
        element_ref = numbers[2 * key + 1]
        element = file.dictionary(element_ref, "")
        assert (element["S"], element["P"], element["Pg"]) == ("Form", document, widget.dictionary["P"])
        content = file.dictionary(element["K"], "")
        assert (content["Type"], content["Obj"]) == ("OBJR", Ref(widget.number))
        assert element_ref in file.array(file.dictionary(document, "")["K"], "")


def test_annotations_that_were_there_stay_first() -> None:
    before, after = open_file(rendered()), open_file(original())
    first = next(pages(after, after.catalog()))
    old = before.array(before.dictionary(first, "")["Annots"], "")
    new = after.array(after.dictionary(first, "")["Annots"], "")
    assert old
    assert new == (*old, Ref(find_field(after, "witness").number))
    assert all(after.dictionary(page, "")["Tabs"] == "S" for page in pages(after, after.catalog()))


def test_rectangles_of_any_number_type_give_the_same_bytes() -> None:
    first = reserve_fields(rendered(), [BOX])
    assert reserve_fields(rendered(), [replace(BOX, rect=(80, 80, 280, 150))]) == first
    exact = (Decimal(80), Decimal("80.000"), Decimal(280), Decimal(150))
    assert reserve_fields(rendered(), [replace(BOX, rect=exact)]) == first
    assert reserve_fields(rendered(), [replace(BOX, rect=(80.0001, 80.0, 280.0, 150.0))]) == first


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        [BOX, BOX],
        [BOX, replace(BOX, name="sig.first.more")],
        [replace(BOX, name="sig..x")],
        [replace(BOX, name="ü")],
        [replace(BOX, name="a" * 65)],
        [replace(BOX, name="x\n")],
        [replace(BOX, page=3)],
        [replace(BOX, page=-1)],
        [replace(BOX, tooltip="")],
        [replace(BOX, tooltip="x" * 501)],
        [replace(BOX, rect=(10.0, 10.0, 10.0004, 20.0))],
        [replace(BOX, rect=(10.0, 30.0, 20.0, 20.0))],
        [replace(BOX, rect=(-1.0, 10.0, 20.0, 20.0))],
        [replace(BOX, rect=(float("nan"), 10.0, 20.0, 20.0))],
        [replace(BOX, rect=(0.0, 10.0, float("inf"), 20.0))],
        [replace(BOX, name=f"f{index}") for index in range(129)],
    ],
)
def test_impossible_fields_are_refused(boxes: list[FieldBox]) -> None:
    with refused("field-box"):
        reserve_fields(rendered(), boxes)


def test_fields_are_reserved_once() -> None:
    with refused("field-box"):
        reserve_fields(original(), [replace(BOX, name="another")])


def test_an_untagged_file_is_refused() -> None:
    hidden = rendered().replace(b"/StructTreeRoot", b"/StructTreeRooo")
    with refused("pdf-untagged"):
        reserve_fields(hidden, [BOX])


@pytest.mark.parametrize("name", ["sig", "sig.third", "first", "sig.first.x", "", "."])
def test_only_fields_that_exist_are_found(name: str) -> None:
    with refused("field-unknown"):
        find_field(open_file(original()), name)


def test_two_fields_of_one_name_are_none() -> None:
    file = open_file(original())
    form_ref = file.catalog()["AcroForm"]
    form = file.dictionary(form_ref, "")
    twin = Ref(file.size)
    assert isinstance(form_ref, Ref)
    doubled = revise(
        file,
        {
            twin.number: find_field(file, "witness").dictionary,
            form_ref.number: form.having({"Fields": (*file.array(form["Fields"], ""), twin)}),
        },
    )
    with refused("field-unknown"):
        find_field(doubled, "witness")
