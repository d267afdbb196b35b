"""Things that were true elsewhere, or once, are said again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from paraph.domain.acts import SignatureDeposited
from paraph.domain.ids import DossierId
from paraph.simulation.company import STAGES
from paraph.simulation.liars.lie import Lie, Scene, Tell, Teller, at_any_time
from paraph.simulation.network import Sent
from paraph.simulation.world import World
from paraph.wire.act import read_act

__all__ = ["LIES"]


class _Elsewhere(World):
    """The same people in another dossier."""

    __slots__ = ()

    def open_dossier(self, nonce: str = "77" * 16) -> DossierId:
        """Open a dossier with another name."""
        return World.open_dossier(self, nonce)


@functools.cache
def _elsewhere(cast: tuple[tuple[str, Any], ...]) -> World:
    """Another dossier of the same company, in which everybody has deposited; made once per process."""
    world = _Elsewhere(**dict(cast))
    for stage in STAGES[: STAGES.index("deposited") + 1]:
        world.advance(stage)
    world.settle()
    return world


def _other(scene: Scene) -> World:
    return _beside(scene.world)


def _beside(world: World) -> World:
    return _elsewhere(tuple(sorted(world.cast().items())))


def _acts(scene: Scene) -> None:
    """Acts of another dossier, the liar's own and others'."""
    found = _other(scene)[scene.liar.party].log()
    chosen = [found[scene.rng.randrange(1, len(found))] for _ in range(3)]
    for to in scene.victims()[:1]:
        scene.post(to, acts=chosen, refused=chosen)


def _opening(scene: Scene) -> None:
    """The opening act of another dossier as if it were this one's."""
    first = _other(scene)[scene.liar.party].log()[0]
    for to in scene.victims()[:1]:
        scene.post(to, acts=[first], refused=[first])


def _note(scene: Scene) -> None:
    """A checkpoint of another dossier, with everybody's cosignatures."""
    other = _other(scene)[scene.liar.party]
    with other.store.read() as uow:
        note = uow.latest_note(other.company.dossier)
    assert note is not None
    for to in scene.victims()[:1]:
        scene.post(to, notes=[note], refused=[note])


def _deposit(scene: Scene) -> None:
    """A deposit that was made for another plan, said anew."""
    other = _other(scene)[scene.liar.party]
    for envelope in other.log():
        act = read_act(envelope).act
        if isinstance(act.body, SignatureDeposited) and act.author == scene.liar.party:
            for signature in act.body.signatures:
                data = other.blobs.get(signature.slot.appearance)
                assert data is not None
                scene.liar.blobs.put(data)
            scene.say(act.body)
            return


def _own_bundle(scene: Scene) -> None:
    """A bundle that the liar's node sent long ago."""
    _send_again(scene, [s for s in scene.world.network.sent if s.sender == scene.liar.party])


def _others_bundle(scene: Scene) -> None:
    """A bundle that somebody else sent, to whom it was meant for."""
    _send_again(scene, [s for s in scene.world.network.sent if s.sender != scene.liar.party])


def _to_third(scene: Scene) -> None:
    """A bundle that the liar's node received, passed on to somebody else."""
    mine = [s for s in scene.world.network.sent if s.recipient == scene.liar.party]
    for to in scene.victims()[:1]:
        _send_again(scene, [Sent(s.sender, to.party, s.data) for s in mine])


def _send_again(scene: Scene, found: list[Sent]) -> None:
    if found:
        scene.world.network.deliver_again(scene.rng.choice(found))


def _lie(
    name: str, tell: Tell, teller: Teller = Teller.ANYBODY, ready: Callable[[World], object] | None = None
) -> Lie:
    return Lie(family="replay", name=name, teller=teller, tell=tell, when=at_any_time, most=3, ready=ready)


LIES: Final = (
    _lie("acts", _acts, ready=_beside),
    _lie("opening", _opening, ready=_beside),
    _lie("note", _note, ready=_beside),
    _lie("deposit", _deposit, Teller.PARTY, _beside),
    _lie("own-bundle", _own_bundle),
    _lie("others-bundle", _others_bundle),
    _lie("to-a-third", _to_third),
)
