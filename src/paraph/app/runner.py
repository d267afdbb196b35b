"""The node at work: does its duties, sends what is due, sleeps until woken."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from paraph.app.courier import ThreadedCourier
from paraph.app.delivery import GATHER_S, Delivery
from paraph.app.deposits import destroy_deposits, disclose, has_remains, is_withheld
from paraph.app.dossiers import Current, load
from paraph.app.exchange import perform
from paraph.app.instants import later
from paraph.app.node import Node
from paraph.app.ports import Transport, UnitOfWork
from paraph.app.renewal import is_renewal_due, renew_in
from paraph.domain.duties import Duty, DutyKind, duties
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.standing import Plan, PlanState
from paraph.errors import AdapterError, ParaphError

__all__ = ["Runner"]

WORKERS: Final = 32
"""Threads for deliveries: they mostly wait for the network."""

_PAUSE_S: Final = 0.5
"""How long the runner sleeps when nobody wakes it; commands of other processes are seen within this time."""

LOOK_SHARE: Final = 20
"""Looking at all dossiers takes at most one part in so many of the time."""

FIRST_RETRY_S: Final = 1
MAX_RETRY_S: Final = 600
"""Back-off between attempts at a duty doubles from the first to this: an operator may be mending what it needs."""

Stamp = tuple[int, int, str]
DutyKey = tuple[DossierId, DutyKind, PartyId]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setback:
    """A duty that could not be done.

    Attributes:
        attempts: How often it was tried.
        until: When it is tried again.
        stamp: Where the dossier stood, if a change there may help; None if something outside has to change.
    """

    attempts: int
    until: Utc
    stamp: Stamp | None

    def is_over(self, now: Utc, stamp: Stamp) -> bool:
        return now >= self.until or (self.stamp is not None and self.stamp != stamp)


@dataclass(slots=True, kw_only=True)
class Runner:
    """Runs a node until stopped.

    Attributes:
        node: The node.
        stop: Set to end the loop.
    """

    node: Node
    stop: threading.Event = field(default_factory=threading.Event)
    _seen: dict[DossierId, Stamp] = field(default_factory=dict)
    _looked: dict[DossierId, float] = field(default_factory=dict)
    _waiting: set[DossierId] = field(default_factory=set)
    _setbacks: dict[DutyKey, _Setback] = field(default_factory=dict)
    _next_look: float = 0.0

    def run(self, transport: Transport) -> None:
        """Work until ``stop`` is set.

        Args:
            transport: How bundles travel.
        """
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="delivery") as executor:
            courier = ThreadedCourier(transport=transport, executor=executor)
            delivery = Delivery(node=self.node, courier=courier)
            greeted = False
            while not self.stop.is_set():
                self.node.wake.clear()
                try:
                    if not greeted:
                        delivery.greet()
                        greeted = True
                    only, worked = self.turn(delivery)
                except Exception:  # noqa: BLE001 - the store is busy, a bug: it must be seen, and must not end the node
                    _LOG.exception("the runner could not go on; it tries again")
                    only, worked = None, False
                if not worked:
                    pause = GATHER_S / 2 if delivery.gathering() else _PAUSE_S
                    if only is not None and not only:  # a command may have been the one who knocked
                        pause = min(pause, max(0.0, self._next_look - self.node.clock.ticks()))
                    self.node.wake.wait(pause)

    def turn(self, delivery: Delivery) -> tuple[frozenset[DossierId] | None, bool]:
        """Do what is to do and send what is due, once.

        Returns:
            The dossiers that were looked at (None for all of them), and whether there was anything to do.
        """
        only = self.to_look_at()
        worked = self.do_duties(only)
        sent = delivery.send_due(gather=True)
        return only, bool(sent) or worked

    def retries(self) -> Iterator[Utc]:
        """When duties that failed are tried again."""
        return (setback.until for setback in self._setbacks.values())

    def to_look_at(self) -> frozenset[DossierId] | None:
        """Dossiers in which something may be to do; None for all of them.

        What this process did it knows. What commands did in processes of their own is found by looking at all
        dossiers; the more there are the longer that takes, and it is not to take all of the time.
        """
        if self.node.clock.ticks() >= self._next_look:
            return None
        return self.node.stirred() | self._waiting

    def do_duties(self, only: frozenset[DossierId] | None = None) -> bool:
        """Do what dossiers ask of this node.

        Args:
            only: The dossiers to look at; all by default.

        Returns:
            Whether anything was done.
        """
        begun = self.node.clock.ticks()
        if only is None:
            self.node.stirred()
        with self.node.store.read() as uow:
            found = [
                (dossier, _stamp(uow, dossier)) for dossier in (uow.dossiers() if only is None else only)
            ]
        if only is None:
            self._next_look = begun + LOOK_SHARE * (self.node.clock.ticks() - begun)
        worked = False
        for dossier, stamp in found:
            if self._seen.get(dossier) == stamp and not self._timed(dossier):
                continue
            self._looked[dossier] = self.node.clock.ticks()
            try:
                worked = self._do_duties_of(dossier, stamp) or worked
            except ParaphError as error:  # one dossier that cannot be read must not stop the others
                _LOG.warning("dossier %s: %s: %s", dossier, error.code, error.message)
            except Exception:  # noqa: BLE001 - nor must a bug
                _LOG.exception("dossier %s failed", dossier)
            self._seen[dossier] = stamp
        return worked

    def _timed(self, dossier: DossierId) -> bool:
        """Whether time alone may have brought a duty in this dossier, or made one possible, since it was looked at."""
        return (
            dossier in self._waiting and self.node.clock.ticks() - self._looked.get(dossier, 0.0) >= _PAUSE_S
        )

    def _do_duties_of(self, dossier: DossierId, stamp: Stamp) -> bool:
        with self.node.store.read() as uow:
            current = load(self.node, uow, dossier)
        self.node.remember(dossier, current.view)
        plan = current.standing.plan
        late = not current.frozen and is_renewal_due(self.node, current)
        if late and self._renew(current):
            return True
        if current.frozen or plan is None:
            self._waiting.discard(dossier)
            if late:
                self._waiting.add(dossier)
            return False
        self._settle_deposits(current, plan)
        now = self.node.clock.now()
        found = duties(current.standing, self.node.party, now)
        if found or late or plan.state is PlanState.OPEN:
            self._waiting.add(dossier)
        else:
            self._waiting.discard(dossier)
        worked = False
        for duty in found:
            key = (dossier, duty.kind, duty.party)
            setback = self._setbacks.get(key)
            if setback is None or setback.is_over(now, stamp):
                worked = self._perform(current, duty, key, stamp) or worked
        return worked

    def _renew(self, current: Current) -> bool:
        """Say in a dossier that this node's card was renewed; a node that was just restored has to wait with that."""
        try:
            return renew_in(self.node, current)
        except ParaphError as error:
            _LOG.info("dossier %s: the card is not renewed yet: %s", current.dossier, error.message)
            return False

    def _perform(self, current: Current, duty: Duty, key: DutyKey, stamp: Stamp) -> bool:
        try:
            worked = perform(self.node, current, duty)
        except ParaphError as error:
            self._set_back(
                key, stamp, f"{error.code}: {error.message}", waits=isinstance(error, AdapterError)
            )
            return False
        except Exception:  # noqa: BLE001 - a bug must be seen, and must not end the node
            _LOG.exception("duty %s in %s failed", duty.kind, current.dossier)
            self._set_back(key, stamp, "internal: see the node's log", waits=True)
            return False
        if self._setbacks.pop(key, None) is not None:
            self._tell(key, "")
        return worked

    def _set_back(self, key: DutyKey, stamp: Stamp, reason: str, *, waits: bool) -> None:
        """Try again later: every attempt signs, stamps or renders something that nobody needs if it fails."""
        before = self._setbacks.get(key)
        attempts = before.attempts if before is not None else 0
        delay = min(FIRST_RETRY_S * 2 ** min(attempts, 12), MAX_RETRY_S)
        self._setbacks[key] = _Setback(
            attempts=attempts + 1,
            until=later(self.node.clock.now(), delay),
            stamp=None if waits else stamp,
        )
        self._tell(key, reason)

    def _tell(self, key: DutyKey, reason: str) -> None:
        dossier, kind, _ = key
        with self.node.store.write() as uow:
            uow.set_setting(f"duty:{dossier}:{kind}", reason)

    def _settle_deposits(self, current: Current, plan: Plan) -> None:
        """Hand out what was revealed, by whomever; destroy what is left when the exchange is over."""
        ordered = current.view.dossier
        with self.node.store.read() as uow:
            revealed = [digest for digest in plan.revealed.values() if is_withheld(uow, digest)]
            remains = ordered is not None and has_remains(uow, ordered)
        if not revealed and not remains:
            return
        with self.node.store.write() as uow:
            disclose(uow, revealed)
            if ordered is not None:
                destroy_deposits(uow, ordered)
        self.node.wake.set()


def _stamp(uow: UnitOfWork, dossier: DossierId) -> Stamp:
    """Changes with whatever can bring a duty or make one possible: acts, their order, and what is final."""
    return uow.act_count(dossier), uow.size(dossier), uow.setting(f"final:{dossier}") or ""
