"""The node at work: does its duties, sends what is due, sleeps until woken."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from paraph.app.courier import ThreadedCourier
from paraph.app.delivery import GATHER_S, Delivery
from paraph.app.deposits import destroy_deposits, disclose, has_remains, is_withheld
from paraph.app.dossiers import Current, load
from paraph.app.exchange import perform
from paraph.app.node import Node
from paraph.app.ports import Transport, UnitOfWork
from paraph.app.renewal import is_renewal_due, renew_in
from paraph.domain.duties import Duty, DutyKind, duties
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.instants import after
from paraph.domain.standing import Plan, PlanState
from paraph.errors import AdapterError, ParaphError

__all__ = ["PAUSE_S", "Runner"]

WORKERS: Final = 32
"""Threads for deliveries: they mostly wait for the network."""

PAUSE_S: Final = 0.5
"""How long the runner sleeps when nobody wakes it; commands of other processes are seen within this time."""

LOOK_S: Final = 120.0
"""How often all dossiers are looked at, whether or not anything is known to have happened in them."""

LOOK_SHARE: Final = 200
"""Looking at all dossiers takes at most one part in so many of the time."""

AT_ONCE: Final = Utc("")
"""Before every instant."""

FIRST_RETRY_S: Final = 1
MAX_RETRY_S: Final = 600
"""Back-off between attempts at a duty doubles from the first to this: an operator may be mending what it needs."""

STORE_RETRY_S: Final = 5
"""The same where only this node's own disk is in the way: it is asked again soon, nobody else is troubled by it."""

STORE_TROUBLE: Final = frozenset(
    {"disk-full", "blob-write", "guard-write", "store-read-only", "store-busy", "store-unreachable"}
)
"""Codes of what is wrong with a disk or a database, and passes when somebody makes room or mounts it again."""

