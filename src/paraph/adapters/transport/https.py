"""Bundles over HTTPS: one POST there, the peer's bundle in the answer.

The channel is trusted with delivery only. Bundles are sealed and signed by themselves; TLS with the peer's
pinned certificate keeps strangers from learning that two nodes talk, and from wasting their time.

A request may be delivered twice (a connection that broke after the peer had answered is tried once more):
bundles say where a node stands, so repeating one does no harm.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from paraph.adapters.transport.tls import pinned_context
from paraph.app.ports import PeerRow
from paraph.domain.ids import PartyId
from paraph.errors import ParaphError, PermanentError, TransientError
from paraph.wire.bundle import BUNDLE_TYPE
from paraph.wire.limits import MAX_BUNDLE

__all__ = ["BUNDLE_PATH", "HttpsTransport", "bundle_address"]

BUNDLE_PATH = "/paraph/1/bundle"
"""Where a node takes bundles; part of the protocol."""

CONNECT_TIMEOUT_S = 10.0
"""Longer than three lost packets on the other side of the earth."""

IDLE_TIMEOUT_S = 60.0
"""Longest silence within an exchange; the peer may be verifying many acts."""

EXCHANGE_TIMEOUT_S = 300.0
"""Longest whole exchange: the largest bundle at 2 Mbit/s."""

KEEP_ALIVE_S = 90.0
"""Idle connections are kept this long; shorter than the server's own, so that it is not the first to hang up."""

MAX_CONNECTIONS = 4
"""Per peer; more would only compete for the same line."""

MAX_REFUSAL = 4096
"""Bytes read of an answer that is not a bundle."""

RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be another one later."""


def bundle_address(url: str) -> str:
    """Return where to deliver to a peer.

    Args:
        url: From the peer's card or set by hand, with or without the path.

    Raises:
        PermanentError: ``peer-url`` if it is not an ``https`` address.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and httpx.URL(url).scheme == "https"
    except (ValueError, httpx.InvalidURL):
        parts, good = urlsplit(""), False
    if not good or parts.query or parts.fragment:
        raise PermanentError(
            "peer-url",
            f"“{url[:200]}” is no https address of a node: correct the peer's address",
            url=url[:200],
        )
    base = url.rstrip("/")
    return base if parts.path.rstrip("/").endswith(BUNDLE_PATH) else base + BUNDLE_PATH


@dataclass(frozen=True, slots=True)
class _Line:
    pem: str
    client: httpx.Client


