"""A node dies between any two durable writes, and starts again: the same end, nothing said twice or differently."""

from __future__ import annotations

import pytest

from paraph.domain.acts import Mode
from paraph.errors import LocalActError
from paraph.wire.act import read_act
from paraph.wire.bundle import unpack
from paraph.wire.card import unpack_card
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.note import Note
from tests.support.crashes import Crash, Fuse, make_mortal, rise
from tests.support.network import Sent
from tests.support.nodes import World


def run(at: int, mode: Mode = Mode.MEDIATED) -> tuple[World, Fuse]:
    """Sign and conclude; the node that makes the ``at``-th durable write dies instead, and is started again."""
    world, fuse = World.at("planned", mode=mode), Fuse(at=at)
    make_mortal(world, fuse)

    def survive(error: BaseException, sent: Sent) -> bool:
        if isinstance(error, Crash):
            rise(world[sent.recipient])
        return isinstance(error, Crash)

    world.network.survive = survive
    for name in world.parties:
        sign(world, name)
    for pause in (*[5] * 40, *[600] * 14):
        world.clock.advance(pause)
        for name, member in world.members.items():
            try:
                member.step()
            except Crash:
                assert fuse.burnt == [name]
                rise(member)
    return world, fuse


def sign(world: World, name: str) -> None:
    """The officer gives the command until it has been done."""
    for _ in range(3):
        try:
            world[name].deposit()
        except Crash:
            rise(world[name])
        except LocalActError as error:
            assert error.code == "already-deposited"
            return
        else:
            return


def said(world: World) -> None:
    """Of all that ever left a node: one act in each place of a feed, one root for each size."""
    acts: dict[tuple[str, int], str] = {}
    roots: dict[tuple[str, int], bytes] = {}
    for sent in world.network.sent:
        public = unpack_card(world[sent.sender].identity.card).keys
        bundle = unpack(sent.data, world[sent.recipient].identity.keys, lambda _name, keys=public: keys)  # type: ignore[misc]
        for section in bundle.sections:
            for envelope in section.acts:
                act = read_act(envelope).act
                assert acts.setdefault((act.author, act.author_seq), act.id) == act.id
            for data in section.notes:
                note = Note.read(data)
                checkpoint = read_checkpoint(note)
                for line in note.lines:
                    key = (line.name, checkpoint.size)
                    assert roots.setdefault(key, checkpoint.root) == checkpoint.root


def check(at: int, mode: Mode = Mode.MEDIATED) -> None:
    world, fuse = run(at, mode)
    assert fuse.burnt or not at
    world.assert_concluded()
    said(world)
    kinds = [act.kind for act in world.first.acts()]
    voids = {v.position for v in world.first.current.view.void}
    effective = [kind for position, kind in enumerate(kinds) if position not in voids]
    for kind, most in (
        ("signature-deposited", 2),
        ("exchange-released", 1),
        ("signatures-countersigned", 2),
        ("originals-sealed", 1),
    ):
        assert effective.count(kind) <= most
        assert kinds.count(kind) == effective.count(kind), kind
    for member in world.members.values():
        assert not member.evidence()
        assert not member.store.state.secrets


def writes(mode: Mode = Mode.MEDIATED) -> int:
    """How many durable writes a conclusion takes."""
    _, fuse = run(0, mode)
    return fuse.count


def test_nothing_crashes() -> None:
    check(0)


@pytest.mark.parametrize("at", [1, 2, 3, 5, 9, 16, 28, 41, 57, 70, 94, 120])
def test_a_crash_here_and_there(at: int) -> None:
    check(at)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(12))
def test_a_crash_at_every_single_write(part: int) -> None:
    for at in range(1 + part, writes() + 1, 12):
        try:
            check(at)
        except BaseException as error:
            error.add_note(f"at write {at}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_crash_at_some_writes_without_mediator(part: int) -> None:
    for at in range(1 + 5 * part, writes(Mode.DIRECT) + 1, 20):
        try:
            check(at, Mode.DIRECT)
        except BaseException as error:
            error.add_note(f"at write {at}")
            raise
