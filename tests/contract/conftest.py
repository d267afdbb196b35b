from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.store.database import DjangoStore, open_store
from paraph.adapters.store.guard import FileGuard
from paraph.app.ports import Blobs, CosignGuard, Store
from paraph.simulation.memory_files import MemoryBlobs, MemoryGuard
from paraph.simulation.memory_store import MemoryStore

POSTGRESQL = os.environ.get("PARAPH_TEST_POSTGRES", "")
"""URL of an empty PostgreSQL database that tests may fill and clear."""


def clear(store: DjangoStore) -> None:
    """Empty a PostgreSQL database; its triggers refuse, so they are set aside."""
    connection = store.writers.borrow()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table in connection.introspection.table_names(cursor):
                if table.startswith("paraph_"):
                    cursor.execute(f"TRUNCATE {table} RESTART IDENTITY")
            cursor.execute("SET session_replication_role = origin")
    finally:
        store.writers.give_back(connection)


@pytest.fixture(params=["memory", "sqlite", *(["postgresql"] if POSTGRESQL else [])])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    found = open_store(tmp_path / "store.sqlite3" if request.param == "sqlite" else POSTGRESQL)
    if request.param == "postgresql":
        clear(found)
    yield found
    found.close()


@pytest.fixture(params=["memory", "files"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return MemoryBlobs() if request.param == "memory" else FileBlobs(tmp_path / "blobs")


@pytest.fixture(params=["memory", "files"])
def guard(request: pytest.FixtureRequest, tmp_path: Path) -> CosignGuard:
    return MemoryGuard() if request.param == "memory" else FileGuard(tmp_path / "guard")
