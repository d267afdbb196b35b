"""Looking at other parties' signatures before relying on them: deposits, and finished originals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from paraph.app.inbound import MAX_CLOCK_SKEW_S
from paraph.app.node import Node
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import LocalActError, PermanentError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.originals import field_of, signature_step
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire.pdf.openfile import open_file
from paraph.wire.pdf.signature import embed, prepare_signature
from paraph.wire.signed_data import parse_signed_data

__all__ = ["check_deposited", "trust_anchors", "verify_received"]

_GOOD: Final = (Verdict.PASS, Verdict.INDETERMINATE)


def check_deposited(
    node: Node, standing: Dossier, plan: Plan, party: PartyId, in_clear: Mapping[str, bytes]
) -> None:
    """Verify every signature of an opened deposit on the bytes that it will be embedded in.

    Raises:
        LocalActError: ``deposit-invalid`` with the first finding.
    """
    anchors = trust_anchors(node, standing, (party,))
    planned = next(s for s in plan.body.signers if s.party == party)
    certificate = node.blobs.get(planned.certificate)
    for signature in plan.deposits[party].body.signatures:
        slot = (signature.instrument, signature.holder)
        where = f"the signature on {slot[0]} kept by {slot[1]}"
        original = plan.original(slot)
        base = node.blobs.get(original.sha256) if original else None
        if base is None:
            raise PermanentError("original-lost", f"the engrossed original for {where} is not held here")
        cms = in_clear.get(signature.cms)
        if cms is None:
            raise LocalActError("deposit-invalid", f"{where} is not in the deposit")
        if certificate is None or certificate not in parse_signed_data(cms).certificates:
            raise LocalActError("deposit-invalid", f"{where} was not made with the planned certificate")
        _check_instant(signature.slot.signed_at, node.clock.now(), where)
        step = signature_step(plan, party, signature.slot, node.blobs.get)
        data = embed(prepare_signature(open_file(base), step), cms)
        report = verify_pdf(data, path=f"{slot[0]}.{slot[1]}.pdf", anchors=anchors, at=_at(node.clock.now()))
        _check_report(report, field_of(party), where, "deposit-invalid")


def verify_received(node: Node, standing: Dossier, plan: Plan, slot: Slot, data: bytes) -> None:
    """Verify a finished original before giving a receipt for it.

    Raises:
        LocalActError: ``original-invalid`` with the first finding.
    """
    anchors = trust_anchors(node, standing, standing.roles)
    original = plan.original(slot)
    assert original is not None
    report = verify_pdf(data, path=f"{slot[0]}.{slot[1]}.pdf", anchors=anchors, at=_at(node.clock.now()))
    for party in original.order:
        where = f"{party}'s signature on {slot[0]} kept by {slot[1]}"
        _check_report(report, field_of(party), where, "original-invalid")
    if report.verdict is Verdict.FAIL:
        raise LocalActError("original-invalid", f"{slot[0]} kept by {slot[1]}: {_first(report)}")


def trust_anchors(node: Node, standing: Dossier, parties: object) -> TrustAnchors:
    """The anchors that the verified peer cards of some participants name, and this node's own."""
    assert isinstance(parties, tuple | frozenset | dict | Mapping)
    pems: list[bytes] = []
    for party in parties:
        card = node.card_of(standing.cards[party])
        if card is not None:
            pems += [pem.encode("ascii") for pem in card.anchors]
    return TrustAnchors.load(pems)


def _check_report(report: FileReport, field: str, where: str, code: str) -> None:
    signature = next((s for s in report.signatures if s.field == field), None)
    if signature is None:
        raise LocalActError(code, f"{where} is missing")
    if signature.integrity is not Verdict.PASS or signature.trust not in _GOOD:
        raise LocalActError(code, f"{where} does not verify: {_first(report)}")


def _first(report: FileReport) -> str:
    errors = [f for f in report.findings if f.severity == "error"]
    return errors[0].message if errors else "no reason was given"


def _check_instant(signed_at: Utc, now: Utc, where: str) -> None:
    if (_at(signed_at) - _at(now)).total_seconds() > MAX_CLOCK_SKEW_S:
        raise LocalActError("deposit-invalid", f"{where} claims to be made in the future ({signed_at})")


def _at(instant: Utc) -> datetime:
    return datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
