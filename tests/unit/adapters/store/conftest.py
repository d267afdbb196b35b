from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraph.adapters.store.database import DjangoStore, open_store
from tests.conftest import ENGINES
from tests.support.cluster import Cluster

numbers = itertools.count(1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[DjangoStore]:
    found = open_store(path)
    yield found
    found.close()


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, path: Path) -> str:
    """Where a store may be made: a file, or a database of its own on PostgreSQL."""
    return str(path) if request.param == "sqlite" else request.getfixturevalue("database")


@pytest.fixture
def database(postgresql: Cluster) -> str:
    """An empty database on PostgreSQL."""
    return postgresql.make(f"adapters-{next(numbers)}")
