"""Tokens: what a program may do is what its officer may do, and at most what the token was given, where it was given."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from paraph.domain.ids import Utc
from paraph.domain.instants import after
from paraph.errors import LocalActError
from paraph.node.api.models import Token
from paraph.node.people.gate import dossiers_where
from paraph.node.people.granting import dossier_named
from paraph.node.people.journal import note
from paraph.node.people.models import Officer
from paraph.node.people.roles import May
from paraph.node.web.host import host

__all__ = ["MAX_DAYS", "SCOPES", "SCOPE_NAMES", "allows", "find", "make", "mark_used", "readable", "revoke"]

SCOPES: Final[Mapping[str, May]] = {
    "read": May.READ,
    "comment": May.COMMENT,
    "propose": May.NEGOTIATE,
}
"""All that a token can be given. What binds the party is not among it: that is done by people, on pages, with a passkey."""

SCOPE_NAMES: Final[Mapping[str, str | Promise]] = {
    "read": _("Read everything that the officer may read"),
    "comment": _("Comment on texts"),
    "propose": _("Propose texts"),
}

PREFIX: Final = "paraph_"
"""Lets scanners of source code find a token that was left in it."""

SECRET_BYTES: Final = 32

MAX_DAYS: Final = 366
"""A token lives at most a year: whoever still needs it then, makes another one and knows about it."""

DAY_S: Final = 24 * 3600

USED_EVERY: Final = len("2026-03-02T12:00")
"""When a token was used last is kept to the minute, so that reading costs no write each time."""


def make(
    by: Officer, *, name: str, officer: Officer, scopes: Iterable[str], days: int, dossier: str = ""
) -> tuple[Token, str]:
    """Make a token.

    Args:
        by: The administrator.
        name: What the program is called.
        officer: For whom it acts.
        scopes: Names of ``SCOPES``.
        days: How long it lives.
        dossier: The beginning of the id of the one dossier that it is for; empty for all that its officer may read.

    Returns:
        The token, and its secret, which is shown once and not kept.

    Raises:
        LocalActError: ``token-scope``, ``token-days``, ``token-officer`` or ``dossier-unknown``.
    """
    given = [one for one in SCOPES if one in set(scopes)]
    if not given:
        raise LocalActError("token-scope", "say what the program may do: read, comment, propose")
    if not 1 <= days <= MAX_DAYS:
        raise LocalActError("token-days", f"a token lives between 1 and {MAX_DAYS} days")
    if not officer.is_active:
        raise LocalActError("token-officer", "this officer is not active; a program cannot act for nobody")
    where = dossier_named(dossier)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    now = host().node.clock.now()
    made = Token.objects.create(
        name=name,
        digest=_digest(secret),
        officer=officer,
        scopes=" ".join(given),
        dossier=where,
        made_by=by.name,
        made_at=now,
        expires_at=after(now, days * DAY_S),
    )
    detail = f"{name}: {made.scopes} for {officer.name} until {made.expires_at}"
    note(by, "token-made", dossier=where, detail=detail)
    return made, secret


def revoke(by: Officer, token: Token) -> None:
    """End a token; it is refused from the next request on."""
    rows = Token.objects.filter(pk=token.pk, revoked_at="")
    if rows.update(revoked_at=host().node.clock.now(), revoked_by=by.name):
        note(by, "token-revoked", dossier=token.dossier, detail=token.name)


def find(secret: str) -> Token | None:
    """The token with this secret, if it is in force and its officer is."""
    token = Token.objects.select_related("officer").filter(digest=_digest(secret)).first()
    if token is None or token.revoked_at or token.expires_at <= host().node.clock.now():
        return None
    return token if token.officer.is_active else None


def mark_used(token: Token) -> None:
    """Remember that a token was used, to the minute."""
    now: Utc = host().node.clock.now()
    if token.used_at[:USED_EVERY] != now[:USED_EVERY]:
        Token.objects.filter(pk=token.pk).update(used_at=now)


def allows(token: Token, may: May) -> bool:
    """Whether a token was given something; what its officer may is asked apart."""
    return any(SCOPES[one] is may for one in str(token.scopes).split())


def readable(token: Token) -> frozenset[str] | None:
    """The dossiers that a program may read: its officer's, and of those the one that the token is for; None for all."""
    found = dossiers_where(token.officer, May.READ)
    if not token.dossier:
        return found
    return frozenset({str(token.dossier)} if found is None or token.dossier in found else ())


def _digest(secret: str) -> str:
    """Random secrets need no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
