"""Sending what is due: the outbox, worked off with several bundles to a peer under way at once.

Delivery is by state. A bundle that is lost costs nothing but time: the peer's next answer says what it
holds, and the next bundle starts from there. Several may be under way to one peer, each assuming that the
earlier ones arrive, so that a long line costs latency once and not once per act.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from paraph.app.bundles import compose, expected_view, note_weight, seal_bundle
from paraph.app.dossiers import refresh
from paraph.app.inbound import accept_answer
from paraph.app.node import Node
from paraph.app.ports import Due, PeerView, Transport
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.errors import ParaphError, TransientError
from paraph.wire.card import unpack_card

__all__ = ["Delivery"]

MAX_UNDER_WAY: Final = 8
"""Bundles to one peer about one dossier at once; each is small, and a lost one is repaired by the next."""

FIRST_RETRY_S: Final = 1
MAX_RETRY_S: Final = 3600
"""Back-off between attempts doubles from the first to this; a peer may be away for days."""

_BATCH: Final = 64
_LOG = logging.getLogger(__name__)

Key = tuple[PartyId, DossierId]


@dataclass(slots=True)
class _Line:
    """What is under way to one peer about one dossier."""

    under_way: int = 0
    assumed: PeerView | None = None
    version: int = -1


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Works off the outbox of a node.

    Attributes:
        node: The node.
        transport: How bundles travel.
        executor: Where attempts run.
    """

    node: Node
    transport: Transport
    executor: Executor
    _lines: dict[Key, _Line] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send_due(self) -> int:
        """Start every attempt that is due; return how many were started."""
        with self.node.store.read() as uow:
            entries = uow.due(self.node.clock.now(), _BATCH)
        started = 0
        for entry in entries:
            with self._lock:
                line = self._lines.setdefault((entry.peer, entry.dossier), _Line())
                if line.under_way and (line.version == entry.version or line.under_way >= MAX_UNDER_WAY):
                    continue
                line.under_way += 1
                line.version = entry.version
            started += 1
            self.executor.submit(self._attempt, entry)
        return started

    def busy(self) -> bool:
        """Whether any attempt is under way."""
        with self._lock:
            return any(line.under_way for line in self._lines.values())

    def _attempt(self, entry: Due) -> None:
        key = (entry.peer, entry.dossier)
        try:
            self._send(entry, key)
        except ParaphError as error:
            delay = FIRST_RETRY_S * 2 ** min(entry.attempts, 12)
            with self._lock:
                self._lines[key].assumed = None
            with self.node.store.write() as uow:
                uow.retry_due(entry, _later(self.node.clock.now(), min(delay, MAX_RETRY_S)))
                uow.set_setting(f"delivery:{entry.peer}", f"{error.code}: {error.message}")
        except Exception:  # a bug must be seen, and must not end the runner
            _LOG.exception("delivery to %s failed", entry.peer)
            with self.node.store.write() as uow:
                uow.retry_due(entry, _later(self.node.clock.now(), MAX_RETRY_S))
        finally:
            with self._lock:
                line = self._lines[key]
                line.under_way -= 1
                if not line.under_way:
                    line.assumed = None
            self.node.wake.set()

    def _send(self, entry: Due, key: Key) -> None:
        with self.node.store.read() as uow:
            peer = uow.peer(entry.peer)
            if peer is None or peer.state == "suspended":
                raise TransientError("peer-suspended", f"{entry.peer} is suspended; nothing is sent")
            with self._lock:
                assumed = self._lines[key].assumed
            section = compose(self.node, uow, entry.peer, entry.dossier, assumed)
            if section is not None:
                held = assumed or uow.peer_view(entry.peer, entry.dossier)
                view = refresh(self.node, uow, entry.dossier)
                weight = note_weight(self.node, section, view.dossier) if view.dossier else 0
                with self._lock:
                    self._lines[key].assumed = expected_view(section, held, weight)
        if section is not None:
            bundle = seal_bundle(self.node, entry.peer, unpack_card(peer.card).keys, [section])
            accept_answer(self.node, self.transport.exchange(peer, bundle))
        with self.node.store.write() as uow:
            if compose(self.node, uow, entry.peer, entry.dossier) is None:
                uow.clear_due(entry)
            if section is not None and uow.setting(f"delivery:{entry.peer}"):
                uow.set_setting(f"delivery:{entry.peer}", "")


def _later(now: Utc, seconds: int) -> Utc:
    at = datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Utc((at + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ"))
