"""Invitations: once, within their time, never by looking at them; what comes of a passkey that is wrong."""

from __future__ import annotations

import re
import stat
import threading
from typing import Any

import pytest

from paraph.domain.instants import after
from paraph.errors import LocalActError
from paraph.node.people import invitations
from paraph.node.people.invitations import (
    LIVES_S,
    find_invitation,
    give_back,
    make_invitation,
    take_invitation,
)
from paraph.node.web.host import Host
from tests.support.authenticator import Authenticator, enrolled, options_of
from tests.support.people import rows
from tests.support.site import officer, signed_in

CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


def invited(site: Host, **more: Any) -> str:
    now = site.node.clock.now()
    roles = more.pop("roles", ("treaty-officer",))
    return make_invitation(
        site.folder, name="A treaty officer", roles=roles, now=now, operators=("An operator",), **more
    )[1]


def enrol(token: str, key: Authenticator, label: str = "") -> Any:
    browser = signed_in()
    options = options_of(browser.get(f"/people/enrol/{token}"))
    return browser, browser.post(f"/people/enrol/{token}", {"passkey": key.make(options), "label": label})


def test_an_invitation_becomes_an_officer_with_roles_a_passkey_and_codes(site: Host) -> None:
    browser, answer = enrol(
        invited(site, dossier="d" * 64, lang="sq", signatory="israel.fm"),
        Authenticator(synced=True),
        "grey key",
    )
    codes = CODE.findall(answer.content.decode())
    assert len(set(codes)) == 10
    who = rows("Officer").get()
    assert (who.name, who.lang, who.signatory) == ("A treaty officer", "sq", "israel.fm")
    grant = rows("Grant").get()
    assert (grant.role, grant.dossier, grant.given_by) == ("treaty-officer", "d" * 64, "An operator")
    passkey = rows("Credential").get()
    assert (passkey.label, passkey.synced) == ("grey key", True)
    kept = " ".join(rows("RecoveryCode").values_list("digest", flat=True))
    assert not any(code.replace("-", "") in kept for code in codes)
    assert browser.get("/people/me").status_code == 200, "and is signed in"
    assert "An operator" in rows("JournalEntry").get(what="officer-enrolled").detail


def test_an_invitation_works_once_and_looking_at_it_uses_nothing_up(site: Host) -> None:
    token = invited(site)
    for _ in range(3):
        assert signed_in().get(f"/people/enrol/{token}").status_code == 200
    assert enrol(token, Authenticator())[1].status_code == 200
    assert signed_in().get(f"/people/enrol/{token}").status_code == 404
    assert rows("Officer").count() == 1


@pytest.mark.parametrize("token", ["x", "a" * 43, "..%2f..%2fparaph.toml", "א" * 43, "a" * 5000])
def test_unknown_and_nonsense_tokens_get_the_same_page(site: Host, token: str) -> None:
    answer = signed_in().get(f"/people/enrol/{token}")
    assert answer.status_code == 404
    if "/" not in token and "%2f" not in token:
        assert "This invitation cannot be used" in answer.content.decode()


def test_an_invitation_is_over_after_three_days(site: Host) -> None:
    token, now = invited(site), site.node.clock.now()
    find_invitation(site.folder, token, after(now, LIVES_S - 1))
    with pytest.raises(LocalActError) as refused:
        find_invitation(site.folder, token, after(now, LIVES_S))
    assert refused.value.code == "invitation-unknown"


def test_the_file_holds_no_token_and_is_for_the_node_alone(site: Host) -> None:
    token = invited(site)
    (file,) = (site.folder / "invitations").glob("*.json")
    assert token not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_of_several_who_take_it_at_once_one_succeeds(site: Host) -> None:
    found = find_invitation(site.folder, invited(site), site.node.clock.now())
    taken = []

    def take() -> None:
        try:
            take_invitation(site.folder, found)
        except LocalActError:
            return
        taken.append(1)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [1]
    give_back(site.folder, found)
    take_invitation(site.folder, found)


@pytest.mark.parametrize(
    "wrong", [{"origin": "http://elsewhere.localhost"}, {"verified": False}, {"cross_origin": True}]
)
def test_a_passkey_that_is_wrong_leaves_the_invitation_as_it_was(site: Host, wrong: dict[str, Any]) -> None:
    token = invited(site)
    _, answer = enrol(token, Authenticator(**wrong), "my key")
    assert answer.status_code == 409
    assert b'value="my key"' in answer.content
    assert not rows("Officer").exists()
    assert enrol(token, Authenticator())[1].status_code == 200


def test_a_passkey_of_a_kind_that_cannot_be_checked_later_is_refused(
    site: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.authenticator import Passkey

    monkeypatch.setattr(Passkey, "cose", lambda self: {1: 2, 3: -35, -1: 2, -2: b"\1" * 48, -3: b"\2" * 48})
    assert enrol(invited(site), Authenticator())[1].status_code == 409


def test_an_authenticator_that_is_registered_already_is_refused(
    site: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    import secrets

    key = enrolled(officer("Somebody"))
    monkeypatch.setattr(secrets, "token_bytes", lambda n: key.passkeys[0].credential_id[:n].ljust(n, b"\0"))
    _, answer = enrol(invited(site), Authenticator())
    assert answer.status_code == 409 and "registered already" in answer.content.decode()


def test_who_lost_everything_begins_again_with_the_same_roles(site: Host) -> None:
    who = officer("A treaty officer", "treaty-officer", "auditor")
    old, elsewhere = enrolled(who), signed_in(who)
    browser, answer = enrol(invited(site, officer=who.pk, roles=()), Authenticator())
    assert answer.status_code == 200
    assert browser.get("/people/me").status_code == 200
    assert elsewhere.get("/people/me").status_code == 302, "other sessions end"
    assert rows("Officer").count() == 1 and rows("Grant").count() == 2
    kept = [bytes(one) for one in rows("Credential").values_list("credential", flat=True)]
    assert len(kept) == 1 and kept[0] != old.passkeys[0].credential_id


def test_a_file_that_is_none_is_passed_over(site: Host) -> None:
    invited(site)
    folder = site.folder / invitations.FOLDER
    (folder / "half.json").write_text('{"id": "ha')
    (folder / "odd.json").write_text('{"id": "odd", "roles": [], "operators": [], "more": 1}')
    assert len(list(invitations.invitations(site.folder))) == 1
