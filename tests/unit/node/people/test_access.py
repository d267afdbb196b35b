"""Every address, every role, every state of an officer, every method: the table decides, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from paraph.node.people import presence
from paraph.node.people.access import ACCESS, READS, Access, Door
from paraph.node.people.roles import MAY, May, Role
from paraph.node.web.addresses import addresses
from tests.support.authenticator import enrolled
from tests.support.site import HOST, officer

ROOT = Path(__file__).resolve().parents[4]

D, E = "d" * 64, "e" * 64

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

KINDS = ("nobody", "deactivated", "no role", *Role)


def asked(name: str, method: str, who: Any, dossier: str | None) -> HttpResponse | None:
    """What the gate says; None lets through."""
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore

    from paraph.node.people.gate import Gate

    request = HttpRequest()
    request.method = method
    request.META["HTTP_HOST"] = HOST
    request.path = request.path_info = "/somewhere"
    request.session = SessionStore()
    request.user = who if who is not None and who.active else AnonymousUser()
    request.session["began"] = request.session["shown"] = presence.now_s()
    request.resolver_match = type("Match", (), {"view_name": name})()  # type: ignore[assignment]
    kwargs = {} if dossier is None else {"dossier": dossier}
    return Gate(lambda _request: HttpResponse()).process_view(request, None, (), kwargs)


def outcome(name: str, method: str, who: Any, dossier: str | None) -> str:
    try:
        answer = asked(name, method, who, dossier)
    except PermissionDenied:
        return "refused"
    if answer is None:
        return "let through"
    return {302: "sign in", 405: "not taken", 403: "passkey again"}[answer.status_code]


def expected(access: Access | None, method: str, kind: str, *, here: bool) -> str:
    """What the table says, said once more and otherwise."""
    if access is None:
        return "refused"
    if method not in access.methods:
        return "not taken"
    if access.door in (Door.OPEN, Door.TOKEN):
        return "let through"
    if kind in ("nobody", "deactivated"):
        return "sign in"
    if access.door is Door.PERSON:
        return "let through"
    assert access.may is not None
    return "let through" if kind in MAY[access.may] and here else "refused"


def people_of(kind: str, dossier: str = "") -> Any:
    if kind == "nobody":
        return None
    if kind == "deactivated":
        return officer("Who left", *Role, active=False)
    return officer("Somebody", *([] if kind == "no role" else [kind]), dossier=dossier)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = {one.name for one in addresses()}
    assert not names - set(ACCESS), "an address without a row is refused to everybody"
    assert not set(ACCESS) - names, "a row without an address protects nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_the_gate_lets_in_whom_the_table_names(kind: str) -> None:
    """A role in all dossiers, in this one, in another one: each address, each method."""
    for granted, here in (("", True), (D, True), (E, False)):
        who = people_of(kind, granted)
        for one in addresses():
            dossier = D if "dossier" in one.places else None
            for method in METHODS:
                found = outcome(one.name, method, who, dossier)
                wanted = expected(ACCESS.get(one.name), method, kind, here=here or dossier is None)
                assert found == wanted, (one.name, method, kind, granted)


def test_an_address_in_no_table_is_refused_to_everybody() -> None:
    for kind in KINDS:
        assert outcome("somebody:forgot", "GET", people_of(kind), None) == "refused"


def test_a_solemn_step_is_refused_to_the_wrong_before_a_passkey_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right, wrong = officer("An administrator", "administrator"), officer("An auditor", "auditor")
    enrolled(right)
    at = presence.now_s
    monkeypatch.setattr(presence, "recent", lambda _request: False)
    assert outcome("people:invite", "POST", right, None) == "passkey again"
    assert outcome("people:invite", "GET", right, None) == "let through"
    assert outcome("people:invite", "POST", wrong, None) == "refused"
    assert at() > 0


def test_rows_are_well_formed() -> None:
    for name, access in ACCESS.items():
        assert (
            access.may is None
            if access.door in (Door.OPEN, Door.PERSON)
            else access.door is Door.TOKEN or access.may
        ), name
        assert access.methods and set(access.methods) <= set(METHODS), name
        assert not access.solemn or set(access.methods) - set(READS), f"{name}: reading is never solemn"
        assert not access.solemn or access.door in (Door.PERSON, Door.ROLE), name


def test_everything_that_can_be_permitted_is_permitted_to_somebody() -> None:
    assert set(MAY) == set(May)
    assert all(MAY.values())


def test_administrators_see_no_dossier_and_auditors_change_nothing() -> None:
    changes = set(May) - {May.READ, May.AUDIT}
    assert not [what for what in changes if Role.AUDITOR in MAY[what]]
    assert Role.ADMINISTRATOR not in MAY[May.READ]


@pytest.mark.slow
def test_the_page_of_the_table_is_current() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "access-table"), "--check"]
    assert subprocess.run(check, check=False, timeout=120).returncode == 0, "run scripts/access-table"
