"""Asking an outside time-stamp authority over HTTP, and believing nothing it says unchecked.

Source: RFC 3161, 2.2 and 3.4.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import httpx

from paraph.adapters.timestamps.checking import check_token
from paraph.app.ports import Clock
from paraph.errors import FormatError, PermanentError, TransientError
from paraph.wire import timestamp

__all__ = ["HttpTimestamper"]

_TIMEOUT_S = 15.0
"""Seconds for one attempt; public authorities answer within one."""

_TOLERANCE = timedelta(minutes=5)
"""How far the authority's clock may be from ours before one of them is called wrong."""

_PASSING_FAILURES = frozenset({14, timestamp.SYSTEM_FAILURE})
"""Failures that waiting may cure: clock not available, system failure."""


def _random_nonce() -> int:
    return int.from_bytes(os.urandom(8), "big") >> 1 | 1


class HttpTimestamper:
    """The timestamper port over an RFC 3161 service."""

    def __init__(
        self,
        url: str,
        *,
        anchors: Sequence[bytes],
        clock: Clock | None = None,
        timeout_s: float = _TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
        nonce: Callable[[], int] = _random_nonce,
    ) -> None:
        """Remember where to ask; nothing is sent yet.

        Args:
            url: ``https://…`` or ``http://…`` (a token proves itself, whatever carried it).
            anchors: Certificates, DER, one of which the authority's certificate must lead to; () to leave that to verifiers.
            clock: Our clock, to notice a wrong one; None to accept any time.
            timeout_s: Seconds for one attempt.
            transport: Replaces the network in tests.
            nonce: Gives a fresh number per request.
        """
        self._url = url
        self._anchors = tuple(anchors)
        self._clock = clock
        self._nonce = nonce
        self._client = httpx.Client(timeout=timeout_s, transport=transport, follow_redirects=False)

    def timestamp(self, imprint: bytes) -> bytes:
        """Return a DER RFC 3161 token over a SHA-256 ``imprint`` of 32 bytes, checked.

        Args:
            imprint: 32 bytes.

        Returns:
            The token.

        Raises:
            TransientError: ``timestamp-unreachable`` if nobody answers; ``timestamp-refused`` if it may do so later;
                ``timestamp-clock`` if the clocks differ.
            PermanentError: ``timestamp-refused``, ``timestamp-response`` or ``timestamp-mismatch`` if the service is of no use.
        """
        nonce = self._nonce()
        response = self._post(timestamp.request(imprint, nonce))
        try:
            token = timestamp.token_of(response)
            info = check_token(token, imprint, anchors=self._anchors)
        except FormatError as error:
            if error.params.get("failure") in _PASSING_FAILURES:
                raise TransientError(
                    error.code, f"{error.message}; try again later", **error.params
                ) from error
            raise PermanentError(
                error.code, f"{error.message}; choose another authority", **error.params
            ) from error
        if info.nonce != nonce:
            raise PermanentError(
                "timestamp-mismatch", "the time stamp answers another request; choose another authority"
            )
        self._compare_clocks(info.at)
        return token

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, request: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            with self._client.stream("POST", self._url, content=request, headers=headers) as response:
                self._check_status(response)
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > timestamp.MAX_MESSAGE_BYTES:
                        raise PermanentError(
                            "timestamp-response",
                            "the time-stamp service sends too much; check its address",
                            url=self._url,
                        )
                return bytes(body)
        except (httpx.TimeoutException, httpx.TransportError) as error:
            raise TransientError(
                "timestamp-unreachable",
                f"the time-stamp service {self._url} does not answer ({type(error).__name__}); try again later",
                url=self._url,
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PermanentError(
                "timestamp-response",
                f"the time-stamp service {self._url} cannot be used ({error}); check its address",
            ) from error

    def _check_status(self, response: httpx.Response) -> None:
        status = response.status_code
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if status == httpx.codes.OK and kind == "application/timestamp-reply":
            return
        if status >= 500 or status in {408, 429}:
            raise TransientError(
                "timestamp-unreachable",
                f"the time-stamp service answers {status}; try again later",
                status=status,
            )
        raise PermanentError(
            "timestamp-response",
            f"the service answers {status} {kind!r}, not a time stamp; check its address",
            status=status,
        )

    def _compare_clocks(self, at: datetime) -> None:
        if self._clock is None:
            return
        ours = datetime.strptime(self._clock.now(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(at - ours) > _TOLERANCE:
            raise TransientError(
                "timestamp-clock",
                f"the authority says {at:%Y-%m-%d %H:%M:%S} and this machine {ours:%Y-%m-%d %H:%M:%S} UTC; set the clock",
            )
