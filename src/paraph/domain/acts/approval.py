"""Approval of a signature by the signatory's passkey (S4): whose passkeys, what is approved, and that it was."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.domain.ids import ActId, Digest, InstrumentNumber, PartyId, PlanId

__all__ = [
    "ApprovalPrepared",
    "ApprovedOriginal",
    "Passkey",
    "PasskeysPresented",
    "SigningApproved",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One passkey of a signatory.

    Attributes:
        credential: SHA-256 of its credential id.
        key: SHA-256 of its public key, a SubjectPublicKeyInfo in DER (attachment).
        rp_id: The name that it is bound to: a host.
        origin: The address of the pages on which it is used, such as ``https://node.example``.
    """

    credential: Digest
    key: Digest
    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeysPresented:
    """The passkeys with which a party's own signatory approves: these and no others; none if empty."""

    signatory: str
    passkeys: tuple[Passkey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedOriginal:
    """One original that is approved to be signed, with its agreed bytes."""

    instrument: InstrumentNumber
    holder: PartyId
    sha256: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPrepared:
    """What a signatory is about to approve; the id of this act is the challenge that the passkey signs.

    Attributes:
        plan: The plan.
        proposal: The exact plan act.
        signatory: Who approves.
        originals: What is to be signed.
        local_date: Date at the place of signing, as it will stand beside the signature.
        place: Place of signing, as it will stand beside the signature.
    """

    plan: PlanId
    proposal: ActId
    signatory: str
    originals: tuple[ApprovedOriginal, ...]
    local_date: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningApproved:
    """The signatory approved what was prepared.

    Attributes:
        plan: The plan.
        prepared: The act that says what is approved.
        credential: With which of the passkeys presented: SHA-256 of its credential id.
        assertion: SHA-256 of what the authenticator gave (attachment).
    """

    plan: PlanId
    prepared: ActId
    credential: Digest
    assertion: Digest
