"""Making one signature: recorded parameters, the signatory's key, a time stamp, a CMS (S1, S4, S5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

from paraph.app.clocks import check_clock
from paraph.app.node import Node
from paraph.app.ports import Signer
from paraph.app.texts import current_text, engrossed_original
from paraph.domain.acts import SlotRecord
from paraph.domain.ids import Digest
from paraph.domain.language import direction
from paraph.domain.policy import POLICY_OID
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.domain.texts import Signatory
from paraph.errors import PermanentError
from paraph.verify.originals import field_of, signature_step, signed_steps
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.pdf.fields import find_field
from paraph.wire.pdf.objects import Real
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.replay import take
from paraph.wire.pdf.signature import prepare_signature

__all__ = ["MadeSignature", "at_present", "make_signature"]

NO_REASON: Final = ""
"""No reason is written: the CMS carries commitment type and policy (EN 319 142-1 §6.3, notes d and m)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSignature:
    """A signature and the parameters from which its increment is replayed."""

    slot: SlotRecord
    cms: bytes


def at_present(node: Node, dossier: Dossier, plan: Plan, slot: Slot) -> OpenFile:
    """An original with the signatures it carries so far, opened for the next one."""
    planned = plan.original(slot)
    assert planned is not None
    file = open_file(engrossed_original(node, dossier, planned))
    for step in signed_steps(plan, slot, node.blobs.get):
        file = take(file, step)
    return file


def make_signature(
    node: Node,
    dossier: Dossier,
    plan: Plan,
    slot: Slot,
    *,
    signer: Signer,
    local_date: str,
    place: str,
    file: OpenFile,
) -> MadeSignature:
    """Sign an original, opened with the signatures it carries so far, for this node's party.

    Raises:
        LocalActError: ``clock-off`` if the time stamp and this node's clock disagree.
        PermanentError: the key, the certificate or the time-stamp authority cannot be used.
    """
    signatory = current_text(node, dossier.instruments[slot[0]]).party(node.party).signatory
    now = node.clock.now()
    record = SlotRecord(
        signed_at=now,
        local_date=local_date,
        place=place,
        name=signatory.name[signatory.script_lang],
        reason=NO_REASON,
        appearance=Digest(""),
    )
    drawn = _appearance(node, file, signatory, record, specimen=bool(dossier.specimen))
    record = replace(record, appearance=node.blobs.put(drawn))
    prepared = prepare_signature(file, signature_step(plan, node.party, record, node.blobs.get))
    profile = SignerProfile(
        certificate=signer.certificate,
        chain=signer.chain,
        algorithm=signer.algorithm,
        policy=(POLICY_OID, bytes.fromhex(plan.body.policy_hash)),
    )
    attributes = to_be_signed(profile, prepared.digest_by(profile.digest))
    signature = signer.sign(attributes)
    if node.timestamper is None:
        raise PermanentError(
            "no-timestamper", "no time-stamp authority is set; set [timestamps] url in paraph.toml"
        )
    token = node.timestamper.timestamp(hashlib.sha256(signature).digest())
    check_clock(token, now)
    return MadeSignature(slot=record, cms=assemble(profile, attributes, signature, timestamp_token=token))


def _appearance(
    node: Node, file: OpenFile, signatory: Signatory, record: SlotRecord, *, specimen: bool
) -> bytes:
    """Draw what the field will show: who, in his or her own script, when and where."""
    if node.renderer is None:
        raise PermanentError("no-renderer", "this node cannot draw signatures; install paraph[node]")
    rect = file.array(find_field(file, field_of(node.party)).dictionary.get("Rect"), "a field's rectangle")
    x0, y0, x1, y1 = (float(n.digits if isinstance(n, Real) else str(n)) for n in rect)
    at = record.signed_at
    lines = (f"{at[:10]} {at[11:19]} UTC", f"{record.place}, {record.local_date}")
    return node.renderer.appearance(
        name=record.name,
        title=signatory.title[signatory.script_lang],
        lines=(*lines, "SPECIMEN") if specimen else lines,
        lang=signatory.script_lang,
        direction=direction(signatory.script_lang),
        width_pt=round(x1 - x0),
        height_pt=round(y1 - y0),
    )
