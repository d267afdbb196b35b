"""What an officer may do in which dossiers, asked once for a whole request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from paraph.node.people.models import Grant, Officer
from paraph.node.people.roles import ALL_DOSSIERS, May, Role, roles_that

__all__ = ["Reach"]

_GRANTED: Final = "_granted"
"""Where the roles of an officer are kept on the object that a request has of him or her."""


class Reach:
    """The roles of one officer, in all dossiers and in single ones; asks the database once."""

    def __init__(self, officer: Officer) -> None:
        """Look the officer's roles up, unless that was done for this request."""
        self._grants = _granted(officer)

    def where(self, may: May) -> frozenset[str] | None:
        """Dossiers in which something is permitted; None for all of them."""
        allowed = roles_that(may)
        found = frozenset(dossier for role, dossier in self._grants if role in allowed)
        return None if ALL_DOSSIERS in found else found

    def may(self, may: May, dossier: str | None = None) -> bool:
        """Whether something is permitted in a dossier, or anywhere."""
        where = self.where(may)
        return where is None or (bool(where) if dossier is None else dossier in where)

    def rows(self, may: May) -> Q:
        """The condition on a column ``dossier`` for what is permitted."""
        where = self.where(may)
        return Q() if where is None else Q(dossier__in=where)

    def any_of(self, kinds: Iterable[tuple[str, May]]) -> Q:
        """The condition on columns ``kind`` and ``dossier``: each kind where it is permitted."""
        by_where: dict[frozenset[str] | None, list[str]] = {}
        for kind, may in kinds:
            by_where.setdefault(self.where(may), []).append(kind)
        found = Q(pk__in=())
        for where, those in by_where.items():
            if where is None:
                found |= Q(kind__in=those)
            elif where:
                found |= Q(kind__in=those, dossier__in=where)
        return found


def _granted(officer: Officer) -> tuple[tuple[Role, str], ...]:
    """An officer's roles, each with the dossier in which it was given ("" for all).

    Asked for once in the life of the object, which is one request: the gate, the frame of the page and most pages want them.
    Whoever decides after something changed asks ``gate.may``.
    """
    found: tuple[tuple[Role, str], ...] | None = getattr(officer, _GRANTED, None)
    if found is None:
        rows = Grant.objects.filter(officer=officer).values_list("role", "dossier")
        found = tuple((Role(role), str(dossier)) for role, dossier in rows)
        setattr(officer, _GRANTED, found)
    return found
