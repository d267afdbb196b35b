"""What nodes do by themselves during an exchange: check, release, reveal, countersign, seal, receive.

Each duty is read off the standing, so doing one twice, or crashing in the middle, is harmless: whatever was
not recorded as an act is simply still to be done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, assert_never

from paraph.app.authoring import author
from paraph.app.container import engross_container, seal_container
from paraph.app.dossiers import Current, load
from paraph.app.finished import finished_original
from paraph.app.node import Node
from paraph.app.reception import check_deposited, verify_received
from paraph.app.signing import deposit_info, digest_of, own_signer, secret_name
from paraph.app.slots import at_present, make_signature
from paraph.domain.acts import (
    Act,
    Body,
    CounterSignature,
    DepositHeld,
    DepositRefused,
    ExchangeAborted,
    ExchangeReleased,
    OriginalReceipt,
    OriginalsReceived,
    OriginalsSealed,
    RevealedSignature,
    SealedOriginal,
    SignatureRevealed,
    SignaturesCountersigned,
)
from paraph.domain.duties import Duty, DutyKind, duties
from paraph.domain.ids import ActId, Digest, DossierId, PartyId
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import FormatError, LocalActError, PermanentError
from paraph.verify.originals import ARCHIVE_FIELD
from paraph.wire import canonical, hpke, oids
from paraph.wire.members import decode_base64
from paraph.wire.pdf.dss import with_dss
from paraph.wire.pdf.signature import embedded
from paraph.wire.pdf.stamp import prepare_timestamp
from paraph.wire.signed_data import parse_signed_data
from paraph.wire.timestamp import parse_token

__all__ = ["countersign_now", "perform", "release_imprint"]

TIMESTAMP_RESERVED: Final = 16 * 1024
"""Kept for a document time stamp with its certificates."""

MAX_DEPOSIT_BYTES: Final = 8 * 1024 * 1024
"""An opened deposit: some hundred signatures of at most 24 KiB each."""


def perform(node: Node, current: Current, duty: Duty) -> bool:
    """Do one duty; return whether anything was done.

    Raises:
        ParaphError: It cannot be done now; what was missing is said, and nothing was changed.
    """
    standing = current.standing
    plan = standing.plan
    assert plan is not None
    match duty.kind:
        case DutyKind.CHECK_DEPOSIT:
            bodies = _check_deposit(node, standing, plan, duty.party)
        case DutyKind.RELEASE:
            bodies = _release(node, standing, plan)
        case DutyKind.ABORT:
            bodies = (ExchangeAborted(plan=plan.body.plan, reason=duty.reason),)
        case DutyKind.REVEAL:
            bodies = _reveal(node, plan, duty.party)
        case DutyKind.COUNTERSIGN:
            bodies = _countersign(node, standing, plan, duty)
        case DutyKind.SEAL:
            bodies = _seal(node, standing, plan)
        case DutyKind.RECEIVE:
            bodies = _receive(node, standing, plan)
        case DutyKind.ENGROSS_CONTAINER:
            bodies = (engross_container(node, current),)
        case DutyKind.SEAL_CONTAINER:
            bodies = (seal_container(node, current),)
        case _:
            assert_never(duty.kind)
    if bodies:
        author(node, current.dossier, *bodies)
    return bool(bodies)


def countersign_now(node: Node, dossier: DossierId) -> tuple[Act, ...]:
    """Countersign every original whose turn it is, at the signatory's own command.

    Raises:
        LocalActError: ``countersign-turn`` if there is none.
    """
    with node.store.read() as uow:
        standing = load(node, uow, dossier).standing
    duty = next(
        (d for d in duties(standing, node.party, node.clock.now()) if d.kind is DutyKind.COUNTERSIGN), None
    )
    if duty is None or standing.plan is None:
        raise LocalActError("countersign-turn", "there is no original that this party could countersign now")
    return author(node, dossier, *_countersigned(node, standing, standing.plan, duty))


def _check_deposit(node: Node, standing: Dossier, plan: Plan, party: PartyId) -> tuple[Body, ...]:
    """Open a sealed deposit and verify every signature in it, before saying that it is held."""
    deposit = plan.deposits[party]
    sealed = node.blobs.get(Digest(deposit.body.sealed))
    if sealed is None:
        return ()  # it is asked for, and comes with a later bundle
    try:
        content = hpke.unseal(node.keys, deposit_info(plan, party), sealed)
        check_deposited(node, standing, plan, party, _open(content))
    except (FormatError, LocalActError) as error:
        return (
            DepositRefused(
                plan=plan.body.plan, party=party, deposit=deposit.act, code=error.code, reason=error.message
            ),
        )
    with node.store.write() as uow:
        uow.put_secret(secret_name(plan, party), content)
    return (DepositHeld(plan=plan.body.plan, party=party, deposit=deposit.act),)


def _release(node: Node, standing: Dossier, plan: Plan) -> tuple[Body, ...]:
    """The instant of the exchange: release, and reveal what is held, in one transaction."""
    if node.timestamper is None:
        raise PermanentError(
            "no-timestamper", "the release needs a time-stamp authority; set [timestamps] url"
        )
    deposits = tuple(plan.deposits[p].act for p in standing.parties)
    token = node.timestamper.timestamp(release_imprint(plan, deposits))
    release = ExchangeReleased(
        plan=plan.body.plan,
        deposits=deposits,
        token=node.blobs.put(token),
        crls=tuple(node.blobs.put(crl) for crl in node.desk.crls()),
    )
    reveals = (body for p in standing.parties for body in _reveal(node, plan, p))
    return (release, *reveals)


def release_imprint(plan: Plan, deposits: tuple[ActId, ...]) -> bytes:
    """SHA-256 of what the release's time stamp covers: the plan and the deposits, in canonical form."""
    content = canonical.dump({"deposits": list(deposits), "plan": plan.body.plan, "proposal": plan.proposal})
    return hashlib.sha256(content).digest()


