"""The finished originals against the acts: agreed beginning, every recorded step, planned signers, attached text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import FormatError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.container_contents import ContainerContents, digest_of, read_card
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.dossier_replay import PlacedSignature, ReplayedOriginal, replay_original
from paraph.verify.dossier_signers import recorded_signature, signer_faults
from paraph.verify.dossier_text import attached_files
from paraph.verify.originals import field_of
from paraph.verify.pdf.file import verify_pdf

__all__ = ["agreed_beginnings", "check_original", "replay_each"]


def agreed_beginnings(
    standing: Dossier,
    plan: Plan,
    names: Mapping[Slot, str],
    members: Mapping[str, bytes],
    findings: ContainerFindings,
) -> Mapping[Slot, bytes]:
    """Cut the agreed bytes off each original: as many as every party said when it engrossed.

    Args:
        standing: The dossier.
        plan: The concluded plan.
        names: Name of each original in the archive.
        members: All members.
        findings: Receives what is wrong.

    Returns:
        The beginnings that have the agreed digest.
    """
    found: dict[Slot, bytes] = {}
    for slot, name in names.items():
        original, instrument = plan.original(slot), standing.instruments.get(slot[0])
        rendered = [] if instrument is None else [o for os in instrument.engrossed.values() for o in os]
        size = next((o.size for o in rendered if o.holder == slot[1]), -1)
        data = members.get(name)
        if data is None:
            findings.add("member-missing", "the original is missing", name)
            continue
        base = data[: max(size, 0)]
        if original is None or digest_of(base) != original.sha256:
            findings.add(
                "original-base", "the original does not begin with the bytes that every party engrossed", name
            )
            continue
        found[slot] = base
    return found


def replay_each(
    contents: ContainerContents, names: Mapping[Slot, str], findings: ContainerFindings
) -> Mapping[Slot, ReplayedOriginal]:
    """Replay every original whose beginning is the agreed one."""
    replayed: dict[Slot, ReplayedOriginal] = {}
    for slot, base in contents.bases.items():
        try:
            replayed[slot] = replay_original(base, contents.plan, slot, contents.get)
        except FormatError as error:
            findings.add(
                "original-replay", f"its recorded steps cannot be taken: {error.message}", names[slot]
            )
    return replayed


def check_original(
    contents: ContainerContents,
    slot: Slot,
    name: str,
    data: bytes,
    replayed: ReplayedOriginal | None,
    *,
    anchors: TrustAnchors,
    at: datetime,
    findings: ContainerFindings,
) -> None:
    """Check one finished original.

    Args:
        contents: The dossier.
        slot: Which original.
        name: Its name in the archive.
        data: Its bytes.
        replayed: What the recorded steps lead to, if they could be taken.
        anchors: The caller's trust.
        at: The time of verification.
        findings: Receives what is wrong.
    """
    base = contents.bases.get(slot)
    sealed = contents.plan.sealed.get(slot)
    if sealed is None or (sealed.sha256, sealed.size) != (digest_of(data), len(data)):
        findings.add(
            "original-receipt", "this is not the original that was sealed and that every party received", name
        )
    if replayed is not None:
        if replayed.data != data:
            findings.add("original-differs", "the original is not what its recorded steps lead to", name)
        for placed in replayed.placed:
            if not placed.is_timestamp:
                _check_signer(contents, slot, placed, name, findings)
    if base is not None:
        _check_text(contents, slot, base, name, findings)
    findings.take_report(verify_pdf(data, path=name, anchors=anchors, at=at, expected_base=base))


def _check_signer(
    contents: ContainerContents, slot: Slot, placed: PlacedSignature, name: str, findings: ContainerFindings
) -> None:
    """Check that the planned signatory signed, under the party's own authority, and had authority then."""
    plan = contents.plan
    party = next(s.party for s in plan.body.signers if field_of(s.party) == placed.field)
    record, _ = recorded_signature(plan, slot, party)
    cards = [contents.get(digest) for digest in contents.standing.cards_of(party)]
    try:
        faults = signer_faults(
            contents.standing,
            plan,
            slot,
            party,
            record,
            placed.cms,
            certificate=contents.get(plan.certificate_of(slot, party)),
            cards=[read_card(card) for card in cards if card is not None],
        )
        for fault in faults:
            findings.add(fault.code, f"the signature {fault.message}", f"{name}:{placed.field}")
    except FormatError:
        return  # the verdict on the PDF says so


def _check_text(
    contents: ContainerContents, slot: Slot, base: bytes, name: str, findings: ContainerFindings
) -> None:
    agreed = contents.standing.instruments[slot[0]].text
    try:
        attached = any(hashlib.sha256(data).hexdigest() == agreed for data in attached_files(base))
    except FormatError as error:
        findings.add("original-text", error.message, name)
        return
    if not attached:
        findings.add("original-text", "the agreed text is not attached to the original", name)
