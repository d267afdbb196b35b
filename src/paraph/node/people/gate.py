"""The gate: enforces the table of who may go where, on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from paraph.node.people.access import ACCESS, Access, Door
from paraph.node.people.models import Grant, Officer
from paraph.node.people.roles import ALL_DOSSIERS, May, Role, roles_that

__all__ = ["Gate", "may", "officer_of", "roles_in"]

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


class Gate:
    """Asks the table before any view is called."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
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
        if not request.user.is_authenticated:
            return HttpResponseRedirect(
                f"{reverse('people:sign-in')}?{urlencode({'next': request.get_full_path()})}"
            )
        return self._let(request, access, kwargs)

    def _let(self, request: HttpRequest, access: Access, kwargs: dict[str, Any]) -> HttpResponse | None:
        if access.door is Door.ROLE:
            assert access.may is not None, "a row with a role says what it needs"
            if not may(officer_of(request), access.may, kwargs.get(DOSSIER)):
                raise PermissionDenied
        return None
