"""What nodes do by themselves during an exchange: check, release, reveal, countersign, seal, receive.

Each duty is read off the standing, so doing one twice, or crashing in the middle, is harmless: whatever was
not recorded as an act is simply still to be done.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, assert_never

from paraph.app.authoring import Keep, author
from paraph.app.container import engross_container, seal_container
from paraph.app.deposits import (
    deposit_info,
    digest_of,
    disclose,
    open_deposit,
    sealed_deposit,
    secret_name,
    withhold,
)
from paraph.app.dossiers import Current, load
from paraph.app.finished import replayed_original
from paraph.app.keeping import TOGETHER, keep_all
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.reception import check_deposited, check_signed, trust_anchors, verify_received
from paraph.app.signing import own_signer
from paraph.app.slots import MadeSignature, at_present, check_clock, make_signature
from paraph.domain.acts import (
    Act,
    Body,
    CounterSignature,
    DepositHeld,
    DepositRefused,
    ExchangeAborted,
    ExchangeReleased,
    Mode,
    OriginalReceipt,
    OriginalsReceived,
    OriginalsSealed,
    RevealedSignature,
    SealedOriginal,
    SignatureRevealed,
    SignaturesCountersigned,
)
from paraph.domain.duties import Duty, DutyKind, duties, needs_finality
from paraph.domain.ids import ActId, Digest, DossierId, PartyId
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import FormatError, LocalActError, PermanentError
from paraph.verify.log import LogView, work_in
from paraph.verify.originals import ARCHIVE_FIELD
from paraph.wire import canonical, oids
from paraph.wire.pdf.dss import with_dss
from paraph.wire.pdf.signature import embedded
from paraph.wire.pdf.stamp import prepare_timestamp
from paraph.wire.signed_data import parse_signed_data
from paraph.wire.timestamp import parse_token

__all__ = ["countersign_now", "perform", "release_imprint"]

TIMESTAMP_RESERVED: Final = 16 * 1024
"""Kept for a document time stamp with its certificates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a duty comes to: acts, and what is kept with them in the same transaction."""

    bodies: tuple[Body, ...] = ()
    keep: Keep | None = None


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
    match duty.kind:
        case DutyKind.CHECK_DEPOSIT:
            work = _check_deposit(node, standing, plan, duty.party)
        case DutyKind.RELEASE:
            work = _release(node, standing, plan)
        case DutyKind.ABORT:
            work = _Work(bodies=(ExchangeAborted(plan=plan.body.plan, reason=duty.reason),))
        case DutyKind.REVEAL:
            work = _reveal(node, standing, plan, duty.party)
        case DutyKind.COUNTERSIGN:
            work = _Work(bodies=_countersign(node, standing, plan, duty))
        case DutyKind.SEAL:
            work = _Work(bodies=_seal(node, standing, plan))
        case DutyKind.RECEIVE:
            work = _Work(bodies=_receive(node, standing, plan))
        case DutyKind.ENGROSS_CONTAINER:
            work = _Work(bodies=(engross_container(node, current),))
        case DutyKind.SEAL_CONTAINER:
            work = _Work(bodies=(seal_container(node, current),))
        case _:
            assert_never(duty.kind)
    if work.bodies:
        author(node, current.dossier, *work.bodies, keep=work.keep)
    return bool(work.bodies)


def _is_due_finally(node: Node, current: Current, duty: Duty) -> bool:
    """Whether a duty follows from what every party has cosigned, and from nothing else."""
    view = current.view
    if current.final < view.size:
        with node.store.read() as uow:
            envelopes = [row.envelope for row in uow.log(current.dossier, 0, current.final)]
        view = work_in(LogView(), envelopes, node.attachments)
    return view.dossier is not None and duty in duties(view.dossier, node.party, node.clock.now())


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


def _check_deposit(node: Node, standing: Dossier, plan: Plan, party: PartyId) -> _Work:
    """Open a sealed deposit and verify every signature in it, before saying that it is held."""
    deposit = plan.deposits[party]
    with node.store.read() as uow:
        sealed = sealed_deposit(uow, party, deposit.body)
    if sealed is None:
        return _Work()  # it is asked for, and comes with a later bundle
    try:
        content = node.unseal(deposit_info(plan, party), sealed)
        check_deposited(node, standing, plan, party, open_deposit(content))
    except (FormatError, LocalActError) as error:
        refused = DepositRefused(
            plan=plan.body.plan, party=party, deposit=deposit.act, code=error.code, reason=error.message
        )
        return _Work(bodies=(refused,))

    def keep(uow: UnitOfWork) -> None:
        uow.put_secret(secret_name(plan.body.plan, party), content)
        withhold(uow, (s.cms for s in deposit.body.signatures))

    return _Work(bodies=(DepositHeld(plan=plan.body.plan, party=party, deposit=deposit.act),), keep=keep)


def _release(node: Node, standing: Dossier, plan: Plan) -> _Work:
    """The instant of the exchange: release, and reveal what is held, in one transaction.

    Raises:
        PermanentError: ``deposit-lost`` if what was held is not here any more: then nobody could obtain it.
    """
    if node.timestamper is None:
        raise PermanentError(
            "no-timestamper", "the release needs a time-stamp authority; set [timestamps] url"
        )
    reveals = [_reveal(node, standing, plan, party) for party in standing.parties]
    lost = [p for p, reveal in zip(standing.parties, reveals, strict=True) if not reveal.bodies]
    if lost:
        raise PermanentError(
            "deposit-lost",
            f"the deposit of {', '.join(lost)} that was held is not here any more; nothing is released",
        )
    deposits = tuple(plan.deposits[p].act for p in standing.parties)
    token = node.timestamper.timestamp(release_imprint(plan, deposits))
    check_clock(token, node.clock.now())
    _check_in_time(node, plan)
    release = ExchangeReleased(
        plan=plan.body.plan,
        deposits=deposits,
        token=node.blobs.put(token),
        crls=tuple(node.blobs.put(crl) for crl in node.desk.crls()),
    )

    def keep(uow: UnitOfWork) -> None:
        _check_in_time(node, plan)  # a time-stamp authority, a database or a machine may have taken its time
        for reveal in reveals:
            if reveal.keep is not None:
                reveal.keep(uow)

    return _Work(bodies=(release, *(body for reveal in reveals for body in reveal.bodies)), keep=keep)


def _check_in_time(node: Node, plan: Plan) -> None:
    """Release nothing after the limit: parties that hear nothing rely on it when they give the exchange up.

    Raises:
        LocalActError: ``release-late``.
    """
    if node.clock.now() >= plan.body.deposit_until:
        raise LocalActError(
            "release-late", "the time limit of the exchange has passed: nothing is released any more"
        )


def release_imprint(plan: Plan, deposits: tuple[ActId, ...]) -> bytes:
    """SHA-256 of what the release's time stamp covers: the plan and the deposits, in canonical form."""
    content = canonical.dump({"deposits": list(deposits), "plan": plan.body.plan, "proposal": plan.proposal})
    return hashlib.sha256(content).digest()


