"""Negotiation and initialling: what is stated about a text, up to its engrossed originals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paraph.domain.ids import Digest, InstrumentNumber, PartyId

__all__ = [
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
