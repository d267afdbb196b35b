"""How people come to a node, and come back: with real passkeys of a real browser, on a node of its own."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import paraph
from tests.e2e.web.browsing import NARROW, WIDE, Authenticator, Browsing, context_of
from tests.e2e.web.served import WebNode

DOUBLE_CLICK_MS = 1100
"""Two clicks within a second are taken for one."""

CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


@contextmanager
def person(browser: Browser, lang: str = "en") -> Iterator[tuple[Browsing, Authenticator]]:
    """A browser of one's own with a security key in it."""
    with context_of(browser, lang=lang) as context:
        browsing = Browsing.on(context)
        yield browsing, Authenticator.plug_in(browsing)
        assert not browsing.problems


def enrol(browsing: Browsing, link: str, label: str = "first key") -> list[str]:
    """Take an invitation; the recovery codes."""
    browsing.open(link)
    browsing.page.get_by_label("What to call it").fill(label)
    browsing.page.get_by_role("button", name="Register a passkey").click()
    expect(browsing.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    return CODE.findall(browsing.page.inner_text("main"))


def look(browsing: Browsing, name: str) -> None:
    """Look at a page as it is now, wide and narrow."""
    for size, kind in ((WIDE, "wide"), (NARROW, "narrow")):
        browsing.resize(size)
        browsing.shoot(f"{name}-{kind}")
        assert browsing.scrolls_sideways() <= 0, name
        assert browsing.axe() == [], name
    browsing.resize(WIDE)


def sign_in(browsing: Browsing, node: WebNode) -> None:
    browsing.open(f"{node.url}/people/sign-in?next=/people/me")
    browsing.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(browsing.page.get_by_role("heading", name="My account")).to_be_visible()


def sign_out(browsing: Browsing) -> None:
    browsing.page.get_by_role("button", name="Sign out").click()
    expect(browsing.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def age(node: WebNode) -> None:
    """Pretend that everybody showed the passkey an hour ago, as a database of sessions has it."""
    from django.core import signing

    secret = (node.home / "keys" / "web-secret").read_text("utf-8").strip()
    salt = "django.contrib.sessions.SessionStore"
    with closing(sqlite3.connect(node.home / "people.sqlite3", timeout=10)) as people:
        for key, data in people.execute("SELECT session_key, session_data FROM django_session").fetchall():
            value = signing.loads(data, key=secret, salt=salt)
            value["shown"] = value.get("shown", 0) - 3600
            people.execute(
                "UPDATE django_session SET session_data = ? WHERE session_key = ?",
                [signing.dumps(value, key=secret, salt=salt, compress=True), key],
            )
        people.commit()


def test_from_the_first_administrator_to_somebody_who_lost_everything(
    browser: Browser, web_node: Callable[[str], WebNode]
) -> None:
    node = web_node("israel")
    with ExitStack() as stack:
        administrator, _ = stack.enter_context(person(browser))
        administrator.open(node.said["enrolment"])
        look(administrator, "enrol")
        codes = enrol(administrator, node.said["enrolment"])
        look(administrator, "codes")
        assert len(set(codes)) == 10
        assert administrator.open(node.said["enrolment"]) == 404, "an invitation works once"

        # invites a treaty officer; the link is shown once
        administrator.open(f"{node.url}/people/invite")
        administrator.page.get_by_label("Name, as colleagues").fill("Treaty officer of the ministry")
        administrator.page.get_by_label("Treaty officer", exact=True).check()
        administrator.page.get_by_role("button", name="Invite").click()
        link = administrator.page.locator(".paraph-link-once").inner_text()
        look(administrator, "invited")
        assert link.startswith(f"{node.url}/people/enrol/")

        officer, key = stack.enter_context(person(browser))
        codes = enrol(officer, link)
        sign_out(officer)
        assert officer.open(f"{node.url}/people/me") == 200
        assert officer.page.url == f"{node.url}/people/sign-in?next=%2Fpeople%2Fme"

        # a finger that is not recognised opens nothing, and the page says what to do
        key.refuse()
        officer.page.get_by_role("button", name="Sign in with a passkey").click()
        expect(officer.page.get_by_text("No passkey was shown")).to_be_visible()
        key.accept()
        sign_in(officer, node)

        # a second authenticator, after the first one was shown once more
        expect(officer.page.get_by_text("You have one passkey")).to_be_visible()
        age(node)
        officer.page.get_by_role("button", name="Make recovery codes anew").click()
        expect(officer.page.get_by_role("heading", name="Show your passkey")).to_be_visible()
        look(officer, "again")
        officer.page.get_by_role("button", name="Show the passkey and go on").click()
        expect(officer.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        codes = CODE.findall(officer.page.inner_text("main"))
        officer.open(f"{node.url}/people/me/passkeys/add")
        officer.page.get_by_label("What to call it").fill("second key")
        officer.page.get_by_role("button", name="Register a passkey").click()
        expect(officer.page.get_by_text("holds a passkey of yours already")).to_be_visible()
        key.pull_out()
        Authenticator.plug_in(officer)
        officer.page.wait_for_timeout(DOUBLE_CLICK_MS)
        officer.page.get_by_role("button", name="Register a passkey").click()
        expect(officer.page.get_by_role("heading", name="My account")).to_be_visible()
        expect(officer.page.get_by_role("heading", name="second key")).to_be_visible()
        officer.page.locator("details").first.click()
        look(officer, "account-two")
        sign_out(officer)

        # both keys are lost: a code registers a new one
        recovered, _ = stack.enter_context(person(browser))
        recovered.open(f"{node.url}/people/recovery")
        recovered.page.get_by_label("Recovery code").fill(codes[0].lower().replace("-", " "))
        recovered.page.get_by_role("button", name="Use this code").click()
        assert recovered.open(f"{node.url}/people/me") == 200
        assert "/people/sign-in" in recovered.page.url, "a code is no signing in"
        recovered.open(f"{node.url}/people/recovery/passkey")
        recovered.page.get_by_label("What to call it").fill("third key")
        recovered.page.get_by_role("button", name="Register a passkey").click()
        expect(recovered.page.get_by_role("heading", name="third key")).to_be_visible()

        # everything is lost: two operators let the officer begin again
        said = json.loads(
            paraph(
                "node",
                "re-enrol",
                "Treaty officer of the ministry",
                "--home",
                str(node.home),
                "--operator",
                "First operator",
                "--operator",
                "Second operator",
                "--json",
            )
        )
        again, _ = stack.enter_context(person(browser))
        enrol(again, said["enrolment"], "fourth key")
        again.open(f"{node.url}/people/me")
        expect(again.page.get_by_role("heading", name="fourth key")).to_be_visible()
        expect(again.page.locator("section[aria-labelledby^=passkey]")).to_have_count(1)
        recovered.open(f"{node.url}/people/me")
        assert "/people/sign-in" in recovered.page.url, "sessions elsewhere ended"
        recovered.page.get_by_role("button", name="Sign in with a passkey").click()
        expect(recovered.page.get_by_text("This passkey was not accepted")).to_be_visible()
        administrator.open(f"{node.url}/people/")
        expect(administrator.page.get_by_text("First operator, Second operator").first).to_be_visible()
        look(administrator, "people-told")
        administrator.page.get_by_role("link", name="Treaty officer of the ministry").click()
        look(administrator, "officer")
        administrator.open(f"{node.url}/people/journal")
        look(administrator, "journal-full")


def test_two_administrators_give_what_one_cannot(
    browser: Browser, web_node: Callable[[str], WebNode], tmp_path: Path
) -> None:
    node = web_node("kosovo")
    with ExitStack() as stack:
        first, _ = stack.enter_context(person(browser))
        enrol(first, node.said["enrolment"])
        first.open(f"{node.url}/people/invite")
        first.page.get_by_label("Name, as colleagues").fill("The minister")
        first.page.get_by_label("Signatory", exact=True).check()
        first.page.get_by_label("Which signatory").fill("kosovo.mfa")
        first.page.get_by_role("button", name="Invite").click()
        expect(first.page.get_by_role("alert")).to_contain_text("the only active administrator")
        expect(first.page.get_by_label("Name, as colleagues")).to_have_value("The minister")

        said = json.loads(
            paraph(
                "node",
                "invite",
                "--home",
                str(node.home),
                "--name",
                "Second administrator",
                "--role",
                "administrator",
                "--operator",
                "First operator",
                "--operator",
                "Second operator",
                "--json",
            )
        )
        second, _ = stack.enter_context(person(browser, lang="he"))
        second.open(said["enrolment"])
        look(second, "enrol-he")
        second.page.locator("form[data-passkey] button").click()
        second.page.wait_for_selector(".paraph-codes")
        look(second, "codes-he")
        first.page.get_by_role("button", name="Invite").click()
        expect(first.page.get_by_text("Another administrator has to confirm")).to_be_visible()
        second.open(f"{node.url}/people/second")
        look(second, "second-he")
        second.page.locator("form[action$=confirm] button").click()
        second.page.wait_for_selector(".paraph-link-once")
        look(second, "invited-he")
        link = second.page.locator(".paraph-link-once").inner_text()
        minister, _ = stack.enter_context(person(browser, lang="sq"))
        minister.open(link)
        minister.page.locator("form[data-passkey] button").click()
        minister.page.wait_for_selector(".paraph-codes")


@pytest.mark.parametrize("address", ["/people/sign-in", "/people/recovery"])
def test_without_scripts_the_page_says_what_is_missing(
    browser: Browser, web_node: Callable[[str], WebNode], address: str
) -> None:
    node = web_node("israel")
    with context_of(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(node.url + address)
        expect(page.locator("h1")).to_be_visible()
        if address.endswith("sign-in"):
            expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
