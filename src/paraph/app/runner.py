"""The node at work: does its duties, sends what is due, sleeps until woken."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from paraph.app.delivery import GATHER_S, Delivery
from paraph.app.dossiers import load
from paraph.app.exchange import perform
from paraph.app.node import Node
from paraph.app.ports import Transport
from paraph.domain.duties import duties
from paraph.domain.ids import DossierId
from paraph.errors import ParaphError

__all__ = ["Runner"]

WORKERS: Final = 16
"""Threads for deliveries: they mostly wait for the network."""

_PAUSE_S: Final = 0.5
"""How long the runner sleeps when nobody wakes it; commands of other processes are seen within this time."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Runner:
    """Runs a node until stopped.

    Attributes:
        node: The node.
        transport: How bundles travel.
        stop: Set to end the loop.
    """

    node: Node
    transport: Transport
    stop: threading.Event = field(default_factory=threading.Event)
    _seen: dict[DossierId, tuple[int, int]] = field(default_factory=dict)
    _looked: dict[DossierId, float] = field(default_factory=dict)

    def run(self) -> None:
        """Work until ``stop`` is set."""
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="delivery") as executor:
            delivery = Delivery(node=self.node, transport=self.transport, executor=executor)
            while not self.stop.is_set():
                self.node.wake.clear()
                try:
                    worked = self.do_duties()
                    sent = delivery.send_due(gather=True)
                except Exception:  # the store is busy, a bug: it must be seen, and must not end the node
                    _LOG.exception("the runner could not go on; it tries again")
                    worked, sent = False, 0
                if not worked and not sent:
                    self.node.wake.wait(GATHER_S / 2 if delivery.gathering() else _PAUSE_S)

    def do_duties(self) -> bool:
        """Do what every dossier asks of this node; return whether anything was done."""
        with self.node.store.read() as uow:
            changed = [(dossier, (uow.act_count(dossier), uow.size(dossier))) for dossier in uow.dossiers()]
        worked = False
        for dossier, stamp in changed:
            if self._seen.get(dossier) == stamp and not self._timed(dossier):
                continue
            self._looked[dossier] = time.monotonic()
            worked = self._do_duties_of(dossier) or worked
            self._seen[dossier] = stamp
        return worked

    def _timed(self, dossier: DossierId) -> bool:
        """Whether time alone may have brought a duty in this dossier, or made one possible, since it was looked at."""
        standing = self.node.view(dossier).dossier
        if standing is None or standing.plan is None:
            return False
        return time.monotonic() - self._looked.get(dossier, 0.0) >= _PAUSE_S

    def _do_duties_of(self, dossier: DossierId) -> bool:
        with self.node.store.read() as uow:
            current = load(self.node, uow, dossier)
        if current.frozen:
            return False
        worked = False
        for duty in duties(current.standing, self.node.party, self.node.clock.now()):
            try:
                worked = perform(self.node, current, duty) or worked
            except ParaphError as error:
                with self.node.store.write() as uow:
                    uow.set_setting(f"duty:{dossier}:{duty.kind}", f"{error.code}: {error.message}")
            except Exception:  # a bug must be seen, and must not end the node
                _LOG.exception("duty %s in %s failed", duty.kind, dossier)
        return worked
