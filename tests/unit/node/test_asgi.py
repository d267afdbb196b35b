from __future__ import annotations

import asyncio
import json
import logging
import threading
from dataclasses import dataclass, field

import pytest

from paraph.errors import (
    ConflictError,
    FormatError,
    LocalActError,
    PeerActError,
    PermanentError,
    TransientError,
)
from paraph.node.asgi import BUNDLE_PATH, CARD_PATH, TIMESTAMP_PATH, NodeApp, NodeLimits
from paraph.wire.bundle import BUNDLE_TYPE


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks_taken: int = 0

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["code"])


async def ask(
    app,
    method="POST",
    path=BUNDLE_PATH,
    *,
    body=(b"bundle",),
    kind=BUNDLE_TYPE,
    headers=(),
    client="10.0.0.1",
    stall=False,
) -> Reply:
    """One request, as a server would pass it on."""
    reply, pieces = Reply(), list(body)

    async def receive():
        if reply.chunks_taken == len(pieces):
            if stall:
                await asyncio.sleep(60)
            return {"type": "http.disconnect"}
        piece = pieces[reply.chunks_taken]
        reply.chunks_taken += 1
        return {"type": "http.request", "body": piece, "more_body": stall or reply.chunks_taken < len(pieces)}

    async def send(message):
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            reply.body += message.get("body", b"")

    scope = {
        "type": "http", "method": method, "path": path, "client": (client, 1),
        "headers": [(b"content-type", kind.encode()), *headers],
    }  # fmt: skip
    await app(scope, receive, send)
    return reply


def run(app, *arguments, **named) -> Reply:
    return asyncio.run(ask(app, *arguments, **named))


def node(receive=lambda bundle: bundle[::-1], **more) -> NodeApp:
    return NodeApp(receive=receive, card=lambda: b"card", **more)


def raising(error: Exception):
    def receive(_bundle: bytes) -> bytes:
        raise error

    return receive


def test_a_bundle_is_answered_with_a_bundle():
    reply = run(node(), body=(b"ab", b"c", b""))
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, b"cba", BUNDLE_TYPE)
    assert reply.headers["content-length"] == "3"
    assert reply.headers["cache-control"] == "no-store"


def test_work_is_done_in_worker_threads():
    names = []

    def receive(bundle: bytes) -> bytes:
        names.append(threading.current_thread().name)
        return bundle

    run(node(receive))
    assert names[0].startswith("paraph-peer")


def test_the_card_and_the_state_of_health():
    app = node()
    assert run(app, "GET", CARD_PATH, body=()).body == b"card"
    assert run(app, "GET", CARD_PATH, body=()).headers["content-type"] == "application/vnd.paraph.card+json"
    head = run(app, "HEAD", CARD_PATH, body=())
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "4")
    assert run(app, "GET", "/healthz", body=()).status == 200
    assert run(node(healthy=lambda: False), "GET", "/healthz", body=()).status == 503
    assert run(node(healthy=lambda: 1 / 0 > 0), "GET", "/healthz", body=()).status == 500


def test_time_stamps_are_given_only_by_who_has_an_authority():
    query, reply = "application/timestamp-query", "application/timestamp-reply"
    assert run(node(), path=TIMESTAMP_PATH, kind=query).status == 404
    answer = run(node(timestamp=lambda data: b"token " + data), path=TIMESTAMP_PATH, kind=query)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"token bundle", reply)
    limits = NodeLimits(timestamp_bytes=5)
    assert run(node(timestamp=bytes, limits=limits), path=TIMESTAMP_PATH, kind=query).status == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", BUNDLE_PATH, 405, "POST"),
        ("PUT", BUNDLE_PATH, 405, "POST"),
        ("POST", CARD_PATH, 405, "GET, HEAD"),
        ("POST", "/healthz", 405, "GET, HEAD"),
        ("GET", "/", 404, None),
        ("GET", "/paraph/1/bundle/", 404, None),
        ("POST", "/paraph/2/bundle", 404, None),
        ("GET", "/paraph/1/../1/card", 404, None),
    ],
)
def test_other_methods_and_paths(method: str, path: str, status: int, allow: str | None):
    reply = run(node(), method, path)
    assert (reply.status, reply.headers.get("allow")) == (status, allow)
    assert reply.chunks_taken == 0


@pytest.mark.parametrize(
    ("kind", "headers", "status"),
    [
        ("text/plain", (), 415),
        ("", (), 415),
        ("application/vnd.paraph.bundlex", (), 415),
        (BUNDLE_TYPE, ((b"content-encoding", b"gzip"),), 415),
        (BUNDLE_TYPE.upper() + "; x=1", (), 200),
    ],
)
def test_only_bundles_are_taken(kind: str, headers, status: int):
    assert run(node(), kind=kind, headers=headers).status == status


def test_a_body_stated_too_long_is_not_read():
    reply = run(node(limits=NodeLimits(bundle_bytes=5)), headers=[(b"content-length", b"6")])
    assert (reply.status, reply.code, reply.chunks_taken) == (413, "body-size", 0)
    assert reply.headers["connection"] == "close"


def test_a_body_is_read_no_further_than_the_limit():
    app = node(limits=NodeLimits(bundle_bytes=5))
    reply = run(app, body=[b"xx"] * 100)
    assert (reply.status, reply.chunks_taken) == (413, 3)
    assert run(app, body=[b"xx", b"xxx"]).status == 200


