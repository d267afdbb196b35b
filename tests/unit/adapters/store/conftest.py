from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from paraph.adapters.store.database import DjangoStore, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[DjangoStore]:
    found = open_store(path)
    yield found
    found.close()
