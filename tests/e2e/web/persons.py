"""People in the browsers of three nodes: each in a browser of his or her own, with a passkey of his or her own."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from paraph.cli.demo.cast import OPERATORS
from paraph.cli.demo.stage import Stage
from tests.e2e.web.browsing import Authenticator, Browsing, context_of

__all__ = ["PATIENCE_S", "Ministry", "Person", "material", "ministry", "person", "served"]

PATIENCE_S = 60
"""Longest wait until a page shows what the other side did."""

LOOK_MS = 300


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody at one node, in a browser.

    Attributes:
        url: The node's pages.
        browsing: The browser.
        key: The passkey.
        gestures: How often this person clicked, since counting began.
    """

    url: str
    browsing: Browsing
    key: Authenticator
    gestures: int = 0

    @property
    def page(self) -> Page:
        return self.browsing.page

    def go(self, path: str) -> None:
        status = self.browsing.open(self.url + path)
        assert status < 500, f"{path}: {status}"
        self.sound()

    def sound(self) -> None:
        """Nothing went wrong on any page so far."""
        assert not self.browsing.problems, self.browsing.problems

    def press(self, selector: str) -> None:
        """Click, and wait for the page that follows."""
        self.gestures += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("networkidle")
        self.sound()

    def send(self, form: str = "") -> None:
        """Send a form, or the page's first one with its main button; show the passkey where it is asked for."""
        main = "main form[method=post] button.govuk-button:not(.govuk-button--secondary)"
        self.press(f"{form} button.govuk-button" if form else main)
        if self.page.locator("form[data-passkey=get]").count() and "/again" not in self.page.url:
            self.show_passkey()

    def show_passkey(self) -> None:
        """Answer the page that asks for the passkey before a solemn step."""
        before = self.page.url
        self.press("form[data-passkey=get] button.govuk-button")
        deadline = time.monotonic() + PATIENCE_S
        while self.page.locator("form[data-passkey=get]").count() and time.monotonic() < deadline:
            self.page.wait_for_timeout(LOOK_MS)
            if self.page.url != before:
                break
        self.page.wait_for_load_state("networkidle")

    def fill(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]').first
            kind = field.evaluate("e => e.tagName + ':' + (e.type || '')").lower()
            if kind.startswith("select"):
                field.select_option(value)
            elif kind.endswith(("radio", "checkbox")):
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def until(self, path: str, reached: Callable[[Page], bool], what: str) -> None:
        """Load a page again until it shows something."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.go(path)
            if reached(self.page):
                return
            assert time.monotonic() < deadline, f"{self.url}{path} never showed {what}: {self.text()[:3000]}"
            self.page.wait_for_timeout(LOOK_MS)

    def text(self) -> str:
        """What stands in the page's main part."""
        return self.page.locator("main").inner_text()

    def no_refusal(self) -> None:
        """The last step was not refused."""
        shown = self.page.locator(".govuk-error-summary")
        assert not shown.count(), shown.inner_text()


@dataclass(slots=True, kw_only=True)
class Ministry:
    """Two people of one ministry: an officer, and the minister who signs.

    Attributes:
        party: Which.
        officer: Who does everything but sign.
        minister: Who signs.
    """

    party: str
    officer: Person
    minister: Person


def served(stage: Stage) -> None:
    """Wait until every node serves its pages."""
    deadline = time.monotonic() + PATIENCE_S
    for url in stage.pages.values():
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, f"{url} is not served"
                time.sleep(0.1)


def person(
    stage: Stage,
    kept: ExitStack,
    browser: Browser,
    node: str,
    name: str,
    roles: tuple[str, ...],
    *,
    lang: str,
    signatory: str = "",
) -> Person:
    """Invite somebody at a node, and let him or her enrol with a passkey."""
    made = stage.command(
        node, "node", "invite", "--name", name, "--lang", lang,
        *(option for role in roles for option in ("--role", role)),
        *(("--signatory", signatory) if signatory else ()),
        *(option for operator in OPERATORS for option in ("--operator", operator)),
    )  # fmt: skip
    browsing = Browsing.on(kept.enter_context(context_of(browser, lang=lang)))
    somebody = Person(url=stage.pages[node], browsing=browsing, key=Authenticator.plug_in(browsing))
    somebody.go(made["enrolment"].removeprefix(stage.pages[node]))
    somebody.fill({"label": "the only key"})
    somebody.press("form[data-passkey=create] button.govuk-button")
    somebody.page.locator(".paraph-codes").wait_for()
    assert somebody.key.credentials()
    return somebody


OFFICER = ("treaty-officer", "legal-adviser", "protocol-officer", "reviser", "press-officer")


def ministry(stage: Stage, kept: ExitStack, browser: Browser, party: str, *, lang: str) -> Ministry:
    """The two people of one ministry."""
    return Ministry(
        party=party,
        officer=person(stage, kept, browser, party, f"officer of {party}", OFFICER, lang=lang),
        minister=person(
            stage,
            kept,
            browser,
            party,
            f"minister of {party}",
            ("signatory",),
            lang=lang,
            signatory=f"{party}.fm",
        ),
    )


def material(stage: Stage) -> dict[str, Any]:
    """Files of the case by instrument: the Markdown of each language."""
    folder: Path = stage.folder / "material"
    return {one.name: sorted(one.glob("*.md")) for one in sorted(folder.iterdir()) if one.is_dir()}
