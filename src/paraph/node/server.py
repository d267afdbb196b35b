# (typing.override comes with Python 3.12.)
"""Running the server of a node: TLS 1.3, HTTP/1.1 with connections that are kept, an orderly stop.

uvicorn does the work. What it leaves open is closed here: a client that sends its request's head drop by
drop, more connections than the node can hold, and older versions of TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from paraph.errors import PermanentError
from paraph.node.asgi import Asgi

__all__ = ["ServerThread", "serve"]

KEEP_ALIVE_S = 120
"""Idle connections are kept longer than our own clients keep them, so that the client hangs up first."""

HEAD_TIMEOUT_S = 20.0
"""Longest time for the head of a request: it fits into two packets."""

HEAD_BYTES = 32 * 1024
"""Longest head of a request; cookies of the web pages and long addresses included."""

MAX_CONNECTIONS = 1000
"""Open connections; each costs about 100 kB with TLS, and a file handle of usually 1024."""

STOP_TIMEOUT_S = 15
"""How long running requests may take to end when the node is stopped."""

FAREWELL_S = 0.3
"""How long a client with an idle connection may take to answer TLS's goodbye when the node stops; most never do."""

BACKLOG = 256
"""Connections the system holds before the server takes them."""


class _PatientProtocol(H11Protocol):
    """HTTP/1.1 with a limit on how long the head of a request may take, and on connections."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        idle = not self._under_way()
        super().shutdown()
        if idle:
            # asyncio would wait 30 s for the other side to close TLS; nothing is under way here.
            self.loop.call_later(FAREWELL_S, self.transport.abort)

    def _watch(self) -> None:
        """Count the time while a head is incomplete, from the first byte (or from connecting)."""
        if self._under_way():
            self._unwatch()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._give_up)

    def _under_way(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _unwatch(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.abort()


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready, stops on an event, and lets its caller finish after a signal."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], stop_event: threading.Event | None
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._stop_event = stop_event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        if self._stop_event is not None and self._stop_event.is_set():
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets=sockets)
        # Whose handshake ended while the others were seen off was not told to go; nothing would ever close its connection.
        for late in tuple(self.server_state.connections):
            late.transport.abort()
        await asyncio.sleep(0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise the signal again at the end, and the store would never be closed.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kept = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)


def serve(
    app: Asgi,
    *,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    on_ready: Callable[[int], None] | None = None,
    stop_event: threading.Event | None = None,
) -> None:
    """Serve ``app`` until SIGTERM, SIGINT (in the main thread) or ``stop_event``; then end what is running.

    Args:
        app: An ASGI application.
        host: Address to listen on.
        port: Port, 0 for any free one.
        tls_cert: Certificate, PEM; None without TLS: behind a reverse proxy, or on this machine only.
        tls_key: Its private key, PEM.
        on_ready: Called with the port once connections are taken.
        stop_event: Ends serving within a tenth of a second.

    Raises:
        PermanentError: ``address`` if it cannot be listened on, ``tls-files`` if certificate or key cannot be used.
    """
    config = _configure(app, tls_cert, tls_key)
    listener = _listen(host, port)
    with listener:
        actual_port = int(listener.getsockname()[1])
        _Server(config, lambda: on_ready(actual_port) if on_ready else None, stop_event).run(
            sockets=[listener]
        )


def _listen(host: str, port: int) -> socket.socket:
    # With the protocol spelt out: asyncio turns off Nagle's delay (40 ms per answer) only for what says it is TCP.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PermanentError(
            "address",
            f"cannot listen on {host} port {port}: {error.strerror or error}; choose another address or port",
            host=host,
            port=port,
        ) from error
    return listener


def _configure(app: Asgi, tls_cert: Path | None, tls_key: Path | None) -> uvicorn.Config:
    application: Any = app
    config = uvicorn.Config(
        application,
        http=_PatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_TIMEOUT_S,
        h11_max_incomplete_event_size=HEAD_BYTES,
        ssl_certfile=str(tls_cert) if tls_cert else None,
        ssl_keyfile=str(tls_key) if tls_key else None,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise PermanentError(
            "tls-files", f"cannot use {tls_cert} with {tls_key}: {error}; make them anew", path=str(tls_cert)
        ) from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return config


class ServerThread:
    """A server in a thread of its own, for several nodes in one process; use it in ``with``.

    Attributes:
        port: The port it listens on, inside ``with``.
    """

    def __init__(
        self,
        app: Asgi,
        *,
        tls_cert: Path | None = None,
        tls_key: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Prepare; nothing listens yet."""
        self.port = port
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None

        def run() -> None:
            try:
                serve(
                    app,
                    host=host,
                    port=port,
                    tls_cert=tls_cert,
                    tls_key=tls_key,
                    on_ready=self._take,
                    stop_event=self._stop,
                )
            except BaseException as error:  # noqa: BLE001 - carried to whoever waits
                self._failure = error
            finally:
                self._ready.set()

        self._thread = threading.Thread(target=run, name="paraph-server", daemon=True)

    def _take(self, port: int) -> None:
        self.port = port
        self._ready.set()

    def __enter__(self) -> Self:
        """Start, and return when connections are taken."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and return when everything has ended."""
        self._stop.set()
        self._thread.join()
