"""A forgotten order is found again by its root, or not at all."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.app import recollection
from paraph.app.recollection import recollect
from paraph.domain.acts import Act
from paraph.verify.log import ready
from paraph.wire.act import read_act
from paraph.wire.merkle import CompactRange, leaf_hash
from tests.support.attack import statement
from tests.support.nodes import World

ROOT = b"\x5a" * 32


def spoken(names: list[str]) -> tuple[World, list[bytes]]:
    """Acts that participants made without hearing of each other, each after its author's former."""
    world = World.at("agreed")
    world.settle()
    world.network.away.update(world.members)
    for name in names:
        world[name].say(statement(f"{name} speaks"))
    waiting = []
    for name in sorted(set(names)):
        with world[name].store.read() as uow:
            waiting += [row.envelope for row in uow.unordered(world.dossier)]
    return world, waiting


def laid_out(waiting: list[bytes], chosen: list[int], counts: dict[str, int]) -> list[tuple[Act, bytes]]:
    """Some order that is possible: the acts, and their leaf hashes."""
    left, placed = [(read_act(one).act, leaf_hash(one)) for one in waiting], []
    counts = dict(counts)
    for number in chosen:
        following = [one for one in left if ready(one[0], counts)]  # type: ignore[arg-type]
        if not following:
            break
        one = following[number % len(following)]
        left.remove(one)
        placed.append(one)
        counts[one[0].author] = counts.get(one[0].author, 0) + 1
    return placed


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["south", "middle"]), min_size=1, max_size=5),
    st.lists(st.integers(0, 5), min_size=1, max_size=5),
)
def test_any_order_is_found_again(names: list[str], chosen: list[int]) -> None:
    world, waiting = spoken(names)
    view = world.first.current.view
    order = laid_out(waiting, chosen, dict(view.ordered))  # type: ignore[arg-type]
    tree = view.tree.extend(leaf for _, leaf in order)
    found = recollect(view.tree, view.ordered, waiting, tree.size, tree.root())
    assert found == tuple(act for act, _ in order)


def test_nothing_is_found_that_does_not_give_the_root() -> None:
    world, waiting = spoken(["south", "middle", "south"])
    view = world.first.current.view
    for size in range(view.size - 1, view.size + 5):
        assert recollect(view.tree, view.ordered, waiting, size, ROOT) == ()


def test_it_gives_up_where_there_are_too_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    world, waiting = spoken(["south", "middle"] * 4)
    view = world.first.current.view
    tries = itertools.count()
    monkeypatch.setattr(recollection, "MAX_TRIES", 50)
    monkeypatch.setattr(CompactRange, "root", lambda _self: next(tries).to_bytes(32, "big"))
    assert recollect(view.tree, view.ordered, waiting, view.size + 8, ROOT) == ()
    assert next(tries) < 50
