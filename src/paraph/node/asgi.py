"""What a node serves to its peers, as a plain ASGI application.

============================  =====================================================================
``POST /paraph/1/bundle``     takes a bundle, answers with a bundle
``GET /paraph/1/card``        the node's peer card
``POST /paraph/1/timestamp``  RFC 3161, if the node has a time-stamp authority
``GET /healthz``              whether the node can work, for whatever watches it
============================  =====================================================================

No framework stands between the socket and these few routes: they are what a stranger can reach. Order of
the checks: address (rate), route, method, media type, stated length, then the body piece by piece against its
limit and its time, and only then a worker thread. Everything else goes to ``other``, the web pages, if any.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from paraph.node.answers import Answer, busy, of_error, refusal
from paraph.node.rate import BURST, PER_SECOND, TokenBuckets
from paraph.wire.bundle import BUNDLE_TYPE
from paraph.wire.envelope import CARD_TYPE
from paraph.wire.limits import MAX_BUNDLE

__all__ = ["BUNDLE_PATH", "CARD_PATH", "TIMESTAMP_PATH", "NodeApp", "NodeLimits"]

BUNDLE_PATH = "/paraph/1/bundle"
CARD_PATH = "/paraph/1/card"
TIMESTAMP_PATH = "/paraph/1/timestamp"
HEALTH_PATH = "/healthz"

TIMESTAMP_QUERY = "application/timestamp-query"
TIMESTAMP_REPLY = "application/timestamp-reply"
"""Source: RFC 3161 §3.4."""

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLimits:
    """What one node lets its peers use.

    Attributes:
        bundle_bytes: Longest bundle.
        timestamp_bytes: Longest time-stamp query; a genuine one has about 60.
        body_timeout_s: Longest time for a whole body: the largest bundle at 2 Mbit/s.
        silence_timeout_s: Longest silence within a body.
        workers: Bundles worked on at once; writers exclude each other anyway.
        waiting: Requests waiting for a worker before others are sent away.
        buffered_bytes: Bodies in memory at once, all together.
        per_second: Requests per second and address in the long run.
        burst: Requests at once from one address.
    """

    bundle_bytes: int = MAX_BUNDLE
    timestamp_bytes: int = 64 * 1024
    body_timeout_s: float = 300.0
    silence_timeout_s: float = 30.0
    workers: int = 4
    waiting: int = 64
    buffered_bytes: int = 4 * MAX_BUNDLE
    per_second: float = PER_SECOND
    burst: float = BURST


class _RefusedError(Exception):
    """Carries the answer out of reading a body."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Post:
    wanted: str
    given: str
    limit: int
    work: Callable[[bytes], bytes]


