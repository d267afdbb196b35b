"""Who may go where: every address of the pages, in one table. What is not in it is refused.

The gate enforces this table on every request, and the tests walk through it: each row, each role, each state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paraph.node.people.roles import May

__all__ = ["ACCESS", "Access", "Door"]


class Door(StrEnum):
    """What stands before an address."""

    OPEN = "open"
    """Anybody."""
    PERSON = "person"
    """Any officer who signed in."""
    ROLE = "role"
    """An officer with a role that may do this: in the dossier that the address names, or anywhere if it names none."""
    TOKEN = "token"  # noqa: S105 - a kind of door
    """A program; the API asks for its token and looks at the same roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One row.

    Attributes:
        door: What stands before it.
        may: What has to be permitted, behind ``Door.ROLE``.
        methods: HTTP methods that are taken.
        solemn: Whether the officer has to have shown a passkey in the last minutes before a POST.
    """

    door: Door
    may: May | None = None
    methods: tuple[str, ...] = ("GET", "HEAD")
    solemn: bool = False


READS: Final = ("GET", "HEAD")
WRITES: Final = ("GET", "HEAD", "POST")


def _open(*methods: str) -> Access:
    return Access(door=Door.OPEN, methods=methods or READS)


def _person(*methods: str) -> Access:
    return Access(door=Door.PERSON, methods=methods or READS)


def _role(may: May, *methods: str, solemn: bool = False) -> Access:
    return Access(door=Door.ROLE, may=may, methods=methods or READS, solemn=solemn)


ACCESS: Final[Mapping[str, Access]] = {
    "language": _open("POST"),
    # people
    "people:sign-in": _open("GET", "HEAD", "POST"),
    # desk
    # texts
    # signing
    # public
    # api
}
"""Rows by the name of the address, as Django's URL configuration has it (``application:name``)."""
