"""The original that one party keeps: every word in its place, ready to be set on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from paraph.domain.tokens import Span, Words

if TYPE_CHECKING:
    from paraph.domain.declarations import Declarations, Layout, Nature, TextStatus
    from paraph.domain.ids import Digest, InstrumentNumber, PartyId
    from paraph.domain.language import Direction
    from paraph.domain.texts import TextParty

__all__ = [
    "COMPOSITION",
    "Caption",
    "ComposedClause",
    "ComposedParagraph",
    "Cover",
    "Original",
    "OriginalVersion",
    "SignatureBlock",
    "Span",
    "Words",
]

# Version of the composition rules in docs/spec/composition.md; any change of a generated word raises it.
COMPOSITION: Final = "paraph.composition/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedParagraph:
    """A paragraph as printed and its points."""

    words: Words
    points: tuple[Words, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """``{"text": str, "points": [str, …]}``."""
        return {"text": self.words.text, "points": [point.text for point in self.points]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedClause:
    """A clause as printed: generated label ("Article 1"), heading, paragraphs."""

    label: str
    heading: Words
    paragraphs: tuple[ComposedParagraph, ...]

    def to_json(self) -> dict[str, Any]:
        """``{"label", "heading", "paragraphs"}``."""
        return {
            "label": self.label,
            "heading": self.heading.text,
            "paragraphs": [paragraph.to_json() for paragraph in self.paragraphs],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The cover in one language.

    Attributes:
        lang: Language tag.
        direction: ``ltr`` or ``rtl``.
        title: Title of the instrument.
        parties: Line that names the parties, in the order of this original.
        kept_by: Line that names the party that keeps this original.
        specimen: Specimen banner in this language, or "".
    """

    lang: str
    direction: Direction
    title: Words
    parties: str
    kept_by: str
    specimen: str

    def to_json(self) -> dict[str, Any]:
        """Keys are the attribute names; all values are strings."""
        return {
            "lang": self.lang,
            "direction": self.direction,
            "title": self.title.text,
            "parties": self.parties,
            "kept_by": self.kept_by,
            "specimen": self.specimen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalVersion:
    """One language version as printed.

    Attributes:
        lang: Language tag.
        direction: ``ltr`` or ``rtl``.
        status: What the version counts for, or None in a draft.
        status_label: That status in words of the language, or "".
        title: Title.
        preamble: Paragraphs before the first clause.
        clauses: Clauses with generated labels.
        closing: Paragraphs after the last clause.
        testimonium: Generated closing formula (places, dates, languages), or "" if the closing has its own.
    """

    lang: str
    direction: Direction
    status: TextStatus | None
    status_label: str
    title: Words
    preamble: tuple[ComposedParagraph, ...]
    clauses: tuple[ComposedClause, ...]
    closing: tuple[ComposedParagraph, ...]
    testimonium: str

    def to_json(self) -> dict[str, Any]:
        """Keys are the attribute names; words are strings, an undeclared status is ""."""
        return {
            "lang": self.lang,
            "direction": self.direction,
            "status": self.status.value if self.status else "",
            "status_label": self.status_label,
            "title": self.title.text,
            "preamble": [paragraph.to_json() for paragraph in self.preamble],
            "clauses": [clause.to_json() for clause in self.clauses],
            "closing": [paragraph.to_json() for paragraph in self.closing],
            "testimonium": self.testimonium,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Words above a signature in one language ("For the State of Israel")."""

    lang: str
    direction: Direction
    text: str

    def to_json(self) -> dict[str, Any]:
        """``{"lang", "direction", "text"}``."""
        return {"lang": self.lang, "direction": self.direction, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """The place of one signature.

    Attributes:
        party: Party identifier.
        field: Name of the signature field, ``sig.`` and the party identifier.
        captions: Captions in the languages of the original, in its order.
        name: Signatory's name in the block's language.
        title: Signatory's office in the block's language.
        place: Place of signature in the block's language.
        date: Agreed date in the block's language, or "".
        lang: The block's language: the party's own if the text has it, else the leading one.
        direction: Direction of that language.
        row: Row of the block, from 0 at the top.
        column: Column as seen on paper, 0 at the left whatever the script.
    """

    party: PartyId
    field: str
    captions: tuple[Caption, ...]
    name: str
    title: str
    place: str
    date: str
    lang: str
    direction: Direction
    row: int
    column: int

    def to_json(self) -> dict[str, Any]:
        """Keys are the attribute names."""
        return {
            "party": self.party,
            "field": self.field,
            "captions": [caption.to_json() for caption in self.captions],
            "name": self.name,
            "title": self.title,
            "place": self.place,
            "date": self.date,
            "lang": self.lang,
            "direction": self.direction,
            "row": self.row,
            "column": self.column,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Everything that is printed on one party's original.

    Attributes:
        number: Number of the instrument.
        specimen: General specimen banner, or "".
        holder: Party that keeps this original.
        nature: Declared nature, or None in a draft.
        layout: How the versions stand on the pages.
        digest: Hex SHA-256 of the canonical text.
        parties: Party identifiers in order of precedence in the leading language.
        cover: Cover lines by language, in the order of this original.
        versions: Language versions, in the order of this original.
        blocks: Signature blocks in drawn order: row by row from the top, each row from left to right.
        standing: The parties' own particulars, in the order of ``parties``.
        declarations: What the instrument says about itself.
    """

    number: InstrumentNumber
    specimen: str
    holder: PartyId
    nature: Nature | None
    layout: Layout
    digest: Digest
    parties: tuple[PartyId, ...]
    cover: tuple[Cover, ...]
    versions: tuple[OriginalVersion, ...]
    blocks: tuple[SignatureBlock, ...]
    standing: tuple[TextParty, ...]
    declarations: Declarations

    def to_json(self) -> dict[str, Any]:
        """What a page template receives: only strings, integers, lists and objects."""
        return {
            "composition": COMPOSITION,
            "number": self.number,
            "specimen": self.specimen,
            "holder": self.holder,
            "nature": self.nature.value if self.nature else "",
            "layout": self.layout.value,
            "digest": self.digest,
            "parties": list(self.parties),
            "cover": [cover.to_json() for cover in self.cover],
            "versions": [version.to_json() for version in self.versions],
            "blocks": [block.to_json() for block in self.blocks],
        }
