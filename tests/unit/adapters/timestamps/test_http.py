from __future__ import annotations

import hashlib
from collections.abc import Callable

import httpx
import pytest

from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.timestamps.authority import TimestampAuthority
from paraph.adapters.timestamps.checking import check_token
from paraph.adapters.timestamps.http import HttpTimestamper
from paraph.domain.ids import Utc
from paraph.errors import AdapterError, PermanentError, TransientError
from paraph.wire import timestamp
from tests.support.refused import refused
from tests.support.signed_pdfs import NOW, ministry

IMPRINT = hashlib.sha256(b"x").digest()
REPLY = {"Content-Type": "application/timestamp-reply"}


class Fixed:
    """A clock that stands."""

    def __init__(self, instant: str = NOW) -> None:
        self._instant = Utc(instant)

    def now(self) -> Utc:
        return self._instant


def honest(request: httpx.Request) -> httpx.Response:
    assert request.headers["Content-Type"] == "application/timestamp-query"
    return httpx.Response(200, headers=REPLY, content=ministry().stamps.answer(request.content, NOW))


def client(service: Callable[[httpx.Request], httpx.Response] = honest, **changes) -> HttpTimestamper:
    values = {"anchors": [ministry().authority.root], "clock": Fixed(), **changes}
    return HttpTimestamper("https://tsa.example/", transport=httpx.MockTransport(service), **values)


def test_an_honest_service_gives_a_checked_token() -> None:
    token = client().timestamp(IMPRINT)
    assert check_token(token, IMPRINT, anchors=[ministry().authority.root]).nonce is not None
    assert client(anchors=[], clock=None).timestamp(IMPRINT)


def test_every_request_has_its_own_nonce() -> None:
    stamper = client()
    nonces = {check_token(stamper.timestamp(IMPRINT), IMPRINT, anchors=()).nonce for _ in range(3)}
    assert len(nonces) == 3
    stamper.close()


def answering(
    content: bytes, status: int = 200, kind: str = "application/timestamp-reply"
) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, headers={"Content-Type": kind}, content=content)


def other_nonce(_: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200, headers=REPLY, content=ministry().stamps.answer(timestamp.request(IMPRINT, 1), NOW)
    )


def other_imprint(request: httpx.Request) -> httpx.Response:
    nonce = timestamp.parse_request(request.content).nonce
    content = ministry().stamps.answer(timestamp.request(bytes(32), nonce), NOW)
    return httpx.Response(200, headers=REPLY, content=content)


def wrong_signature(request: httpx.Request) -> httpx.Response:
    content = bytearray(ministry().stamps.answer(request.content, NOW))
    content[-1] ^= 1
    return httpx.Response(200, headers=REPLY, content=bytes(content))


def changed_time(request: httpx.Request) -> httpx.Response:
    content = ministry().stamps.answer(request.content, NOW)
    assert content.count(b"20261121120000Z") == 1
    return httpx.Response(200, headers=REPLY, content=content.replace(b"20261121120000Z", b"20261121120001Z"))


def another_authority(request: httpx.Request) -> httpx.Response:
    stranger = DemoAuthority.create("Ministry of IL", "IL", NOW).issue_tsa(now=NOW).signer()
    return httpx.Response(
        200, headers=REPLY, content=TimestampAuthority(stranger).answer(request.content, NOW)
    )


def another_purpose(request: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200, headers=REPLY, content=TimestampAuthority(ministry().signer).answer(request.content, NOW)
    )


def years_later(request: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200, headers=REPLY, content=ministry().stamps.answer(request.content, Utc("2040-01-01T00:00:00Z"))
    )


@pytest.mark.parametrize(
    ("family", "code", "service"),
    [
        (PermanentError, "timestamp-mismatch", other_nonce),
        (PermanentError, "timestamp-mismatch", other_imprint),
        (PermanentError, "timestamp-token", wrong_signature),
        (PermanentError, "timestamp-token", changed_time),
        (PermanentError, "timestamp-token", another_authority),
        (PermanentError, "timestamp-token", another_purpose),
        (PermanentError, "timestamp-token", years_later),
        (PermanentError, "timestamp-refused", answering(timestamp.refused(timestamp.BAD_REQUEST, "no"))),
        (
            TransientError,
            "timestamp-refused",
            answering(timestamp.refused(timestamp.SYSTEM_FAILURE, "later")),
        ),
        (PermanentError, "timestamp-response", answering(timestamp.granted(b""))),
        (PermanentError, "der", answering(b"junk")),
        (PermanentError, "timestamp-response", answering(bytes(timestamp.MAX_MESSAGE_BYTES + 1))),
        (PermanentError, "timestamp-response", answering(b"<html>", kind="text/html")),
        (PermanentError, "timestamp-response", answering(b"", 404)),
        (PermanentError, "timestamp-response", answering(b"", 302)),
        (TransientError, "timestamp-unreachable", answering(b"", 503)),
        (TransientError, "timestamp-unreachable", answering(b"", 429)),
    ],
)
def test_a_service_of_no_use_is_named(family: type[AdapterError], code: str, service) -> None:
    with refused(code, family):
        client(service).timestamp(IMPRINT)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("odd")]
)
def test_nobody_answers(error: Exception) -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise error

    with refused("timestamp-unreachable", TransientError):
        client(silent).timestamp(IMPRINT)


def test_an_impossible_address_has_to_be_corrected() -> None:
    with pytest.raises(AdapterError):
        HttpTimestamper("ftp://tsa.example/", anchors=()).timestamp(IMPRINT)


@pytest.mark.parametrize("ours", ["2026-11-21T12:05:01Z", "2026-11-21T11:54:59Z"])
def test_clocks_that_differ_are_noticed(ours: str) -> None:
    with refused("timestamp-clock", TransientError):
        client(clock=Fixed(ours)).timestamp(IMPRINT)
