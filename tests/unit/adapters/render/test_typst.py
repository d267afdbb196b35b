from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from paraph.adapters.render.typst import TypstRenderer
from paraph.app.ports import Renderer
from paraph.domain.texts import Layout
from paraph.errors import FormatError, PermanentError
from paraph.wire.pdf.fields import FieldBox, reserve_fields
from tests.unit.adapters.render.drafts import draft, source

ROOT = Path(__file__).resolve().parents[4]
LAYOUTS = list(Layout)


@pytest.fixture(scope="module")
def renderer() -> TypstRenderer:
    return TypstRenderer()


def engrossed(renderer: TypstRenderer, **what: Any) -> tuple[pikepdf.Pdf, tuple[FieldBox, ...]]:
    result = renderer.engross(draft(**what), source=source())
    return pikepdf.open(io.BytesIO(result.pdf)), result.fields


def by_name(fields: Sequence[FieldBox]) -> dict[str, FieldBox]:
    return {field.name: field for field in fields}


# --- the file --------------------------------------------------------------------------------------------------


def test_the_canonical_text_is_attached_byte_for_byte(renderer):
    pdf, _ = engrossed(renderer)
    (attached,) = pdf.Root.AF
    assert attached.UF == "canonical-text.json"
    assert attached.AFRelationship == "/Source"
    assert attached.EF.F.Subtype == "/application/json"
    assert attached.EF.F.read_bytes() == source()


def test_a_source_that_is_not_the_text_is_refused(renderer):
    with pytest.raises(FormatError) as refused:
        renderer.engross(draft(), source=source() + b" ")
    assert refused.value.code == "source-digest"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_file_is_archival_tagged_and_titled(renderer, layout):
    pdf, _ = engrossed(renderer, layout=layout, specimen=True)
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Declaration on the Exchange of Documents"
    assert pdf.Root.Lang == "en"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_language_is_tagged_as_itself(renderer, layout):
    pdf, _ = engrossed(renderer, layout=layout)
    tagged = {
        str(thing.Lang)
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and "/Lang" in thing and "/S" in thing
    }
    spans = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    for lang in ("he", "sq"):
        assert lang in tagged or f"/Lang({lang})".encode() in spans.replace(b" ", b"")


def test_every_font_is_embedded(renderer):
    pdf, _ = engrossed(renderer, languages=("en", "he", "sq", "el", "ru"))
    fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing]
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert {str(font.FontName).partition("+")[2].partition("-")[0] for font in fonts} == {
        "NotoSerif",
        "NotoSerifHebrew",
    }


@pytest.mark.parametrize(
    ("dates", "created"),
    [
        (("2021-02-01", "2021-02-03"), "D:20210203"),
        (("2021-02-03", ""), "D:20210203"),
        (("", ""), "D:19700101"),
    ],
)
def test_the_date_of_the_file_is_the_latest_agreed_date(renderer, dates, created):
    pdf, _ = engrossed(renderer, dates=dates)
    assert str(pdf.docinfo.CreationDate).startswith(created)
    assert str(pdf.docinfo.ModDate).startswith(created)


def test_it_is_the_renderer_that_use_cases_ask_for(renderer):
    port: Renderer = renderer
    assert port.engross(draft(), source=source()).fields


def test_the_renderer_names_everything_that_shapes_the_bytes(renderer):
    assert renderer.version == renderer.engross(draft(), source=source()).renderer
    assert renderer.version.startswith("typst 0.15.")
    assert "/ templates " in renderer.version


# --- one original, one file ------------------------------------------------------------------------------------

_SCRIPT = """
import hashlib
from paraph.adapters.render.typst import TypstRenderer
from paraph.domain.texts import Layout
from tests.unit.adapters.render.drafts import draft, source
renderer = TypstRenderer()
for layout in Layout:
    print(hashlib.sha256(renderer.engross(draft(layout=layout, specimen=True), source=source()).pdf).hexdigest())
print(hashlib.sha256(renderer.appearance(name="שם", title="a", lines=("b",), lang="he", direction="rtl",
    width_pt=180, height_pt=60)).hexdigest())
"""


