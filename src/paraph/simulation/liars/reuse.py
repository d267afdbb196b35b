"""A place in one's own feed is taken twice."""

from __future__ import annotations

from typing import Final

from paraph.domain.ids import ActId
from paraph.simulation.liars import craft
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, at_any_time

__all__ = ["LIES"]


def _two_acts(scene: Scene) -> None:
    """Two acts in the next place, to two nodes or to one."""
    victims = scene.victims()
    for number in range(2):
        scene.post(victims[number % len(victims)], acts=[scene.forged(craft.statement(scene.words()))])


def _two_envelopes(scene: Scene) -> None:
    """One act, signed twice: two leaves for one place."""
    body, time = craft.statement(scene.words()), scene.liar.clock.now()
    victims = scene.victims()
    for number in range(2):
        scene.post(victims[number % len(victims)], acts=[scene.forged(body, time=time)])


def _old_place(scene: Scene) -> None:
    """Another act where one has stood for long."""
    feed = scene.liar.feed(scene.liar.party)
    seq = scene.rng.randrange(1, len(feed))
    made = scene.forged(craft.statement(scene.words()), author_seq=seq, author_prev=feed[seq - 1].id)
    for to in scene.victims()[:1]:
        scene.post(to, acts=[made], refused=[made.envelope.data], unless_first=True)


def _other_chain(scene: Scene) -> None:
    """The next act, said to follow another one than it does."""
    made = scene.forged(craft.statement(scene.words()), author_prev=ActId("ab" * 32))
    for to in scene.victims()[:1]:
        scene.post(to, acts=[made], refused=[made.envelope.data])


def _for_another(scene: Scene) -> None:
    """An act in somebody else's name."""
    victim = scene.victims()[0]
    made = craft.forged(victim, craft.statement(scene.words()), who=scene.liar.identity)
    for to in scene.victims()[:1]:
        scene.post(to, acts=[made], refused=[made.envelope.data])


def _gap(scene: Scene) -> None:
    """An act far ahead of the last one: it waits for those between, which never come."""
    count = len(scene.liar.feed(scene.liar.party)) + scene.rng.randint(1, 1000)
    made = scene.forged(craft.statement(scene.words()), author_seq=count, author_prev=ActId("ab" * 32))
    for to in scene.victims()[:1]:
        scene.post(to, acts=[made])


def _former_key(scene: Scene) -> None:
    """The node renews its keys, and signs an act after that with those it gave up."""
    liar = scene.liar
    if not liar.identity.former:
        liar.renew()  # and wait: nobody can refuse keys that are still in force as far as he knows
        return
    sealed = craft.forged(liar, craft.statement(scene.words()), keys=liar.identity.former[-1])
    for to in scene.victims()[:1]:
        scene.post(to, acts=[sealed], refused=[sealed.envelope.data], unless_first=True)


def _lie(name: str, tell: Tell, most: int = 2) -> Lie:
    return Lie(family="reuse", name=name, teller=Teller.ANYBODY, tell=tell, when=at_any_time, most=most)


LIES: Final = (
    _lie("two-acts", _two_acts),
    _lie("two-envelopes", _two_envelopes),
    _lie("old-place", _old_place),
    _lie("other-chain", _other_chain),
    _lie("in-anothers-name", _for_another),
    _lie("gap", _gap),
    _lie("former-key", _former_key, 5),
)
