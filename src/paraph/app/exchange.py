"""What nodes do by themselves during an exchange: check, release, reveal, countersign, seal, receive.

Each duty is read off the standing, so doing one twice, or crashing in the middle, is harmless: whatever was
not recorded as an act is simply still to be done.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final, assert_never

from paraph.app.authoring import author, check_may_author
from paraph.app.clocks import check_clock
from paraph.app.container import engross_container, seal_container
from paraph.app.deposits import (
    digest_of,
)
from paraph.app.dossiers import Current, load
from paraph.app.finished import replayed_original
from paraph.app.keeping import TOGETHER, keep_all
from paraph.app.node import Node
from paraph.app.reception import check_signed, trust_anchors, verify_received
from paraph.app.release import Work, check_deposit, release, release_imprint, reveal
from paraph.app.signing import own_signer
from paraph.app.slots import MadeSignature, at_present, make_signature
from paraph.domain.acts import (
    Act,
    Body,
    CounterSignature,
    ExchangeAborted,
    OriginalReceipt,
    OriginalsReceived,
    OriginalsSealed,
    SealedOriginal,
    SignaturesCountersigned,
    SigningApproved,
)
from paraph.domain.approval import needs_approval
from paraph.domain.duties import Duty, DutyKind, duties, needs_finality
from paraph.domain.ids import Digest, DossierId
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import LocalActError, PermanentError
from paraph.verify.log import LogView, work_in
from paraph.verify.originals import ARCHIVE_FIELD
from paraph.wire import oids
from paraph.wire.pdf.dss import with_dss
from paraph.wire.pdf.signature import embedded
from paraph.wire.pdf.stamp import prepare_timestamp
from paraph.wire.signed_data import parse_signed_data
from paraph.wire.timestamp import parse_token

__all__ = ["countersign_now", "perform", "release_imprint"]

TIMESTAMP_RESERVED: Final = 16 * 1024
"""Kept for a document time stamp with its certificates."""


def perform(node: Node, current: Current, duty: Duty) -> bool:
    """Do one duty; return whether anything was done.

    Raises:
        ParaphError: It cannot be done now; what was missing is said, and nothing was changed.
    """
    standing = current.standing
    plan = standing.plan
    assert plan is not None
    if needs_finality(standing, duty) and not _is_due_finally(node, current, duty):
        return False  # the dossier stirs when more of it is final
    if duty.kind is DutyKind.COUNTERSIGN and not _countersigns_by_itself(node, standing, plan, duty):
        return False  # the signatory wants to do this by hand, or has to approve it first
    check_may_author(node, current, duty.kind)
    work = _work(node, current, plan, duty)
    if work.bodies:
        author(node, current.dossier, *work.bodies, keep=work.keep, bring=work.bring)
    return bool(work.bodies)


def _work(node: Node, current: Current, plan: Plan, duty: Duty) -> Work:
    standing = current.standing
    match duty.kind:
        case DutyKind.CHECK_DEPOSIT:
            return check_deposit(node, standing, plan, duty.party)
        case DutyKind.RELEASE:
            return release(node, standing, plan)
        case DutyKind.ABORT:
            return Work(bodies=(ExchangeAborted(plan=plan.body.plan, reason=duty.reason),))
        case DutyKind.REVEAL:
            return reveal(node, standing, plan, duty.party)
        case DutyKind.COUNTERSIGN:
            return Work(bodies=_countersigned(node, standing, plan, duty))
        case DutyKind.SEAL:
            return Work(bodies=_seal(node, standing, plan))
        case DutyKind.RECEIVE:
            return Work(bodies=_receive(node, standing, plan))
        case DutyKind.ENGROSS_CONTAINER:
            return Work(bodies=(engross_container(node, current, duty.package),))
        case DutyKind.SEAL_CONTAINER:
            return Work(bodies=(seal_container(node, current, duty.package),))
        case _:
            assert_never(duty.kind)


def _is_due_finally(node: Node, current: Current, duty: Duty) -> bool:
    """Whether a duty follows from what every party has cosigned, and from nothing else."""
    view = current.view
    if current.final < view.size:
        with node.store.read() as uow:
            envelopes = [row.envelope for row in uow.log(current.dossier, 0, current.final)]
        view = work_in(LogView(), envelopes, node.attachments)
    return view.dossier is not None and duty in duties(view.dossier, node.party, node.clock.now())


def countersign_now(
    node: Node,
    dossier: DossierId,
    *,
    approval: SigningApproved | None = None,
    local_date: str = "",
    place: str = "",
) -> tuple[Act, ...]:
    """Countersign every original whose turn it is, at the signatory's own command.

    Args:
        node: This node.
        dossier: Which dossier.
        approval: By the signatory's passkey; asked for where passkeys are presented and it was not given with the deposit.
        local_date: Date at the place of signing; that of the deposit if empty.
        place: Place of signing; that of the deposit if empty.

    Raises:
        LocalActError: ``countersign-turn`` if there is none, ``approval-absent``.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    duty = next(
        (d for d in duties(standing, node.party, node.clock.now()) if d.kind is DutyKind.COUNTERSIGN), None
    )
    if duty is None or standing.plan is None:
        raise LocalActError("countersign-turn", "there is no original that this party could countersign now")
    bodies = _countersigned(node, standing, standing.plan, duty, local_date=local_date, place=place)
    return author(node, dossier, *(() if approval is None else (approval,)), *bodies)


