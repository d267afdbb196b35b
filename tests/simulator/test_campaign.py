"""What a campaign of many hours leaves behind in its processes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from paraph.simulation import campaign
from paraph.simulation.campaign import Campaign
from paraph.simulation.schedule import FUTURES, Schedule
from paraph.simulation.world import World

PASTS = 3


class Past:
    """A course that refers to itself, as those of worlds do."""

    begun: ClassVar[list[weakref.ref[Past]]] = []

    def __init__(self, _schedule: Schedule) -> None:
        self.itself = self
        self.begun.append(weakref.ref(self))


@pytest.fixture
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_thawed")
def test_a_past_that_is_over_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def unforked(_seed: int, _work: Callable[[], Campaign]) -> Campaign:
        return Campaign(schedules=1)

    def nothing(_stage: str, **_cast: Any) -> None:
        pass

    monkeypatch.setattr(campaign, "Course", Past)
    monkeypatch.setattr(campaign, "_apart", unforked)
    monkeypatch.setattr(World, "at", nothing)
    found = campaign._chunk_apart((0, PASTS * FUTURES))
    gc.collect()
    assert (found.schedules, len(Past.begun)) == (PASTS * FUTURES, PASTS)
    assert [past() for past in Past.begun] == [None] * PASTS
