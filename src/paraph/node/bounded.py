"""What stands before the pages' framework: bodies that are too large or too slow are never taken in.

The framework would write a long body to a file before anybody could look at it. Nothing that people upload is written to disk.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from paraph.node.asgi import Asgi, Message, Receive, Scope, Send

__all__ = ["MAX_BODY_BYTES", "Bounded"]

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""Longest body of a request: a container of a large package. The framework keeps as much in memory (``UPLOAD_BYTES``)."""

MAX_THROWN_AWAY: Final = 1 << 30
"""Most that is read from somebody who said that it is too much; none of it is kept."""

SILENCE_S: Final = 30.0
"""Longest silence within a body."""

BODY_S: Final = 600.0
"""Longest time for a whole body: the largest at 1 Mbit/s."""

TOO_LARGE: Final = (
    b"This is larger than 64 MB and was not taken in. Files are verified without a limit by: paraph verify\n"
)


class Bounded:
    """An ASGI application that takes bodies up to a limit only."""

    def __init__(self, application: Asgi, *, limit: int = MAX_BODY_BYTES) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if _stated(scope) > self._limit:
            await _refuse(receive, send)
            return
        await self._application(scope, _Body(receive, self._limit), send)


class _Body:
    """The body of one request, piece by piece; to whoever reads it, one that goes too far has hung up."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self._ends = asyncio.get_running_loop().time() + BODY_S
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:  # what comes now is that the client went away, whenever that is
            return await self._receive()
        wait = min(SILENCE_S, self._ends - asyncio.get_running_loop().time())
        try:
            message = await asyncio.wait_for(self._receive(), wait)
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            return {"type": "http.disconnect"}
        self._whole = not message.get("more_body", False)
        return message


def _stated(scope: Scope) -> int:
    headers: Any = scope["headers"]
    stated = next((value for name, value in headers if name == b"content-length"), b"0")
    return int(stated) if stated.isdigit() else 0


async def _refuse(receive: Receive, send: Send) -> None:
    """Throw the body away and say why; a browser that is cut off while it sends shows no answer at all."""
    body = _Body(receive, MAX_THROWN_AWAY)
    while (await body()).get("more_body", False):
        pass
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(TOO_LARGE)).encode("ascii")),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TOO_LARGE})
