"""Invitations: one file each in the node's home, so that the machine's operator can make them while no page is served.

A file says whom it is for and holds the SHA-256 of the token, never the token. Whoever renames the file takes the
invitation; a file can be renamed once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from paraph.domain.ids import Utc
from paraph.domain.instants import after
from paraph.errors import LocalActError
from paraph.node.people.roles import NODE_WIDE, Role

__all__ = [
    "FOLDER",
    "LIVES_S",
    "Invitation",
    "check_name",
    "check_roles",
    "find_invitation",
    "give_back",
    "invitations",
    "make_invitation",
    "take_invitation",
    "withdraw_invitation",
]

FOLDER: Final = "invitations"
"""Below the node's home. Not in a backup: what was not used is made anew."""

LIVES_S: Final = 72 * 3600
"""A weekend may lie between the handing over and the first sign-in."""

TOKEN_BYTES: Final = 32

ID_DIGITS: Final = 16
"""An invitation is named after the beginning of its token's digest."""

MAX_FILE: Final = 16 * 1024

MAX_ROLES: Final = 16

NAME: Final = 120
"""Characters of a name; as in the table of officers."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Leave for one person to register a passkey here, once.

    Attributes:
        id: Its name.
        digest: SHA-256 of its token.
        name: Whom it is for.
        roles: What he or she will be.
        dossier: In which dossier, or "" for all.
        signatory: Id of the signatory whom he or she is, if any.
        lang: Language of the pages, or "".
        officer: Number of an officer who lost every passkey, or 0.
        made_at: When it was made.
        expires_at: From when on it is worth nothing.
        operators: Who made it: at the machine, or on the pages.
    """

    id: str
    digest: str
    name: str
    roles: tuple[str, ...]
    dossier: str = ""
    signatory: str = ""
    lang: str = ""
    officer: int = 0
    made_at: Utc
    expires_at: Utc
    operators: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What stands in the file."""
        return {name: getattr(self, name) for name in self.__slots__}


def make_invitation(
    home: Path,
    *,
    name: str,
    roles: tuple[str, ...],
    now: Utc,
    dossier: str = "",
    signatory: str = "",
    lang: str = "",
    officer: int = 0,
    operators: tuple[str, ...] = (),
) -> tuple[Invitation, str]:
    """Make an invitation and its token; the token is shown once and kept nowhere.

    Raises:
        LocalActError: ``officer-name``, ``role-unknown``, ``role-node-wide``.
    """
    name = check_name(name)
    if not officer:  # who enrols again keeps the roles there are
        check_roles(roles, dossier)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    digest = hashlib.sha256(token.encode()).hexdigest()
    made = Invitation(
        id=digest[:ID_DIGITS],
        digest=digest,
        name=name,
        roles=roles,
        dossier=dossier,
        signatory=signatory,
        lang=lang,
        officer=officer,
        made_at=now,
        expires_at=after(now, LIVES_S),
        operators=operators,
    )
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(_path(home, made), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(made.to_json(), file, ensure_ascii=False, indent=1)
    return made, token


def check_name(name: str) -> str:
    """A name of a person, without spaces around it.

    Raises:
        LocalActError: ``officer-name``.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME or not name.isprintable():
        raise LocalActError("officer-name", f"say who it is, in one line of at most {NAME} characters")
    return name


def check_roles(roles: tuple[str, ...], dossier: str) -> None:
    """Check that roles exist, and can be given in a dossier.

    Raises:
        LocalActError: ``role-unknown``, ``role-node-wide``.
    """
    known = set(Role)
    if not roles or len(roles) > MAX_ROLES or not known.issuperset(roles):
        raise LocalActError("role-unknown", f"name at least one of the roles: {', '.join(Role)}")
    if dossier and NODE_WIDE & set(roles):
        raise LocalActError(
            "role-node-wide",
            "an administrator works for the whole node: do not name a dossier with this role",
        )


def find_invitation(home: Path, token: str, now: Utc) -> Invitation:
    """The invitation that a token opens. It stays there.

    Raises:
        LocalActError: ``invitation-unknown``: there is none, or it was used or withdrawn, or its time is over.
    """
    if _TOKEN.match(token):
        digest = hashlib.sha256(token.encode()).hexdigest()
        found = _read(home / FOLDER / f"{digest[:ID_DIGITS]}.json")
        if found is not None and secrets.compare_digest(found.digest, digest) and found.expires_at > now:
            return found
    raise LocalActError(
        "invitation-unknown",
        "this invitation is not known, was used already, or is too old: ask for a new one",
    )


def take_invitation(home: Path, invitation: Invitation) -> None:
    """Use an invitation up. Of several who try at once, one succeeds.

    Raises:
        LocalActError: ``invitation-unknown`` if somebody else was faster.
    """
    path = _path(home, invitation)
    try:
        path.rename(path.with_suffix(".taken"))
    except FileNotFoundError as error:
        raise LocalActError(
            "invitation-unknown", "this invitation was used already: ask for a new one"
        ) from error


def give_back(home: Path, invitation: Invitation) -> None:
    """Make an invitation usable again: what it was taken for failed."""
    path = _path(home, invitation)
    with suppress(FileNotFoundError):
        path.with_suffix(".taken").rename(path)


def withdraw_invitation(home: Path, name: str) -> Invitation | None:
    """Take an invitation back; return it, or None if it is there no more."""
    for one in invitations(home):
        if one.id == name:
            with suppress(FileNotFoundError):
                _path(home, one).unlink()
                return one
    return None


def invitations(home: Path) -> Iterator[Invitation]:
    """Invitations that were not used, the oldest first; also those whose time is over."""
    found = [_read(path) for path in (home / FOLDER).glob("*.json")]
    yield from sorted((one for one in found if one is not None), key=lambda one: (one.made_at, one.id))


def _path(home: Path, invitation: Invitation) -> Path:
    return home / FOLDER / f"{invitation.id}.json"


def _read(path: Path) -> Invitation | None:
    """An invitation, or None if the file is none: it was half written, or is a stranger's."""
    try:
        with path.open(encoding="utf-8") as file:
            value = json.loads(file.read(MAX_FILE))
        lists = {name: tuple(map(str, value[name])) for name in ("roles", "operators")}
        return Invitation(**{**value, **lists})
    except (OSError, ValueError, TypeError, KeyError):
        return None
