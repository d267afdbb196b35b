"""Style sheets, scripts and fonts: files of the package, named with their digest so that browsers keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final

from django.http import HttpRequest, HttpResponse

__all__ = ["Assets", "asset_url"]

PREFIX: Final = "/static/paraph/"

KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
    "png": "image/png",
}

FOR_EVER: Final = "public, max-age=31536000, immutable"

SQUEEZED: Final = ("css", "js", "mjs", "svg")
"""Kinds that gzip makes smaller."""


@cache
def _asset(name: str) -> tuple[bytes, bytes, str] | None:
    """Bytes, gzipped bytes and short digest of a file of ours."""
    if "/" in name or name.startswith(".") or name.rpartition(".")[2] not in KINDS:
        return None
    file = resources.files("paraph.node.web") / "static" / "paraph" / name
    if not file.is_file():
        return None
    data = file.read_bytes()
    return data, gzip.compress(data, 9, mtime=0), hashlib.sha256(data).hexdigest()[:12]


def asset_url(name: str) -> str:
    """Address of a file; it changes with its content."""
    name = str.__str__(name)  # templates have strings of a kind of their own
    found = _asset(name)
    assert found is not None, f"there is no asset {name}"
    stem, _, kind = name.rpartition(".")
    return f"{PREFIX}{stem}.{found[2]}.{kind}"


class Assets:
    """Serves the files before anything else is asked: no session, no language, no person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer for a file of ours; leave everything else to the others."""
        if not request.path.startswith(PREFIX) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        stem, _, kind = request.path[len(PREFIX) :].rpartition(".")
        name, _, digest = stem.rpartition(".")
        found = _asset(f"{name}.{kind}") if name else None
        if found is None or found[2] != digest:
            return HttpResponse("no such file\n", status=404, content_type="text/plain")
        squeezed = kind in SQUEEZED and "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(found[1] if squeezed else found[0], content_type=KINDS[kind])
        if squeezed:
            response["Content-Encoding"] = "gzip"
        response["Vary"] = "Accept-Encoding"
        response["Cache-Control"] = FOR_EVER
        return response
