"""Looking at other parties' signatures before relying on them: deposits, signed and finished originals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from paraph.app.node import Node
from paraph.app.texts import engrossed_original
from paraph.domain.acts import SlotRecord
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import LocalActError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.dossier_signers import recorded_signature, signer_faults
from paraph.verify.originals import field_of, signature_step
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire.card import PeerCard
from paraph.wire.pdf.openfile import open_file
from paraph.wire.pdf.signature import embed, prepare_signature

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
        record, digest = recorded_signature(plan, slot, party)
        cms = node.blobs.get(digest)
        if cms is None:
            raise LocalActError(code, f"{where} is not held here any more")
        _check_signer(node, standing, plan, slot, party, record, cms, code)
    return report


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
    """Refuse a signature for the first thing that speaks against it."""
    faults = signer_faults(
        standing,
        plan,
        slot,
        party,
        record,
        cms,
        certificate=node.blobs.get(plan.certificate_of(slot, party)),
        cards=_cards(node, standing, party),
    )
    fault = next(faults, None)
    if fault is not None:
        raise LocalActError(code, f"{party}'s signature on {slot[0]} kept by {slot[1]} {fault.message}")


def trust_anchors(node: Node, standing: Dossier, parties: Collection[PartyId]) -> TrustAnchors:
    """The anchors that the peer cards of some participants name, and the revocation lists they presented."""
    files: list[bytes] = []
    for party in parties:
        files += [pem.encode("ascii") for card in _cards(node, standing, party) for pem in card.anchors]
    known = [*sorted(standing.certificates.items()), *sorted(standing.earlier_certificates.items())]
    presented = [c for (party, _), c in known if party in set(parties)]
    lists = (node.blobs.get(digest) for c in presented for digest in c.crls)
    return TrustAnchors(
        certificates=TrustAnchors.load(files).certificates,
        crls=tuple(crl for crl in lists if crl is not None),
    )


def _cards(node: Node, standing: Dossier, party: PartyId) -> list[PeerCard]:
    """The cards that a participant has had in the dossier, as far as they are here."""
    found = map(node.card_of, standing.cards_of(party))
    return [card for card in found if card is not None]


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