Stamp = tuple[int, int, str]
DutyKey = tuple[DossierId, DutyKind, PartyId, str]

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
    _waiting: dict[DossierId, Utc] = field(default_factory=dict)
    _unseen: set[DossierId] = field(default_factory=set)
    _setbacks: dict[DutyKey, _Setback] = field(default_factory=dict)
    _complaints: dict[str, str] = field(default_factory=dict)
    _next_look: float = 0.0
    _arrived: int = 0

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
                    self._complaints.pop("", None)
                except ParaphError as error:  # the disk is full, the store is held too long
                    self._complain("", error)
                    only, worked = None, False
                except Exception:  # noqa: BLE001 - a bug must be seen, and must not end the node
                    _LOG.exception("the runner could not go on; it tries again")
                    only, worked = None, False
                if not worked:
                    pause = GATHER_S / 2 if delivery.gathering() else PAUSE_S
                    if only is not None and not only:  # a command may have been the one who knocked
                        pause = min(pause, max(0.0, self._next_look - self.node.clock.ticks()))
                    self.node.wake.wait(pause)

    def turn(self, delivery: Delivery) -> tuple[frozenset[DossierId] | None, bool]:
        """Do what is to do and send what is due, once.

        Returns:
            The dossiers that were looked at (None for all of them), and whether there was anything to do.
        """
        only = self.to_look_at()
        if only is None:
            delivery.ask_the_time()
        worked = self.do_duties(only)
        sent = delivery.send_due(gather=True)
        return only, bool(sent) or worked

    def retries(self) -> Iterator[Utc]:
        """When duties that failed are tried again."""
        return (setback.until for setback in self._setbacks.values())

    def awaited(self) -> Iterator[Utc]:
        """For when dossiers wait, as far as that is known beforehand; what is overdue is looked at next."""
        return (at for at in self._waiting.values() if at != AT_ONCE)

    def to_look_at(self) -> frozenset[DossierId] | None:
        """Dossiers in which something may be to do; None for all of them.

        What this process did it knows; where commands in processes of their own made acts the store tells; and what
        time brings is known beforehand. All dossiers are looked at when the node starts, and now and then to be sure.
        """
        if self.node.clock.ticks() >= self._next_look:
            return None
        self._hear()
        now = self.node.clock.now()
        return frozenset(self._unseen) | {one for one in self._waiting if self._timed(one, now)}

    def do_duties(self, only: frozenset[DossierId] | None = None) -> bool:
        """Do what dossiers ask of this node.

        Args:
            only: The dossiers to look at; all by default.

        Returns:
            Whether anything was done.
        """
        begun, now = self.node.clock.ticks(), self.node.clock.now()
        if only is not None and not only:
            return False
        if only is None:
            self._hear()
        with self.node.store.read() as uow:
            found = [
                (dossier, _stamp(uow, dossier)) for dossier in (uow.dossiers() if only is None else only)
            ]
        if only is None:
            taken = self.node.clock.ticks() - begun
            self._next_look = begun + max(LOOK_S, LOOK_SHARE * taken)
        worked = False
        for dossier, stamp in found:
            self._unseen.discard(dossier)
            if self._seen.get(dossier) == stamp and not self._timed(dossier, now):
                continue
            self._looked[dossier] = self.node.clock.ticks()
            try:
                worked = self._do_duties_of(dossier, stamp) or worked
            except ParaphError as error:  # one dossier that cannot be read or written must not stop others
                self._complain(dossier, error)
                self._wait(dossier, after(now, FIRST_RETRY_S))
            except Exception:  # noqa: BLE001 - nor must a bug
                _LOG.exception("dossier %s failed", dossier)
            else:
                self._complaints.pop(dossier, None)
            self._seen[dossier] = stamp
        return worked

    def _hear(self) -> None:
        """Remember where something stirred until it was looked at: it is told only once, and the store may be busy then."""
        with self.node.store.read() as uow:
            self._arrived, arrived = uow.arrivals(self._arrived)
        self._unseen |= self.node.stirred() | arrived

    def _timed(self, dossier: DossierId, now: Utc) -> bool:
        """Whether time alone may have brought a duty in this dossier, or made one possible, since it was looked at."""
        at = self._waiting.get(dossier)
        if at is None or at > now:
            return False
        return self.node.clock.ticks() - self._looked.get(dossier, 0.0) >= PAUSE_S

    def _do_duties_of(self, dossier: DossierId, stamp: Stamp) -> bool:
        with self.node.store.read() as uow:
            current = load(self.node, uow, dossier)
        self.node.remember(dossier, current.view)
        plan = current.standing.plan
        late = not current.frozen and is_renewal_due(self.node, current)
        if late and self._renew(current):
            return True
        if current.frozen or plan is None:
            self._wait(dossier, AT_ONCE if late else None)
            return False
        self._settle_deposits(current, plan)
        now = self.node.clock.now()
        found = duties(current.standing, self.node.party, now)
        worked = False
        for duty in found:
            key = _key(dossier, duty)
            setback = self._setbacks.get(key)
            if setback is None or setback.is_over(now, stamp):
                worked = self._perform(current, duty, key, stamp) or worked
        self._wait(dossier, AT_ONCE if late else self._next_time(dossier, plan, found, now))
        return worked

    def _next_time(self, dossier: DossierId, plan: Plan, found: Sequence[Duty], now: Utc) -> Utc | None:
        """When time alone may bring a duty, or make one possible; None if only an act can."""
        if not found:
            # The only instant that the rules know.
            return (
                plan.body.deposit_until
                if plan.state is PlanState.OPEN and now < plan.body.deposit_until
                else None
            )
        tried = [self._setbacks.get(_key(dossier, duty)) for duty in found]
        return min(AT_ONCE if setback is None else setback.until for setback in tried)

    def _wait(self, dossier: DossierId, until: Utc | None) -> None:
        if until is None:
            self._waiting.pop(dossier, None)
        else:
            self._waiting[dossier] = until

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
        most = STORE_RETRY_S if reason.partition(":")[0] in STORE_TROUBLE else MAX_RETRY_S
        delay = min(FIRST_RETRY_S * 2 ** min(attempts, 12), most)
        self._setbacks[key] = _Setback(
            attempts=attempts + 1,
            until=after(self.node.clock.now(), delay),
            stamp=None if waits else stamp,
        )
        self._tell(key, reason)

    def _complain(self, about: str, error: ParaphError) -> None:
        """Say once in the log what keeps the node, or one dossier, from going on; it tries again all the time."""
        told = f"{error.code}: {error.message}"
        if self._complaints.get(about) != told:
            self._complaints[about] = told
            _LOG.warning("%scannot go on, and tries again: %s", f"dossier {about}: " if about else "", told)

    def _tell(self, key: DutyKey, reason: str) -> None:
        dossier, kind, *_ = key
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


def _key(dossier: DossierId, duty: Duty) -> DutyKey:
    return dossier, duty.kind, duty.party, duty.package


def _stamp(uow: UnitOfWork, dossier: DossierId) -> Stamp:
    """Changes with whatever can bring a duty or make one possible: acts, their order, and what is final."""
    return uow.act_count(dossier), uow.size(dossier), uow.setting(f"final:{dossier}") or ""