class HttpsTransport:
    """Delivers bundles by HTTPS (``paraph.app.ports.Transport``); safe for threads."""

    def __init__(
        self,
        pins: Callable[[PeerRow], str],
        *,
        delay_s: float = 0.0,
        idle_timeout_s: float = IDLE_TIMEOUT_S,
        exchange_timeout_s: float = EXCHANGE_TIMEOUT_S,
        max_answer_bytes: int = MAX_BUNDLE,
        proxy: str | None = None,
    ) -> None:
        """Prepare; nothing is connected yet.

        Args:
            pins: Returns the PEM of the server certificate of a peer.
            delay_s: Slept before sending and before returning: half a round trip each, to measure as if the
                peers were far apart.
            idle_timeout_s: Longest silence within an exchange.
            exchange_timeout_s: Longest whole exchange.
            max_answer_bytes: Longest answer read.
            proxy: URL of a proxy; none is taken from the environment.
        """
        self._pins = pins
        self._delay_s = delay_s
        self._timeout = httpx.Timeout(
            connect=CONNECT_TIMEOUT_S, read=idle_timeout_s, write=idle_timeout_s, pool=exchange_timeout_s
        )
        self._exchange_timeout_s = exchange_timeout_s
        self._max_answer_bytes = max_answer_bytes
        self._proxy = proxy
        self._lines: dict[PartyId, _Line] = {}
        self._retired: list[_Line] = []
        self._lock = threading.Lock()

    def exchange(self, peer: PeerRow, bundle: bytes) -> bytes:
        """Deliver a bundle and return the peer's bundle in answer.

        Raises:
            TransientError: ``peer-unreachable``, ``peer-slow`` or ``peer-busy``: try again later
                (``params["retry_after_s"]`` if the peer said when).
            PermanentError: ``peer-url``, ``peer-certificate``, ``peer-refused`` (``params["peer_code"]``),
                ``answer-size`` or ``answer-format``: an officer has to act.
        """
        address = bundle_address(peer.url)
        client = self._client(peer)
        if self._delay_s:
            time.sleep(self._delay_s)
        answer = self._deliver(client, peer.party, address, bundle)
        if self._delay_s:
            time.sleep(self._delay_s)
        return answer

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            lines = [*self._lines.values(), *self._retired]
            self._lines, self._retired = {}, []
        for line in lines:
            line.client.close()

    def _client(self, peer: PeerRow) -> httpx.Client:
        """The connections to a peer; new ones when its certificate changed."""
        pem = self._pins(peer)
        with self._lock:
            line = self._lines.get(peer.party)
            if line is None or line.pem != pem:
                if line is not None:
                    self._retired.append(line)  # an exchange may still be under way on it
                line = _Line(pem, self._connect(pem))
                self._lines[peer.party] = line
            return line.client

    def _connect(self, pem: str) -> httpx.Client:
        limits = httpx.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_S,
        )
        return httpx.Client(
            verify=pinned_context(pem),
            timeout=self._timeout,
            limits=limits,
            follow_redirects=False,
            trust_env=False,
            proxy=self._proxy,
            headers={"content-type": BUNDLE_TYPE, "accept": BUNDLE_TYPE, "user-agent": "paraph/1"},
        )

    def _deliver(self, client: httpx.Client, party: PartyId, address: str, bundle: bytes) -> bytes:
        deadline = time.monotonic() + self._exchange_timeout_s
        for last in (False, True):
            try:
                with client.stream("POST", address, content=bundle) as response:
                    return self._answer(response, party, deadline)
            except httpx.TimeoutException as error:
                raise TransientError(
                    "peer-slow", f"{party} did not answer in time; try again later", peer=party
                ) from error
            except httpx.TransportError as error:
                fault = _certificate_fault(error)
                if fault is not None:
                    raise PermanentError(
                        "peer-certificate",
                        f"what answers at {address} does not show the certificate of {party}'s card ({fault}): compare "
                        "addresses and cards with the peer by another channel",
                        peer=party,
                        url=address,
                    ) from error
                # A kept connection may have been closed just now; a new one tells.
                if last or isinstance(error, httpx.ConnectError):
                    raise TransientError(
                        "peer-unreachable",
                        f"{party} cannot be reached at {address}: {error}",
                        peer=party,
                        url=address,
                    ) from error
        raise AssertionError("the second attempt returns or raises")

    def _answer(self, response: httpx.Response, party: PartyId, deadline: float) -> bytes:
        if response.status_code != httpx.codes.OK:
            raise _refusal(response, party)
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != BUNDLE_TYPE:
            raise PermanentError(
                "answer-format", f"{party} answered with “{kind[:100]}”, not with a bundle", peer=party
            )
        parts: list[bytes] = []
        size = 0
        stated = response.headers.get("content-length", "")
        too_long = stated.isdecimal() and int(stated) > self._max_answer_bytes
        # Raw bytes: a compressed answer could be larger than it looks.
        for chunk in () if too_long else response.iter_raw():
            size += len(chunk)
            if size > self._max_answer_bytes:
                too_long = True
                break
            if time.monotonic() > deadline:
                raise TransientError("peer-slow", f"{party} answers too slowly; try again later", peer=party)
            parts.append(chunk)
        if too_long:
            raise PermanentError(
                "answer-size",
                f"{party} answered with more than {self._max_answer_bytes} bytes; nothing was kept",
                peer=party,
            )
        return b"".join(parts)


def _certificate_fault(error: BaseException) -> str | None:
    """The reason if a certificate was refused, somewhere down the causes."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return getattr(cause, "verify_message", "") or str(cause)
        cause = cause.__cause__ or cause.__context__
    return None


def _refusal(response: httpx.Response, party: PartyId) -> ParaphError:
    status = response.status_code
    if status in RETRY_STATUSES:
        after = response.headers.get("retry-after", "")
        # At most a day, whatever the peer says.
        wait_s = min(int(after), 86_400) if after.isdecimal() and len(after) < 10 else 0
        return TransientError(
            "peer-busy",
            f"{party} cannot take the bundle now (HTTP {status}); try again later",
            peer=party,
            retry_after_s=wait_s,
        )
    code, message = _reason(response)
    return PermanentError(
        "peer-refused",
        f"{party} refuses the bundle (HTTP {status}{', ' if code else ''}{code}): {message or 'no reason given'}",
        peer=party,
        status=status,
        peer_code=code,
    )


def _reason(response: httpx.Response) -> tuple[str, str]:
    """What the peer gave as its reason, as harmless text."""
    data = b""
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > MAX_REFUSAL:
            return "", ""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(content, dict):
        return "", ""
    code, message = (
        "".join(c for c in str(content.get(name, ""))[:length] if c.isprintable())
        for name, length in (("code", 64), ("message", 500))
    )
    return code, message
