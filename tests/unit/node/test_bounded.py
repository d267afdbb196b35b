"""Bodies that are too large or too slow never come to the framework."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from paraph.node import bounded
from paraph.node.bounded import Bounded
from paraph.node.server import ServerThread

LIMIT = 1000


class Reader:
    """Reads the whole body, as the framework does, and says how much that was."""

    def __init__(self) -> None:
        self.read: list[int] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.read.append(-1)
                return
            length += len(message["body"])
            if not message["more_body"]:
                break
        self.read.append(length)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def served() -> Iterator[tuple[Reader, int]]:
    reader = Reader()
    with ServerThread(Bounded(reader, limit=LIMIT)) as server:
        yield reader, server.port


def sent(port: int, body: Any, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/", body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_what_fits_comes_through(served: tuple[Reader, int]) -> None:
    reader, port = served
    assert sent(port, b"x" * LIMIT) == 200
    assert reader.read == [LIMIT]


def test_what_says_that_it_is_too_large_is_thrown_away_and_answered(served: tuple[Reader, int]) -> None:
    reader, port = served
    assert sent(port, b"x" * (8 << 20)) == 413
    assert reader.read == []


def test_what_turns_out_to_be_too_large_is_cut_off(served: tuple[Reader, int]) -> None:
    reader, port = served
    with contextlib.suppress(http.client.HTTPException, OSError):  # it hung up while more was coming
        assert sent(port, (b"x" * 100 for _ in range(50))) == 500
    assert reader.read == [-1]


def test_what_never_ends_is_given_up(served: tuple[Reader, int], monkeypatch: pytest.MonkeyPatch) -> None:
    reader, port = served
    monkeypatch.setattr(bounded, "SILENCE_S", 0.2)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc")
        line.recv(4096)  # an answer, or the end
    assert reader.read == [-1]
