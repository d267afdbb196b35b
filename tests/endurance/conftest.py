"""What all endurance tests start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endurance.homes import Prepared, prepared_once


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Folder where the homes of three nodes are, or will be made by whoever needs them first."""
    base = tmp_path_factory.getbasetemp()
    # Workers of one run share what is next to their own folders.
    return (base.parent if hasattr(request.config, "workerinput") else base) / "endurance"


@pytest.fixture
def prepared(homes: Path) -> Prepared:
    """Homes of three nodes at several moments of one package."""
    return prepared_once(homes)
