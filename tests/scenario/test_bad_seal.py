"""A sealer whose time-stamp authority or revocation lists are bad: it notices before it says anything, and mends it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from paraph.adapters.timestamps.authority import BuiltInTimestamper
from paraph.domain.standing import PlanState
from tests.support.nodes import CountingSigner, World, identity


class Bad:
    """Stamps signatures well, and documents badly."""

    def __init__(self, good: Any, bad: Any) -> None:
        self.good, self.bad, self.sealing = good, bad, False

    def timestamp(self, digest: bytes) -> bytes:
        token: bytes = self.bad(self.good, digest) if self.sealing else self.good.timestamp(digest)
        return token


def over_something_else(good: Any, _digest: bytes) -> bytes:
    token: bytes = good.timestamp(hashlib.sha256(b"something else").digest())
    return token


def cut_short(good: Any, digest: bytes) -> bytes:
    token: bytes = good.timestamp(digest)
    return token[:-40] + bytes(40)


@pytest.mark.parametrize("bad", [over_something_else, cut_short])
def test_a_bad_time_stamp_is_not_published(bad: Any) -> None:
    world = World.at("deposited")
    usual = world.first.node.timestamper
    stamper = Bad(usual, bad)
    world.first.node.timestamper = stamper
    world.settle("south", "middle")
    for _ in range(20):
        if world.first.plan.state is PlanState.COUNTERSIGNED:
            break
        world.first.delivery.send_due()
        world.settle("south", "middle")
        stamper.sealing = world.first.plan.state is PlanState.COUNTERSIGNED
        if not stamper.sealing:
            world.first.runner.do_duties()
    stamper.sealing = True
    assert world.first.plan.state is PlanState.COUNTERSIGNED
    world.settle()
    world.pass_time(60)
    assert not [a for a in world.first.acts() if a.kind == "originals-sealed"]
    assert "seal-invalid" in world.first.setting(f"duty:{world.dossier}:seal")
    world.first.node.timestamper = usual
    world.pass_time(1200)
    world.assert_concluded()
    assert not world.first.setting(f"duty:{world.dossier}:seal")


def test_a_revocation_list_that_is_none_is_not_sealed_in() -> None:
    world = World.at("deposited")
    lists = world.first.desk.crls
    world.first.node.desk = Lists(world.first.desk, (b"not a revocation list",))  # type: ignore[assignment]
    world.settle()
    world.pass_time(60)
    assert world.first.plan.state is PlanState.COUNTERSIGNED
    assert "seal-invalid" in world.first.setting(f"duty:{world.dossier}:seal")
    world.first.node.desk = Lists(world.first.desk, lists())  # type: ignore[assignment]
    world.pass_time(1200)
    world.assert_concluded()


class Lists:
    """A desk with other revocation lists."""

    def __init__(self, desk: Any, lists: tuple[bytes, ...]) -> None:
        self.desk, self.lists = desk, lists

    def signer(self, signatory: str) -> CountingSigner | None:
        found: CountingSigner | None = self.desk.signer(signatory)
        return found

    def crls(self) -> tuple[bytes, ...]:
        return self.lists


def test_a_time_stamp_of_an_authority_that_nobody_knows_is_said_to_be_open_and_not_refused() -> None:
    """Which authorities to trust is for the reader to say."""
    world = World.at("deposited")
    stranger = identity("stranger")
    world.first.node.timestamper = BuiltInTimestamper(stranger.stamper, world.clock)
    world.settle()
    world.assert_concluded()