def _countersigns_by_itself(node: Node, standing: Dossier, plan: Plan, duty: Duty) -> bool:
    """Whether the signatory left it to the node, and approved every signature where passkeys are presented."""
    with node.store.read() as uow:
        approved = uow.setting(f"countersign:{plan.body.plan}")
    missing = needs_approval(standing, plan, node.party) and any(
        (node.party, slot) not in plan.approved for slot in duty.slots
    )
    return bool(approved) and not missing


def _countersigned(
    node: Node, standing: Dossier, plan: Plan, duty: Duty, *, local_date: str = "", place: str = ""
) -> tuple[Body, ...]:
    signer = own_signer(node, standing, plan)
    deposited = plan.deposits[node.party].body.signatures
    made: list[MadeSignature] = []
    for slot in duty.slots:
        first = next((s.slot for s in deposited if s.instrument == slot[0]), deposited[0].slot)
        file = at_present(node, standing, plan, slot)
        check_signed(node, standing, plan, slot, file.data)
        made.append(
            make_signature(
                node,
                standing,
                plan,
                slot,
                signer=signer,
                local_date=local_date or first.local_date,
                place=place or first.place,
                file=file,
            )
        )
    kept = keep_all(node.blobs, [one.cms for one in made])
    signatures = tuple(
        CounterSignature(instrument=slot[0], holder=slot[1], slot=one.slot, cms=cms)
        for slot, one, cms in zip(duty.slots, made, kept, strict=True)
    )
    return (SignaturesCountersigned(plan=plan.body.plan, signatures=signatures),)


