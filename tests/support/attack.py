"""What a hostile participant can do with its own keys: make any act, send any section, deposit anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from paraph.app.authoring import author
from paraph.app.deposits import deposit_info, digest_of, sealed_name, write_deposit
from paraph.app.dossiers import participant_keys
from paraph.app.inbound import receive
from paraph.app.ports import Signer, UnitOfWork
from paraph.app.slots import MadeSignature, at_present, make_signature
from paraph.domain import acts
from paraph.domain.acts import Act, Body, DepositedSignature, SignatureDeposited
from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.domain.standing import Slot
from paraph.wire import hpke
from paraph.wire.act import SealedAct, seal_act
from paraph.wire.bundle import Bundle, pack, unpack
from paraph.wire.card import unpack_card
from paraph.wire.sections import Blob, Order, Section
from tests.support.nodes import Identity, Member, World

__all__ = ["crooked_deposit", "forged", "send", "statement"]

Change = Callable[[Slot, MadeSignature], MadeSignature]


def forged(member: Member, body: Body, *, who: Identity | None = None, **header: Any) -> SealedAct:
    """An act that nobody checked before it was signed, by default the next of its author."""
    feed = member.feed(member.party) if member.world.dossier else []
    given: dict[str, Any] = {
        "dossier": member.world.dossier,
        "author": member.party,
        "author_seq": len(feed),
        "author_prev": feed[-1].id if feed else "",
        "seen": {},
        "time": member.clock.now(),
    }
    return seal_act(body, keys=(who or member.identity).keys, **{**given, **header})


def send(
    sender: Identity,
    recipient: Member,
    *,
    made: Sequence[SealedAct | bytes] = (),
    blobs: Sequence[bytes] = (),
    notes: Sequence[bytes] = (),
    proofs: Sequence[bytes] = (),
    order: Order | None = None,
    wants: Sequence[str] = (),
    feeds: Mapping[str, int] | None = None,
    dossier: str = "",
    sent_at: str = "",
) -> Bundle:
    """Deliver one section, whatever it says, and return the answer."""
    section = Section(
        dossier=DossierId(dossier or recipient.world.dossier),
        feeds={PartyId(p): n for p, n in (feeds or {}).items()},
        size=0,
        root=Digest("00" * 32),
        wants_blobs=tuple(Digest(d) for d in wants),
        acts=tuple(one if isinstance(one, bytes) else one.envelope.data for one in made),
        order=order or Order(),
        notes=tuple(notes),
        proofs=tuple(proofs),
        blobs=tuple(Blob.of(data) for data in blobs),
    )
    bundle = Bundle(
        sender=sender.party,
        recipient=recipient.party,
        sent_at=sent_at or recipient.clock.now(),  # type: ignore[arg-type]
        sections=(section,),
    )
    data = pack(bundle, sender.keys, recipient.identity.keys.public)
    answer = receive(recipient.node, data)
    public = unpack_card(recipient.identity.card).keys
    return unpack(answer, sender.keys, lambda _party: public)


def crooked_deposit(
    member: Member,
    change: Change | None = None,
    *,
    signer: Signer | None = None,
    info: bytes | None = None,
    content: bytes | None = None,
    to: Identity | None = None,
) -> Act:
    """Deposit as ``signing.deposit`` does, without its checks.

    Args:
        member: Whose deposit.
        change: Makes something else of each signature.
        signer: Another key than the planned one.
        info: Another context to seal to.
        content: Something else inside the seal.
        to: Another node to seal to.
    """
    world: World = member.world
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
    keys = to.keys.public if to else participant_keys(member.node, standing)[plan.body.mediator]
    sealed = hpke.seal(
        keys,
        deposit_info(plan, member.party) if info is None else info,
        write_deposit(in_clear) if content is None else content,
    )

    def keep(uow: UnitOfWork) -> None:
        uow.put_secret(sealed_name(plan.body.plan, member.party), sealed)

    body = SignatureDeposited(
        plan=plan.body.plan, proposal=plan.proposal, signatures=tuple(signatures), sealed=digest_of(sealed)
    )
    (act,) = author(member.node, world.dossier, body, keep=keep)
    return act


def statement(words: str = "hello") -> acts.StatementMade:
    """The most harmless act."""
    return acts.StatementMade(speaker="somebody", capacity="", lang="en", text=words, source="")
