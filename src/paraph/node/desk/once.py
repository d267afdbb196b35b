"""Forms that must not act twice: each carries a word that counts once, and leads to what it made when it comes again."""

from __future__ import annotations

import secrets
from typing import Final

from django.http import HttpRequest

__all__ = ["FIELD", "fresh", "made_by", "remember"]

FIELD: Final = "once"
"""Name of the form's field."""

KEY: Final = "desk-once"

MOST: Final = 32
"""Forms remembered in a session: somebody who goes back goes back a few pages."""


def fresh(request: HttpRequest) -> str:
    """A word for a form: the one it came with, else a new one."""
    return request.POST.get(FIELD) or secrets.token_urlsafe(12)


def made_by(request: HttpRequest) -> str:
    """Where the form led that was sent with this word before, or ""."""
    kept: dict[str, str] = request.session.get(KEY, {})
    return kept.get(request.POST.get(FIELD, ""), "")


def remember(request: HttpRequest, where: str) -> str:
    """Remember where a form led; returns it."""
    word = request.POST.get(FIELD, "")
    if word:
        kept = {**request.session.get(KEY, {}), word: where}
        request.session[KEY] = dict(list(kept.items())[-MOST:])
    return where
