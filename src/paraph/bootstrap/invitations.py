"""Invitations made at the machine: the first administrator's, others', and those of officers who lost every passkey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paraph.adapters.store.home import NodeHome
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.configuration import read_configuration
from paraph.bootstrap.web import prepare_web, web_url
from paraph.domain.ids import Utc
from paraph.errors import LocalActError
from paraph.node.people.invitations import Invitation, make_invitation
from paraph.node.people.origin import origin_of
from paraph.node.people.roles import FOUR_EYES, Role

__all__ = ["HandedOver", "invite", "invite_first", "re_enrol"]

PATH = "/people/enrol/"
"""Where an invitation is taken; ``people:enrol`` in ``node/people/urls.py``."""

MOST_SHOWN = 40
"""Officers named in an answer that none of them fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """An invitation, and the link that is shown once.

    Attributes:
        invitation: What the file says.
        link: Where the person registers a passkey.
    """

    invitation: Invitation
    link: str


def invite_first(folder: Path) -> HandedOver:
    """Invite the first administrator of a node that was just made; needs no operators, there is nobody yet."""
    return _invite(folder, name="Administrator", roles=(Role.ADMINISTRATOR,))


def invite(
    folder: Path,
    *,
    name: str,
    roles: Sequence[str],
    operators: Sequence[str],
    dossier: str = "",
    signatory: str = "",
    lang: str = "",
) -> HandedOver:
    """Invite a person.

    Args:
        folder: The node's home.
        name: Whom.
        roles: What he or she will be.
        operators: Who invites; two different people where a role is a solemn one.
        dossier: In which dossier, or "" for all.
        signatory: Id of the signatory whom he or she is; a signatory has one.
        lang: Language of the pages, or "".

    Raises:
        LocalActError: ``no-pages``, ``operators``, ``signatory-missing``, ``officer-name``, ``role-unknown``, ``role-node-wide``.
    """
    _check_operators(operators, least=2 if FOUR_EYES & set(roles) else 1)
    if Role.SIGNATORY in roles and not signatory:
        raise LocalActError(
            "signatory-missing", "say which signatory this person is: --signatory, such as israel.fm"
        )
    return _invite(
        folder,
        name=name,
        roles=tuple(dict.fromkeys(roles)),
        dossier=dossier,
        signatory=signatory if Role.SIGNATORY in roles else "",
        lang=lang,
        operators=tuple(operators),
    )


def re_enrol(folder: Path, officer: str, operators: Sequence[str]) -> HandedOver:
    """Let an officer who lost every passkey and every code register a new one; the old ones are dropped when that is done.

    Args:
        folder: The node's home; the node may be running.
        officer: Number or exact name.
        operators: Two different people who decided that.

    Raises:
        LocalActError: ``no-pages``, ``operators``, ``officer-unknown``, ``officer-ambiguous``.
    """
    _check_operators(operators, least=2)
    _check_pages(folder)
    prepare_web(folder)
    from paraph.node.people.models import JournalEntry  # noqa: PLC0415 - Django has to be ready first

    found = _find(officer)
    made = _invite(
        folder, name=found.name, roles=(), officer=found.pk, lang=found.lang, operators=tuple(operators)
    )
    JournalEntry.objects.create(
        at=_now(),
        officer=found.name,
        officer_id_then=found.pk,
        what="re-enrolment-allowed",
        detail=f"by {', '.join(operators)}, until {made.invitation.expires_at}",
    )
    return made


def _find(wanted: str) -> Any:
    from paraph.node.people.models import Officer  # noqa: PLC0415 - Django has to be ready first

    active = Officer.objects.filter(active=True).order_by("pk")
    found = list(active.filter(pk=int(wanted)) if wanted.isdecimal() else active.filter(name=wanted))
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{one.pk} ({one.name})" for one in active[:MOST_SHOWN]) or "nobody"
    if found:
        raise LocalActError(
            "officer-ambiguous", f"several officers are called {wanted}: name a number; there are {there}"
        )
    raise LocalActError("officer-unknown", f"there is no active officer {wanted}; there are {there}")


def _invite(folder: Path, **values: Any) -> HandedOver:
    url = _check_pages(folder)
    made, token = make_invitation(folder, now=_now(), **values)
    return HandedOver(invitation=made, link=f"{url.rstrip('/')}{PATH}{token}")


def _check_pages(folder: Path) -> str:
    configuration = read_configuration(NodeHome(folder).config)
    if not configuration.web_port:
        raise LocalActError(
            "no-pages", "this node serves no pages: set port and url under [web] in paraph.toml first"
        )
    url = web_url(configuration)
    origin_of(url)
    return url


def _check_operators(operators: Sequence[str], *, least: int) -> None:
    different = {" ".join(one.split()).casefold() for one in operators} - {""}
    if len(different) < least:
        who = "two different operators" if least > 1 else "who invites"
        raise LocalActError("operators", f"name {who}: --operator NAME" + " --operator NAME" * (least - 1))


def _now() -> Utc:
    return SystemClock().now()
