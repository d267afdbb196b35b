"""Keeping the desk's table of dossiers: one row for each, made anew from the store whenever something arrived there.

A page asks the store what arrived before it shows a list, so it is never older than the acts; a thread does the same in
between and at the start, so that a page seldom has much to do. Nothing here is evidence: delete the rows, and they come back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Count, Q

from paraph.app.chronicle import Chronicle
from paraph.app.matters import MatterKind
from paraph.app.node import Node
from paraph.app.portrait import Portrait, portrait
from paraph.app.ports import UnitOfWork
from paraph.domain.duties import DutyKind
from paraph.domain.ids import DossierId
from paraph.errors import ParaphError
from paraph.node.desk.models import Summary, Waiting
from paraph.node.desk.names import names_of
from paraph.node.web.host import host

__all__ = ["Projection", "caught_up", "forget_everything", "projection"]

SHAPE: Final = 1
"""Counted up when rows mean something else: then all are made anew."""

REQUEST_S: Final = 0.02
"""How long a page may work on what arrived before it shows what there is; the thread does the rest."""

LEAST: Final = 2
"""As many does a page look at however long it takes: an officer sees at once what he or she just did."""

UNSETTLED: Final = 256
"""Dossiers that are looked at again in one go though nothing arrived: finality and duties that fail leave no trace among the
arrivals."""

UNSETTLED_REQUEST: Final = 4
"""As many does a page look at."""

BY_NODES: Final = frozenset({MatterKind.NODE_WORKS, MatterKind.COUNTERSIGN, MatterKind.DUTY_FAILS})
"""What a node does by itself, and may fail to do."""

_LOG = logging.getLogger("paraph.node")


@dataclass(slots=True, kw_only=True)
class Projection:
    """Follows the store of one node.

    Attributes:
        node: The node.
    """

    node: Node
    _mark: int = 0
    _todo: dict[DossierId, None] = field(default_factory=dict)
    _unsettled: dict[DossierId, None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: set[DossierId] | None = None
    _working: set[DossierId] = field(default_factory=set)

    def catch_up(self, budget_s: float | None = None) -> bool:
        """Bring rows up to date.

        Args:
            budget_s: For how long at most; without limit by default.

        Returns:
            Whether all rows are; never, while another thread is at it.
        """
        if not self._lock.acquire(blocking=budget_s is None):
            return False
        try:
            return self._catch_up(None if budget_s is None else time.monotonic() + budget_s)
        finally:
            self._lock.release()

    def _catch_up(self, end: float | None) -> bool:
        now = self.node.clock.now()
        kept = Summary.objects.aggregate(rows=Count("*"), due=Count("next_at", filter=_due_at(now)))
        if self._known is None or len(self._known) != kept["rows"]:
            self._known = set(Summary.objects.values_list("dossier", flat=True))
            working = Waiting.objects.filter(party=self.node.party, kind__in=BY_NODES)
            self._working = set(working.values_list("dossier", flat=True))
            self._mark = 0  # the first time, or somebody deleted rows
        with self.node.store.read() as uow:
            self._mark, arrived = uow.arrivals(self._mark)
            self._todo |= dict.fromkeys(sorted(arrived))
            if kept["due"]:
                due = Summary.objects.filter(_due_at(now)).values_list("dossier", flat=True)
                self._todo |= dict.fromkeys(due)
            again = list(self._unsettled)[: UNSETTLED if end is None else UNSETTLED_REQUEST]
            stamps = {row[0]: row[1] for row in self._stamps([*self._todo, *again])}
            for number, dossier in enumerate(dict.fromkeys((*self._todo, *again))):
                if dossier in again:  # the others come first next time
                    self._unsettled.pop(dossier, None)
                    self._unsettled[dossier] = None
                if number >= LEAST and end is not None and time.monotonic() > end:
                    return False
                self._look(uow, dossier, stamps.get(dossier, ""))
                self._todo.pop(dossier, None)
        return True

    def _stamps(self, dossiers: list[DossierId]) -> Iterable[tuple[str, str]]:
        if len(dossiers) > UNSETTLED * 4:
            return Summary.objects.values_list("dossier", "stamp")
        return (
            Summary.objects.filter(dossier__in=dossiers).values_list("dossier", "stamp") if dossiers else ()
        )

    def _look(self, uow: UnitOfWork, dossier: DossierId, kept: str) -> None:
        now = self.node.clock.now()
        stamp = _stamp(uow, dossier)
        due = kept and not kept.startswith(stamp + "|")
        if kept and not due and _shape(kept) == SHAPE and (_next_at(kept) == "" or _next_at(kept) > now):
            self._settle(dossier, stamp)
            return
        row = Summary.objects.filter(dossier=dossier).first()
        before = Chronicle.from_json(row.chronicle) if row is not None and _shape(kept) == SHAPE else None
        try:
            found = portrait(self.node, uow, dossier, before)
        except ParaphError as error:
            _LOG.info("dossier %s cannot be listed yet: %s", dossier, error.message)
            return
        _write(self.node, uow, found, f"{stamp}|{found.next_at}|{SHAPE}")
        assert self._known is not None
        self._known.add(dossier)
        self._working.discard(dossier)
        if any(one.party == self.node.party and one.kind in BY_NODES for one in found.matters):
            self._working.add(dossier)
        self._settle(dossier, stamp)

    def _settle(self, dossier: DossierId, stamp: str) -> None:
        """Look at it again where something may still change that does not arrive."""
        acts, _, final, *_ = stamp.split(":")
        if acts == final and dossier not in self._working:
            self._unsettled.pop(dossier, None)
        else:
            self._unsettled.setdefault(dossier)


def _due_at(now: str) -> Q:
    """The condition for dossiers in which time alone changed something."""
    return Q(next_at__gt="", next_at__lte=now)


def _stamp(uow: UnitOfWork, dossier: DossierId) -> str:
    """Changes with whatever a row shows; an instant in which it changes by itself follows behind it."""
    duties = {f"duty:{dossier}:{kind}": kind for kind in DutyKind}
    kept = uow.settings((f"frozen:{dossier}", f"final:{dossier}", *duties))
    frozen, final = bool(kept.get(f"frozen:{dossier}")), kept.get(f"final:{dossier}") or "0"
    failing = ",".join(kind for name, kind in duties.items() if kept.get(name))
    return f"{uow.act_count(dossier)}:{uow.size(dossier)}:{final}:{int(frozen)}:{failing}"


def _next_at(kept: str) -> str:
    return kept.split("|")[1]


def _shape(kept: str) -> int:
    return int(kept.split("|")[2]) if kept.count("|") == 2 else 0


def _write(node: Node, uow: UnitOfWork, found: Portrait, stamp: str) -> None:
    standing, dossier = found.standing, str(found.current.dossier)
    words = [
        *standing.title.values(),
        *standing.instruments,
        *standing.roles,
        *(name for party in standing.roles for name in names_of(node, uow, party).values()),
    ]
    own = [
        Waiting(
            dossier=dossier, kind=one.kind.value, party=one.party, instrument=one.instrument, about=one.about,
            since=one.since, until=one.until,
        )
        for one in found.matters
    ]  # fmt: skip
    with transaction.atomic():
        Summary.objects.update_or_create(
            dossier=dossier,
            defaults={
                "titles": dict(standing.title.items()),
                "roles": {party: role.value for party, role in standing.roles.items()},
                "search": (" \n".join([dossier, *dict.fromkeys(words)]) + " ").casefold(),
                "state": found.state,
                "waits": "".join(f",{party}" for party in sorted({m.party for m in found.matters})) + ",",
                "acts": found.acts,
                "final": found.current.final,
                "void": len(found.current.view.void),
                "failing": len(found.failing),
                "last_at": found.last_at,
                "next_at": found.next_at,
                "stamp": stamp,
                "chronicle": found.chronicle.to_json(),
            },
        )
        Waiting.objects.filter(dossier=dossier).delete()
        Waiting.objects.bulk_create(own)


_of_node: list[Projection] = []


def projection() -> Projection:
    """The projection of the node whose pages are served."""
    node = host().node
    if not _of_node or _of_node[0].node is not node:
        _of_node[:] = [Projection(node=node)]
    return _of_node[0]


def caught_up() -> bool:
    """Bring the rows up to date, as far as a page can wait for it."""
    return projection().catch_up(REQUEST_S)


def forget_everything() -> None:
    """Delete all rows; they come back."""
    with transaction.atomic():
        Summary.objects.all().delete()
        Waiting.objects.all().delete()
    _of_node.clear()
