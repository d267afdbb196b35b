"""What somebody writes is kept: while writing, from two tabs, on the way out and back, and by the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.e2e.web.browsing import context_of
from tests.e2e.web.served import Site

PATIENCE_MS = 15_000
"""Saving waits three seconds after the last letter."""


def begun(page: Page, url: str) -> None:
    page.goto(f"{url}/drafts/new")
    page.get_by_label("Number").fill("X/2026/8")
    page.get_by_label("English").check()
    page.get_by_role("button", name="Begin the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New text: draft")


def test_a_draft_saves_itself_and_two_tabs_do_not_overwrite_each_other(browser: Browser, site: Site) -> None:
    url = f"{site.url}/dossiers/{site.show('agreed').dossier}"
    with context_of(browser, lang="en", cookies=site.cookies_of("treaty-officer")) as context:
        first = context.new_page()
        begun(first, url)
        status = first.locator("[data-draft-status]")
        first.locator("#content-en").focus()
        first.keyboard.press("Control+End")
        first.keyboard.type("Typed words {nonsense}")
        expect(status).to_have_text("Not saved yet")
        expect(status).to_contain_text("Saved at", timeout=PATIENCE_MS)
        expect(first.locator("[data-draft-check]")).to_contain_text("Still to be mended:")

        second = context.new_page()
        second.goto(first.url)
        expect(second.locator("#content-en")).to_have_value(first.locator("#content-en").input_value())
        second.get_by_label("A word to the others").fill("from the second tab")
        second.get_by_role("button", name="Save the draft").click()
        expect(second.get_by_role("heading", level=1)).to_have_text("New text: draft")

        first.get_by_label("A word to the others").fill("from the first tab")
        expect(status).to_contain_text("somebody else saved this draft", timeout=PATIENCE_MS)
        first.get_by_role("button", name="Save the draft").click()
        expect(first.get_by_role("heading", level=1)).to_have_text("Two versions of this draft")
        first.get_by_role("button", name="Save mine, set the other aside").click()
        expect(first.get_by_label("A word to the others")).to_have_value("from the first tab")
        expect(first.get_by_role("heading", name="Set aside")).to_be_visible()


def test_who_goes_away_in_the_middle_of_a_word_finds_it_when_coming_back(
    browser: Browser, site: Site
) -> None:
    url = f"{site.url}/dossiers/{site.show('agreed').dossier}"
    with context_of(browser, lang="en", cookies=site.cookies_of("treaty-officer")) as context:
        page = context.new_page()
        begun(page, url)
        page.get_by_label("A word to the others").fill("a word and then aw")
        page.goto(f"{url}/texts/")
        page.go_back()
        expect(page.get_by_label("A word to the others")).to_have_value("a word and then aw")


def test_ticks_are_kept_as_they_are_made(browser: Browser, site: Site) -> None:
    url = f"{site.url}/dossiers/{site.show('agreed').dossier}"
    with context_of(browser, lang="en", cookies=site.cookies_of("reviser")) as context:
        page = context.new_page()
        page.goto(f"{url}/texts/X~2026~1/concordance")
        page.locator("#tick-title").focus()
        page.keyboard.press("Space")
        expect(page.locator("[data-ticks-status]")).to_contain_text("Ticks kept at", timeout=PATIENCE_MS)
        page.reload()
        expect(page.locator("#tick-title")).to_be_checked()