def _reveal(node: Node, plan: Plan, party: PartyId) -> tuple[Body, ...]:
    with node.store.read() as uow:
        content = uow.secret(secret_name(plan, party))
    if content is None:
        return ()
    in_clear = _open(content)
    deposited = plan.deposits[party].body
    revealed = tuple(
        RevealedSignature(instrument=s.instrument, holder=s.holder, cms=node.blobs.put(in_clear[s.cms]))
        for s in deposited.signatures
    )
    return (SignatureRevealed(plan=plan.body.plan, party=party, signatures=revealed),)


def _countersign(node: Node, standing: Dossier, plan: Plan, duty: Duty) -> tuple[Body, ...]:
    with node.store.read() as uow:
        approved = uow.setting(f"countersign:{plan.body.plan}")
    if not approved:
        return ()  # the signatory wants to do this by hand
    return _countersigned(node, standing, plan, duty)


def _countersigned(node: Node, standing: Dossier, plan: Plan, duty: Duty) -> tuple[Body, ...]:
    planned = next(s for s in plan.body.signers if s.party == node.party)
    signer = own_signer(node, planned)
    deposited = plan.deposits[node.party].body.signatures
    signatures: list[CounterSignature] = []
    for slot in duty.slots:
        first = next((s.slot for s in deposited if s.instrument == slot[0]), deposited[0].slot)
        made = make_signature(
            node,
            standing,
            plan,
            slot,
            signer=signer,
            local_date=first.local_date,
            place=first.place,
            file=at_present(node, standing, plan, slot),
        )
        signatures.append(
            CounterSignature(instrument=slot[0], holder=slot[1], slot=made.slot, cms=node.blobs.put(made.cms))
        )
    return (SignaturesCountersigned(plan=plan.body.plan, signatures=tuple(signatures)),)


def _seal(node: Node, standing: Dossier, plan: Plan) -> tuple[Body, ...]:
    """One DSS and one document time stamp on every original, for all signatures together."""
    if node.timestamper is None:
        raise PermanentError("no-timestamper", "sealing needs a time-stamp authority; set [timestamps] url")
    presented = [
        c for s in plan.body.signers if (c := standing.certificates.get((s.party, s.signatory))) is not None
    ]
    crls = {d for c in presented for d in c.crls} | {node.blobs.put(crl) for crl in node.desk.crls()}
    sealed: list[SealedOriginal] = []
    for original in plan.body.originals:
        slot = (original.instrument, original.holder)
        file = at_present(node, standing, plan, slot)
        certificates = {d for c in presented for d in (c.certificate, *c.chain)}
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
        data = embedded(prepared, token).data
        sealed.append(
            SealedOriginal(
                instrument=slot[0],
                holder=slot[1],
                certificates=tuple(material["c"]),
                crls=tuple(material["r"]),
                ocsps=(),
                reserved=TIMESTAMP_RESERVED,
                token=node.blobs.put(token),
                sha256=node.blobs.put(data),
                size=len(data),
            )
        )
    return (OriginalsSealed(plan=plan.body.plan, originals=tuple(sealed)),)


def _receive(node: Node, standing: Dossier, plan: Plan) -> tuple[Body, ...]:
    """Replay every original here, verify it, keep it, and only then say that it is received."""
    receipts: list[OriginalReceipt] = []
    finished = {slot: finished_original(node, standing, slot) for slot in sorted(plan.sealed)}
    for slot, sealed in sorted(plan.sealed.items()):
        verify_received(node, standing, plan, slot, finished[slot])
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


def _open(content: bytes) -> Mapping[str, bytes]:
    """Read an opened deposit: signatures by the SHA-256 under which they were deposited.

    Raises:
        FormatError: ``deposit-format`` if it is anything else.
    """
    values = canonical.load_object(content, limit=MAX_DEPOSIT_BYTES)
    opened: dict[str, bytes] = {}
    for digest, value in values.items():
        if not isinstance(value, str):
            raise FormatError("deposit-format", "a deposit holds signatures in base64")
        cms = decode_base64(value, maximum=MAX_DEPOSIT_BYTES)
        if digest_of(cms) != digest:
            raise FormatError(
                "deposit-format", "a deposited signature does not have the digest it was named by"
            )
        opened[digest] = cms
    return opened


def _blob(node: Node, digest: Digest) -> bytes:
    data = node.blobs.get(digest)
    if data is None:
        raise PermanentError(
            "attachment-lost", f"the bytes {digest} that an act names are not held here any more"
        )
    return data
