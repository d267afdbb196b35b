"""Servers on loopback with certificates of their own, for tests of channels."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from paraph.adapters.transport.tls import make_tls_certificate
from paraph.app.ports import PeerRow
from paraph.node.asgi import Asgi, Receive, Scope, Send
from paraph.node.server import ServerThread
from tests.support.rows import peer

__all__ = ["Stage", "TlsFiles", "live", "make_tls", "peer_at", "served"]


@dataclass(frozen=True, slots=True)
class TlsFiles:
    certificate: Path
    key: Path

    @property
    def pem(self) -> str:
        return self.certificate.read_text()


def make_tls(
    folder: Path, *, hosts: tuple[str, ...] = ("127.0.0.1",), days: int = 30, ago_days: int = 0
) -> TlsFiles:
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=ago_days)
    certificate, key = make_tls_certificate(hosts, name="test node", now=now, valid_days=days)
    folder.mkdir(parents=True, exist_ok=True)
    files = TlsFiles(folder / "tls.pem", folder / "tls.key")
    files.certificate.write_bytes(certificate)
    files.key.write_bytes(key)
    return files


def served(app: Asgi, files: TlsFiles, *, port: int = 0) -> ServerThread:
    return ServerThread(app, tls_cert=files.certificate, tls_key=files.key, port=port)


def peer_at(port: int, path: str = "") -> PeerRow:
    return peer(url=f"https://127.0.0.1:{port}{path}")


async def live(receive: Receive, send: Send) -> None:
    """The lifespan of an application that opens nothing."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


class Stage:
    """One running server on which applications take turns; starting one for each test would take long."""

    def __init__(self) -> None:
        self.port = 0
        self._app: Asgi | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        assert self._app is not None, "nobody is on stage"
        await self._app(scope, receive, send)

    @contextmanager
    def playing(self, app: Asgi) -> Iterator[Stage]:
        self._app = app
        yield self
        self._app = None
