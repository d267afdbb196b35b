"""Something is refused, and has changed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from paraph.errors import ParaphError
from tests.support.nodes import Member, World

__all__ = ["refused", "snapshot"]


def snapshot(member: Member) -> dict[str, Any]:
    """What must not change: standing, acts, notes, outbox, secrets, and what a peer could obtain."""
    state = member.store.snapshot()
    return {
        "standing": repr(member.standing),
        "acts": {
            name: [len(feed) for feed in dossier.feeds.values()] for name, dossier in state.dossiers.items()
        },
        "log": [dossier.log for dossier in state.dossiers.values()],
        "notes": [dossier.notes for dossier in state.dossiers.values()],
        "outbox": {key: (due.version, due.not_before) for key, due in state.due.items()},
        "secrets": dict(state.secrets),
        "withheld": {name: value for name, value in state.settings.items() if name.startswith("withheld:")},
        "guard": (dict(member.guard._last), dict(member.guard._seqs)),
    }


@contextmanager
def refused(world: World, member: Member, code: str, *says: str) -> Iterator[None]:
    """Expect an error with this code whose message says these things; nothing on any node has changed."""
    world.settle()
    before = {name: snapshot(other) for name, other in world.members.items()}
    sent = len(world.network.sent)
    with pytest.raises(ParaphError) as caught:
        yield
    assert caught.value.code == code, caught.value.message
    for words in says:
        assert words in caught.value.message
    world.settle()
    after = {name: snapshot(other) for name, other in world.members.items()}
    for name, kept in before.items():
        for what, value in kept.items():
            assert after[name][what] == value, f"{what} of {name}"
    assert len(world.network.sent) == sent
    member.start()  # nor is anything left in memory that another run would miss
    assert repr(member.standing) == before[str(member.party)]["standing"]
