"""The gate: enforces the table of who may go where, on every request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from paraph.node.people import again, presence
from paraph.node.people.access import ACCESS, READS, Access, Door
from paraph.node.people.models import Grant, Officer
from paraph.node.people.reach import Reach
from paraph.node.people.roles import ALL_DOSSIERS, May, Role, roles_that

__all__ = ["Gate", "dossiers_where", "may", "officer_of", "roles_in"]

DOSSIER: Final = "dossier"
"""Name of the part of an address that is a dossier's id."""

GetResponse = Callable[[HttpRequest], HttpResponse]


def officer_of(request: HttpRequest) -> Officer:
    """The officer who signed in.

    Raises:
        PermissionDenied: Nobody did.
    """
    if not isinstance(request.user, Officer):
        raise PermissionDenied
    return request.user


def roles_in(officer: Officer, dossier: str | None) -> frozenset[Role]:
    """An officer's roles in a dossier; with None, those in any dossier at all."""
    rows = Grant.objects.filter(officer=officer)
    if dossier is not None:
        rows = rows.filter(dossier__in=(ALL_DOSSIERS, dossier))
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def may(officer: Officer, what: May, dossier: str | None) -> bool:
    """Whether an officer may do something in a dossier; with None, in any dossier at all."""
    return bool(roles_in(officer, dossier) & roles_that(what))


def dossiers_where(officer: Officer, what: May) -> frozenset[str] | None:
    """The dossiers in which an officer may do something; None for all, also those still to come."""
    rows = Grant.objects.filter(officer=officer, role__in=roles_that(what))
    found = frozenset(rows.values_list("dossier", flat=True))
    return None if ALL_DOSSIERS in found else found


def would_let(request: HttpRequest, name: str) -> bool:
    """Whether the person could read an address, in some dossier at least: what the frame of every page offers."""
    access = ACCESS.get(name)
    if access is None or "GET" not in access.methods or access.door is Door.TOKEN:
        return False
    if access.door is Door.OPEN:
        return True
    who = getattr(request, "user", None)
    if not isinstance(who, Officer):
        return False
    if access.door is Door.PERSON:
        return True
    return access.may is not None and Reach(who).may(access.may)


class Gate:
    """Asks the table before any view is called."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the table is asked in ``process_view``."""
        # The frame asks it which ways to offer; it must not know the people itself.
        request.would_let = partial(would_let, request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse, send to signing in, or let through (None)."""
        match = request.resolver_match
        access = ACCESS.get(match.view_name) if match is not None else None
        if access is None:
            raise PermissionDenied
        if request.method not in access.methods:
            return HttpResponseNotAllowed(access.methods)
        if access.door in (Door.OPEN, Door.TOKEN):
            return None
        if request.user.is_authenticated and presence.day_is_over(request):
            logout(request)
        if not request.user.is_authenticated:
            back = request.get_full_path() if request.method in READS else "/"
            return HttpResponseRedirect(f"{reverse('people:sign-in')}?{urlencode({'next': back})}")
        return self._let(request, access, kwargs)

    def _let(self, request: HttpRequest, access: Access, kwargs: dict[str, Any]) -> HttpResponse | None:
        if access.door is Door.ROLE:
            assert access.may is not None, "a row with a role says what it needs"
            if not Reach(officer_of(request)).may(access.may, kwargs.get(DOSSIER)):
                raise PermissionDenied
        if access.solemn and request.method not in READS and not presence.recent(request):
            return again.ask(request)
        return None
