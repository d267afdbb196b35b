"""Signing in: a passkey or nothing, the same answer to everybody, a new session, a day that ends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from paraph.node.people import presence
from tests.support.authenticator import Authenticator, enrolled, options_of
from tests.support.people import rows
from tests.support.site import officer, signed_in


def sign_in(browser: Client, key: Authenticator, **fields: str) -> Any:
    options = options_of(browser.get("/people/sign-in"))
    return browser.post("/people/sign-in", {"passkey": key.assertion(options), **fields})


def test_a_passkey_opens_the_node_and_the_session_has_a_new_name() -> None:
    who = officer("A treaty officer", "treaty-officer")
    key, browser = enrolled(who), signed_in()
    browser.get("/people/sign-in")
    before = browser.cookies["paraph"].value
    answer = sign_in(browser, key, next="/people/me")
    assert (answer.status_code, answer["Location"]) == (302, "/people/me")
    assert browser.cookies["paraph"].value != before
    assert browser.get("/people/me").status_code == 200
    assert rows("Credential").get(officer=who).used_at
    assert rows("JournalEntry").get(what="signed-in").officer_id_then == who.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://elsewhere.localhost:7480"},
        {"origin": "http://localhost:7481"},
        {"verified": False},
        {"cross_origin": True},
    ],
)
def test_a_passkey_shown_elsewhere_or_without_the_person_opens_nothing(wrong: dict[str, Any]) -> None:
    browser = signed_in()
    answer = sign_in(browser, enrolled(officer("A treaty officer"), **wrong))
    assert answer.status_code == 403
    assert browser.get("/people/me").status_code == 302


def test_unknown_deactivated_and_wrong_get_the_same_answer() -> None:
    gone = enrolled(officer("Who left", active=False))
    stranger = Authenticator()
    stranger.passkeys.extend(enrolled(officer("Somebody")).passkeys)
    rows("Credential").filter(officer__name="Somebody").delete()
    forger = enrolled(officer("A treaty officer"))
    forger.passkeys[0].key = enrolled(officer("Another")).passkeys[0].key
    said = set()
    for key in (gone, stranger, forger):
        answer = sign_in(signed_in(), key)
        said.add((answer.status_code, re.findall(r"<li>(.*?)</li>", answer.content.decode())[0]))
    assert len(said) == 1 and next(iter(said))[0] == 403


def test_an_answer_works_once() -> None:
    key, browser = enrolled(officer("A treaty officer")), signed_in()
    answer = key.assertion(options_of(browser.get("/people/sign-in")))
    assert browser.post("/people/sign-in", {"passkey": answer}).status_code == 302
    other = signed_in()
    other.get("/people/sign-in")
    assert other.post("/people/sign-in", {"passkey": answer}).status_code == 403
    assert browser.post("/people/sign-in", {"passkey": answer}).status_code == 403


def test_a_passkey_that_was_copied_is_refused() -> None:
    key = enrolled(officer("A treaty officer"), counts=True)
    assert sign_in(signed_in(), key).status_code == 302
    key.passkeys[0].count -= 1  # the copy, which has not counted this one
    assert sign_in(signed_in(), key).status_code == 403
    assert rows("JournalEntry").get(what="passkey-count-went-back").detail == "a key"


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "{}", '{"rawId": 5}', '{"rawId":"","response":{"clientDataJSON":"e30"}}', "9" * 20000],
)
def test_nonsense_is_refused_and_nothing_breaks(answer: str) -> None:
    browser = signed_in()
    browser.get("/people/sign-in")
    assert browser.post("/people/sign-in", {"passkey": answer}).status_code == 403


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(where: str) -> None:
    assert sign_in(signed_in(), enrolled(officer("A treaty officer")), next=where)["Location"] == "/"


def test_a_session_ends_with_the_day_whatever_is_done_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(officer("A treaty officer"))
    start = presence.now_s()
    for hours, lets in ((4, 200), (7.9, 200), (8.1, 302)):
        monkeypatch.setattr(presence, "now_s", lambda at=start + hours * 3600: at)
        assert browser.get("/people/me").status_code == lets


def test_who_is_deactivated_is_out_at_once() -> None:
    who = officer("A treaty officer")
    browser = signed_in(who)
    assert browser.get("/people/me").status_code == 200
    rows("Officer").filter(pk=who.pk).update(active=False)
    assert browser.get("/people/me").status_code == 302


def test_signing_out_ends_the_session_and_is_no_link() -> None:
    browser = signed_in(officer("A treaty officer"))
    assert browser.get("/people/sign-out").status_code == 405
    assert browser.post("/people/sign-out").status_code == 302
    assert browser.get("/people/me").status_code == 302


def test_too_many_tries_have_to_wait() -> None:
    browser = signed_in()
    browser.get("/people/sign-in")
    found = [browser.post("/people/sign-in", {"passkey": "{}"}) for _ in range(40)]
    assert found[-1].status_code == 429
    assert int(found[-1]["Retry-After"]) > 0
