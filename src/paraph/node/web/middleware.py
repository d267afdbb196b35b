"""What holds for every answer: its headers, its language, and plain words where something went wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from paraph.errors import AdapterError, FormatError, ParaphError
from paraph.node.web.navigation import came_from
from paraph.node.web.sent import sent_words

__all__ = ["LANGUAGE_COOKIE", "Language", "PlainErrors", "SafeHeaders"]

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from another host, in no frame."""

PERMISSIONS: Final = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)"
)

LANGUAGE_COOKIE: Final = "paraph-language"

GetResponse = Callable[[HttpRequest], HttpResponse]

_LOG = logging.getLogger("paraph.node")


class SafeHeaders:
    """Headers that tell browsers to keep to this host."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what an answer does not say itself."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """The language of the officer, else the one that the person chose, else what the browser asks for, else English."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language."""
        known = dict(settings.LANGUAGES)
        chosen = (getattr(request.user, "lang", ""), request.COOKIES.get(LANGUAGE_COOKIE, ""))
        lang = next((one for one in chosen if one in known), None)
        with translation.override(lang or translation.get_language_from_request(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            if response.get("Content-Type", "").startswith("text/html"):
                response.setdefault("Content-Language", translation.get_language() or "en")
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class PlainErrors:
    """Our own errors become pages that say what to do; all others are bugs, logged and not shown."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; errors come through ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show an error of ours; ``None`` leaves the others to Django's own page for bugs."""
        if not isinstance(error, ParaphError):
            return None
        status = 409
        if isinstance(error, AdapterError):
            _LOG.warning("a page could not be served: %s: %s", error.code, error.message)
            status = 503
        elif isinstance(error, FormatError):
            status = 400
        shown = {"error": error, "back": came_from(request), "sent": sent_words(request)}
        return render(request, "web/refused.html", shown, status=status)
