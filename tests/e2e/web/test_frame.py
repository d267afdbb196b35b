"""The frame on a real node, in a process of its own: what one visit costs, what does not depend on the pages, what is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import Browsing, context_of
from tests.e2e.web.served import WebNode


@pytest.fixture
def node(web_node: Callable[[str], WebNode]) -> WebNode:
    return web_node("israel")


def test_a_real_node_serves_pages_that_load_little_and_only_once(browser: Browser, node: WebNode) -> None:
    with context_of(browser, lang="he") as context:
        browsing = Browsing.on(context)
        assert browsing.open(f"{node.url}/people/sign-in") == 200
        assert browsing.page.locator("html").get_attribute("dir") == "rtl"
        assert browsing.loaded < 60_000
        first = browsing.loaded
        browsing.open(f"{node.url}/people/sign-in")
        assert browsing.loaded - first < first / 2, "files are kept"
        assert browsing.problems == []


def test_pages_come_back_after_the_node_was_stopped(browser: Browser, node: WebNode) -> None:
    with context_of(browser) as context:
        browsing = Browsing.on(context)
        browsing.open(f"{node.url}/people/sign-in")
        browsing.page.get_by_role("button", name="Shqip").click()
        node.stop()
        node.start()
        browsing.open(f"{node.url}/people/sign-in")
        assert browsing.page.locator("html").get_attribute("lang") == "sq"
        assert browsing.problems == []
