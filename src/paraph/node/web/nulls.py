"""A character that no text has, and that databases refuse in ways of their own: answered before it comes to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

__all__ = ["NoNulls"]

NULL: Final = "\x00"


class NoNulls:
    """Refuses requests with a null character in their address, question or form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; ``process_view`` looks before."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        """Look at what was read already: forms after the protection against forged ones, not those of a view that reads itself."""
        if NULL in request.path or _has_null(request.GET):
            raise SuspiciousOperation("a null character in the address")
        exempt = getattr(view, "csrf_exempt", False)
        if request.method == "POST" and not exempt and _has_null(request.POST):
            raise SuspiciousOperation("a null character in the form")


def _has_null(given: Any) -> bool:
    return any(NULL in name or any(NULL in one for one in found) for name, found in given.lists())
