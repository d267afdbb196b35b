from __future__ import annotations

import re
import zlib

import pytest
import typst

from paraph.adapters.render.typefaces import load
from paraph.wire.pdf import prepare_signature
from paraph.wire.pdf.appearance import MAX_CONTENT_BYTES, import_page
from paraph.wire.pdf.objects import Dictionary, Name, Object, Ref, Stream
from paraph.wire.pdf.openfile import open_file
from paraph.wire.pdf.parsing import parse
from tests.support.refused import refused
from tests.support.signed_pdfs import appearance, original, step


def tagged(text: str = "Një emër (1)") -> bytes:
    """A page whose content stream is tagged."""
    source = f'#set page(width: 200pt, height: 60pt, margin: 4pt)\n#set text(font: "Noto Serif")\n= {text}\n#link("x")[y]'
    pdf = typst.compile(source.encode(), font_paths=load().fonts, timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def page(
    objects: list[bytes], *, resources: bytes = b"<<>>", contents: bytes = b"4 0 R", kids: bytes = b"[3 0 R]"
) -> bytes:
    """A hand-made one-page file with further objects from number 5."""
    stream = b"<</Length 2>>\nstream\nq \nendstream"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids" + kids + b">>",
        b"<</Type/Page/MediaBox[0 0 10 10]/Resources " + resources + b"/Contents " + contents + b">>",
        stream,
        *objects,
    ]
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    rows = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    data += b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(bodies) + 1) + rows
    return data + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start)


def references(value: Object) -> set[int]:
    """Every object number a value refers to."""
    match value:
        case Ref():
            return {value.number}
        case tuple():
            return set().union(*map(references, value))
        case Dictionary():
            return set().union(*(references(item) for _, item in value.items()))
        case Stream():
            return references(value.dictionary)
        case _:
            return set()


def test_objects_are_renumbered_without_gaps_and_complete() -> None:
    imported = import_page(appearance("sig.first"), 500)
    assert imported.form == 500
    assert list(imported.bodies) == list(range(500, 500 + len(imported.bodies)))
    used = set().union(*(references(parse(body)[0]) for body in imported.bodies.values()))
    assert used == set(imported.bodies) - {500}


def test_the_page_becomes_a_form_as_large_as_the_page() -> None:
    form, _ = parse(import_page(appearance("sig.second"), 9).bodies[9])
    assert isinstance(form, Dictionary)
    assert (form["Type"], form["Subtype"], form["BBox"]) == ("XObject", "Form", (0, 0, 200, 70))


def test_every_font_is_embedded() -> None:
    bodies = import_page(appearance("sig.first"), 1).bodies.values()
    descriptors = [body for body in bodies if body.startswith(b"<</Type/FontDescriptor")]
    assert len(descriptors) == 2
    assert all(re.search(rb"/FontFile2 \d+ 0 R", body) for body in descriptors)


def test_the_content_is_kept_as_stored_when_it_is_clean() -> None:
    file = open_file(appearance("witness"))
    content = next(
        file.stream(file.dictionary(Ref(number), "")["Contents"], "")
        for number in file.offsets
        if isinstance(found := file.object(number), Dictionary) and found.get("Type") == "Page"
    )
    form = import_page(appearance("witness"), 9).bodies[9]
    assert b"stream\n" + content.data + b"\nendstream" in form
    assert b"/Filter/FlateDecode" in form


def test_marked_content_identifiers_are_taken_out_and_nothing_else() -> None:
    form = import_page(tagged(), 9).bodies[9]
    assert b"MCID" not in form
    assert b"/Filter" not in form
    plain = form.partition(b"stream\n")[2].removesuffix(b"\nendstream")
    source = tagged()
    packed = max(
        (zlib.decompress(found[1]) for found in re.finditer(rb"FlateDecode>>\nstream\n(.*?)\nendstream", source, re.DOTALL)
         if b"MCID" in zlib.decompress(found[1])),
        key=len,
    )  # fmt: skip
    assert plain == re.sub(rb"(/\w+)<</MCID \d+>>BDC", rb"\1 BMC", packed)
    assert plain.count(b"BMC") >= plain.count(b"EMC") > 0


def test_what_looks_like_an_identifier_inside_a_string_stays() -> None:
    content = b"/P<</MCID 0>>BDC (a\\) /P<</MCID 1>>BDC (b)) Tj EMC"
    data = page([b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)], contents=b"5 0 R")
    form = import_page(data, 9).bodies[9]
    assert b"\n/P BMC (a\\) /P<</MCID 1>>BDC (b)) Tj EMC\n" in form


@pytest.mark.parametrize(
    "data",
    [
        page([], kids=b"[3 0 R 3 0 R]"),
        page([], kids=b"[]"),
        page([b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>"], resources=b"<</Font<</F 5 0 R>>>>"),
        page(
            [b"<</Type/Font/Subtype/TrueType/FontDescriptor 6 0 R>>", b"<</Type/FontDescriptor>>"],
            resources=b"<</Font<</F 5 0 R>>>>",
        ),
        page([b"<</Type/Annot/A<</S/JavaScript>>>>"], resources=b"<</X 5 0 R>>"),
        page([b"<</OC 1 0 R>>"], resources=b"<</XObject<</X 5 0 R>>>>"),
        page([], resources=b"<</X 3 0 R>>", contents=b"4 0 R/Parent 2 0 R"),
        page([b"<</Length 1/Filter/LZWDecode>>\nstream\nx\nendstream"], contents=b"5 0 R"),
        page([b"<</Length 1/Filter/FlateDecode>>\nstream\nx\nendstream"], contents=b"5 0 R"),
        page([b"[%d 0 R]" % (number + 1) for number in range(5, 250)], resources=b"<</X 5 0 R>>"),
        b"%PDF-1.7\n" + b"x" * (3 * 1024 * 1024),
    ],
)
def test_what_does_more_than_draw_is_refused(data: bytes) -> None:
    with refused("appearance"):
        import_page(data, 9)


def test_a_stream_that_explodes_is_refused() -> None:
    bomb = zlib.compress(b"q " * MAX_CONTENT_BYTES, 9)
    with refused("appearance"):
        import_page(
            page(
                [b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(bomb), bomb)],
                contents=b"5 0 R",
            ),
            9,
        )


def test_objects_that_refer_to_each_other_are_copied_once() -> None:
    imported = import_page(page([b"[6 0 R]", b"[5 0 R]"], resources=b"<</X 5 0 R>>"), 20)
    assert {number: body for number, body in imported.bodies.items() if number > 20} == {
        21: b"[22 0 R]",
        22: b"[21 0 R]",
    }


def test_a_group_is_kept() -> None:
    data = page([], contents=b"4 0 R/Group<</S/Transparency>>")
    assert b"/Group<</S/Transparency>>" in import_page(data, 9).bodies[9]


def test_a_signature_refuses_a_bad_appearance() -> None:
    with refused("appearance"):
        prepare_signature(original(), step("sig.first", appearance=page([], kids=b"[]")))


def test_names_are_written_as_they_were() -> None:
    form, _ = parse(import_page(page([], resources=b"<</ExtGState<</A#20B<</ca 0.5>>>>>>"), 9).bodies[9])
    assert isinstance(form, Dictionary)
    resources = form["Resources"]
    assert isinstance(resources, Dictionary)
    states = resources["ExtGState"]
    assert isinstance(states, Dictionary)
    assert list(states) == [Name("A B")]
