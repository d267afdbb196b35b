"""What everybody sees: a published dossier, a verdict, with a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.web.browsing import NARROW, WIDE, Browsing, context_of
from tests.e2e.web.served import Site
from tests.support.nodes import World

LANGUAGES = ("en", "he", "sq")


def look(browsing: Browsing, name: str) -> None:
    for size, kind in ((WIDE, "wide"), (NARROW, "narrow")):
        browsing.resize(size)
        browsing.shoot(f"{name}-{kind}")
        assert browsing.scrolls_sideways() <= 0, kind
        assert browsing.axe() == [], kind
    browsing.shoot_print(f"{name}-print")
    assert browsing.problems == []


@pytest.fixture
def published(site: Site) -> Any:
    from paraph.node.public.models import Publication

    world: World = site.show("concluded")
    row = Publication.objects.create(
        dossier=str(world.dossier),
        proposed_by="first officer",
        confirmed_by="second officer",
        confirmed_at=world.first.node.clock.now(),
    )
    yield world
    row.delete()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_published_dossier_reads_well(browser: Browser, site: Site, published: World, lang: str) -> None:
    with context_of(browser, lang=lang, cookies=[]) as context:
        browsing = Browsing.on(context)
        assert browsing.open(f"{site.url}/published/{published.dossier}/") == 200
        look(browsing, f"published-dossier-{lang}")
        assert browsing.open(f"{site.url}/published/") == 200
        look(browsing, f"published-list-{lang}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_verdict_reads_well(
    browser: Browser, site: Site, published: World, lang: str, tmp_path: Path
) -> None:
    from paraph.app.container import finished_container

    data = bytearray(finished_container(published.first.node, published.dossier))
    (tmp_path / "dossier.asice").write_bytes(data)
    with context_of(browser, lang=lang, cookies=[]) as context:
        browsing = Browsing.on(context)
        for name, trusts in (("pass", True), ("indeterminate", False)):
            assert browsing.open(f"{site.url}/verify") == 200
            browsing.page.set_input_files("#file", str(tmp_path / "dossier.asice"))
            browsing.page.locator("#known").set_checked(trusts)
            browsing.page.locator("main form button").click()
            browsing.page.wait_for_selector(f".paraph-verdict--{name}")
            look(browsing, f"verdict-{name}-{lang}")


def test_a_file_can_be_dropped(browser: Browser, site: Site, published: World) -> None:
    with context_of(browser, lang="en", cookies=[]) as context:
        browsing = Browsing.on(context)
        browsing.open(f"{site.url}/verify")
        browsing.page.evaluate(
            """() => {
                const carried = new DataTransfer();
                carried.items.add(new File(["%PDF-1.7"], "dropped.pdf"));
                document.querySelector("[data-drop]").dispatchEvent(
                    new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
            }"""
        )
        browsing.page.locator("main form button").click()
        browsing.page.wait_for_selector(".paraph-verdict--fail")
        assert "dropped.pdf" in browsing.page.content()