@pytest.mark.parametrize("limits", [NodeLimits(silence_timeout_s=0.05), NodeLimits(body_timeout_s=0.05)])
def test_a_body_that_does_not_come_is_given_up(limits: NodeLimits):
    reply = run(node(limits=limits), body=[b"x"], stall=True)
    assert (reply.status, reply.code, reply.headers["connection"]) == (408, "body-slow", "close")


def test_a_body_cut_off_is_not_worked_on():
    worked: list[bytes] = []

    def receive(bundle: bytes) -> bytes:
        worked.append(bundle)
        return bundle

    assert run(node(receive), body=[]).status == 400
    assert worked == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FormatError("bundle-format", "not a bundle"), 400),
        (LocalActError("signing-before-initials", "initial first"), 409),
        (PeerActError("act-forbidden", "not your turn"), 422),
    ],
)
def test_what_is_wrong_with_a_bundle_is_said(error, status: int):
    reply = run(node(raising(error)))
    assert reply.status == status
    assert json.loads(reply.body) == {"code": error.code, "message": error.message}


def test_what_may_pass_is_said_with_a_time_to_wait():
    reply = run(node(raising(TransientError("store-busy", "/secret/path is busy", retry_after_s=7))))
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "store-busy", "7")
    assert b"secret" not in reply.body
    assert run(node(raising(ConflictError("act-exists", "x")))).status == 503


@pytest.mark.parametrize(
    "error",
    [PermanentError("disk-full", "/secret/path is full"), RuntimeError("secret"), AssertionError("secret")],
)
def test_our_own_trouble_is_logged_and_not_told(error: Exception, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR, "paraph.node"):
        reply = run(node(raising(error)))
    assert (reply.status, reply.code) == (500, "internal")
    assert b"secret" not in reply.body
    assert b"Traceback" not in reply.body
    assert "secret" in caplog.text


def test_a_long_reason_is_cut():
    reply = run(node(raising(FormatError("x", "\ud800" + "é" * 100_000))))
    assert reply.status == 400
    assert len(reply.body) < 2000


def test_an_address_that_asks_too_often_is_slowed_down():
    app = node(limits=NodeLimits(per_second=0.001, burst=2))
    assert [run(app).status for _ in range(3)] == [200, 200, 429]
    assert int(run(app).headers["retry-after"]) > 100
    assert run(app, client="10.0.0.2").status == 200


def test_more_requests_than_can_wait_are_sent_away():
    go = threading.Event()

    def receive(bundle: bytes) -> bytes:
        go.wait(10)
        return bundle

    async def story() -> list[int]:
        app = node(receive, limits=NodeLimits(workers=1, waiting=2))
        asked = [asyncio.create_task(ask(app)) for _ in range(5)]
        done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0.05)
        early = sorted(task.result().status for task in asked if task.done())
        assert done
        go.set()
        late = sorted(reply.status for reply in await asyncio.gather(*asked))
        assert late == [200, 200, 200, 503, 503]
        return early

    assert asyncio.run(story()) == [503, 503]


def test_all_bodies_together_are_limited_and_the_room_comes_back():
    go = threading.Event()

    def receive(bundle: bytes) -> bytes:
        go.wait(10)
        return bundle

    async def story() -> None:
        app = node(receive, limits=NodeLimits(buffered_bytes=100))
        first = asyncio.create_task(ask(app, body=[b"x" * 80]))
        await asyncio.sleep(0.05)
        second = await ask(app, body=[b"x" * 30])
        assert (second.status, second.code) == (503, "node-busy")
        go.set()
        assert (await first).status == 200
        assert (await ask(app, body=[b"x" * 100])).status == 200
        assert (await ask(app, body=[b"x" * 101])).status == 503
        assert (await ask(app, body=[b"x" * 100])).status == 200

    asyncio.run(story())


def test_stopping_waits_for_work_whose_request_is_gone():
    go, ended = threading.Event(), threading.Event()

    def receive(bundle: bytes) -> bytes:
        go.wait(10)
        ended.set()
        return bundle

    async def story() -> None:
        app = node(receive)
        request = asyncio.create_task(ask(app))
        await asyncio.sleep(0.05)
        request.cancel()
        events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
        sent = []

        async def next_event():
            return next(events)

        async def send(message) -> None:
            sent.append((message["type"], ended.is_set()))

        asyncio.get_running_loop().call_later(0.1, go.set)
        await app({"type": "lifespan"}, next_event, send)
        assert sent == [("lifespan.startup.complete", False), ("lifespan.shutdown.complete", True)]

    asyncio.run(story())


def test_everything_else_goes_to_the_web_pages():
    seen = []

    async def pages(scope, _receive, send) -> None:
        seen.append((scope["type"], scope.get("path")))
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"page"})

    app = node(other=pages)
    assert run(app, "GET", "/").body == b"page"
    assert run(app, "GET", "/healthz").body != b"page"
    assert run(app, path=TIMESTAMP_PATH).status == 404  # the protocol's own path never becomes a page
    asyncio.run(app({"type": "websocket"}, None, None))  # type: ignore[arg-type]
    assert seen == [("http", "/"), ("websocket", None)]


def test_without_web_pages_a_websocket_is_closed():
    sent = []

    async def send(message) -> None:
        sent.append(message["type"])

    asyncio.run(node()({"type": "websocket"}, None, send))  # type: ignore[arg-type]
    assert sent == ["websocket.close"]
