"""A node behind the pages, with its own home, and nobody who tried too often."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraph.node.people import limits
from paraph.node.web.host import Host
from tests.support.nodes import World
from tests.support.site import site_of


@pytest.fixture(autouse=True)
def site(people: None, tmp_path: Path) -> Host:
    for one in (limits.SIGN_IN, limits.RECOVER, limits.ENROL):
        one.forget()
    return site_of(World.at("agreed").first, tmp_path)