def _reveal(node: Node, standing: Dossier, plan: Plan, party: PartyId) -> _Work:
    """Reveal the first signatures of a party; nothing if they are not here.

    Without a mediator nobody has looked at the others' signatures before: this node does before it reveals its own.

    Raises:
        LocalActError: ``revealed-invalid``.
    """
    deposited = plan.deposits[party].body
    with node.store.read() as uow:
        content = uow.secret(secret_name(plan.body.plan, party))
        sealed = sealed_deposit(uow, party, deposited)
    if content is None and sealed is not None and party != node.party:
        content = node.unseal(deposit_info(plan, party), sealed)  # what was opened before is lost
        with node.store.write() as uow:  # and so is the note that these bytes are not to be handed out
            withhold(uow, (s.cms for s in deposited.signatures))
    if content is None:
        return _Work()
    in_clear = open_deposit(content)
    if any(s.cms not in in_clear for s in deposited.signatures):
        return _Work()
    if plan.body.mode is Mode.DIRECT:
        for slot in sorted(plan.revealed):
            check_signed(node, standing, plan, slot, at_present(node, standing, plan, slot).data)
    kept = keep_all(node.blobs, [in_clear[s.cms] for s in deposited.signatures])
    revealed = tuple(
        RevealedSignature(instrument=s.instrument, holder=s.holder, cms=cms)
        for s, cms in zip(deposited.signatures, kept, strict=True)
    )

    def keep(uow: UnitOfWork) -> None:
        disclose(uow, (s.cms for s in deposited.signatures))

    return _Work(
        bodies=(SignatureRevealed(plan=plan.body.plan, party=party, signatures=revealed),), keep=keep
    )


def _countersign(node: Node, standing: Dossier, plan: Plan, duty: Duty) -> tuple[Body, ...]:
    with node.store.read() as uow:
        approved = uow.setting(f"countersign:{plan.body.plan}")
    if not approved:
        return ()  # the signatory wants to do this by hand
    return _countersigned(node, standing, plan, duty)


def _countersigned(node: Node, standing: Dossier, plan: Plan, duty: Duty) -> tuple[Body, ...]:
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
                local_date=first.local_date,
                place=first.place,
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