def test_all_processes_give_the_same_bytes(renderer, tmp_path):
    here = [
        hashlib.sha256(renderer.engross(draft(layout=layout, specimen=True), source=source()).pdf).hexdigest()
        for layout in Layout
    ]
    drawn = renderer.appearance(
        name="שם", title="a", lines=("b",), lang="he", direction="rtl", width_pt=180, height_pt=60
    )
    here.append(hashlib.sha256(drawn).hexdigest())
    for zone, lang, seed in (("Pacific/Kiritimati", "he_IL.UTF-8", "1"), ("America/Adak", "C", "2")):
        environment = os.environ | {
            "TZ": zone,
            "LANG": lang,
            "LC_ALL": lang,
            "PYTHONHASHSEED": seed,
            "SOURCE_DATE_EPOCH": "1",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        found = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            env=environment,
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        assert found.stdout.split() == here


# SHA-256 of one original per layout, recorded once. Another machine that finds others would engross other originals.
# A wilful change of template, font or typst changes them: raise TEMPLATES, then record them anew.
RECORDED = {
    "typst 0.15.2 / templates 1": {
        Layout.SEQUENCE: "271cd7ac590d3efe0acb9eb491fcad00615909c7ef398bc47b47a87bec27f1ed",
        Layout.COLUMNS: "b6892a850e32ca942bbab5c7adac627221c8b665df99fcfb5fcbac20bdc4f0bd",
    }
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_machines_give_the_same_bytes(renderer, layout):
    found = hashlib.sha256(
        renderer.engross(draft(layout=layout, specimen=True), source=source()).pdf
    ).hexdigest()
    assert found == RECORDED[renderer.version][layout]


def test_threads_may_share_a_renderer(renderer):
    def digest(index: int) -> str:
        return hashlib.sha256(
            renderer.engross(draft(word=f"word{index % 3}"), source=source()).pdf
        ).hexdigest()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(digest, range(12)))
    assert found[:3] == [digest(index) for index in range(3)]
    assert found == found[:3] * 4
    assert len(set(found)) == 3


# --- places for signatures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("languages", [("en", "he", "sq"), ("he", "en")])
@pytest.mark.parametrize("parties", [1, 2, 3, 8, 34])
def test_every_signatory_has_one_field_of_its_own_on_the_page(renderer, layout, languages, parties):
    pdf, fields = engrossed(renderer, layout=layout, languages=languages, parties=parties)
    assert sorted(field.name for field in fields) == [
        f"sig.p{number:02d}" for number in range(1, parties + 1)
    ]
    for field in fields:
        left, bottom, right, top = (float(side) for side in field.rect)
        width, height = (float(side) for side in pdf.pages[field.page].MediaBox[2:])
        assert 0 < left < right < width
        assert 0 < bottom < top < height
        # Room for an appearance that can be read, and above the footer.
        assert right - left >= 180
        assert top - bottom >= 60
        assert bottom > 85
    for index, one in enumerate(fields):
        for other in fields[index + 1 :]:
            apart = (
                one.page != other.page
                or one.rect[2] < other.rect[0]
                or other.rect[2] < one.rect[0]
                or one.rect[3] < other.rect[1]
                or other.rect[3] < one.rect[1]
            )
            assert apart, f"{one.name} and {other.name} overlap"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_keeper_signs_at_the_left_or_mirrored_at_the_right(renderer, layout):
    _, left_to_right = engrossed(renderer, languages=("en", "he"), layout=layout)
    _, right_to_left = engrossed(renderer, languages=("he", "en"), layout=layout)
    ours, mirrored = by_name(left_to_right), by_name(right_to_left)
    assert ours["sig.p01"].rect[0] < ours["sig.p02"].rect[0]
    assert mirrored["sig.p01"].rect[0] > mirrored["sig.p02"].rect[0]
    assert ours["sig.p01"].rect[::2] == mirrored["sig.p02"].rect[::2]


def test_frames_of_a_row_stand_on_one_line(renderer):
    _, fields = engrossed(renderer, parties=8)
    for left, right in zip(fields[::2], fields[1::2], strict=True):
        assert left.rect[1] == right.rect[1]


def test_a_field_says_whose_it_is(renderer):
    _, fields = engrossed(renderer)
    assert by_name(fields)["sig.p02"].tooltip == "צד 02, צד 02, סעיף"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_frame_is_drawn_where_the_field_is(renderer, layout):
    """The page's own drawing has a rectangle, or its four corners, at the field's left and bottom."""
    pdf, fields = engrossed(renderer, layout=layout)
    for field in fields:
        matrices = [
            [float(number) for number in step.operands]
            for step in pikepdf.parse_content_stream(pdf.pages[field.page])
            if str(step.operator) == "cm"
        ]
        height = float(pdf.pages[field.page].MediaBox[3])
        left, top = float(field.rect[0]), float(field.rect[3])
        assert any(
            abs(m[4] - left) < 0.05 and abs(abs(m[5]) - (height - top)) < 0.05 for m in matrices
        ) or any(abs(m[4] - left) < 0.05 and abs(m[5] - top) < 0.05 for m in matrices)


def test_the_boxes_are_accepted_as_fields(renderer):
    result = renderer.engross(draft(parties=34), source=source())
    original = pikepdf.open(io.BytesIO(reserve_fields(result.pdf, result.fields)))
    widgets = [
        note for page in original.pages for note in page.get("/Annots", []) if note.get("/FT") == "/Sig"
    ]
    assert len(widgets) == 34


# --- what cannot be set ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_missing_glyph_is_refused_with_character_and_language(renderer, layout):
    with pytest.raises(PermanentError) as refused:
        renderer.engross(draft(word="日", languages=("sq", "en"), layout=layout), source=source())
    assert refused.value.code == "missing-glyph"
    assert refused.value.params == {"character": "日", "codepoint": "U+65E5", "lang": "sq"}
    assert "日" in refused.value.message


def test_all_bundled_scripts_can_be_set(renderer):
    pdf, _ = engrossed(renderer, languages=("en", "he", "sq", "el", "ru"), layout=Layout.COLUMNS)
    assert len(pdf.pages) >= 4


def test_an_added_folder_brings_its_script_and_its_name(tmp_path):
    with pytest.raises(PermanentError) as empty:
        TypstRenderer(font_paths=[tmp_path])
    assert empty.value.code == "font-folder"
    bundled = ROOT / "src/paraph/adapters/render/fonts/NotoSerif-Regular.ttf"
    (tmp_path / "added.ttf").write_bytes(bundled.read_bytes())
    assert " / fonts " in TypstRenderer(font_paths=[tmp_path]).version
