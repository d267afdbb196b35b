"""The door of programs: a token, the table of who may go where, and a limit."""

from __future__ import annotations

import math
import re
from typing import Final

from django.http import Http404, HttpRequest
from ninja.errors import AuthenticationError, AuthorizationError, Throttled
from ninja.security import HttpBearer

from paraph.node.api.models import Token
from paraph.node.api.tokens import allows, find, mark_used, readable
from paraph.node.people.access import ACCESS, Door
from paraph.node.people.gate import may
from paraph.node.people.limits import Limit, address_of

__all__ = ["CALLS", "TRIES", "Bearer", "token_of"]

CALLS: Final = Limit(per_second=10, burst=300)
"""Calls of one token: a program that copies a dossier of three hundred files is not held up."""

TRIES: Final = Limit(per_second=0.2, burst=20)
"""Wrong tokens from one address: 256 bits cannot be guessed; this saves work."""

_DOSSIER: Final = re.compile(r"[0-9a-f]{64}")


class Bearer(HttpBearer):
    """Lets a request through whose token, and whose officer, may do what its row in the table asks for."""

    openapi_description = "A token that an administrator of this node made under “Programs”, for one dossier or for all of its officer."

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """Judge a token.

        Raises:
            AuthenticationError: There is no such token in force.
            AuthorizationError: The token, or its officer, may not do this.
            Http404: The token or its officer may not know of this dossier.
            Throttled: Too many calls.
        """
        found = find(token)
        if found is None:
            wait = TRIES.take(address_of(request))
            if wait:
                raise Throttled(wait=math.ceil(wait))
            raise AuthenticationError
        wait = CALLS.take(f"token {found.pk}")
        if wait:
            raise Throttled(wait=math.ceil(wait))
        self._judge(request, found)
        mark_used(found)
        return found

    def _judge(self, request: HttpRequest, token: Token) -> None:
        match = request.resolver_match
        access = ACCESS.get(match.view_name) if match is not None else None
        if match is None or access is None or access.door is not Door.TOKEN:
            raise AuthorizationError
        if access.may is None:
            return
        dossier = match.kwargs.get("dossier")
        if dossier is not None and not (_DOSSIER.fullmatch(dossier) and self._reads(token, dossier)):
            raise Http404  # as if there were none
        if not allows(token, access.may) or not may(token.officer, access.may, dossier):
            raise AuthorizationError

    def _reads(self, token: Token, dossier: str) -> bool:
        where = readable(token)
        return where is None or dossier in where


def token_of(request: HttpRequest) -> Token:
    """The token of a request that was let through."""
    token = request.auth  # type: ignore[attr-defined]
    assert isinstance(token, Token)
    return token
