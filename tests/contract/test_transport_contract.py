"""What every channel must do (``paraph.app.ports.Transport``): carry bytes, unchanged, both ways."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from paraph.adapters.transport.folder import FolderTransport
from paraph.adapters.transport.https import HttpsTransport
from paraph.app.ports import PeerRow, Transport
from paraph.errors import TransientError
from paraph.node.asgi import NodeApp
from tests.support.loopback import make_tls, peer_at, served
from tests.support.rows import ISRAEL, KOSOVO, peer


@dataclass
class Channel:
    transport: Transport
    peer: PeerRow
    dead: PeerRow
    folder: Path | None = None
    received: list[bytes] = field(default_factory=list)
    answer: bytes = b"answer"

    def receive(self, bundle: bytes) -> bytes:
        self.received.append(bundle)
        return self.answer

    def exchange(self, bundle: bytes) -> bytes:
        """Exchange, with a courier who carries the folder to the peer and back in between."""
        if self.folder is None:
            return self.transport.exchange(self.peer, bundle)
        with pytest.raises(TransientError):
            self.transport.exchange(self.peer, bundle)
        there = FolderTransport(KOSOVO, self.folder)
        for sender, data in there.waiting():
            there.deliver(sender, self.receive(data))
        return self.transport.exchange(self.peer, bundle)


@pytest.fixture(params=["https", "folder"])
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Channel]:
    if request.param == "folder":
        folder = tmp_path / "stick"
        yield Channel(FolderTransport(ISRAEL, folder), peer(), peer(), folder)
        return
    files = make_tls(tmp_path)
    transport = HttpsTransport(lambda _peer: files.pem)
    found = Channel(transport, peer(), peer_at(1))
    with served(NodeApp(receive=found.receive, card=lambda: b""), files) as server:
        found.peer = peer_at(server.port)
        yield found
    transport.close()


@pytest.mark.parametrize(
    "bundle", [b"paraph-bundle/1 israel kosovo\n\x00\xff\r\n", os.urandom(300_000)], ids=["small", "large"]
)
def test_bytes_arrive_and_the_answer_comes_back_unchanged(channel: Channel, bundle: bytes):
    channel.answer = bundle[::-1]
    assert channel.exchange(bundle) == bundle[::-1]
    assert channel.received == [bundle]


def test_an_exchange_can_be_repeated(channel: Channel):
    for number in range(3):
        channel.answer = b"answer %d" % number
        assert channel.exchange(b"bundle %d" % number) == channel.answer
    assert channel.received == [b"bundle %d" % number for number in range(3)]


def test_without_a_peer_it_is_worth_trying_again(channel: Channel):
    with pytest.raises(TransientError):
        channel.transport.exchange(channel.dead, b"bundle")
    assert channel.received == []
