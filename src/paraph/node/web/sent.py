"""What somebody had entered when something went wrong: shown again, so that no word of it is lost."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError

__all__ = ["sent_words"]

SECRET: Final = ("csrf", "token", "secret", "password", "pin", "code", "credential", "response", "challenge")
"""Words in the names of fields whose content is never shown again."""

MOST: Final = 200
"""Fields that are shown; a longer form has a draft of its own."""


def sent_words(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and contents of the fields of a form that a person filled in, without empty ones and secrets."""
    if request.method != "POST":
        return []
    try:
        sent: QueryDict = request.POST
    except (UnreadablePostError, ValueError):  # it never arrived as a whole
        return []
    found = [
        (name, value)
        for name, values in sent.lists()
        if not any(word in name.lower() for word in SECRET)
        for value in values
        if str(value).strip()
    ]
    return found[:MOST]
