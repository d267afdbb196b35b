"""Whether the officer of a session is at the screen: when the session began, and when a passkey was last shown.

Times are the machine's, not the node's clock: a session is between a browser and this process.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from paraph.node.web.settings import SESSION_S

__all__ = ["RECENT_S", "day_is_over", "now_s", "recent", "show"]

RECENT_S: Final = 300
"""A solemn act needs a passkey shown within this many seconds: time to read a page and decide, not to leave a desk."""

BEGAN: Final = "began"
SHOWN: Final = "shown"


def now_s() -> float:
    """Seconds since 1970."""
    return time.time()


def show(request: HttpRequest) -> None:
    """Remember that a passkey was shown just now."""
    request.session[SHOWN] = now_s()


def recent(request: HttpRequest) -> bool:
    """Whether a passkey was shown recently enough for a solemn act."""
    return 0 <= now_s() - float(request.session.get(SHOWN, 0)) <= RECENT_S


def day_is_over(request: HttpRequest) -> bool:
    """Whether a session is older than a working day; using it does not prolong it."""
    return not 0 <= now_s() - float(request.session.get(BEGAN, 0)) <= SESSION_S


def _begin(sender: object, request: HttpRequest, **_rest: Any) -> None:
    """Signing in is done with a passkey and nothing else, so one was just shown."""
    del sender
    request.session[BEGAN] = now_s()
    request.session.set_expiry(SESSION_S)
    show(request)


user_logged_in.connect(_begin, dispatch_uid="paraph.people.presence")
