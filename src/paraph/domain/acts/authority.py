"""Full powers and the go (Vienna Convention on the Law of Treaties, art. 7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paraph.domain.ids import ActId, Digest, DigestOrEmpty, InstrumentNumber, Utc, UtcOrEmpty

__all__ = [
    "Basis",
    "CertificateSuspended",
    "FullPowersPresented",
    "FullPowersVerified",
    "FullPowersWithdrawn",
    "Office",
    "SigningOrdered",
]


class Basis(StrEnum):
    """Why a person may sign (Vienna Convention on the Law of Treaties, art. 7)."""

    BY_OFFICE = "by-office"
    BY_DOCUMENT = "by-document"
    DISPENSED_WITH = "dispensed-with"
    TO_FOLLOW = "to-follow"


class Office(StrEnum):
    """Offices that matter for authority (art. 7(2)); ``other`` needs full powers."""

    HEAD_OF_STATE = "head-of-state"
    HEAD_OF_GOVERNMENT = "head-of-government"
    FOREIGN_MINISTER = "foreign-minister"
    HEAD_OF_MISSION = "head-of-mission"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FullPowersPresented:
    """On what authority a signatory signs, between which instants, for which instruments ("()": all).

    Attributes:
        signatory: Whose authority.
        basis: Why he or she may sign.
        office: The office held.
        valid_from: First instant covered.
        valid_until: First instant no longer covered ("" while no end is known).
        instruments: Only these; all if empty.
        document: SHA-256 of the full powers themselves ("" unless by document).
        channel: How they were transmitted.
    """

    signatory: str
    basis: Basis
    office: Office
    valid_from: Utc
    valid_until: UtcOrEmpty
    instruments: tuple[InstrumentNumber, ...]
    document: DigestOrEmpty
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FullPowersVerified:
    """The author verified (or agrees to dispense with, or await) another party's full powers."""

    powers: ActId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningOrdered:
    """The party's own go: authority to sign is not the order to sign (S2)."""

    signatory: str
    instruments: tuple[InstrumentNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FullPowersWithdrawn:
    """A party takes back authority that it presented; what was signed before stays signed.

    Attributes:
        powers: The act that presented them.
        reason: Why.
    """

    powers: ActId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSuspended:
    """A party's own signatory signs no more with a certificate: key lost, card lost, person replaced.

    Attributes:
        signatory: Whose certificate.
        certificate: SHA-256 of it, as it was presented.
        reason: Why.
    """

    signatory: str
    certificate: Digest
    reason: str
