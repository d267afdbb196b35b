"""What an officer calls a passkey."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

__all__ = ["label_of"]

MOST: Final = 60


def label_of(request: HttpRequest) -> str:
    """The label that was entered, in one line; a plain one if there is none."""
    given = " ".join(request.POST.get("label", "").split())[:MOST]
    return given if given.isprintable() and given else _("Passkey")
