"""Who made a signature, under whose authority, when, and whether he or she might.

The same rule for the mediator that opens a deposit, the node that adds its signature to others, the one that gives a receipt, and
the verifier of a container.

Source: docs/spec/container.md §6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from paraph.domain.acts import SlotRecord
from paraph.domain.authority import why_not
from paraph.domain.ids import Digest, PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import FormatError
from paraph.verify.algorithms import DIGESTS
from paraph.verify.certificates import load_certificate
from paraph.verify.container_members import proved_instant
from paraph.verify.dossier_issuers import own_authority
from paraph.wire import der, oids
from paraph.wire.card import PeerCard
from paraph.wire.signed_data import certificate_references, parse_signed_data

__all__ = ["SignerFault", "recorded_signature", "signer_faults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFault:
    """What speaks against a signature.

    Attributes:
        code: One of ``paraph.verify.container_codes``.
        message: What is wrong, as the predicate of a sentence about the signature.
    """

    code: str
    message: str


def recorded_signature(plan: Plan, slot: Slot, party: PartyId) -> tuple[SlotRecord, Digest]:
    """What the acts say about a party's signature on an original: its parameters, and the digest of its CMS."""
    if party == slot[1]:
        first = next(s for s in plan.deposits[party].body.signatures if (s.instrument, s.holder) == slot)
        return first.slot, first.cms
    later = next(s for signer, s in plan.countersigned[slot] if signer == party)
    return later.slot, later.cms


def signer_faults(
    standing: Dossier,
    plan: Plan,
    slot: Slot,
    party: PartyId,
    record: SlotRecord,
    cms: bytes,
    *,
    certificate: bytes | None,
    cards: Collection[PeerCard],
) -> Iterator[SignerFault]:
    """Check that the planned signatory signed, under the party's own authority, then, and with authority (S2).

    Args:
        standing: The dossier.
        plan: Its plan.
        slot: Which original.
        party: For whom was signed.
        record: What the act says about the signature.
        cms: The signature.
        certificate: The bytes of ``plan.certificate_of(slot, party)``, if they are here.
        cards: The cards that the party has had in the dossier, as far as they are here.

    Raises:
        FormatError: What cannot be read at all; the verdict on the PDF says so too.
    """
    signatory = plan.signatory(party)
    data = parse_signed_data(cms)
    references = certificate_references(data.signed)
    algorithm = DIGESTS.get(references[0].digest_algorithm) if references else None
    # The attribute binds the certificate; that it is the one whose key signed is judged with the PDF.
    if (
        certificate is None
        or algorithm is None
        or hashlib.new(algorithm, certificate).digest() != references[0].digest
    ):
        yield SignerFault(
            code="original-signer", message="was not made with the certificate that the plan names"
        )
        return
    if data.signed.get(oids.SIGNATURE_POLICY, ()) != (_policy(plan),):
        yield SignerFault(code="original-policy", message="does not name the signature policy of the plan")
    if not _is_under_own_authority(certificate, data.certificates, cards):
        yield SignerFault(
            code="original-other-party",
            message=f"was made with a certificate that was not issued under an authority that a card of {party} names",
        )
    proved = proved_instant(cms)
    if proved is None:
        yield SignerFault(code="original-instant", message="carries no time stamp")
        return
    at = Utc(f"{proved:%Y-%m-%dT%H:%M:%SZ}")
    # Authority is checked at the instant that is proved; a claimed one could be chosen to fall into a term.
    if _apart(at, record.signed_at) > MAX_CLOCK_SKEW_S:
        yield SignerFault(
            code="original-instant",
            message=f"claims to be made at {record.signed_at}, its time stamp says {at}",
        )
    lacking = why_not(standing, party, signatory, slot[0], at)
    if lacking:
        yield SignerFault(code="original-authority", message=f"was made at {at}, and {lacking}")


def _apart(one: Utc, other: Utc) -> float:
    """Seconds between two instants; what is on no calendar is infinitely far."""
    try:
        return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())
    except ValueError:
        return float("inf")


def _is_under_own_authority(certificate: bytes, others: Iterable[bytes], cards: Collection[PeerCard]) -> bool:
    try:
        return own_authority(load_certificate(certificate), others, cards) is not None
    except FormatError:
        return False


def _policy(plan: Plan) -> bytes:
    hashed = der.sequence(
        der.sequence(der.oid(oids.SHA256)), der.octets(bytes.fromhex(plan.body.policy_hash))
    )
    return der.sequence(der.oid(plan.body.policy), hashed)
