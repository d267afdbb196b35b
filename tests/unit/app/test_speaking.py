"""A node that says two things at once does not take itself for a liar."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from paraph.app.bundles import compose
from paraph.app.leaving import seal_bundle
from paraph.app.ports import CosignGuard, PeerView
from paraph.domain import acts
from paraph.wire.sections import Section
from tests.support.nodes import Member, World

NOTHING = PeerView(feeds={}, size=0, cosigned=0, wants=())


class SlowGuard:
    """A guard whose first answer is out of date by the time it is used, if somebody else may ask meanwhile."""

    def __init__(self, guard: CosignGuard) -> None:
        self._guard = guard
        self.asked, self.told = threading.Event(), threading.Event()

    def last(self, dossier: Any) -> tuple[int, str] | None:
        last = self._guard.last(dossier)
        if not self.asked.is_set():
            self.asked.set()
            self.told.wait(0.3)
        return last

    def record(self, dossier: Any, size: int, root: str) -> None:
        self._guard.record(dossier, size, root)
        self.told.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._guard, name)


def composed(member: Member, peer: Any) -> Section:
    with member.store.read() as uow:
        section = compose(member.node, uow, peer, member.world.dossier, NOTHING)
    assert section is not None
    return section


def test_an_older_bundle_that_leaves_beside_a_newer_one_is_no_contradiction() -> None:
    world = World.at("agreed")
    member, peer = world.first, world.second
    older = composed(member, peer.party)
    member.say(acts.StatementMade(speaker="A", capacity="b", lang="en", text="c", source="d"))
    newer = composed(member, peer.party)
    assert newer.size > older.size
    member.node.guard = slow = SlowGuard(member.guard)
    keys = peer.identity.keys.public
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(seal_bundle, member.node, peer.party, keys, [older])
        assert slow.asked.wait(5)
        second = threads.submit(seal_bundle, member.node, peer.party, keys, [newer])
        assert first.result(10)
        assert second.result(10)