class NodeApp:
    """The ASGI application of one node."""

    def __init__(
        self,
        *,
        receive: Callable[[bytes], bytes],
        card: Callable[[], bytes],
        timestamp: Callable[[bytes], bytes] | None = None,
        healthy: Callable[[], bool] | None = None,
        other: Asgi | None = None,
        limits: NodeLimits | None = None,
    ) -> None:
        """Prepare; worker threads start with the first request.

        Args:
            receive: Takes a bundle and returns the bundle in answer; called in worker threads.
            card: Returns the exact bytes of the node's card.
            timestamp: Takes an RFC 3161 query and returns the reply, or None if the node offers none.
            healthy: Whether the node can work; called in a worker thread.
            other: Where all other paths (and websockets) go.
            limits: What peers may use.
        """
        self._card = card
        self._healthy = healthy
        self._other = other
        self._limits = limits or NodeLimits()
        self._posts = {BUNDLE_PATH: _Post(BUNDLE_TYPE, BUNDLE_TYPE, self._limits.bundle_bytes, receive)}
        if timestamp is not None:
            most = self._limits.timestamp_bytes
            self._posts[TIMESTAMP_PATH] = _Post(TIMESTAMP_QUERY, TIMESTAMP_REPLY, most, timestamp)
        self._buckets = TokenBuckets(per_second=self._limits.per_second, burst=self._limits.burst)
        self._workers = ThreadPoolExecutor(self._limits.workers, thread_name_prefix="paraph-peer")
        self._busy = 0
        self._buffered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event (ASGI 3)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive)
            if answer is not None:
                await _send(send, scope, answer)
            elif self._other is not None:
                await self._other(scope, receive, send)
        elif self._other is not None:
            await self._other(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                # What was received is worked to its end: a peer may already count on it.
                await asyncio.to_thread(self._workers.shutdown, wait=True)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """The answer, or None if the path is not ours and somebody else serves it."""
        client = scope.get("client")
        wait_s = self._buckets.take(client[0] if client else "")
        if wait_s > 0:
            return busy(429, "too-many-requests", "too many requests from this address", wait_s, close=True)
        path, method = scope["path"], scope["method"]
        try:
            if path in self._posts:
                return await self._post(scope, receive, self._posts[path])
            if path in (CARD_PATH, HEALTH_PATH):
                if method not in ("GET", "HEAD"):
                    return _wrong_method("GET, HEAD")
                return await self._get(path)
        except _RefusedError as refused:
            return refused.answer
        if self._other is not None and path != TIMESTAMP_PATH:
            return None
        return refusal(
            404, "no-such-path", "the node serves nothing here", close=method not in ("GET", "HEAD")
        )

    async def _get(self, path: str) -> Answer:
        try:
            if path == CARD_PATH:
                return Answer(status=200, body=await self._work(self._card), content_type=CARD_TYPE)
            healthy = self._healthy is None or await self._work(self._healthy)
        except _RefusedError:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence; of_error sorts and logs it
            return of_error(error)
        body = b'{"status": "ok"}\n' if healthy else b'{"status": "failing"}\n'
        return Answer(status=200 if healthy else 503, body=body, content_type="application/json")

    async def _post(self, scope: Scope, receive: Receive, post: _Post) -> Answer:
        if scope["method"] != "POST":
            return _wrong_method("POST")
        headers = dict(scope["headers"])
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if kind != post.wanted.encode() or b"content-encoding" in headers:
            return refusal(415, "media-type", f"send {post.wanted}, without content-encoding", close=True)
        stated = headers.get(b"content-length", b"")
        if stated.isdigit():
            self._check(int(stated), post.limit)
        body = await self._read(receive, post.limit)
        try:
            return Answer(status=200, body=await self._work(post.work, body), content_type=post.given)
        except _RefusedError:
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence; of_error sorts and logs it
            return of_error(error)
        finally:
            self._buffered -= len(body)

    async def _read(self, receive: Receive, limit: int) -> bytes:
        """The whole body; its length stays counted in ``_buffered`` until the caller is done with it."""
        parts: list[bytes] = []
        held, more = 0, True
        deadline = time.monotonic() + self._limits.body_timeout_s
        try:
            while more:
                chunk, more = await self._chunk(receive, deadline)
                held += len(chunk)
                self._buffered += len(chunk)
                self._check(held, limit)
                parts.append(chunk)
            return b"".join(parts)
        except BaseException:
            self._buffered -= held
            raise

    def _check(self, length: int, limit: int) -> None:
        if length > limit:
            message = f"at most {limit} bytes are taken: send fewer acts or blobs at once"
            raise _RefusedError(refusal(413, "body-size", message, close=True))
        if self._buffered > self._limits.buffered_bytes:
            message = "the node is taking other bundles; try again"
            raise _RefusedError(busy(503, "node-busy", message, 2, close=True))

    async def _chunk(self, receive: Receive, deadline: float) -> tuple[bytes, bool]:
        """The next piece of a body, and whether there is more."""
        left_s = deadline - time.monotonic()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, min(left_s, self._limits.silence_timeout_s)))
        except TimeoutError as error:
            slow = refusal(408, "body-slow", "the body comes too slowly; try again", close=True)
            raise _RefusedError(slow) from error
        if message["type"] == "http.disconnect":
            # Nobody is there to read this.
            raise _RefusedError(refusal(400, "body-cut", "the body ended early; try again", close=True))
        return message.get("body", b""), bool(message.get("more_body", False))

    async def _work(self, work: Callable[..., T], *arguments: bytes) -> T:
        """Call ``work`` in a worker thread, unless too many wait already."""
        if self._busy >= self._limits.workers + self._limits.waiting:
            raise _RefusedError(busy(503, "node-busy", "the node is taking other bundles; try again", 2))
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)
        finally:
            self._busy -= 1


def _wrong_method(allowed: str) -> Answer:
    return refusal(405, "method", f"use {allowed}", ("allow", allowed), close=True)


async def _send(send: Send, scope: Scope, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.head()})
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": False})
