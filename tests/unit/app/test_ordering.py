"""What giving acts their places costs."""

from __future__ import annotations

import pytest

from paraph.app import ordering
from tests.support.nodes import World, text


def test_a_checkpoint_over_the_whole_log_becomes_final_without_hashing_the_log_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World.at("open")

    def again(*_args: object) -> None:
        raise AssertionError("every act of the log is read and hashed once more")

    monkeypatch.setattr(ordering, "_tree", again)
    world.first.propose(text())
    world.settle()
    world.second.propose(text(clauses=2))
    world.settle()
    for member in (world.first, world.second):
        assert member.current.final == member.current.acts
