"""What surrounds the texts: notes, statements, unveilings, commitments, attestations."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.domain.ids import ActId, PartyId
from paraph.domain.language import ByLanguage

__all__ = [
    "CommitmentMade",
    "NoteAnswered",
    "NoteSent",
    "StatementMade",
    "UnveilingHeld",
    "WitnessAttested",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSent:
    """A note to another party, such as the request to open an embassy."""

    number: str
    subject: str
    to: PartyId
    text: ByLanguage[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAnswered:
    """The answer to a note."""

    note: ActId
    number: str
    answer: str
    text: ByLanguage[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMade:
    """A statement by a person in a capacity, in its own language, with its source."""

    speaker: str
    capacity: str
    lang: str
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnveilingHeld:
    """Something was unveiled; says what and by whom, and opens nothing."""

    subject: str
    by: str
    text: ByLanguage[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMade:
    """A pledge in its exact words; ``due`` is EDTF or ""; ``bindingness`` is as asserted by the author."""

    obligor: PartyId
    text: str
    bindingness: str
    due: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAttested:
    """What a witness or mediator saw and heard; attending is not witnessing (C3)."""

    text: str
    refs: tuple[ActId, ...]
