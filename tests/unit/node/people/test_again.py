"""Solemn steps: the passkey once more, and nothing that was entered is lost."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from paraph.node.people import presence
from tests.support.authenticator import enrolled, options_of
from tests.support.people import rows
from tests.support.site import officer, signed_in

ANSWER = "passkey-again"

ENTERED = {"name": 'A "reviser" <of> the ministry\r\nand more', "role": ["reviser", "auditor"], "dossier": "", "lang": "he"}


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    at = presence.now_s() + seconds
    monkeypatch.setattr(presence, "now_s", lambda: at)


def fields(page: Any) -> dict[str, list[str]]:
    """The hidden fields of the form that asks, as a browser would send them."""
    form = re.search(r"<form[^>]*data-passkey.*?</form>", page.content.decode(), re.DOTALL)
    assert form
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?>', form[0]):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def test_a_solemn_step_asks_again_and_then_goes_on_with_what_was_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    who = officer("An administrator", "administrator")
    key, browser = enrolled(who), signed_in(who)
    later(monkeypatch, presence.RECENT_S + 1)
    page = browser.post("/people/invite", {**ENTERED, "name": "A reviser"})
    assert page.status_code == 403
    carried = fields(page)
    assert carried["role"] == ["reviser", "auditor"] and carried["name"] == ["A reviser"]
    carried[ANSWER] = [key.assertion(options_of(page))]
    answer = browser.post("/people/invite", carried)
    assert answer.status_code == 200 and b"/people/enrol/" in answer.content
    assert browser.post("/people/invite", {**ENTERED, "name": "Another"}).status_code == 200, "for five minutes"


def test_whatever_was_entered_comes_through_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    who = officer("An administrator", "administrator")
    browser = signed_in(who)
    later(monkeypatch, presence.RECENT_S + 1)
    carried = fields(browser.post("/people/invite", ENTERED))
    assert {name: carried[name] for name in ENTERED} == {
        "name": [ENTERED["name"]], "role": ENTERED["role"], "dossier": [""], "lang": ["he"],
    }  # fmt: skip
    assert "csrfmiddlewaretoken" not in carried or len(carried["csrfmiddlewaretoken"]) == 1


def test_somebody_elses_passkey_does_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    who, other = officer("An administrator", "administrator"), officer("Another", "administrator")
    enrolled(who)
    key, browser = enrolled(other), signed_in(who)
    later(monkeypatch, presence.RECENT_S + 1)
    page = browser.post("/people/invite", ENTERED)
    options = options_of(page)
    options["publicKey"]["allowCredentials"] = []
    page = browser.post("/people/invite", {**ENTERED, ANSWER: key.assertion(options)})
    assert page.status_code == 403 and "This passkey was not accepted" in page.content.decode()
    assert fields(page)["role"] == ENTERED["role"]


def test_an_answer_for_signing_in_is_none_for_a_solemn_step(monkeypatch: pytest.MonkeyPatch) -> None:
    who = officer("An administrator", "administrator")
    key, browser = enrolled(who), signed_in(who)
    later(monkeypatch, presence.RECENT_S + 1)
    answer = key.assertion(options_of(browser.get("/people/sign-in")))
    assert browser.post("/people/invite", {**ENTERED, ANSWER: answer}).status_code == 403


@pytest.mark.parametrize("too_much", [{"name": "x" * (256 * 1024 + 1)}, {"file": "upload"}])
def test_files_and_long_texts_are_sent_again_by_hand(monkeypatch: pytest.MonkeyPatch, too_much: dict[str, Any]) -> None:
    who = officer("An administrator", "administrator")
    key, browser = enrolled(who), signed_in(who)
    later(monkeypatch, presence.RECENT_S + 1)
    sent = {"file": SimpleUploadedFile("a.pdf", b"%PDF")} if "file" in too_much else too_much
    page = browser.post("/people/invite", sent, headers={"referer": "http://localhost:7480/people/invite"})
    assert page.status_code == 403 and "go back in your browser" in page.content.decode()
    assert 'action="/people/again?next=%2Fpeople%2Finvite"' in page.content.decode()
    answer = browser.post("/people/again?next=%2Fpeople%2Finvite", {ANSWER: key.assertion(options_of(page))})
    assert (answer.status_code, answer["Location"]) == (302, "/people/invite")
    assert browser.post("/people/invite", {**ENTERED, "name": "A reviser"}).status_code == 200


def test_reading_is_never_solemn(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(officer("An administrator", "administrator"))
    later(monkeypatch, presence.RECENT_S + 1)
    assert browser.get("/people/invite").status_code == 200
    assert not rows("JournalEntry").exists()
