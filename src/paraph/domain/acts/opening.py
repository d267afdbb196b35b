"""Taking part: opening and joining a dossier, and what a party says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paraph.domain.ids import ActId, Digest, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import PartyName, Signatory

__all__ = [
    "CardRenewed",
    "CertificatePresented",
    "DossierJoined",
    "DossierOpened",
    "Participant",
    "PartyDescribed",
    "Role",
]


class Role(StrEnum):
    """What a participant is in a dossier. Only parties conclude."""

    PARTY = "party"
    MEDIATOR = "mediator"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A node in the dossier and the digest of the peer card that carries its keys."""

    party: PartyId
    role: Role
    card: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierOpened:
    """A dossier begins. The opener's node orders acts from here on; it decides nothing (D2)."""

    title: ByLanguage[str]
    participants: tuple[Participant, ...]
    suite: str
    nonce: str
    specimen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierJoined:
    """A participant named in the opening act takes part, and confirms the opening it saw."""

    opening: ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRenewed:
    """The author's card in force here is followed by another one: new keys, a new server, other authorities.

    Signed with the old keys; the card that is attached is signed with the new ones and says which one it succeeds.
    """

    card: Digest
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDescribed:
    """A party's own names, places and signatories; nobody else can write them (T4)."""

    names: ByLanguage[PartyName]
    places: ByLanguage[str]
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePresented:
    """The certificate with which a signatory will sign (DER attachments).

    Presented again with newer revocation lists, it stays the same certificate.

    Attributes:
        signatory: Whose it is.
        certificate: The certificate.
        chain: Its issuers, nearest first, without the anchor.
        crls: Current revocation lists of the issuers, for the joint long-term step.
    """

    signatory: str
    certificate: Digest
    chain: tuple[Digest, ...]
    crls: tuple[Digest, ...]
