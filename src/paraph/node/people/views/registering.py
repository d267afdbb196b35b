"""Registering one more passkey of an officer who is known: from the account, or after a recovery code."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from paraph.node.people.challenges import new_challenge, take_challenge
from paraph.node.people.models import Credential, Officer
from paraph.node.people.passkeys import begin_registration, finish_registration
from paraph.node.people.roster import keep_passkey

__all__ = ["ask_for_passkey", "label_of", "take_passkey"]

MOST: Final = 60
"""Characters of what a passkey is called."""


def ask_for_passkey(request: HttpRequest, officer: Officer, purpose: str) -> dict[str, Any]:
    """What the browser needs to make a passkey that the officer does not have yet."""
    known = Credential.objects.filter(officer=officer)
    return begin_registration(officer.handle, officer.name, known, new_challenge(request, purpose))


def take_passkey(request: HttpRequest, officer: Officer, purpose: str) -> Credential:
    """Register the passkey that a form brings.

    Raises:
        LocalActError: ``passkey-late``, ``passkey-refused`` or ``passkey-known``.
    """
    answer = request.POST.get("passkey", "")
    passkey = finish_registration(take_challenge(request, purpose, answer), answer)
    return keep_passkey(officer, passkey, label_of(request))


def label_of(request: HttpRequest) -> str:
    """What the officer calls a passkey, in one line; a plain word if nothing was entered."""
    given = " ".join(request.POST.get("label", "").split())[:MOST]
    return given if given.isprintable() and given else _("Passkey")
