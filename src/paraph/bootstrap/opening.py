"""Opening a node: the one place that picks adapters for its ports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.render.typst import TypstRenderer
from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.signing.pkcs12 import load_pkcs12
from paraph.adapters.store.database import DjangoStore, open_store
from paraph.adapters.store.guard import FileGuard
from paraph.adapters.store.home import NodeHome
from paraph.adapters.timestamps.authority import BuiltInTimestamper, TimestampAuthority
from paraph.adapters.timestamps.http import HttpTimestamper
from paraph.adapters.transport.https import HttpsTransport
from paraph.app.node import Node
from paraph.app.ports import Clock, PeerRow, Timestamper
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.configuration import Configuration, read_configuration
from paraph.bootstrap.desk import ConfiguredDesk
from paraph.bootstrap.identity import NodeIdentity, identities
from paraph.wire.card import card_digest, unpack_card
from paraph.wire.keys import NodeKeys

__all__ = ["AUTHORITY", "PASSPHRASE", "STAMP_KEY", "OpenNode", "open_node"]

AUTHORITY: Final = "demo-authority"
STAMP_KEY: Final = "demo-tsa.p12"
PASSPHRASE: Final = "passphrase"  # noqa: S105 - the name of a file


@dataclass(slots=True, kw_only=True)
class OpenNode:
    """A node with the adapters that were picked for it.

    Attributes:
        home: Its folder.
        configuration: Its settings.
        node: The node.
        transport: How its bundles travel.
        answer_timestamp: The built-in time-stamp service, or None.
        identity: Keys, card and server certificate in force.
    """

    home: NodeHome
    configuration: Configuration
    node: Node
    transport: HttpsTransport
    answer_timestamp: Callable[[bytes], bytes] | None
    store: DjangoStore
    desk: ConfiguredDesk
    identity: NodeIdentity

    def close(self) -> None:
        """Give everything back."""
        self.transport.close()
        self.desk.close()
        self.store.close()


def open_node(folder: Path, clock: Clock | None = None) -> OpenNode:
    """Open the node whose home is ``folder``.

    Raises:
        PermanentError: ``no-node`` and whatever else an operator has to mend.
    """
    home = NodeHome(folder)
    configuration = read_configuration(home.config)
    clock = clock or SystemClock()
    *former, present = identities(home)
    authority = _authority(home)
    desk = ConfiguredDesk(configuration, folder, authority, clock)
    store = open_store(configuration.database or home.database, create=False)
    timestamper, answer = _timestamps(home, configuration, clock)
    blobs = FileBlobs(home.blobs)
    for one in (*former, present) if former else ():  # acts will name them; and a store may have been lost
        if not blobs.has(card_digest(one.card)):
            blobs.put(one.card)
    node = Node(
        party=configuration.party,
        keys=present.keys,
        card=present.card,
        former=_former(present, former),
        store=store,
        blobs=blobs,
        guard=FileGuard(home.guard),
        clock=clock,
        timestamper=timestamper,
        renderer=TypstRenderer(font_paths=[folder / path for path in configuration.fonts]),
        desk=desk,
    )
    transport = HttpsTransport(_pin, delay_s=configuration.delay_ms / 1000)
    return OpenNode(
        home=home,
        configuration=configuration,
        node=node,
        transport=transport,
        answer_timestamp=answer,
        store=store,
        desk=desk,
        identity=present,
    )


def _former(present: NodeIdentity, former: Sequence[NodeIdentity]) -> tuple[NodeKeys, ...]:
    """The keys from before, newest first, each once; a new card may have kept its keys."""
    found = {one.keys.public: one.keys for one in reversed(former)}
    found.pop(present.keys.public, None)
    return tuple(found.values())


def _pin(peer: PeerRow) -> str:
    return unpack_card(peer.card).tls_certificate


def _authority(home: NodeHome) -> DemoAuthority | None:
    folder = home.keys / AUTHORITY
    return DemoAuthority.load(folder, _passphrase(home)) if folder.is_dir() else None


def _passphrase(home: NodeHome) -> str:
    return (home.keys / PASSPHRASE).read_text("utf-8").rstrip("\n")


def _timestamps(
    home: NodeHome, configuration: Configuration, clock: Clock
) -> tuple[Timestamper | None, Callable[[bytes], bytes] | None]:
    if configuration.timestamp_url:
        anchors = [(home.folder / path).read_bytes() for path in configuration.timestamp_anchors]
        return HttpTimestamper(configuration.timestamp_url, anchors=anchors, clock=clock), None
    if not (home.keys / STAMP_KEY).is_file():
        return None, None
    authority = TimestampAuthority(load_pkcs12(home.keys / STAMP_KEY, _passphrase(home)))
    return BuiltInTimestamper(authority, clock), lambda request: authority.answer(request, clock.now())
