"""Challenges that this node asked a browser's passkeys to sign: each for one purpose, one session, one use."""

from __future__ import annotations

import json
import secrets
from typing import Final

from django.http import HttpRequest
from fido2.utils import websafe_decode, websafe_encode

from paraph.errors import LocalActError
from paraph.node.people.presence import now_s

__all__ = ["MAX_ANSWER", "new_challenge", "take_challenge"]

CHALLENGE_BYTES: Final = 32

LIVES_S: Final = 600
"""A page with a passkey button may lie open for this long."""

MOST: Final = 8
"""Challenges open at once in one session: tabs of one browser."""

MAX_ANSWER: Final = 16 * 1024
"""Characters of a browser's answer; one with an RSA key and its attestation has about 4 000."""

SESSION_KEY: Final = "challenges"


def new_challenge(request: HttpRequest, purpose: str) -> bytes:
    """Make a challenge and remember in the session what it is for."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    known = _open(request)
    known.append([purpose, websafe_encode(challenge), now_s()])
    request.session[SESSION_KEY] = known[-MOST:]
    return challenge


def take_challenge(request: HttpRequest, purpose: str, answer: str) -> bytes:
    """The challenge that an answer is to; from now on it is used.

    Raises:
        LocalActError: ``passkey-late`` if it was not asked for here, or too long ago, or is used already.
    """
    named = _named(answer)
    known = _open(request)
    for one in known:
        if one[:2] == [purpose, named]:
            request.session[SESSION_KEY] = [other for other in known if other is not one]
            return websafe_decode(named)
    raise LocalActError(
        "passkey-late", "this page lay open for too long, or was sent twice: reload it and try again"
    )


def _open(request: HttpRequest) -> list[list[object]]:
    now = now_s()
    return [one for one in request.session.get(SESSION_KEY, []) if 0 <= now - one[2] <= LIVES_S]


def _named(answer: str) -> str:
    """The challenge that an answer names, or "". Whether it signed it, is checked later."""
    if len(answer) > MAX_ANSWER:
        return ""
    try:
        data = websafe_decode(json.loads(answer)["response"]["clientDataJSON"])
        return str(json.loads(data)["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
