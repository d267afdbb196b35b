"""Replaying an original from acts: which increments follow its agreed bytes, in which order (S1).

A node that embeds signatures, a node that gives its receipt and the offline verifier all take the steps from
here, so there is one answer to the question what may stand in a finished original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from paraph.domain.acts import SlotRecord
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Plan, Slot
from paraph.errors import FormatError
from paraph.wire.pdf.replay import DssStep, SignedStep, Step, TimestampStep
from paraph.wire.pdf.signature import SignatureStep

__all__ = ["ARCHIVE_FIELD", "field_of", "seal_steps", "signature_step", "signed_steps"]

ARCHIVE_FIELD: Final = "archive"
"""Name of the invisible field that carries the joint document time stamp."""

Get = Callable[[Digest], bytes | None]


def field_of(party: PartyId) -> str:
    """Name of the field reserved for a party's signatory."""
    return f"sig.{party}"


def signature_step(plan: Plan, party: PartyId, slot: SlotRecord, get: Get) -> SignatureStep:
    """The recorded parameters of one signature, as the PDF increment needs them.

    Raises:
        FormatError: ``attachment-missing`` if the appearance is not held.
    """
    return SignatureStep(
        field=field_of(party),
        signed_at=slot.signed_at,
        name=slot.name,
        place=slot.place,
        reason=slot.reason,
        reserved=plan.body.reserved,
        appearance=_need(get, slot.appearance),
    )


def signed_steps(plan: Plan, slot: Slot, get: Get) -> Iterator[Step]:
    """The signatures an original carries so far: the first one, then the countersignatures in order.

    Raises:
        FormatError: ``attachment-missing`` if bytes that acts name are not held.
    """
    cms = plan.revealed.get(slot)
    if cms is None:
        return
    deposit = plan.deposits[slot[1]].body
    first = next(s.slot for s in deposit.signatures if (s.instrument, s.holder) == slot)
    yield SignedStep(step=signature_step(plan, slot[1], first, get), cms=_need(get, cms))
    for party, signature in plan.countersigned.get(slot, ()):
        yield SignedStep(step=signature_step(plan, party, signature.slot, get), cms=_need(get, signature.cms))


def seal_steps(plan: Plan, slot: Slot, get: Get) -> Iterator[Step]:
    """The joint long-term step of an original, once there is one.

    Raises:
        FormatError: ``attachment-missing`` if bytes that acts name are not held.
    """
    sealed = plan.sealed.get(slot)
    if sealed is None:
        return
    yield DssStep(
        certificates=tuple(_need(get, d) for d in sealed.certificates),
        crls=tuple(_need(get, d) for d in sealed.crls),
        ocsps=tuple(_need(get, d) for d in sealed.ocsps),
    )
    yield TimestampStep(field=ARCHIVE_FIELD, reserved=sealed.reserved, token=_need(get, sealed.token))


def _need(get: Get, digest: Digest) -> bytes:
    data = get(digest)
    if data is None:
        raise FormatError("attachment-missing", f"the bytes with digest {digest} are not here")
    return data
