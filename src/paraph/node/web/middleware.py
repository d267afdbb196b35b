"""What holds for every answer: its headers, its language, and plain words where something went wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from paraph.errors import AdapterError, ConflictError, FormatError, LocalActError, ParaphError

__all__ = ["LANGUAGE_COOKIE", "Language", "PlainErrors", "SafeHeaders"]

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from another host, in no frame."""

PERMISSIONS: Final = "camera=(), microphone=(), geolocation=(), payment=(), publickey-credentials-get=(self)"

LANGUAGE_COOKIE: Final = "paraph-language"

GetResponse = Callable[[HttpRequest], HttpResponse]

_LOG = logging.getLogger("paraph.node")


class SafeHeaders:
    """Headers that tell browsers to keep to this host."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """The language that a person chose, else the one the browser asks for, else English."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = dict(settings.LANGUAGES)
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        lang = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(lang):
            request.LANGUAGE_CODE = lang  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.setdefault("Content-Language", lang)
        return response


class PlainErrors:
    """Our own errors become pages that say what to do; all others are bugs, logged and not shown."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show an error of ours; ``None`` leaves the others to Django's own page for bugs."""
        if not isinstance(error, ParaphError):
            return None
        status = 409 if isinstance(error, (LocalActError, ConflictError)) else 400
        if isinstance(error, AdapterError):
            _LOG.warning("a page could not be served: %s: %s", error.code, error.message)
            status = 503
        elif isinstance(error, FormatError):
            status = 400
        return render(request, "web/refused.html", {"error": error}, status=status)
