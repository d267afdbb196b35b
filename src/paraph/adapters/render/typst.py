"""The renderer: originals and signature appearances through typst.

Deterministic by construction: fonts come with Paraph, the only date is the one agreed in the text, no clock,
locale, time zone or file of the machine takes part. Safe to share between threads: the fonts are never
changed and every call has a compiler of its own, which costs a third of a millisecond.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import typst

from paraph.adapters.render.engrossed import Engrossed
from paraph.adapters.render.refusals import refusal
from paraph.adapters.render.sheet import sheet
from paraph.adapters.render.typefaces import load
from paraph.domain.originals import Original, SignatureBlock
from paraph.errors import FormatError
from paraph.wire.pdf.fields import FieldBox

__all__ = ["TEMPLATES", "TypstRenderer"]

# Raised with every change of a template, a bundled font or a measure: nodes compare it.
TEMPLATES: Final = 1
_TEMPLATES_FOLDER: Final = Path(__file__).parent / "templates"
_ORIGINAL: Final = _TEMPLATES_FOLDER / "original.typ"
_APPEARANCE: Final = _TEMPLATES_FOLDER / "appearance.typ"
# Archival with tagged structure and attachments (ISO 19005-3, level A), accessible (ISO 14289-1).
_ORIGINAL_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]
# Only the page of an appearance is used; the standard makes typst embed fonts and refuse missing glyphs.
_APPEARANCE_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3b"]
# Bidirectional classes of letters (Unicode Standard Annex #9): Hebrew and its kin, Arabic and its kin.
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
# A screen reader reads it out whenever the field is reached; a signature field accepts no more.
_MAX_TOOLTIP_CHARS: Final = 500
# The instruments of a package are signed one after the other with the same appearance, of some 20 kB.
_KEPT_APPEARANCES: Final = 8


class TypstRenderer:
    """Renders originals and signature appearances."""

    def __init__(self, *, font_paths: Sequence[Path] = ()) -> None:
        """Load the fonts once.

        Args:
            font_paths: Folders with fonts for scripts beyond Latin, Greek, Cyrillic and Hebrew.

        Raises:
            PermanentError: ``font-folder`` if a folder has no font.
        """
        self._typefaces = load(font_paths)
        fonts = f" / fonts {self._typefaces.identity}" if self._typefaces.identity else ""
        self.version: Final = f"typst {version('typst')} / templates {TEMPLATES}{fonts}"
        self._drawn: dict[str, bytes] = {}

    def engross(self, original: Original, *, source: bytes) -> Engrossed:
        """Render an original.

        Args:
            original: The composed original.
            source: Canonical text (JSON) that the original was composed from; attached to the PDF as it is.

        Returns:
            The PDF, without form or signature fields, and the boxes reserved for them.

        Raises:
            FormatError: ``source-digest`` if ``source`` is not the text that the original names.
            PermanentError: ``missing-glyph`` or ``render-refused``.

        Source: ISO 19005-3 (PDF/A-3a), ISO 14289-1 (PDF/UA-1); docs/spec/rendering.md.
        """
        if hashlib.sha256(source).hexdigest() != original.digest:
            raise FormatError(
                "source-digest",
                f"{original.number}: the source is not the text that the original names; compose it again",
                number=original.number,
            )
        data = original.to_json() | {"sheet": sheet(original, self._typefaces.families)}
        compiler = self._compiler(_ORIGINAL, data, source=source.decode("utf-8"))
        try:
            pdf = compiler.compile(format="pdf", pdf_standards=_ORIGINAL_STANDARDS)
            marks = json.loads(compiler.query("<signature-field>", field="value"))
        except typst.TypstError as error:
            raise refusal(error, data) from error
        assert isinstance(pdf, bytes)
        boxes = {mark["field"]: mark for mark in marks}
        fields = tuple(_field(block, boxes[block.field]) for block in original.blocks)
        return Engrossed(pdf=pdf, fields=fields, renderer=self.version)

    def appearance(
        self,
        *,
        name: str,
        title: str,
        lines: tuple[str, ...],
        lang: str,
        direction: str,
        width_pt: float,
        height_pt: float,
    ) -> bytes:
        """Draw what is seen in a signature field.

        Args:
            name: The signatory's name in his or her own script.
            title: The office, or "".
            lines: When, where and whatever else must be seen, one line each.
            lang: Language of the words.
            direction: ``ltr`` or ``rtl``.
            width_pt: Width of the field in points.
            height_pt: Height of the field in points.

        Returns:
            A PDF of one page of that size with a transparent background and embedded fonts; the same bytes for
            the same arguments.

        Raises:
            PermanentError: ``missing-glyph``, ``appearance-too-small`` or ``render-refused``.
        """
        data: dict[str, Any] = {
            "name": _directed(name, direction),
            "title": _directed(title, direction),
            "lines": [_directed(line, direction) for line in lines],
            "lang": lang,
            "direction": direction,
            "width": width_pt,
            "height": height_pt,
            "sheet": {"families": list(self._typefaces.families)},
        }
        key = json.dumps(data, ensure_ascii=False)
        drawn = self._drawn.get(key)
        if drawn is not None:
            return drawn
        try:
            pdf = self._compiler(_APPEARANCE, data).compile(
                format="pdf", pdf_standards=_APPEARANCE_STANDARDS, pdf_tags=False
            )
        except typst.TypstError as error:
            raise refusal(error, data) from error
        assert isinstance(pdf, bytes)
        if len(self._drawn) >= _KEPT_APPEARANCES:
            self._drawn = {}
        self._drawn[key] = pdf
        return pdf

    def _compiler(self, template: Path, data: Mapping[str, Any], **texts: str) -> typst.Compiler:
        """Give the call a compiler of its own."""
        inputs = {"data": json.dumps(data, ensure_ascii=False), **texts}
        return typst.Compiler(
            template, root=_TEMPLATES_FOLDER, font_paths=self._typefaces.fonts, sys_inputs=inputs
        )


def _directed(words: str, direction: str) -> dict[str, str]:
    """Read words without a right-to-left letter (a time, a Latin name) from the left, in any surroundings."""
    right_to_left = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in words)
    return {"text": words, "direction": direction if right_to_left else "ltr"}


def _field(block: SignatureBlock, mark: Mapping[str, Any]) -> FieldBox:
    """Turn a mark of the template (page from 1, y down from the top) into a box (page from 0, y up)."""
    caption = next(
        (entry.text for entry in block.captions if entry.lang == block.lang), block.captions[0].text
    )
    bottom = mark["sheet"] - mark["y"] - mark["height"]
    sides = (mark["x"], bottom, mark["x"] + mark["width"], bottom + mark["height"])
    return FieldBox(
        name=block.field,
        tooltip=", ".join(part for part in (caption, block.name, block.title) if part)[:_MAX_TOOLTIP_CHARS],
        page=mark["page"] - 1,
        rect=(round(sides[0], 3), round(sides[1], 3), round(sides[2], 3), round(sides[3], 3)),
    )
