"""Pages that belong to no application: language, and what went wrong."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from paraph.node.web.middleware import LANGUAGE_COOKIE
from paraph.node.web.navigation import came_from, safe_next
from paraph.node.web.problems import asked_by_program, problem
from paraph.node.web.sent import sent_words

__all__ = ["bad_request", "choose_language", "csrf_failure", "forbidden", "not_found", "server_error"]

LANGUAGE_S = 365 * 24 * 3600
"""A year: nobody chooses a language every day."""


LAST_WORDS = "Something went wrong here. Nothing was lost; the operator finds the reason in the log.\n"

TOO_STRANGE = "this request cannot be understood: an address has no null character, and a body has a limit"

_LOG = logging.getLogger("paraph.node")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the interface, for the officer or for this browser, and go back to where the person was."""
    lang = request.POST.get("lang", "")
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next", "/")))
    if lang in dict(settings.LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE,
            lang,
            max_age=LANGUAGE_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        officer: Any = request.user
        if officer.is_authenticated and officer.lang != lang:
            officer.lang = lang
            officer.save(update_fields=["lang"])
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request cannot be understood."""
    del exception  # says more than a stranger should know
    if asked_by_program(request):
        return problem(400, "request-malformed", TOO_STRANGE)
    return render(request, "web/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person may not do this."""
    del exception  # says more than a stranger should know
    return render(request, "web/403.html", {"back": came_from(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is nothing here, or nothing for this person."""
    del exception  # says more than a stranger should know
    return render(request, "web/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect of ours; if even the page about it cannot be drawn (the database is away), a line of text."""
    if asked_by_program(request):
        return problem(500, "internal", "the node failed; its operator finds the reason in its log")
    try:
        return render(request, "web/500.html", status=500)
    except Exception:  # noqa: BLE001 - whatever it is, this is the last who can answer
        _LOG.exception("the page about a defect could not be drawn")
        return HttpResponse(LAST_WORDS, status=500, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere."""
    del reason  # says more than a stranger should know
    shown = {"back": came_from(request), "sent": sent_words(request)}
    return render(request, "web/stale.html", shown, status=403)
