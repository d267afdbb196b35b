"""Checkpoints and places that are not what they seem: false cosignatures, acts before what they rest on, idle claims."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from paraph.domain.acts import Mode
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Plan
from paraph.errors import FormatError, ParaphError
from paraph.simulation.invariants import BrokenError
from paraph.simulation.liars import craft
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, When, at_any_time, deposited
from paraph.wire.bundle import unpack
from paraph.wire.checkpoint import Checkpoint, cosign, read_checkpoint
from paraph.wire.note import Note
from paraph.wire.sections import Order

__all__ = ["LIES"]


def _latest(scene: Scene) -> Note | None:
    with scene.liar.store.read() as uow:
        data = uow.latest_note(scene.world.dossier)
    return Note.read(data) if data is not None else None


def _false_cosignature(scene: Scene) -> None:
    """A cosignature under somebody else's name."""
    note = _latest(scene)
    if note is None:
        return
    victims = scene.victims()
    name = victims[-1].party
    bare = Note(text=note.text, lines=tuple(line for line in note.lines if line.name != name))
    lines = cosign(scene.liar.node.keys, name, read_checkpoint(note), scene.liar.clock.now())
    scene.post(victims[0], notes=[bare.add(lines).write()])


def _not_ordered(scene: Scene) -> None:
    """A checkpoint that the ordering node never signed."""
    size = len(scene.log()) + scene.rng.randint(1, 100)
    state = Checkpoint(dossier=scene.world.dossier, size=size, root=scene.rng.randbytes(32))
    note = craft.signed_state(scene.liar, state, scene.liar)
    for to in scene.victims()[:1]:
        scene.post(to, notes=[note], refused=[note])


def _not_a_note(scene: Scene) -> None:
    note = scene.words().encode()
    for to in scene.victims()[:1]:
        scene.post(to, notes=[note], refused=[note])


def _before_its_cause(scene: Scene) -> None:
    """An act has a place before what it rests on."""
    log = scene.log()
    first = scene.forged(craft.statement(scene.words()))
    assert scene.ally is not None
    count = len(scene.ally.feed(scene.ally.party))
    made = craft.forged(
        scene.ally, craft.statement(scene.words()), seen={scene.liar.party: first.act.author_seq + 1}
    )
    if made.act.author_seq != count:
        return
    state = craft.checkpoint_of(scene.world.dossier, [*log, made.envelope.data, first.envelope.data])
    order = Order(start=len(log), authors=(scene.ally.party, scene.liar.party))
    for to in scene.victims()[:1]:
        scene.post(to, acts=[first, made], notes=[craft.signed_state(scene.liar, state)], order=order)


def _strangers(scene: Scene) -> None:
    """An act that rests on acts of somebody who takes no part."""
    made = scene.forged(craft.statement(scene.words()), seen={PartyId("nobody"): 3})
    for to in scene.victims()[:1]:
        scene.post(to, acts=[made], refused=[made.envelope.data])


def _resting_on_nothing(scene: Scene) -> None:
    """An act that rests on acts which do not exist: it never gets a place, and keeps back those of its author."""
    scene.say(craft.statement(scene.words()), seen={scene.victims()[0].party: 5000})


def _idle_claims(scene: Scene) -> None:
    """The liar says that it holds what does not exist."""
    feeds = {m: scene.rng.randrange(10**6) for m in scene.world.everybody}
    for to in scene.victims()[:1]:
        scene.post(to, feeds=feeds, size=scene.rng.randrange(10**9), root=scene.rng.randbytes(32).hex())


def _nothing_held(scene: Scene) -> None:
    """The liar says that it holds nothing: it gets everything, once more."""
    for to in scene.victims()[:1]:
        scene.post(to, feeds={}, size=0)


def _is_shown(scene: Scene, asked: Plan) -> bool:
    """Whether any first signature of a plan is revealed on any node by now."""
    for member in scene.world.members.values():
        with suppress(ParaphError):
            plan = member.standing.plan
            if plan is None or plan.body.plan != asked.body.plan or plan.revealed:
                return True
    return False


def _greedy(scene: Scene) -> None:
    """The liar asks for others' first signatures and sealed deposits, and looks whether it gets them."""
    plan = scene.plan
    assert plan is not None
    wants: list[Digest] = []
    for party, deposit in sorted(plan.deposits.items()):
        if party != scene.liar.party:
            wants += [*(s.cms for s in deposit.body.signatures), Digest(deposit.body.sealed)]

    def look(answer: bytes) -> None:
        try:
            public = to.node.keys.public
            got = unpack(answer, scene.liar.node.keys, lambda _party: public)
        except FormatError:
            return
        blobs = {blob.sha256 for section in got.sections for blob in section.blobs}
        if scene.liar.party == plan.body.mediator or _is_shown(scene, plan):
            return
        for digest in wants:
            if digest in blobs:
                raise BrokenError("not-early", f"{to.party} gave {scene.liar.party} what it may not have")

    wants = [d for d in wants if d]
    for to in scene.victims()[:1]:
        scene.post(to, wants=wants, heard=look)


def _wrong_time(scene: Scene) -> None:
    """A bundle from another century."""
    sent_at = scene.rng.choice(("1980-01-01T00:00:00Z", "2199-12-31T23:59:59Z"))
    for to in scene.victims()[:1]:
        scene.post(to, sent_at=sent_at)


def _unasked(scene: Scene) -> None:
    """Bytes that nobody asked for."""
    for to in scene.victims()[:1]:
        scene.post(to, blobs=[scene.rng.randbytes(1000) for _ in range(5)])


def _lie(
    name: str,
    tell: Tell,
    teller: Teller = Teller.ANYBODY,
    when: When = at_any_time,
    mode: Mode | None = None,
    most: int = 2,
) -> Lie:
    return Lie(family="places", name=name, teller=teller, tell=tell, when=when, mode=mode, most=most)


LIES: Final = (
    _lie("false-cosignature", _false_cosignature),
    _lie("checkpoint-of-nobody", _not_ordered, Teller.COSIGNER),
    _lie("not-a-checkpoint", _not_a_note),
    _lie("before-its-cause", _before_its_cause, Teller.LEAGUE),
    _lie("rests-on-strangers", _strangers),
    _lie("rests-on-nothing", _resting_on_nothing, most=1),
    _lie("idle-claims", _idle_claims, most=4),
    _lie("holds-nothing", _nothing_held, most=4),
    _lie("asks-for-deposits", _greedy, Teller.PARTY, deposited, None, 4),
    _lie("asks-for-deposits-as-mediator", _greedy, Teller.MEDIATOR, deposited, Mode.MEDIATED, 4),
    _lie("wrong-time", _wrong_time),
    _lie("unasked-bytes", _unasked),
)
