"""The parts that all pages are made of, on one page: read by axe, used by keyboard, printed, zoomed, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings
from django.urls import clear_url_caches
from playwright.sync_api import Browser, expect

from paraph.node.people.access import ACCESS, Access, Door
from tests.e2e.web.browsing import NARROW, WIDE, Browsing, context_of
from tests.e2e.web.served import Site

ZOOMED = (320, 256)
"""A window of 1280 × 1024 at 400 %."""


@pytest.fixture
def page_of_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    row = Access(door=Door.OPEN, methods=("GET", "HEAD", "POST"))
    monkeypatch.setitem(ACCESS, "specimen", row)  # type: ignore[arg-type]
    site.show("agreed")
    with override_settings(ROOT_URLCONF="tests.e2e.web.specimen"):
        clear_url_caches()
        yield f"{site.url}/specimen"
    clear_url_caches()


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_every_part_reads_well_at_every_width(browser: Browser, page_of_parts: str, lang: str) -> None:
    with context_of(browser, lang=lang) as context:
        browsing = Browsing.on(context)
        assert browsing.open(page_of_parts + "?notice=1") == 200
        for size, kind in ((WIDE, "wide"), (NARROW, "narrow"), (ZOOMED, "zoomed")):
            browsing.resize(size)
            browsing.shoot(f"parts-{lang}-{kind}")
            assert browsing.scrolls_sideways() <= 0, kind
            assert browsing.axe() == [], kind
        browsing.resize(WIDE)
        browsing.shoot_print(f"parts-{lang}-print")
        browsing.page.get_by_role("button", name="Initial the text").click()
        expect(browsing.page.locator(".govuk-error-summary")).to_be_focused()
        browsing.shoot(f"parts-{lang}-errors")
        assert browsing.axe() == []
        assert browsing.problems == []


def test_an_error_leads_to_its_field(browser: Browser, page_of_parts: str) -> None:
    with context_of(browser) as context:
        browsing = Browsing.on(context)
        browsing.open(page_of_parts)
        browsing.page.get_by_label("Number").fill("17")
        browsing.page.get_by_role("button", name="Initial the text").click()
        for field, text in (
            ("title", "Enter a title"),
            ("how", "Choose how"),
            ("until", "Enter a day"),
            ("sure", "Read it"),
        ):
            browsing.page.locator(".govuk-error-summary").get_by_role("link", name=text).click()
            expect(browsing.page.locator(f"#{field}")).to_be_focused()
        assert browsing.page.get_by_label("Number").input_value() == "17", "what was entered is still there"


def test_the_language_changes_and_nothing_that_was_entered_is_lost(
    browser: Browser, page_of_parts: str
) -> None:
    with context_of(browser) as context:
        browsing = Browsing.on(context)
        page = browsing.page
        browsing.open(page_of_parts + "?part=2")
        page.get_by_label("Title").fill("Joint declaration")
        page.get_by_label("Both parties").first.check()
        page.get_by_role("button", name="עברית").click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.url == page_of_parts + "?part=2"
        expect(page.get_by_label("Title")).to_have_value("Joint declaration")
        expect(page.get_by_label("Both parties").first).to_be_checked()
        # After an answer with an error the page has no address of its own to come back to but this.
        page.get_by_role("button", name="Initial the text").click()
        page.get_by_role("button", name="Shqip").click()
        expect(page.locator("html")).to_have_attribute("lang", "sq")
        assert page.url == page_of_parts + "?part=2"
        expect(page.get_by_label("Title")).to_have_value("Joint declaration")
        assert browsing.problems == []


def test_everything_works_without_scripts(browser: Browser, page_of_parts: str) -> None:
    with context_of(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(page_of_parts)
        page.get_by_label("Title").fill("Joint declaration")
        page.get_by_role("button", name="Initial the text").click()
        assert "Choose how it is signed" in page.locator(".govuk-error-summary").inner_text()
        page.get_by_role("button", name="Shqip").click()
        assert page.locator("html").get_attribute("lang") == "sq"


def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(
    browser: Browser, page_of_parts: str
) -> None:
    with context_of(browser) as context:
        browsing = Browsing.on(context)
        page = browsing.page
        browsing.open(page_of_parts)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main-content"
        wanted = page.locator(
            "main :is(a[href], button, input:not([type=hidden]), textarea, select, summary)"
        ).count()
        seen, unseen = set(), []
        for _ in range(wanted + 10):
            page.keyboard.press("Tab")
            where = page.evaluate(
                """() => { const one = document.activeElement, look = getComputedStyle(one);
                const label = one.nextElementSibling && getComputedStyle(one.nextElementSibling, "::before");
                const shown = look.outlineStyle !== "none" || look.boxShadow !== "none" || (label && label.boxShadow !== "none");
                return [one.outerHTML.slice(0, 300), shown]; }"""
            )
            seen.add(where[0])
            if not where[1] and not where[0].startswith("<body"):  # past the last one, the browser itself
                unseen.append(where[0])
        assert not unseen
        assert any("link to somewhere" in one for one in seen)
        assert any('name="do"' in one for one in seen)
        assert any("<summary" in one for one in seen)


def test_paper_says_that_it_is_a_working_copy(browser: Browser, page_of_parts: str) -> None:
    with context_of(browser) as context:
        browsing = Browsing.on(context)
        page = browsing.page
        browsing.open(page_of_parts)
        assert not page.get_by_text("Working copy").is_visible()
        page.emulate_media(media="print")
        assert page.get_by_text("Working copy").is_visible()
        assert page.get_by_text("dossier 0123456789abcdef").is_visible()
        assert not page.get_by_role("button", name="Initial the text").is_visible()
        after = page.get_by_role("link", name="link to somewhere").evaluate(
            "one => getComputedStyle(one, '::after').content"
        )
        assert "/somewhere" in after
        assert page.get_by_text("Text under it.").first.is_visible(), "what is folded is printed"
        assert browsing.sheets() <= 4


def test_forced_colours_and_reduced_motion_leave_every_state_visible(
    browser: Browser, page_of_parts: str
) -> None:
    with context_of(browser, forced_colors="active", reduced_motion="reduce") as context:
        browsing = Browsing.on(context)
        browsing.open(page_of_parts)
        browsing.shoot("parts-forced-colours")
        tag = browsing.page.locator(".govuk-tag").first
        assert tag.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
        button = browsing.page.get_by_role("button", name="Initial the text")
        assert button.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"
        assert browsing.axe() == []


def test_arrows_point_where_the_reader_comes_from(browser: Browser, page_of_parts: str) -> None:
    shapes = {}
    for lang in ("en", "he"):
        with context_of(browser, lang=lang) as context:
            browsing = Browsing.on(context)
            browsing.open(page_of_parts)
            shapes[lang] = browsing.page.evaluate(
                """() => [...document.querySelectorAll(".govuk-details")].map((one) =>
                getComputedStyle(one.querySelector("summary"), "::before").clipPath)"""
            )
    assert shapes["en"] == ["polygon(0% 0%, 100% 50%, 0% 100%)", "polygon(0% 0%, 50% 100%, 100% 0%)"]
    assert shapes["he"] == ["polygon(100% 0%, 0% 50%, 100% 100%)", "polygon(0% 0%, 50% 100%, 100% 0%)"]


def test_the_ways_of_a_narrow_page_unfold_and_are_there_without_scripts(
    browser: Browser, page_of_parts: str
) -> None:
    with context_of(browser, size=NARROW) as context:
        browsing = Browsing.on(context)
        browsing.open(page_of_parts)
        way = browsing.page.locator(".govuk-service-navigation__link").first
        expect(way).to_be_hidden()
        browsing.page.get_by_role("button", name="Menu").press("Enter")
        expect(way).to_be_visible()
        browsing.shoot("parts-en-narrow-menu")
        assert browsing.axe() == []
    with context_of(browser, size=NARROW, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(page_of_parts)
        expect(page.locator(".govuk-service-navigation__link").first).to_be_visible()


def test_a_tick_is_a_tick_in_both_directions(browser: Browser, page_of_parts: str) -> None:
    ticks = set()
    for lang in ("en", "he"):
        with context_of(browser, lang=lang) as context:
            browsing = Browsing.on(context)
            browsing.open(page_of_parts)
            label = browsing.page.locator(".govuk-checkboxes__label").first
            ticks.add(
                label.evaluate(
                    "one => { const l = getComputedStyle(one, '::after'); return l.transform + l.borderWidth; }"
                )
            )
    assert len(ticks) == 1
