"""Looking at other parties' signatures before relying on them: deposits, signed and finished originals."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from paraph.app.inbound import MAX_CLOCK_SKEW_S
from paraph.app.node import Node
from paraph.app.texts import engrossed_original
from paraph.domain.acts import PlannedSigner, SlotRecord
from paraph.domain.authority import why_not
from paraph.domain.ids import Digest, PartyId, Utc
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import FormatError, LocalActError
from paraph.verify.algorithms import DIGESTS
from paraph.verify.anchors import TrustAnchors
from paraph.verify.certificates import load_certificate
from paraph.verify.container_members import proved_instant
from paraph.verify.dossier_issuers import own_authority
from paraph.verify.originals import field_of, signature_step
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire import der, oids
from paraph.wire.pdf.openfile import open_file
from paraph.wire.pdf.signature import embed, prepare_signature
from paraph.wire.signed_data import certificate_references, parse_signed_data

__all__ = ["check_deposited", "check_signed", "trust_anchors", "verify_received"]

_GOOD: Final = (Verdict.PASS, Verdict.INDETERMINATE)
"""Trust may be open here: an outside time-stamp authority is on no card. Who signed is checked against the plan."""


def check_deposited(
    node: Node, standing: Dossier, plan: Plan, party: PartyId, in_clear: Mapping[str, bytes]
) -> None:
    """Verify every signature of an opened deposit on the bytes that it will be embedded in.

    Raises:
        LocalActError: ``deposit-invalid`` with the first finding.
        FormatError: What cannot be read or embedded at all.
        PermanentError: The agreed original is not here; nothing can be said about the deposit.
    """
    anchors = trust_anchors(node, standing, (party,))
    for signature in plan.deposits[party].body.signatures:
        slot = (signature.instrument, signature.holder)
        where = f"the signature on {slot[0]} kept by {slot[1]}"
        original = plan.original(slot)
        assert original is not None  # the rules checked it
        base = engrossed_original(node, standing, original)
        cms = in_clear.get(signature.cms)
        if cms is None:
            raise LocalActError("deposit-invalid", f"{where} is not in the deposit")
        _check_signer(node, standing, plan, slot, party, signature.slot, cms, "deposit-invalid")
        step = signature_step(plan, party, signature.slot, node.blobs.get)
        data = embed(prepare_signature(open_file(base), step), cms)
        report = verify_pdf(
            data, path=_path(slot), anchors=anchors, at=_at(node.clock.now()), expected_base=base
        )
        _check_report(report, field_of(party), where, "deposit-invalid")


def check_signed(node: Node, standing: Dossier, plan: Plan, slot: Slot, data: bytes) -> None:
    """Verify the signatures that an original carries so far, before adding to them or revealing one's own.

    Args:
        node: This node.
        standing: Where the dossier stands.
        plan: Its plan.
        slot: Which original.
        data: It, with those signatures.

    Raises:
        LocalActError: ``revealed-invalid`` with the first finding.
    """
    _verify(node, standing, plan, slot, data, plan.signed_by(slot), "revealed-invalid")


def verify_received(node: Node, standing: Dossier, plan: Plan, slot: Slot, data: bytes) -> None:
    """Verify a finished original before giving a receipt for it.

    Raises:
        LocalActError: ``original-invalid`` with the first finding.
    """
    original = plan.original(slot)
    assert original is not None
    report = _verify(node, standing, plan, slot, data, original.order, "original-invalid")
    if report.verdict is Verdict.FAIL:
        raise LocalActError("original-invalid", f"{slot[0]} kept by {slot[1]}: {_first(report)}")


def _verify(
    node: Node,
    standing: Dossier,
    plan: Plan,
    slot: Slot,
    data: bytes,
    signed_by: Iterable[PartyId],
    code: str,
) -> FileReport:
    anchors = trust_anchors(node, standing, standing.roles)
    report = verify_pdf(data, path=_path(slot), anchors=anchors, at=_at(node.clock.now()))
    for party in signed_by:
        where = f"{party}'s signature on {slot[0]} kept by {slot[1]}"
        _check_report(report, field_of(party), where, code)
        record, digest = _recorded(plan, slot, party)
        cms = node.blobs.get(digest)
        if cms is None:
            raise LocalActError(code, f"{where} is not held here any more")
        _check_signer(node, standing, plan, slot, party, record, cms, code)
    return report


def _recorded(plan: Plan, slot: Slot, party: PartyId) -> tuple[SlotRecord, Digest]:
    """The recorded parameters and the CMS of a signature that is in place."""
    if party == slot[1]:
        first = next(s for s in plan.deposits[party].body.signatures if (s.instrument, s.holder) == slot)
        return first.slot, first.cms
    later = next(s for signer, s in plan.countersigned[slot] if signer == party)
    return later.slot, later.cms


def _check_signer(
    node: Node,
    standing: Dossier,
    plan: Plan,
    slot: Slot,
    party: PartyId,
    record: SlotRecord,
    cms: bytes,
    code: str,
) -> None:
    """Check that the planned signatory signed, under the party's own authority, then, and with authority (S2).

    Source: docs/spec/container.md, the same rules for finished originals.
    """
    where = f"{party}'s signature on {slot[0]} kept by {slot[1]}"
    planned = next(s for s in plan.body.signers if s.party == party)
    certificate = node.blobs.get(planned.certificate)
    data = parse_signed_data(cms)
    references = certificate_references(data.signed)
    algorithm = DIGESTS.get(references[0].digest_algorithm) if references else None
    # The attribute binds the certificate; that its key signed is judged with the PDF.
    if (
        certificate is None
        or algorithm is None
        or hashlib.new(algorithm, certificate).digest() != references[0].digest
    ):
        raise LocalActError(code, f"{where} was not made with the certificate that the plan names")
    if data.signed.get(oids.SIGNATURE_POLICY, ()) != (_policy(plan),):
        raise LocalActError(code, f"{where} does not name the signature policy of the plan")
    _check_authority(node, standing, planned, certificate, data.certificates, where, code)
    proved = proved_instant(cms)
    if proved is None:
        raise LocalActError(code, f"{where} carries no time stamp")
    # Authority is checked at the instant that is proved; a claimed one could be chosen to fall into a term.
    if abs((proved - _at(record.signed_at)).total_seconds()) > MAX_CLOCK_SKEW_S:
        raise LocalActError(
            code,
            f"{where} claims to be made at {record.signed_at}, its time stamp says {proved:%Y-%m-%dT%H:%M:%SZ}",
        )
    lacking = why_not(standing, party, planned.signatory, slot[0], Utc(f"{proved:%Y-%m-%dT%H:%M:%SZ}"))
    if lacking:
        raise LocalActError(code, f"{where}: {lacking}")
    if (proved - _at(node.clock.now())).total_seconds() > MAX_CLOCK_SKEW_S:
        raise LocalActError(code, f"{where} claims to be made in the future ({proved:%Y-%m-%dT%H:%M:%SZ})")


def _check_authority(
    node: Node,
    standing: Dossier,
    planned: PlannedSigner,
    certificate: bytes,
    others: Iterable[bytes],
    where: str,
    code: str,
) -> None:
    card = node.card_of(standing.cards[planned.party])
    try:
        found = None if card is None else own_authority(load_certificate(certificate), others, card)
    except FormatError:
        found = None
    if found is None:
        raise LocalActError(
            code,
            f"{where}: the certificate was not issued under an authority that the card of {planned.party} names",
        )


def _policy(plan: Plan) -> bytes:
    hashed = der.sequence(
        der.sequence(der.oid(oids.SHA256)), der.octets(bytes.fromhex(plan.body.policy_hash))
    )
    return der.sequence(der.oid(plan.body.policy), hashed)


def trust_anchors(node: Node, standing: Dossier, parties: Collection[PartyId]) -> TrustAnchors:
    """The anchors that the peer cards of some participants name, and the revocation lists they presented."""
    files: list[bytes] = []
    for party in parties:
        card = node.card_of(standing.cards[party])
        if card is not None:
            files += [pem.encode("ascii") for pem in card.anchors]
    presented = [c for (party, _), c in sorted(standing.certificates.items()) if party in set(parties)]
    lists = (node.blobs.get(digest) for c in presented for digest in c.crls)
    return TrustAnchors(
        certificates=TrustAnchors.load(files).certificates,
        crls=tuple(crl for crl in lists if crl is not None),
    )


def _check_report(report: FileReport, field: str, where: str, code: str) -> None:
    signature = next((s for s in report.signatures if s.field == field), None)
    if signature is None:
        raise LocalActError(code, f"{where} is missing")
    if signature.integrity is not Verdict.PASS or signature.trust not in _GOOD:
        raise LocalActError(code, f"{where} does not verify: {_first(report)}")


def _first(report: FileReport) -> str:
    errors = [f for f in report.findings if f.severity == "error"]
    return errors[0].message if errors else "no reason was given"


def _path(slot: Slot) -> str:
    return f"{slot[0]}.{slot[1]}.pdf"


def _at(instant: Utc) -> datetime:
    return datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
