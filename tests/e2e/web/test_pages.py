"""Every page, in three languages, wide and narrow: nothing for axe to find, nothing on the console, nothing to scroll sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import NARROW, WIDE, Browsing, context_of
from tests.e2e.web.pages import PAGES, ShownPage
from tests.e2e.web.served import Site

LANGUAGES = ("en", "he", "sq")

FIRST_VISIT_BYTES = 150_000
"""Most that a browser with an empty cache loads for a page; pictures of originals come after it."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_reads_well(
    browser: Browser, site: Site, page: ShownPage, lang: str, record_property: Callable[[str, object], None]
) -> None:
    world = site.show(page.stage, page.member)
    with context_of(browser, lang=lang, cookies=site.cookies_of(page.role)) as context:
        browsing = Browsing.on(context)
        assert browsing.open(site.url + page.address.format(dossier=world.dossier)) == page.status
        assert browsing.page.locator("html").get_attribute("lang") == lang
        assert browsing.page.locator("h1").count() == 1
        weight = browsing.loaded
        record_property("bytes at a first visit", weight)
        for size, kind in ((WIDE, "wide"), (NARROW, "narrow")):
            browsing.resize(size)
            browsing.shoot(f"{page.name}-{lang}-{kind}")
            assert browsing.scrolls_sideways() <= 0, kind
            assert browsing.axe() == [], kind
        browsing.shoot_print(f"{page.name}-{lang}-print")
        assert browsing.problems == []
        assert weight < FIRST_VISIT_BYTES
