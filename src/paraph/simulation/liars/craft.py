"""What anybody can make with his own keys, and nobody checked: acts, notes, deposits, sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from paraph.app.authoring import author
from paraph.app.deposits import deposit_info, digest_of, sealed_name, write_deposit
from paraph.app.dossiers import participant_keys
from paraph.app.ports import Signer, UnitOfWork
from paraph.app.slots import MadeSignature, at_present, make_signature
from paraph.domain.acts import Act, Body, DepositedSignature, Mode, SignatureDeposited, StatementMade
from paraph.domain.ids import Digest, DossierId, PartyId, Utc
from paraph.domain.standing import Slot
from paraph.simulation.equipment import Identity
from paraph.simulation.officers import Officers
from paraph.wire import hpke
from paraph.wire.act import SealedAct, seal_act
from paraph.wire.bundle import Bundle, pack
from paraph.wire.checkpoint import Checkpoint, cosign, sign_checkpoint
from paraph.wire.keys import NodeKeys
from paraph.wire.merkle import Tree, leaf_hash
from paraph.wire.note import Note
from paraph.wire.sections import Blob, Order, Section

__all__ = [
    "bundle",
    "checkpoint_of",
    "crooked_deposit",
    "forged",
    "made_deposit",
    "section",
    "signed_state",
    "statement",
]

Change = Callable[[Slot, MadeSignature], MadeSignature]

_NO_ROOT: Final = Digest("00" * 32)


def statement(words: str = "hello") -> StatementMade:
    """The most harmless act."""
    return StatementMade(speaker="somebody", capacity="", lang="en", text=words, source="")


def forged(
    member: Officers,
    body: Body,
    *,
    who: Identity | None = None,
    keys: NodeKeys | None = None,
    **header: Any,
) -> SealedAct:
    """An act that nobody checked before it was signed, by default the next of its author.

    Args:
        member: In whose name.
        body: What it states.
        who: With whose keys; the member's own by default.
        keys: With which keys, otherwise.
        header: Other header fields than those it should have.
    """
    dossier = member.company.dossier
    feed = member.feed(member.party) if dossier else []
    given: dict[str, Any] = {
        "dossier": dossier,
        "author": member.party,
        "author_seq": len(feed),
        "author_prev": feed[-1].id if feed else "",
        "seen": {},
        "time": member.clock.now(),
    }
    return seal_act(body, keys=keys or (who.keys if who else member.node.keys), **{**given, **header})


def section(
    dossier: str,
    *,
    acts: Sequence[SealedAct | bytes] = (),
    blobs: Sequence[bytes] = (),
    notes: Sequence[bytes] = (),
    order: Order | None = None,
    wants: Sequence[str] = (),
    feeds: Mapping[str, int] | None = None,
    size: int = 0,
    root: str = _NO_ROOT,
) -> Section:
    """A section that says whatever it is told to."""
    return Section(
        dossier=DossierId(dossier),
        feeds={PartyId(p): n for p, n in (feeds or {}).items()},
        size=size,
        root=Digest(root),
        wants_blobs=tuple(Digest(d) for d in wants),
        acts=tuple(one if isinstance(one, bytes) else one.envelope.data for one in acts),
        order=order or Order(),
        notes=tuple(notes),
        blobs=tuple(Blob.of(data) for data in blobs),
    )


def bundle(sender: Officers, recipient: Officers, *sections: Section, sent_at: str = "") -> bytes:
    """Sections in a bundle that its recipient can open."""
    made = Bundle(
        sender=sender.party,
        recipient=recipient.party,
        sent_at=Utc(sent_at) if sent_at else sender.clock.now(),
        sections=sections,
    )
    return pack(made, sender.node.keys, recipient.node.keys.public)


def checkpoint_of(dossier: DossierId, envelopes: Sequence[bytes]) -> Checkpoint:
    """The state of a log that holds some acts."""
    tree = Tree.of([leaf_hash(envelope) for envelope in envelopes])
    return Checkpoint(dossier=dossier, size=tree.size, root=tree.root())


def signed_state(opener: Officers, state: Checkpoint, *cosigners: Officers) -> bytes:
    """A note of a state, signed by the node that orders and cosigned by some."""
    note: Note = sign_checkpoint(opener.node.keys, state)
    for one in cosigners:
        note = note.add(cosign(one.node.keys, one.party, state, one.clock.now()))
    return note.write()


def crooked_deposit(member: Officers, change: Change | None = None, **crooked: Any) -> Act:
    """Deposit as ``signing.deposit`` does, without its checks.

    Args:
        member: Whose deposit.
        change: Makes something else of each signature.
        crooked: See ``made_deposit``.
    """
    body, keep = made_deposit(member, change, **crooked)
    (act,) = author(member.node, member.company.dossier, body, keep=keep)
    return act


def made_deposit(
    member: Officers,
    change: Change | None = None,
    *,
    signer: Signer | None = None,
    info: bytes | None = None,
    content: bytes | None = None,
    to: Identity | None = None,
) -> tuple[SignatureDeposited, Callable[[UnitOfWork], None]]:
    """A deposit that nobody checked, and what keeps its bytes.

    Args:
        member: Whose deposit.
        change: Makes something else of each signature.
        signer: Another key than the planned one.
        info: Another context to seal to.
        content: Something else inside the seal.
        to: Another node to seal to.
    """
    standing, plan = member.standing, member.plan
    signatures: list[DepositedSignature] = []
    in_clear: dict[Digest, bytes] = {}
    for slot in [(o.instrument, o.holder) for o in plan.body.originals if o.holder == member.party]:
        made = make_signature(
            member.node,
            standing,
            plan,
            slot,
            signer=signer or member.signer,
            local_date="2 March 2026",
            place="elsewhere",
            file=at_present(member.node, standing, plan, slot),
        )
        if change is not None:
            made = change(slot, made)
        digest = digest_of(made.cms)
        signatures.append(DepositedSignature(instrument=slot[0], holder=slot[1], slot=made.slot, cms=digest))
        in_clear[digest] = made.cms
    kept = write_deposit(in_clear)
    sealed = b""
    if plan.body.mode is Mode.MEDIATED:
        keys = to.keys.public if to else participant_keys(member.node, standing)[plan.body.mediator]
        context = deposit_info(plan, member.party) if info is None else info
        sealed = hpke.seal(keys, context, kept if content is None else content)

    def keep(uow: UnitOfWork) -> None:
        if sealed:
            uow.put_secret(sealed_name(plan.body.plan, member.party), sealed)
        else:  # without a mediator the node shows it by itself
            uow.put_secret(f"deposit:{plan.body.plan}:{member.party}", kept)

    body = SignatureDeposited(
        plan=plan.body.plan,
        proposal=plan.proposal,
        signatures=tuple(signatures),
        sealed=digest_of(sealed) if sealed else "",
    )
    return body, keep
