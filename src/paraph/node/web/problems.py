"""What programs are answered when something went wrong: a document (RFC 9457) with a stable code and what to do."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

__all__ = ["PROBLEM", "asked_by_program", "problem"]

PROBLEM: Final = "application/problem+json"

PROGRAMS: Final = "/api/"
"""What begins the addresses that programs call; people are answered with pages."""


def problem(status: int, code: str, message: str, **more: Any) -> HttpResponse:
    """Answer with a problem."""
    value = {
        "type": f"urn:paraph:error:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "message": message,
        **more,
    }
    return HttpResponse(json.dumps(value).encode("ascii"), status=status, content_type=PROBLEM)


def asked_by_program(request: HttpRequest) -> bool:
    """Whether a request is one of those that programs make."""
    return request.path.startswith(PROGRAMS)
