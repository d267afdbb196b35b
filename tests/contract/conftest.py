from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.store.database import DjangoStore, open_store
from paraph.adapters.store.guard import FileGuard
from paraph.app.ports import Blobs, CosignGuard, Store
from paraph.simulation.memory_files import MemoryBlobs, MemoryGuard
from paraph.simulation.memory_store import MemoryStore
from tests.conftest import ENGINES
from tests.support.cluster import Cluster


@pytest.fixture(scope="session")
def postgresql_store(postgresql: Cluster) -> Iterator[DjangoStore]:
    """One store for all tests: made, it is emptied in a hundredth of the time."""
    store = open_store(postgresql.make("store"))
    yield store
    store.close()


def emptied(store: DjangoStore) -> DjangoStore:
    """Empty a store on PostgreSQL; its triggers refuse, so they are set aside."""
    connection = store.writers.borrow()
    try:
        with connection.cursor() as cursor:
            tables = [
                name for name in connection.introspection.table_names(cursor) if name.startswith("paraph_")
            ]
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
            cursor.execute("SET session_replication_role = origin")
    finally:
        store.writers.give_back(connection)
    return store


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[DjangoStore]:
    """An empty store in the database that a fixture's parameter names."""
    if request.param == "postgresql":
        yield emptied(request.getfixturevalue("postgresql_store"))
        return
    store = open_store(folder / "store.sqlite3")
    yield store
    store.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DjangoStore]:
    with opened(request, tmp_path) as store:
        yield store


@pytest.fixture(params=["memory", *ENGINES])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with opened(request, tmp_path) as store:
        yield store


@pytest.fixture(params=["memory", "files"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return MemoryBlobs() if request.param == "memory" else FileBlobs(tmp_path / "blobs")


@pytest.fixture(params=["memory", "files"])
def guard(request: pytest.FixtureRequest, tmp_path: Path) -> CosignGuard:
    return MemoryGuard() if request.param == "memory" else FileGuard(tmp_path / "guard")
