"""What an officer may do in which dossiers, asked once for a whole page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from paraph.node.people.models import Grant, Officer
from paraph.node.people.roles import ALL_DOSSIERS, May, Role, roles_that

__all__ = ["Reach"]


class Reach:
    """The roles of one officer, in all dossiers and in single ones; asks the database once."""

    def __init__(self, officer: Officer) -> None:
        """Look the officer's roles up."""
        rows = Grant.objects.filter(officer=officer).values_list("role", "dossier")
        self._grants = [(Role(role), str(dossier)) for role, dossier in rows]

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
        by_may: dict[May, list[str]] = {}
        for kind, may in kinds:
            by_may.setdefault(may, []).append(kind)
        found = Q(pk__in=())
        for may, those in by_may.items():
            if self.may(may):
                found |= Q(kind__in=those) & self.rows(may)
        return found
