"""Which problem each error is to programs."""

from __future__ import annotations

import math
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError

from paraph.errors import (
    AdapterError,
    ConflictError,
    FormatError,
    LocalActError,
    ParaphError,
    PeerActError,
)
from paraph.node.web.problems import problem

__all__ = ["add_handlers", "nowhere"]

UNKNOWN: Final = frozenset({"dossier-unknown", "instrument-unknown", "text-unknown", "nothing-here"})
"""Codes that say that there is no such thing, rather than that it cannot be done now."""

STATUS: Final[tuple[tuple[type[ParaphError], int], ...]] = (
    (LocalActError, 409),
    (ConflictError, 409),
    (FormatError, 422),
    (PeerActError, 422),
    (AdapterError, 503),
)


def nowhere(_request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address that is none."""
    del rest  # says nothing that the caller does not know
    return problem(404, "nothing-here", "there is nothing at this address, or not for this token")


def add_handlers(api: NinjaAPI) -> None:
    """Turn every error of ours, and those of the framework, into problems; bugs stay bugs."""
    api.add_exception_handler(ParaphError, _ours)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, lambda _request, _error: nowhere(_request))
    api.add_exception_handler(AuthenticationError, _unknown_token)
    api.add_exception_handler(AuthorizationError, _not_permitted)
    api.add_exception_handler(Throttled, _too_many)
    api.add_exception_handler(HttpError, _malformed)


def _ours(_request: HttpRequest, error: Any) -> HttpResponse:
    status = next(status for family, status in STATUS if isinstance(error, family))
    return problem(404 if error.code in UNKNOWN else status, error.code, error.message)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    found = [
        {"where": ".".join(str(part) for part in one["loc"]), "what": str(one["msg"])} for one in error.errors
    ]
    return problem(422, "request-invalid", "the request is not as the description says", problems=found)


def _unknown_token(_request: HttpRequest, _error: Any) -> HttpResponse:
    answer = problem(401, "token-unknown", "send a token that is in force: Authorization: Bearer …")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _not_permitted(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(403, "not-permitted", "neither this token nor its officer was given this")


def _too_many(_request: HttpRequest, error: Any) -> HttpResponse:
    wait = math.ceil(error.wait or 1)
    answer = problem(429, "too-many-calls", f"this token called too often; try again in {wait} s")
    answer["Retry-After"] = str(wait)
    return answer


def _malformed(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, "request-malformed", "the body of the request cannot be read")
