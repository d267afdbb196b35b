"""A node whose pages are served, and its officers."""

from __future__ import annotations

import pytest

from tests.support.nodes import text
from tests.support.text_pages import NUMBER, Pages, pages_at


@pytest.fixture
def agreed(people: None) -> Pages:
    return pages_at("agreed")


@pytest.fixture
def planned(people: None) -> Pages:
    return pages_at("planned")


@pytest.fixture
def opened(people: None) -> Pages:
    """Nothing is proposed yet."""
    return pages_at("open")


@pytest.fixture
def proposed(people: None) -> Pages:
    """The other party put a text on the table."""
    pages = pages_at("open")
    pages.world.second.propose(text(NUMBER))
    pages.world.settle()
    return pages
