"""Small values, asked for at once: the same from the database as from memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from paraph.adapters.store.database import open_store
from paraph.adapters.store.unit_of_work import _MOST_NAMES
from paraph.app.ports import Store
from paraph.simulation.memory_store import MemoryStore


@pytest.fixture(params=["database", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with closing(open_store(tmp_path / "store.sqlite3")) as opened:
        yield opened


def test_there_are_those_that_were_kept(store: Store) -> None:
    names = [f"name {number}" for number in range(_MOST_NAMES + 2)]
    with store.write() as uow:
        for name in names:
            uow.set_setting(name, name.upper())
        uow.set_setting("empty", "")
    with store.read() as uow:
        assert uow.settings(()) == {}
        assert uow.settings(["empty", "never", "name 1", "name 1"]) == {"empty": "", "name 1": "NAME 1"}
        assert uow.settings(iter(names)) == {name: name.upper() for name in names}
