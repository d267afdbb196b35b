"""Nonsense in every form about people: an answer, never a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.authenticator import Authenticator, enrolled, options_of
from tests.support.site import officer, signed_in

NASTY = (
    "",
    " ",
    "0",
    "-1",
    "9" * 40,
    "x" * 5000,
    "\u202e\u2066",
    "<script>",
    "{}",
    "[]",
    "null",
    "\ud800",
    "a\r\nb",
    "%s%n",
    "'; --",
)

FIELDS = (
    "name",
    "role",
    "dossier",
    "signatory",
    "lang",
    "label",
    "code",
    "passkey",
    "passkey-again",
    "next",
    "grant",
    "active",
)

PATHS = (
    "sign-in", "again", "again?next=//evil.example", "enrol/x", "recovery", "recovery/passkey", "me", "me/passkeys/add",
    "me/passkeys/1/name", f"me/passkeys/{10**30}/name", f"me/passkeys/{10**30}/remove", "invite",
    "invitations/x/withdraw", f"officers/{10**30}/give", "officers/0/take", f"second/{10**30}/confirm",
    f"second/{10**30}/withdraw", "second/0/confirm",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_form_takes_nonsense(path: str) -> None:
    from paraph.node.people import limits

    who = officer("An administrator", "administrator", "auditor")
    browser = signed_in(who)
    for value in NASTY:
        for one in (limits.SIGN_IN, limits.RECOVER, limits.ENROL):
            one.forget()
        sent = {field: value.encode("utf-8", "surrogatepass") for field in FIELDS}
        answer = browser.post(f"/people/{path}", sent)
        assert answer.status_code < 500, value[:40]
        assert not answer.get("Location", "").startswith("//")


@pytest.mark.parametrize("path", ["officers/{}/give", "officers/{}/take", "officers/{}/active"])
def test_the_forms_of_an_officer_take_nonsense(path: str) -> None:
    other = officer("A reviser", "reviser")
    browser = signed_in(officer("An administrator", "administrator"))
    for value in NASTY:
        sent = {field: value.encode("utf-8", "surrogatepass") for field in FIELDS}
        assert browser.post("/people/" + path.format(other.pk), sent).status_code < 500, value[:40]


WRONG: tuple[object, ...] = ("", "AA", "!!", "A" * 9000, 5, None, [], {"x": 1})

VITAL = frozenset({"rawId", "clientDataJSON", "authenticatorData", "signature", "attestationObject", "whole"})
"""What cannot be wrong without the answer being wrong; a browser may leave out the others."""


def damaged(answer: str) -> Iterator[tuple[str, str]]:
    """An answer of a browser with one thing wrong in each: what it is, and the answer."""
    value = json.loads(answer)
    inner = value["response"]
    for part in inner:
        for wrong in (*WRONG, inner[part][:-6], inner[part] + "AAAA"):
            yield part, json.dumps({**value, "response": {**inner, part: wrong}})
        yield part, json.dumps({**value, "response": {name: inner[name] for name in inner if name != part}})
    for part in value:
        for wrong in WRONG:
            yield part, json.dumps({**value, part: wrong})
    for whole in ("[" * 8000, "{" * 8000, '"' + "9" * 8000, "null", "5"):
        yield "whole", whole


@pytest.mark.engines("sqlite")  # damaged bytes are refused before any row is asked for
def test_damaged_answers_of_passkeys_sign_nobody_in_and_break_nothing() -> None:
    from paraph.node.people import limits

    key = enrolled(officer("A treaty officer"))
    count = len(list(damaged(key.assertion(options_of(signed_in().get("/people/sign-in"))))))
    for n in range(count):
        limits.SIGN_IN.forget()
        browser = signed_in()
        part, answer = list(damaged(key.assertion(options_of(browser.get("/people/sign-in")))))[n]
        status = browser.post("/people/sign-in", {"passkey": answer}).status_code
        assert status == 403 or (status == 302 and part not in VITAL), (part, answer[:200])


@pytest.mark.engines("sqlite")  # damaged bytes are refused before any row is asked for
def test_damaged_registrations_register_nothing() -> None:
    browser = signed_in(officer("A treaty officer"))
    page = "/people/me/passkeys/add"
    count = len(list(damaged(Authenticator().make(options_of(browser.get(page))))))
    for n in range(count):
        part, answer = list(damaged(Authenticator().make(options_of(browser.get(page)))))[n]
        status = browser.post(page, {"passkey": answer}).status_code
        assert status == 409 or (status == 302 and part not in VITAL - {"rawId"}), (part, answer[:200])
