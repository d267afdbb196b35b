"""The courier of webhooks: follows every log by a durable cursor, and tells each webhook of each act in order.

An act is told at least once: the cursor moves after the receiver has answered, and what was under way when the node stopped
is told again. Within a dossier the order is that of the log; a receiver that fails holds up its own messages only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connections
from django.db.models import F

from paraph.domain.ids import DossierId
from paraph.domain.instants import after
from paraph.errors import ParaphError, TransientError
from paraph.node.api.delivery import deliver, message
from paraph.node.api.models import FAILURE, Cursor, Webhook
from paraph.node.web.host import host
from paraph.wire.act import read_act

__all__ = ["Courier", "delivering"]

PAUSE_S: Final = 1.0
"""How often the courier looks whether acts arrived: one cheap question to the store."""

ALL_S: Final = 120.0
"""How often it looks at every dossier, to be sure."""

FIRST_RETRY_S: Final = 5
"""The first wait after a failure; it doubles."""

LAST_RETRY_S: Final = 3600
"""The longest wait: a receiver that was away for a day is told within an hour of its return."""

BATCH: Final = 64
"""Acts read from the store at a time."""

_LOG = logging.getLogger("paraph.node")


class Courier:
    """Tells webhooks what happened."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._mark = 0
        self._todo: dict[int, set[DossierId]] = {}  # of each webhook: where something may be to tell
        self._looked_at_all = float("-inf")

    def run(self) -> None:
        """Work until told to stop; nothing that goes wrong ends it."""
        try:
            while not self.stop.wait(PAUSE_S):
                try:
                    self.turn()
                except ParaphError as error:
                    _LOG.warning("webhooks wait: %s: %s", error.code, error.message)
                except Exception:  # noqa: BLE001 - a bug must be seen, and must not end the thread
                    _LOG.exception("webhooks could not be told; trying again")
        finally:
            connections.close_all()

    def turn(self) -> int:
        """Tell everybody what there is to tell now.

        Returns:
            How many messages arrived.
        """
        webhooks = list(Webhook.objects.filter(ended_at="").order_by("pk"))
        if not webhooks:
            self._todo.clear()
            self._looked_at_all = float("-inf")
            return 0
        self._look(webhooks)
        now, done = host().node.clock.now(), 0
        for webhook in webhooks:
            if str(webhook.not_before) <= now:
                done += self._tell(webhook)
        return done

    def _look(self, webhooks: list[Webhook]) -> None:
        """Note where acts arrived; from time to time, and for a webhook that is new, every dossier."""
        node, now = host().node, time.monotonic()
        with node.store.read() as uow:
            self._mark, arrived = uow.arrivals(self._mark)
            if now - self._looked_at_all > ALL_S or any(one.pk not in self._todo for one in webhooks):
                arrived, self._looked_at_all = frozenset(uow.dossiers()), now
        for webhook in webhooks:
            self._todo.setdefault(int(webhook.pk), set()).update(arrived)

    def _tell(self, webhook: Webhook) -> int:
        """Tell one webhook of everything, until it fails; how many messages arrived."""
        node, done = host().node, 0
        todo = self._todo[int(webhook.pk)]
        for dossier in sorted(todo):
            cursor, _ = Cursor.objects.get_or_create(webhook=webhook, dossier=dossier)
            told, failed = self._tell_of(webhook, cursor)
            done += told
            if failed:
                break
            with node.store.read() as uow:
                if uow.act_count(dossier) == cursor.position:  # none waits for its place
                    todo.discard(dossier)
        return done

    def _tell_of(self, webhook: Webhook, cursor: Cursor) -> tuple[int, bool]:
        """Tell of one dossier; how many acts were told, and whether it failed."""
        node, dossier, done = host().node, DossierId(str(cursor.dossier)), 0
        kinds = frozenset(str(webhook.kinds).split())
        while not self.stop.is_set():
            with node.store.read() as uow:
                rows = uow.log(dossier, cursor.position, BATCH)
                final = int(uow.setting(f"final:{dossier}") or 0)
            if not rows:
                break
            for row in rows:
                if not kinds or read_act(row.envelope).act.kind in kinds:
                    position = int(cursor.position)
                    body = message(webhook, dossier, position, row.envelope, final=position < final)
                    if not self._carry(webhook, body):
                        return done, True
                    done += 1
                cursor.position += 1
                Cursor.objects.filter(pk=cursor.pk).update(position=cursor.position)
        return done, False

    def _carry(self, webhook: Webhook, body: bytes) -> bool:
        now, row = host().node.clock.now(), Webhook.objects.filter(pk=webhook.pk)
        try:
            deliver(webhook, body)
        except TransientError as error:
            wait = min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** min(webhook.attempts, 20))
            row.update(
                attempts=F("attempts") + 1,
                failure=error.message[:FAILURE],
                failed_at=now,
                not_before=after(now, wait),
            )
            return False
        row.update(attempts=0, failure="", not_before="", delivered=F("delivered") + 1, delivered_at=now)
        return True


@contextmanager
def delivering() -> Iterator[None]:
    """Tell webhooks of what happens at the node whose pages are served, until the block ends."""
    courier = Courier()
    thread = threading.Thread(target=courier.run, name="paraph-webhooks")
    thread.start()
    try:
        yield
    finally:
        courier.stop.set()
        thread.join()
