"""One sentence that the next page says: what was just done. Kept in the session, shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

__all__ = ["Notice", "notice", "take_notices"]

KEY: Final = "paraph-notices"

MOST: Final = 5
"""More sentences than this nobody reads; the oldest go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the next page says.

    Attributes:
        text: The sentence, in the language in which it was done.
        good: Whether something was achieved, rather than only to be known.
    """

    text: str
    good: bool


def notice(request: HttpRequest, text: object, *, good: bool = True) -> None:
    """Have the next page say something.

    Args:
        request: The request that did it.
        text: A sentence; a lazy translation is taken in the language of this request.
        good: Whether something was achieved.
    """
    kept = [*request.session.get(KEY, []), [str(text), good]]
    request.session[KEY] = kept[-MOST:]


def take_notices(request: HttpRequest) -> list[Notice]:
    """What there is to say; it is not said again."""
    session = getattr(request, "session", None)
    if session is None or KEY not in session:
        return []
    return [Notice(text=text, good=good) for text, good in session.pop(KEY)]
