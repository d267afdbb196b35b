"""The node that orders tells two stories of one log."""

from __future__ import annotations

from typing import Final

from paraph.simulation.liars import craft
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, at_any_time
from paraph.simulation.member import Member
from paraph.wire.act import SealedAct
from paraph.wire.checkpoint import Checkpoint
from paraph.wire.sections import Order

__all__ = ["LIES"]


def _ordered(scene: Scene, to: Member, *made: SealedAct, cosigners: tuple[Member, ...] = ()) -> None:
    """Tell somebody that the log goes on with some acts, in this order."""
    log = scene.log()
    state = craft.checkpoint_of(scene.world.dossier, [*log, *(one.envelope.data for one in made)])
    note = craft.signed_state(scene.liar, state, *cosigners)
    order = Order(start=len(log), authors=tuple(one.act.author for one in made))
    scene.post(to, acts=made, notes=[note], order=order)


def _two_orders(scene: Scene) -> None:
    """Two nodes get different acts in one place, each with the checkpoint that fits."""
    for to in scene.victims()[:2]:
        _ordered(scene, to, scene.forged(craft.statement(scene.words())), cosigners=(scene.liar,))


def _two_lengths(scene: Scene) -> None:
    """Two nodes get the same two acts in another order, one of them with a third: no two sizes are ever the same."""
    assert scene.ally is not None
    ours = scene.forged(craft.statement(scene.words()))
    more = scene.forged(
        craft.statement(scene.words()), author_seq=ours.act.author_seq + 1, author_prev=ours.act.id
    )
    theirs = craft.forged(scene.ally, craft.statement(scene.words()))
    for to, made in zip(scene.victims(), ((theirs, ours), (ours, theirs, more)), strict=False):
        _ordered(scene, to, *made)


def _two_cosigned(scene: Scene) -> None:
    """Somebody gets two roots for one size, both cosigned by the liar's ally."""
    assert scene.ally is not None
    for to in scene.victims()[:1]:
        for _ in range(2):
            _ordered(
                scene, to, scene.forged(craft.statement(scene.words())), cosigners=(scene.liar, scene.ally)
            )


def _other_beginning(scene: Scene) -> None:
    """A checkpoint of a beginning that never was."""
    size = scene.rng.randint(1, max(1, len(scene.log()) - 1))
    state = Checkpoint(dossier=scene.world.dossier, size=size, root=scene.rng.randbytes(32))
    for to in scene.victims()[:1]:
        scene.post(to, notes=[craft.signed_state(scene.liar, state)])


def _future(scene: Scene) -> None:
    """A checkpoint of a log that nobody will ever see."""
    size = len(scene.log()) + scene.rng.randint(1, 1000)
    state = Checkpoint(dossier=scene.world.dossier, size=size, root=scene.rng.randbytes(32))
    for to in scene.victims()[:1]:
        scene.post(to, notes=[craft.signed_state(scene.liar, state, scene.liar)])


def _wrong_order(scene: Scene) -> None:
    """An order that does not give the root that is signed for it."""
    log = scene.log()
    state = Checkpoint(dossier=scene.world.dossier, size=len(log) + 1, root=scene.rng.randbytes(32))
    made = scene.forged(craft.statement(scene.words()))
    order = Order(start=len(log), authors=(scene.liar.party,))
    for to in scene.victims()[:1]:
        scene.post(to, acts=[made], notes=[craft.signed_state(scene.liar, state)], order=order)


def _old(scene: Scene) -> None:
    """A true checkpoint of the beginning, signed anew: that is no lie, and proves nothing."""
    size = scene.rng.randint(1, len(scene.log()))
    state = craft.checkpoint_of(scene.world.dossier, scene.log()[:size])
    for to in scene.victims()[:1]:
        scene.post(to, notes=[craft.signed_state(scene.liar, state)])


def _lie(name: str, tell: Tell, teller: Teller = Teller.OPENER, most: int = 2) -> Lie:
    return Lie(family="fork", name=name, teller=teller, tell=tell, when=at_any_time, most=most)


LIES: Final = (
    _lie("two-orders", _two_orders),
    _lie("two-lengths", _two_lengths, Teller.LEAGUE),
    _lie("two-cosigned", _two_cosigned, Teller.LEAGUE),
    _lie("other-beginning", _other_beginning),
    _lie("future", _future),
    _lie("wrong-order", _wrong_order),
    _lie("old-state-anew", _old),
)
