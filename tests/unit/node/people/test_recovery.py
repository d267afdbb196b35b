"""Recovery codes: each once, for a new passkey and nothing else; the account; sessions that end."""

from __future__ import annotations

import pytest

from paraph.node.people import presence
from tests.support.authenticator import Authenticator, enrolled, options_of
from tests.support.people import rows
from tests.support.site import officer, signed_in


def codes_of(who: object) -> tuple[str, ...]:
    from paraph.node.people.recovery_codes import new_codes

    return new_codes(who)  # type: ignore[arg-type]


def test_a_code_registers_a_passkey_and_opens_nothing_else() -> None:
    who = officer("A treaty officer", "treaty-officer")
    enrolled(who)
    elsewhere, browser, codes = signed_in(who), signed_in(), codes_of(who)
    answer = browser.post("/people/recovery", {"code": codes[3].lower().replace("-", " ").replace("0", "o")})
    assert answer["Location"] == "/people/recovery/passkey"
    assert browser.get("/people/me").status_code == 302
    page = browser.get("/people/recovery/passkey")
    answer = browser.post("/people/recovery/passkey", {"passkey": Authenticator().make(options_of(page))})
    assert answer["Location"] == "/people/me"
    assert browser.get("/people/me").status_code == 200
    assert elsewhere.get("/people/me").status_code == 302
    assert rows("Credential").filter(officer=who).count() == 2
    assert browser.get("/people/recovery/passkey").status_code == 302, "once"


def test_a_code_works_once_and_an_unknown_one_gets_the_same_answer() -> None:
    who = officer("A treaty officer")
    code = codes_of(who)[0]
    assert signed_in().post("/people/recovery", {"code": code}).status_code == 302
    used = signed_in().post("/people/recovery", {"code": code})
    unknown = signed_in().post("/people/recovery", {"code": "AAAA-BBBB-CCCC-DDDD"})
    assert used.status_code == unknown.status_code == 403
    assert len(used.content) == len(unknown.content)


def test_codes_made_anew_end_the_old_ones() -> None:
    who = officer("A treaty officer")
    old = codes_of(who)
    answer = signed_in(who).post("/people/me/recovery-codes")
    assert answer.status_code == 200 and old[0].encode() not in answer.content
    assert signed_in().post("/people/recovery", {"code": old[0]}).status_code == 403


def test_a_deactivated_officer_has_no_codes() -> None:
    who = officer("Who left")
    code = codes_of(who)[0]
    rows("Officer").filter(pk=who.pk).update(active=False)
    assert signed_in().post("/people/recovery", {"code": code}).status_code == 403


def test_a_code_entered_is_good_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    from paraph.node.people.views import recovery

    who, browser = officer("A treaty officer"), signed_in()
    browser.post("/people/recovery", {"code": codes_of(who)[0]})
    at = presence.now_s() + 601
    monkeypatch.setattr(recovery, "now_s", lambda: at)
    assert browser.get("/people/recovery/passkey")["Location"] == "/people/recovery"


def test_guessing_has_to_wait() -> None:
    browser = signed_in()
    found = [browser.post("/people/recovery", {"code": f"{n:04}-0000-0000-0000"}).status_code for n in range(7)]
    assert found[0] == 403 and found[-1] == 429


def test_the_last_passkey_stays() -> None:
    who = officer("A treaty officer")
    enrolled(who)
    enrolled(who)
    first, second = rows("Credential").filter(officer=who)
    browser = signed_in(who)
    assert browser.post(f"/people/me/passkeys/{first.pk}/remove").status_code == 302
    answer = browser.post(f"/people/me/passkeys/{second.pk}/remove")
    assert answer.status_code == 409 and "only passkey" in answer.content.decode()
    assert rows("Credential").filter(officer=who).count() == 1


def test_nobody_touches_the_passkeys_of_others() -> None:
    other = officer("Another")
    enrolled(other)
    theirs = rows("Credential").get(officer=other)
    browser = signed_in(officer("A treaty officer"))
    assert browser.post(f"/people/me/passkeys/{theirs.pk}/name", {"label": "mine"}).status_code == 404
    assert browser.post(f"/people/me/passkeys/{theirs.pk}/remove").status_code == 409
    assert rows("Credential").get(officer=other).label == "a key"


def test_a_second_passkey_is_added_and_the_first_is_not_taken_twice() -> None:
    who = officer("A treaty officer")
    key, browser = enrolled(who), signed_in(who)
    options = options_of(browser.get("/people/me/passkeys/add"))
    assert len(options["publicKey"]["excludeCredentials"]) == 1
    answer = browser.post("/people/me/passkeys/add", {"passkey": key.make(options), "label": "second"})
    assert answer.status_code == 302
    assert rows("Credential").filter(officer=who, label="second").exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\u202eb"])
def test_a_name_that_is_none_is_refused_and_stays_entered(name: str) -> None:
    who = officer("A treaty officer")
    answer = signed_in(who).post("/people/me", {"name": name, "lang": "he"})
    assert answer.status_code == 400
    assert rows("Officer").get(pk=who.pk).name == "A treaty officer"


def test_name_and_language_are_kept_and_the_change_of_a_name_is_written_down() -> None:
    who = officer("A treaty officer")
    browser = signed_in(who)
    assert browser.post("/people/me", {"name": " A  desk officer ", "lang": "he"}).status_code == 302
    assert '<html lang="he" dir="rtl"' in browser.get("/people/me").content.decode()
    assert rows("Officer").get(pk=who.pk).name == "A desk officer"
    assert "A treaty officer → A desk officer" in rows("JournalEntry").get(what="officer-renamed").detail


def test_sessions_end_when_they_are_ended() -> None:
    who = officer("A treaty officer")
    browser = signed_in(who)
    assert browser.get("/people/me").status_code == 200
    from paraph.node.people import roster

    roster.end_sessions(who)
    assert browser.get("/people/me").status_code == 302
