"""Negotiation and initialling: what is stated about a text, up to its engrossed originals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paraph.domain.ids import ActIdOrEmpty, Digest, InstrumentNumber, PartyId

__all__ = [
    "CommentMade",
    "ConcordanceTicked",
    "OriginalsEngrossed",
    "RenderedOriginal",
    "TextAccepted",
    "TextInitialled",
    "TextProposed",
    "TextReopened",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextProposed:
    """A text, or a counter-proposal to an earlier one."""

    instrument: InstrumentNumber
    text: Digest
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAccepted:
    """The author accepts exactly this text, proposed by another."""

    instrument: InstrumentNumber
    text: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentMade:
    """Words about a place of the text on the table; ``lang`` is "" if they are about all languages."""

    instrument: InstrumentNumber
    text: Digest
    lang: str
    where: str
    words: str
    in_reply_to: ActIdOrEmpty


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcordanceTicked:
    """A reviser of the author found that these paragraphs say the same in these languages.

    ``complete`` says that with this act every paragraph was compared in every language.
    """

    instrument: InstrumentNumber
    text: Digest
    langs: tuple[str, ...]
    paragraphs: tuple[str, ...]
    reviser: str
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInitialled:
    """The author initials the digest set of all language versions (VCLT art. 10)."""

    instrument: InstrumentNumber
    text: Digest
    digests: Mapping[str, Digest]
    initials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReopened:
    """The author agrees to reopen an initialled text; needs every party, and voids the initials (T2)."""

    instrument: InstrumentNumber
    text: Digest
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedOriginal:
    """One original as rendered: whose it is, its SHA-256 and size in bytes."""

    holder: PartyId
    sha256: Digest
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalsEngrossed:
    """The author rendered every original of an instrument and got these bytes (T3)."""

    instrument: InstrumentNumber
    text: Digest
    renderer: str
    originals: tuple[RenderedOriginal, ...]
