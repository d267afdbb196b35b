"""How Django finds the officer of a session. Signing in is done with a passkey, in ``passkeys.py``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from paraph.node.people.models import Officer

__all__ = ["PasskeyBackend"]


class PasskeyBackend:
    """Knows officers by their number; takes no password."""

    def authenticate(self, _request: HttpRequest | None, **_credentials: Any) -> None:
        """Nobody is authenticated by words."""

    def get_user(self, number: int) -> Officer | None:
        """The officer with that number, while active."""
        return Officer.objects.filter(pk=number, active=True).first()
