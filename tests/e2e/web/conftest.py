"""Browsers and nodes for the tests of the pages.

``browser`` is Chromium. ``site`` serves the pages of a world in memory in this process, at any stage of a dossier: quick, for
looking at pages. ``web_node`` starts a real node with pages as a process of its own: for what people do.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.conftest import COMPLETE
from tests.e2e.web.browsing import Browsing, context_of
from tests.e2e.web.served import Site, WebNode

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser, and takes its time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker("slow")


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("PARAPH_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        reason = "missing here: chromium (`make test` installs it)"
        if COMPLETE:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, so it ends with the module: other tests have loops of their own.
    # Django would take the tests' own queries for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The pages of one member of a world in memory; ``site.show("agreed")`` says how far it has come."""
    with Site.open() as opened:
        yield opened


@pytest.fixture
def web_node(tmp_path: Path) -> Iterator[Callable[[str], WebNode]]:
    """Makes real nodes with pages: ``web_node("israel")``."""
    made: list[WebNode] = []

    def make(party: str) -> WebNode:
        node = WebNode.make(tmp_path / party, party)
        made.append(node)
        return node

    yield make
    for node in made:
        node.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with context_of(browser) as opened:
        yield opened


@pytest.fixture
def browsing(context: BrowserContext) -> Browsing:
    return Browsing.on(context)
