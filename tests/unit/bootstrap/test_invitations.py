"""Invitations made at the machine: who may make them, and for which pages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from paraph.bootstrap.configuration import Configuration, write_configuration
from paraph.bootstrap.invitations import invite, invite_first
from paraph.domain.ids import PartyId
from paraph.errors import LocalActError, ParaphError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return with_pages(tmp_path, web_port=7480, web_url="https://node.example")


def with_pages(folder: Path, **settings: Any) -> Path:
    (folder / "paraph.toml").write_text(
        write_configuration(Configuration(party=PartyId("israel"), **settings)), "utf-8"
    )
    return folder


def test_the_first_administrator_is_invited_by_nobody(home: Path) -> None:
    made = invite_first(home)
    assert made.invitation.roles == ("administrator",) and made.invitation.operators == ()
    token = made.link.removeprefix("https://node.example/people/enrol/")
    (file,) = (home / "invitations").glob("*.json")
    assert json.loads(file.read_text("utf-8"))["digest"] == hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize(
    ("role", "operators", "taken"),
    [
        ("treaty-officer", ["One"], True),
        ("treaty-officer", [" "], False),
        ("administrator", ["One"], False),
        ("administrator", ["One", "one "], False),
        ("administrator", ["One", "Two"], True),
        ("signatory", ["One"], False),
        ("signatory", ["One", "Two"], True),
    ],
)
def test_solemn_roles_take_two_different_operators(
    home: Path, role: str, operators: list[str], *, taken: bool
) -> None:
    def call() -> Any:
        return invite(home, name="Somebody", roles=[role], operators=operators, signatory="israel.fm")

    if taken:
        found = call().invitation
        assert found.signatory == ("israel.fm" if role == "signatory" else "")
        return
    with pytest.raises(LocalActError) as refused:
        call()
    assert refused.value.code == "operators"
    assert not (home / "invitations").exists()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"name": ""}, "officer-name"),
        ({"roles": ["king"]}, "role-unknown"),
        ({"roles": ["administrator"], "dossier": "d" * 64}, "role-node-wide"),
        ({"roles": ["signatory"]}, "signatory-missing"),
    ],
)
def test_what_is_wrong_is_named(home: Path, sent: dict[str, Any], code: str) -> None:
    with pytest.raises(LocalActError) as refused:
        invite(home, **{"name": "Somebody", "roles": ["reviser"], "operators": ["One", "Two"], **sent})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("settings", "code"), [({}, "no-pages"), ({"web_port": 7480, "web_url": "http://192.0.2.1"}, "web-url")]
)
def test_without_pages_to_enrol_on_nobody_is_invited(
    tmp_path: Path, settings: dict[str, Any], code: str
) -> None:
    with pytest.raises(ParaphError) as refused:
        invite_first(with_pages(tmp_path, **settings))
    assert refused.value.code == code
