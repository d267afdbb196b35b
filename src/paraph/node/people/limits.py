"""How often somebody who is not signed in may try something: by address, and by whom it is about."""

from __future__ import annotations

import hashlib
import math
import threading
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paraph.node.rate import TokenBuckets

__all__ = ["ENROL", "RECOVER", "SIGN_IN", "Limit", "address_of", "wait"]


class Limit:
    """Token buckets that threads share."""

    def __init__(self, *, per_second: float, burst: float) -> None:
        """Start with full buckets.

        Args:
            per_second: How fast a bucket fills.
            burst: How much it holds.
        """
        self._buckets = TokenBuckets(per_second=per_second, burst=burst)
        self._burst, self._per_second = burst, per_second
        self._lock = threading.Lock()

    def take(self, *names: str) -> float:
        """Take a token from each bucket; the seconds until there is one in all of them, 0 if there was."""
        with self._lock:
            return max(self._buckets.take(hashlib.sha256(name.encode()).hexdigest()) for name in names)

    def forget(self) -> None:
        """Fill all buckets."""
        self._buckets = TokenBuckets(per_second=self._per_second, burst=self._burst)


SIGN_IN: Final = Limit(per_second=0.5, burst=30)
"""A ministry's officers may share one address and come at nine; a passkey cannot be guessed, so this only saves work."""

RECOVER: Final = Limit(per_second=1 / 60, burst=5)
"""80 bits cannot be guessed at one try a minute; a person mistypes a code less often than five times."""

ENROL: Final = Limit(per_second=1, burst=60)
"""A course of twenty people enrols from one room; a token of 256 bits cannot be guessed, so this only saves work."""


def address_of(request: HttpRequest) -> str:
    """The address that a request comes from; behind our own proxy, what that says last."""
    if settings.SECURE_PROXY_SSL_HEADER:
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if said:
            return said[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def wait(request: HttpRequest, seconds: float) -> HttpResponse:
    """Say that it was too often, and when to try again."""
    whole = math.ceil(seconds)
    response = render(request, "people/wait.html", {"seconds": whole}, status=429)
    response["Retry-After"] = str(whole)
    return response
