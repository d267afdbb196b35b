"""What an officer may do in which dossiers, asked once for a whole page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from paraph.node.people.gate import granted
from paraph.node.people.models import Officer
from paraph.node.people.roles import ALL_DOSSIERS, May, roles_that

__all__ = ["Reach"]


class Reach:
    """The roles of one officer, in all dossiers and in single ones; asks the database once."""

    def __init__(self, officer: Officer) -> None:
        """Look the officer's roles up, unless the gate did."""
        self._grants = granted(officer)

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
