"""Roles given and taken, and people invited: by one administrator, or by two where the role is a solemn one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from paraph.errors import LocalActError
from paraph.node.people import roster, second
from paraph.node.people.invitations import Invitation, check_name, check_roles, make_invitation
from paraph.node.people.journal import note
from paraph.node.people.models import Grant, Officer, Proposal
from paraph.node.people.roles import ALL_DOSSIERS, FOUR_EYES, May, Role
from paraph.node.web.host import host

__all__ = [
    "INVITED",
    "REACTIVATED",
    "ROLE_GIVEN",
    "Invited",
    "carry_out",
    "dossier_named",
    "give",
    "invite",
    "reactivate",
    "take",
]

INVITED: Final = "officer-invited"
ROLE_GIVEN: Final = "role-given"
REACTIVATED: Final = "officer-reactivated"

second.NAMES.update(
    {
        INVITED: _("Invite a person"),
        ROLE_GIVEN: _("Give a role"),
        REACTIVATED: _("Let an officer sign in again"),
    }
)

LEAST_OF_AN_ID: Final = 4
"""Characters of a dossier's id that have to be named, as on the command line."""

_SIGNATORY = re.compile(r"[a-z][a-z0-9.-]{0,62}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation and the address that it is handed over as, once."""

    invitation: Invitation
    link: str


def invite(
    officer: Officer,
    *,
    name: str,
    roles: tuple[str, ...],
    dossier: str = "",
    signatory: str = "",
    lang: str = "",
) -> Invited | Proposal:
    """Invite somebody, or propose it where a second administrator has to confirm.

    Raises:
        LocalActError: ``officer-name``, ``role-unknown``, ``role-node-wide``, ``dossier-unknown``, ``signatory-missing``,
            ``signatory-format``, ``second-alone``.
    """
    name, dossier = check_name(name), dossier_named(dossier)
    _check(roles, dossier, signatory)
    who = (
        signatory if Role.SIGNATORY in roles else ""
    )  # nobody becomes a signatory beside the role that needs two
    detail = {"name": name, "roles": list(roles), "dossier": dossier, "signatory": who, "lang": lang}
    if FOUR_EYES & set(roles):
        return _propose(officer, INVITED, detail)
    return _invite(detail, (officer,))


def give(
    officer: Officer, receiver: Officer, role: Role, *, dossier: str = "", signatory: str = ""
) -> Proposal | None:
    """Give a role, or propose it: solemn ones, and any to oneself, need a second administrator.

    Returns:
        The proposal; None if the role was given.

    Raises:
        LocalActError: ``role-node-wide``, ``dossier-unknown``, ``signatory-missing``, ``signatory-format``, ``second-alone``.
    """
    dossier = dossier_named(dossier)
    _check((role,), dossier, signatory)
    detail = {
        "officer": receiver.pk,
        "name": receiver.name,
        "role": str(role),
        "dossier": dossier,
        "signatory": signatory if role is Role.SIGNATORY else "",
    }
    if role in FOUR_EYES or receiver.pk == officer.pk:
        return _propose(officer, ROLE_GIVEN, detail)
    _give(detail, (officer,))
    return None


def take(officer: Officer, grant: Grant) -> None:
    """Take a role away; one administrator is enough, and the last administrator stays.

    Raises:
        LocalActError: ``role-last-administrator``.
    """
    with transaction.atomic():
        if grant.role == Role.ADMINISTRATOR:
            roster.check_other_administrator(grant.officer, "role-last-administrator")
        Grant.objects.filter(pk=grant.pk).delete()
        note(officer, "role-taken", dossier=grant.dossier, detail=f"{grant.role}: {grant.officer.name}")


def reactivate(officer: Officer, other: Officer) -> Proposal | None:
    """Let an officer in again; one with a solemn role only together with a second administrator.

    Raises:
        LocalActError: ``second-alone``.
    """
    if Grant.objects.filter(officer=other, role__in=FOUR_EYES).exists():
        return _propose(officer, REACTIVATED, {"officer": other.pk, "name": other.name})
    roster.set_active(officer, other, active=True)
    return None


def carry_out(officer: Officer, proposal: Proposal | int) -> Invited | None:
    """Confirm what another administrator proposed, and do it; both, or neither.

    Returns:
        The invitation, if that was it: whoever confirmed hands it over.

    Raises:
        LocalActError: What ``second.confirm`` refuses; ``officer-unknown``.
    """
    with transaction.atomic():
        found = second.confirm(officer, proposal)
        detail: dict[str, Any] = json.loads(found.detail)
        if found.by is None:
            raise LocalActError("officer-unknown", "who proposed this is not here any more")
        both = (found.by, officer)
        if found.what == INVITED:
            _check(tuple(detail["roles"]), detail["dossier"], detail["signatory"])
            return _invite(detail, both)
        if found.what == ROLE_GIVEN:
            _give(detail, both)
        elif found.what == REACTIVATED:
            roster.set_active(officer, _officer(detail["officer"]), active=True)
        else:
            raise LocalActError("second-unknown", "this is not confirmed here")
    return None


def dossier_named(beginning: str) -> str:
    """The one dossier whose id begins like this; all of them for "".

    Raises:
        LocalActError: ``dossier-unknown``, also if there are several.
    """
    if beginning == ALL_DOSSIERS:
        return ALL_DOSSIERS
    with host().node.store.read() as uow:
        found = [one for one in uow.dossiers() if one.startswith(beginning)]
    if len(beginning) < LEAST_OF_AN_ID or len(found) != 1:
        raise LocalActError(
            "dossier-unknown", "this node has no such dossier, or several that begin like this"
        )
    return found[0]


def _check(roles: tuple[str, ...], dossier: str, signatory: str) -> None:
    check_roles(roles, dossier)
    if Role.SIGNATORY in roles and not signatory:
        raise LocalActError(
            "signatory-missing", "say which signatory this person is, by the id in the particulars"
        )
    if signatory and not _SIGNATORY.match(signatory):
        raise LocalActError(
            "signatory-format", "an id of a signatory has lower-case letters, digits, hyphens, dots"
        )


def _propose(officer: Officer, what: str, detail: dict[str, Any]) -> Proposal:
    roster.check_other_administrator(officer, "second-alone")
    words = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    return second.propose(officer, what, may=May.MANAGE_PEOPLE, detail=words, where=reverse("people:second"))


def _invite(detail: dict[str, Any], by: tuple[Officer, ...]) -> Invited:
    now = host().node.clock.now()
    made, token = make_invitation(
        host().folder,
        name=detail["name"],
        roles=tuple(detail["roles"]),
        dossier=detail["dossier"],
        signatory=detail["signatory"],
        lang=detail["lang"],
        now=now,
        operators=tuple(one.name for one in by),
    )
    note(by[-1], INVITED, dossier=made.dossier, detail=f"{', '.join(made.roles)}: {made.name}")
    return Invited(invitation=made, link=host().url + reverse("people:enrol", args=[token]))


def _give(detail: dict[str, Any], by: tuple[Officer, ...]) -> None:
    receiver = _officer(detail["officer"])
    with transaction.atomic():
        Grant.objects.get_or_create(
            officer=receiver,
            role=detail["role"],
            dossier=detail["dossier"],
            defaults={"given_by": ", ".join(one.name for one in by), "given_at": host().node.clock.now()},
        )
        if detail["signatory"]:
            Officer.objects.filter(pk=receiver.pk).update(signatory=detail["signatory"])
        note(by[-1], ROLE_GIVEN, dossier=detail["dossier"], detail=f"{detail['role']}: {receiver.name}")


def _officer(number: int) -> Officer:
    found = Officer.objects.filter(pk=number).first()
    if found is None:
        raise LocalActError("officer-unknown", "this officer is not here any more")
    return found