def _seal(node: Node, standing: Dossier, plan: Plan) -> tuple[Body, ...]:
    """One DSS and one document time stamp on every original, for all signatures together."""
    if node.timestamper is None:
        raise PermanentError("no-timestamper", "sealing needs a time-stamp authority; set [timestamps] url")
    used = {plan.certificate_of((o.instrument, o.holder), p) for o in plan.body.originals for p in o.order}
    presented = [
        c
        for s in plan.body.signers
        for c in standing.certificates_of(s.party, s.signatory)
        if c.certificate in used
    ]
    crls = {d for c in presented for d in c.crls} | {node.blobs.put(crl) for crl in node.desk.crls()}
    # The anchors too: some programs look for the issuer of a revocation list in the file only.
    anchors = trust_anchors(node, standing, standing.parties).certificates
    roots = {node.blobs.put(anchor.encoded) for anchor in anchors}
    sealed: list[SealedOriginal] = []
    tokens: list[bytes] = []
    for original in plan.body.originals:
        slot = (original.instrument, original.holder)
        file = at_present(node, standing, plan, slot)
        certificates = roots | {d for c in presented for d in (c.certificate, *c.chain)}
        certificates |= {node.blobs.put(c) for c in _timestamp_certificates(node, plan, slot)}
        material = {name: sorted(found) for name, found in (("c", certificates), ("r", crls))}
        file = with_dss(
            file,
            certificates=[_blob(node, d) for d in material["c"]],
            crls=[_blob(node, d) for d in material["r"]],
            ocsps=(),
        )
        prepared = prepare_timestamp(file, field=ARCHIVE_FIELD, reserved=TIMESTAMP_RESERVED)
        token = node.timestamper.timestamp(prepared.digest)
        check_clock(token, node.clock.now())
        data = embedded(prepared, token).data
        _check_seal(node, standing, plan, slot, data)
        tokens.append(token)
        sealed.append(
            SealedOriginal(
                instrument=slot[0],
                holder=slot[1],
                certificates=tuple(material["c"]),
                crls=tuple(material["r"]),
                ocsps=(),
                reserved=TIMESTAMP_RESERVED,
                token=digest_of(token),
                sha256=digest_of(data),  # kept when it is received: the others wait for this act
                size=len(data),
            )
        )
    keep_all(node.blobs, tokens)
    return (OriginalsSealed(plan=plan.body.plan, originals=tuple(sealed)),)


def _check_seal(node: Node, standing: Dossier, plan: Plan, slot: Slot, data: bytes) -> None:
    """Look at a sealed original as whoever receives it will: a seal is published once, and a bad one would be refused for ever.

    Raises:
        LocalActError: ``seal-invalid`` with what a receiver would say.
    """
    try:
        verify_received(node, standing, plan, slot, data)
    except LocalActError as error:
        raise LocalActError(
            "seal-invalid",
            f"the seal that this node would make does not verify, and is not published: {error.message}; look at the "
            "time-stamp authority and the revocation lists of this node",
        ) from error


def _receive(node: Node, standing: Dossier, plan: Plan) -> tuple[Body, ...]:
    """Replay every original here, verify it, keep it, and only then say that it is received."""
    receipts: list[OriginalReceipt] = []
    slots = sorted(plan.sealed)
    with ThreadPoolExecutor(
        TOGETHER, thread_name_prefix="replay"
    ) as threads:  # they wait for the disk together
        finished = tuple(threads.map(lambda slot: replayed_original(node, standing, slot), slots))
    for slot, data in zip(slots, finished, strict=True):
        sealed = plan.sealed[slot]
        verify_received(node, standing, plan, slot, data)
        receipts.append(OriginalReceipt(instrument=slot[0], holder=slot[1], sha256=sealed.sha256))
    return (OriginalsReceived(plan=plan.body.plan, originals=tuple(receipts)),)


def _timestamp_certificates(node: Node, plan: Plan, slot: Slot) -> set[bytes]:
    """Certificates of the authorities that stamped the signatures of an original."""
    found: set[bytes] = set()
    for digest in (plan.revealed[slot], *(s.cms for _, s in plan.countersigned.get(slot, ()))):
        unsigned = parse_signed_data(_blob(node, digest)).unsigned
        for token in unsigned.get(oids.SIGNATURE_TIMESTAMP, ()):
            found.update(parse_token(token).signed_data.certificates)
    return found


def _blob(node: Node, digest: Digest) -> bytes:
    data = node.blobs.get(digest)
    if data is None:
        raise PermanentError(
            "attachment-lost", f"the bytes {digest} that an act names are not held here any more"
        )
    return data
