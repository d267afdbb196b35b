"""Signing in a real browser: a passkey whose challenge is the act, with the keyboard alone, under a minute, on one sheet of paper."""

from __future__ import annotations

import base64
import hashlib
import time
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import override_settings
from playwright.sync_api import Browser

from paraph.app.approval import present_passkeys
from paraph.app.container import finished_container
from paraph.domain.ids import Digest
from paraph.node.people.public_keys import spki
from paraph.verify.container import verify_container
from paraph.verify.verdict import Verdict
from tests.e2e.web.browsing import Authenticator, Browsing, context_of
from tests.e2e.web.served import Site
from tests.support.authenticator import Passkey, enrolled
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

UNDER_A_MINUTE = 60
TARGET = 64
"""Pixels of the smallest button in the room, either way."""


class Room:
    """A minister before the tablet: a world whose first party has presented his or her passkey."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.world = World.at("agreed")
        site_of(self.world.first)
        self.minister = officer("The minister", "signatory", signatory="north.fm")
        self.passkey: Passkey = enrolled(self.minister, origin=site.url).passkeys[0]
        present_passkeys(
            self.world.first.node,
            self.world.dossier,
            "north.fm",
            [(Digest(hashlib.sha256(self.passkey.credential_id).hexdigest()), spki(self.passkey.cose()))],
            rp_id="localhost",
            origin=site.url,
        )
        self.world.settle()
        self.world.make_plan()
        self.cookies = [
            {"name": name, "value": kept.value, "url": site.url}
            for name, kept in signed_in(self.minister).cookies.items()
        ]
        self.address = f"{site.url}/room/{self.world.dossier}/"

    def put_in(self, key: Authenticator) -> None:
        """The minister's authenticator is in this browser."""
        private = self.passkey.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        coded = {
            "credentialId": self.passkey.credential_id,
            "privateKey": private,
            "userHandle": self.passkey.handle,
        }
        credential: dict[str, Any] = {k: base64.b64encode(v).decode() for k, v in coded.items()}
        key.cdp.send(
            "WebAuthn.addCredential",
            {
                "authenticatorId": key.id,
                "credential": {
                    **credential,
                    "isResidentCredential": True,
                    "rpId": "localhost",
                    "signCount": 1,
                },
            },
        )


@pytest.fixture
def room(site: Site) -> Any:
    with override_settings(SITE_URL=site.url):
        yield Room(site)


@pytest.mark.parametrize("lang", ["en", "he"])
def test_a_minister_signs_with_the_keyboard_alone_and_the_container_proves_it(
    browser: Browser, room: Room, lang: str
) -> None:
    with context_of(browser, lang=lang, cookies=room.cookies) as context:
        browsing = Browsing.on(context)
        key = Authenticator.plug_in(browsing)
        room.put_in(key)
        page = browsing.page
        begun = time.monotonic()
        browsing.open(room.address)
        gestures = 0
        page.locator("a.paraph-room__button").focus()
        while "/pages/" not in page.url or page.locator('a[rel="next"]').count():
            with page.expect_navigation():
                page.keyboard.press("Enter")
            gestures += 1
            following = page.locator('a[rel="next"]')
            (following if following.count() else page.locator("form button.paraph-room__button")).focus()
        page.keyboard.press("Enter")  # to the last step
        page.wait_for_url("**/last")
        page.locator(".paraph-room__button--sign").focus()
        page.keyboard.press("Enter")  # the passkey
        page.wait_for_url("**/done")
        gestures += 2
        took = time.monotonic() - begun
        assert page.locator(".govuk-panel__title").count() == 1
        assert gestures == 8 + 2  # eight pages, the last step, the signature
        assert took < UNDER_A_MINUTE
        assert browsing.problems == []
    room.world.second.deposit()
    room.world.settle()
    room.world.assert_concluded()
    node = room.world.first.node
    report = verify_container(
        finished_container(node, room.world.dossier),
        path="dossier.asice",
        anchors=room.world.anchors(),
        at=datetime.fromisoformat(room.world.clock.now()),
    )
    assert report.verdict is Verdict.PASS, [f for f in report.findings if f.severity != "info"]
    assert [f.code for f in report.findings if f.code.startswith("approval")] == [
        "approval",
        "approval-missing",
    ]


def test_a_finger_that_is_not_recognised_signs_nothing_and_can_be_tried_again(
    browser: Browser, room: Room
) -> None:
    with context_of(browser, cookies=room.cookies) as context:
        browsing = Browsing.on(context)
        key = Authenticator.plug_in(browsing)
        room.put_in(key)
        page = browsing.page
        browsing.open(room.address)
        page.locator("form button.paraph-room__button").click()
        page.wait_for_url("**/last")
        key.refuse()
        page.locator(".paraph-room__button--sign").click()
        page.locator('[data-says="cancelled"]').wait_for(state="visible")
        assert not room.world.first.plan.deposits
        key.accept()
        page.wait_for_timeout(1100)  # a second press within a second counts as the same
        page.locator(".paraph-room__button--sign").click()
        page.wait_for_url("**/done")
        assert room.world.first.plan.deposits


@pytest.mark.parametrize("width", [1280, 768, 375])
def test_targets_in_the_room_are_huge(browser: Browser, room: Room, width: int) -> None:
    with context_of(browser, cookies=room.cookies) as context:
        browsing = Browsing.on(context)
        browsing.resize((width, 900))
        for path in ("", "pages/1", "pages/2"):
            browsing.open(room.address + path)
            for button in browsing.page.locator("main a, main button").all():
                box = button.bounding_box()
                assert box is not None
                assert min(box["width"], box["height"]) >= TARGET, (path, button.inner_text(), box)


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_readiness_prints_on_one_sheet(browser: Browser, site: Site, lang: str) -> None:
    world = World.at("planned", numbers=("X/2026/1", "X/2026/2", "X/2026/3"))
    site_of(world.first)
    with context_of(browser, lang=lang, cookies=site.cookies_of("treaty-officer")) as context:
        browsing = Browsing.on(context)
        browsing.open(f"{site.url}/dossiers/{world.dossier}/readiness")
        assert browsing.sheets() == 1


def test_a_page_that_waits_comes_again_when_something_changed(browser: Browser, site: Site) -> None:
    world = World.at("planned")
    site_of(world.first)
    with context_of(browser, cookies=site.cookies_of("treaty-officer")) as context:
        browsing = Browsing.on(context)
        browsing.open(f"{site.url}/dossiers/{world.dossier}/exchange")
        assert browsing.page.get_by_text("Not in yet").count() == 2
        world.first.deposit()
        browsing.page.get_by_text("In, not checked yet").wait_for(timeout=15_000)
        assert browsing.problems == []
