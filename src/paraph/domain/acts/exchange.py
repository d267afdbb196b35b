"""The signing plan and the exchange, from deposit to release and reveal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paraph.domain.ids import (
    ActId,
    Digest,
    DigestOrEmpty,
    InstrumentNumber,
    PartyId,
    PartyIdOrEmpty,
    PlanId,
    Utc,
)

__all__ = [
    "DepositHeld",
    "DepositRefused",
    "DepositedSignature",
    "ExchangeAbortRequested",
    "ExchangeAborted",
    "ExchangeReleased",
    "Mode",
    "PlanAccepted",
    "PlanProposed",
    "PlannedOriginal",
    "PlannedSigner",
    "RevealedSignature",
    "SignatureDeposited",
    "SignatureRevealed",
    "SlotRecord",
]


class Mode(StrEnum):
    """How signatures change hands."""

    MEDIATED = "mediated"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOriginal:
    """One original in the plan: its agreed bytes and who signs in which order, holder first."""

    instrument: InstrumentNumber
    holder: PartyId
    sha256: Digest
    order: tuple[PartyId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSigner:
    """Who signs for a party, with which certificate."""

    party: PartyId
    signatory: str
    certificate: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProposed:
    """The signing plan: everything that must not change once signatures are made.

    Attributes:
        plan: Fresh random name; deposits are bound to it.
        mode: With a mediator, or direct.
        mediator: Who releases ("" when direct).
        originals: All originals of the package.
        signers: One per party.
        level: PAdES level of the finished originals: ``B-LTA``.
        policy: OID of the signature policy.
        policy_hash: SHA-256 of its text (attachment).
        reserved: Bytes kept free for one CMS.
        deposit_until: After this the mediator aborts if a deposit is missing.
        sealer: Whose node adds the joint long-term material.
    """

    plan: PlanId
    mode: Mode
    mediator: PartyIdOrEmpty
    originals: tuple[PlannedOriginal, ...]
    signers: tuple[PlannedSigner, ...]
    level: str
    policy: str
    policy_hash: Digest
    reserved: int
    deposit_until: Utc
    sealer: PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAccepted:
    """A party or the mediator accepts exactly this plan."""

    plan: PlanId
    proposal: ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRecord:
    """The recorded parameters from which a signature's PDF increment is replayed (S1, S5).

    Attributes:
        signed_at: UTC instant of signing.
        local_date: Date at the place of signing, as the party writes it.
        place: Place of signing, as the party writes it.
        name: Signatory's name, in the party's own script.
        reason: What the signature is for.
        appearance: SHA-256 of the one-page PDF drawn in the field (attachment).
    """

    signed_at: Utc
    local_date: str
    place: str
    name: str
    reason: str
    appearance: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositedSignature:
    """One deposited first signature: where, from which parameters, and the digest of its CMS."""

    instrument: InstrumentNumber
    holder: PartyId
    slot: SlotRecord
    cms: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureDeposited:
    """A party's first signatures on its own originals, sealed to the mediator (S3).

    Attributes:
        plan: The plan.
        proposal: The exact plan act.
        signatures: One per instrument; the CMS itself is not revealed, only its SHA-256.
        sealed: SHA-256 of the sealed deposit that only the mediator can open ("" when direct).
    """

    plan: PlanId
    proposal: ActId
    signatures: tuple[DepositedSignature, ...]
    sealed: DigestOrEmpty


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositHeld:
    """The mediator opened a deposit, verified every signature in it and holds it."""

    plan: PlanId
    party: PartyId
    deposit: ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositRefused:
    """The mediator opened a deposit and found it wanting; the party may deposit again."""

    plan: PlanId
    party: PartyId
    deposit: ActId
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeReleased:
    """The release: all deposits are in and good.

    Attributes:
        plan: The plan.
        deposits: The deposits that are held, one per party.
        token: A time stamp over plan and deposits (attachment).
        crls: Revocation lists for the authority that stamped it (attachments), so that the instant can be
            verified offline.
    """

    plan: PlanId
    deposits: tuple[ActId, ...]
    token: Digest
    crls: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeAbortRequested:
    """A party wants to stop before the release.

    What comes of it depends on where the exchange stands: it ends at once, or the mediator decides, or all parties
    together end it (``paraph.domain.abort``).
    """

    plan: PlanId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeAborted:
    """The exchange is over without effect; no signature changed hands."""

    plan: PlanId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedSignature:
    """A first signature in clear: the CMS (attachment) that was deposited for this original."""

    instrument: InstrumentNumber
    holder: PartyId
    cms: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRevealed:
    """First signatures in clear, by their signatory's node or, after the release, by the mediator."""

    plan: PlanId
    party: PartyId
    signatures: tuple[RevealedSignature, ...]
