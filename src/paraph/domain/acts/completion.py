"""What follows the release: countersignatures, the joint seal, receipts."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.domain.acts.exchange import SlotRecord
from paraph.domain.ids import Digest, InstrumentNumber, PartyId, PlanId

__all__ = [
    "ContainerEngrossed",
    "ContainerSealed",
    "CounterSignature",
    "OriginalReceipt",
    "OriginalsReceived",
    "OriginalsSealed",
    "SealedOriginal",
    "SignaturesCountersigned",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterSignature:
    """A second or later signature, on another party's original."""

    instrument: InstrumentNumber
    holder: PartyId
    slot: SlotRecord
    cms: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesCountersigned:
    """The author countersigns originals of others, after their earlier signatures are in place."""

    plan: PlanId
    signatures: tuple[CounterSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOriginal:
    """The joint long-term step on one original: validation material, time stamp, final bytes."""

    instrument: InstrumentNumber
    holder: PartyId
    certificates: tuple[Digest, ...]
    crls: tuple[Digest, ...]
    ocsps: tuple[Digest, ...]
    reserved: int
    token: Digest
    sha256: Digest
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalsSealed:
    """The plan's sealer adds one DSS and one document time stamp to every original (B-LTA)."""

    plan: PlanId
    originals: tuple[SealedOriginal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalReceipt:
    """One original as held at the end."""

    instrument: InstrumentNumber
    holder: PartyId
    sha256: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalsReceived:
    """The author replayed every original itself, verified it, and holds these bytes."""

    plan: PlanId
    originals: tuple[OriginalReceipt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerEngrossed:
    """The sealer fixes what the container holds: the log up to a final checkpoint, and everything it names.

    Attributes:
        plan: The concluded plan.
        size: How many acts.
        note: The final checkpoint of that size with its cosignatures (attachment).
        objects: SHA-256 of the listing of all objects in the container.
    """

    plan: PlanId
    size: int
    note: Digest
    objects: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSealed:
    """A party built the same container itself and puts its organisation's seal on it (CAdES attachment)."""

    plan: PlanId
    objects: Digest
    cms: Digest
