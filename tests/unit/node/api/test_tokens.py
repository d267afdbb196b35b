"""Tokens: what a program may do, and what no program may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of


@pytest.fixture
def world(people: None) -> World:
    from paraph.node.api.bearer import CALLS, TRIES

    CALLS.forget()
    TRIES.forget()
    world = World.at("concluded")
    site_of(world.first)
    return world


def token(who: Any, *scopes: str, days: int = 1, dossier: str = "") -> tuple[Any, str]:
    from paraph.node.api.tokens import make

    by = officer("An administrator", "administrator")
    return make(by, name="a program", officer=who, scopes=scopes, days=days, dossier=dossier)


def program(secret: str) -> Client:
    client = signed_in()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def problem(answer: Any) -> str:
    assert answer["Content-Type"] == "application/problem+json"
    value = json.loads(answer.content)
    assert value["status"] == answer.status_code
    assert value["message"]
    return str(value["code"])


def test_a_token_reads_what_its_officer_may_read(world: World) -> None:
    made, secret = token(officer("A. Officer", "treaty-officer"), "read")
    answer = program(secret).get("/api/v1/dossiers")
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["items"]] == [world.dossier]
    made.refresh_from_db()
    assert made.used_at


def test_without_a_token_or_with_a_wrong_one_nothing_is_said(world: World) -> None:
    for answer in (
        signed_in().get("/api/v1/dossiers"),
        program("paraph_wrong").get("/api/v1/dossiers"),
        signed_in(officer("A. Officer", "treaty-officer")).get("/api/v1/dossiers"),
    ):
        assert answer.status_code == 401
        assert problem(answer) == "token-unknown"


def test_a_token_ends_when_it_is_over_or_revoked_or_its_officer_leaves(world: World) -> None:
    from paraph.node.api.tokens import revoke

    administrator = officer("Another administrator", "administrator")
    who = officer("A. Officer", "treaty-officer")
    (revoked, first), (_, second), (_, third) = (token(who, "read", days=d) for d in (1, 1, 3))
    revoke(administrator, revoked)
    assert program(first).get("/api/v1/dossiers").status_code == 401
    assert program(second).get("/api/v1/dossiers").status_code == 200
    world.clock.advance(2 * 24 * 3600)
    assert program(second).get("/api/v1/dossiers").status_code == 401
    assert program(third).get("/api/v1/dossiers").status_code == 200
    who.active = False
    who.save()
    assert program(third).get("/api/v1/dossiers").status_code == 401


def test_a_token_may_no_more_than_it_was_given_and_no_more_than_its_officer(world: World) -> None:
    where = f"/api/v1/dossiers/{world.dossier}/acts/comment-made"
    body = {"instrument": "X/2026/1", "words": "A word."}

    def comment(secret: str) -> Any:
        return program(secret).post(where, body, content_type="application/json")

    _, only_reads = token(officer("A. Officer", "treaty-officer"), "read")
    _, of_an_auditor = token(officer("An auditor", "auditor"), "read", "comment")
    for secret in (only_reads, of_an_auditor):
        assert problem(comment(secret)) == "not-permitted"
    _, may_both = token(officer("A reviser", "reviser"), "read", "comment")
    assert comment(may_both).status_code != 403


def test_a_dossier_of_others_is_as_unknown_as_one_that_does_not_exist(world: World) -> None:
    _, secret = token(officer("A. Officer", "treaty-officer", dossier="ab" * 32), "read")
    client = program(secret)
    assert client.get("/api/v1/dossiers").json()["items"] == []
    real, invented = (client.get(f"/api/v1/dossiers/{one}/log") for one in (world.dossier, "cd" * 32))
    assert real.status_code == invented.status_code == 404
    assert real.content == invented.content


def test_a_token_for_one_dossier_is_worth_nothing_in_others(world: World) -> None:
    from paraph.node.api.models import Token

    made, secret = token(
        officer("A. Officer", "treaty-officer"), "read", "comment", dossier=world.dossier[:8]
    )
    assert made.dossier == world.dossier
    client, at = program(secret), f"/api/v1/dossiers/{world.dossier}"
    assert [one["id"] for one in client.get("/api/v1/dossiers").json()["items"]] == [world.dossier]
    assert client.get(f"{at}/log").status_code == 200
    Token.objects.filter(pk=made.pk).update(dossier="ab" * 32)
    assert client.get("/api/v1/dossiers").json()["items"] == []
    real, invented = (client.get(f"/api/v1/dossiers/{one}/log") for one in (world.dossier, "cd" * 32))
    assert real.status_code == invented.status_code == 404
    assert real.content == invented.content
    body = {"instrument": "X/2026/1", "words": "A word."}
    assert client.post(f"{at}/acts/comment-made", body, content_type="application/json").status_code == 404


def test_a_token_for_a_dossier_gives_its_officer_nothing_there(world: World) -> None:
    _, secret = token(
        officer("A. Officer", "treaty-officer", dossier="ab" * 32), "read", dossier=world.dossier
    )
    assert program(secret).get("/api/v1/dossiers").json()["items"] == []
    assert program(secret).get(f"/api/v1/dossiers/{world.dossier}/log").status_code == 404


@pytest.mark.parametrize("dossier", ["ab" * 32, "a", "no dossier"])
def test_a_token_is_for_a_dossier_that_is_here(world: World, dossier: str) -> None:
    from paraph.errors import LocalActError

    with pytest.raises(LocalActError) as caught:
        token(officer("A. Officer", "treaty-officer"), "read", dossier=dossier)
    assert caught.value.code == "dossier-unknown"


def test_nothing_that_binds_a_party_has_an_operation(world: World) -> None:
    """Initialling, signing, the go, planning, reopening, authority, publishing, peers: on pages, by people, with a passkey."""
    from paraph.node.api.description import description, operations
    from paraph.node.api.tokens import SCOPES
    from paraph.node.people.access import ACCESS, Door
    from paraph.node.people.roles import May

    solemn = set(May) - {May.READ, May.COMMENT, May.NEGOTIATE}
    assert {
        May.INITIAL,
        May.SIGN,
        May.ORDER,
        May.PLAN,
        May.REOPEN,
        May.AUTHORISE,
        May.PUBLISH,
        May.MEET_PEERS,
    } <= solemn
    rows = {name: row for name, row in ACCESS.items() if row.door is Door.TOKEN}
    assert not solemn & {row.may for row in rows.values()}
    assert not solemn & set(SCOPES.values())
    assert {f"api:v1:{one.name}" for one in operations()} == set(rows), (
        "the table knows every operation, and no other"
    )
    writing = {name for name, row in rows.items() if set(row.methods) - {"GET"}}
    assert writing == {"api:v1:comment-made", "api:v1:text-proposed"}
    named = {path.rpartition("/")[2] for path, one in description()["paths"].items() if "post" in one}
    assert named == {"comment-made", "text-proposed"}


def test_many_calls_are_slowed_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from paraph.node.api import bearer
    from paraph.node.people.limits import Limit

    monkeypatch.setattr(bearer, "CALLS", Limit(per_second=0.01, burst=2))
    _, secret = token(officer("A. Officer", "treaty-officer"), "read")
    answers = [program(secret).get("/api/v1/node") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert problem(answers[2]) == "too-many-calls"
    assert int(answers[2]["Retry-After"]) > 0


class TestPages:
    def test_the_secret_is_shown_once_and_kept_nowhere(self, world: World) -> None:
        from paraph.node.api.models import Token

        client, who = signed_in(officer("Admin", "administrator")), officer("A. Officer", "treaty-officer")
        given = {"name": "Archive", "officer": who.pk, "scopes": ["read"], "days": "30"}
        answer = client.post("/programs/tokens", given)
        assert answer.status_code == 200
        made = Token.objects.get(name="Archive")
        secret = answer.content.decode().partition('class="paraph-secret" dir="ltr">')[2].partition("<")[0]
        assert secret.startswith("paraph_")
        assert secret not in repr(vars(made))
        assert program(secret).get("/api/v1/node").status_code == 200
        page = client.get("/programs/").content.decode()
        assert "Archive" in page
        assert secret not in page
        assert client.post(f"/programs/tokens/{made.pk}/revoke").status_code == 302
        assert program(secret).get("/api/v1/node").status_code == 401

    def test_a_form_with_errors_keeps_what_was_entered(self, world: World) -> None:
        client = signed_in(officer("Admin", "administrator"))
        answer = client.post("/programs/tokens", {"name": "Archive of treaties", "days": "9999"})
        text = answer.content.decode()
        assert answer.status_code == 400
        assert "Archive of treaties" in text
        assert "govuk-error-summary" in text

    def test_a_token_is_limited_to_one_dossier(self, world: World) -> None:
        from paraph.node.api.models import Token

        client, who = signed_in(officer("Admin", "administrator")), officer("A. Officer", "treaty-officer")
        given = {"name": "Archive", "officer": who.pk, "scopes": ["read"], "days": "30"}
        refused = client.post("/programs/tokens", given | {"dossier": "00" * 32})
        assert refused.status_code == 400
        assert '<a href="#dossier">' in refused.content.decode()
        assert "00" * 32 in refused.content.decode(), "what was entered is still there"
        assert client.post("/programs/tokens", given | {"dossier": world.dossier[:6]}).status_code == 200
        assert Token.objects.get(name="Archive").dossier == world.dossier
        assert world.dossier[:12] in client.get("/programs/").content.decode()

    def test_only_administrators_come_here(self, world: World) -> None:
        for path in ("/programs/", "/programs/webhooks"):
            assert signed_in(officer("A. Officer", "treaty-officer")).get(path).status_code == 403
            assert signed_in().get(path).status_code == 302
