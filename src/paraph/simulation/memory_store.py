"""A store in memory, for simulations and for tests of use cases.

Deterministic and fast; it passes the same contract tests as the durable ones. ``snapshot`` costs nothing
(a committed state is never changed again), ``restore`` puts it back: what a node looks like after its
store came back from a backup, while the guard did not. Each durable write is announced before it is made
and reported after it, so that a simulation can let the power fail at either moment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from paraph.app.ports import ActRow, Due, EvidenceRow, PeerRow, PeerView
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.errors import ConflictError
from paraph.simulation.memory_files import NOBODY, Watcher

__all__ = ["MemoryStore", "MemoryUnitOfWork", "State"]


@dataclass(slots=True)
class _Dossier:
    feeds: dict[PartyId, list[ActRow]] = field(default_factory=dict)
    log: list[tuple[PartyId, int]] = field(default_factory=list)
    notes: dict[int, tuple[bytes, bool]] = field(default_factory=dict)

    def copy(self) -> _Dossier:
        feeds = {author: list(acts) for author, acts in self.feeds.items()}
        return _Dossier(feeds=feeds, log=list(self.log), notes=dict(self.notes))


@dataclass(slots=True)
class _DueState:
    version: int
    not_before: Utc | None
    attempts: int
    order: int


@dataclass(slots=True)
class State:
    """Everything a store holds; never changed once committed."""

    peers: dict[PartyId, PeerRow] = field(default_factory=dict)
    dossiers: dict[DossierId, _Dossier] = field(default_factory=dict)
    views: dict[tuple[PartyId, DossierId], PeerView] = field(default_factory=dict)
    due: dict[tuple[PartyId, DossierId], _DueState] = field(default_factory=dict)
    evidence: tuple[EvidenceRow, ...] = ()
    secrets: dict[str, bytes] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    arrived: tuple[DossierId, ...] = ()

    def copy(self) -> State:
        """A copy that can be changed; dossiers are copied when first touched."""
        return State(
            peers=dict(self.peers),
            dossiers=dict(self.dossiers),
            views=dict(self.views),
            due=dict(self.due),
            evidence=self.evidence,
            secrets=dict(self.secrets),
            settings=dict(self.settings),
            arrived=self.arrived,
        )


class MemoryStore:
    """``Store`` in memory."""

    def __init__(self, watcher: Watcher = NOBODY) -> None:
        self.watcher = watcher
        self.state = State()
        self.lock = threading.Lock()
        self.holder: int | None = None

    def write(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=True)

    def read(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=False)

    def close(self) -> None:
        """Nothing is open."""

    def snapshot(self) -> State:
        """The committed state, to come back to."""
        return self.state

    def restore(self, snapshot: State) -> None:
        """Forget everything since ``snapshot``."""
        with self.lock:
            self.state = snapshot


class MemoryUnitOfWork:
    """``UnitOfWork`` in memory."""

    def __init__(self, store: MemoryStore, *, writing: bool) -> None:
        self._store = store
        self._writing = writing
        self._state: State | None = None
        self._touched: set[DossierId] = set()
        self._begun = False

    def __enter__(self) -> Self:
        assert not self._begun, "a unit of work is used once"
        self._begun = True
        if self._writing:
            me = threading.get_ident()
            assert self._store.holder != me, "a writing transaction inside a writing transaction"
            self._store.lock.acquire()
            self._store.holder = me
            self._state = self._store.state.copy()
        else:
            self._state = self._store.state
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state, self._state = self._now(), None
        if not self._writing:
            return
        try:
            if kind is None:
                self._store.watcher.before("transaction")
                self._store.state = state
        finally:
            self._store.holder = None
            self._store.lock.release()
        if kind is None:
            self._store.watcher.after("transaction")

    def _now(self) -> State:
        assert self._state is not None, "a unit of work is used inside `with`"
        return self._state

    def _change(self) -> State:
        assert self._writing, "a reading unit of work cannot write"
        return self._now()

    def _dossier(self, dossier: DossierId) -> _Dossier:
        return self._now().dossiers.get(dossier) or _Dossier()

    def _own(self, dossier: DossierId) -> _Dossier:
        """The dossier, copied at the first change in this transaction."""
        state = self._change()
        if dossier not in self._touched:
            state.dossiers[dossier] = self._dossier(dossier).copy()
            self._touched.add(dossier)
        return state.dossiers[dossier]

    # peers

    def peers(self) -> Sequence[PeerRow]:
        return [row for _, row in sorted(self._now().peers.items())]

    def peer(self, party: PartyId) -> PeerRow | None:
        return self._now().peers.get(party)

    def save_peer(self, row: PeerRow) -> None:
        self._change().peers[row.party] = row

    # acts and log

    def dossiers(self) -> Sequence[DossierId]:
        # Notes may come before the first act, so order is that of first acts as far as dicts keep it.
        return [name for name, dossier in self._now().dossiers.items() if dossier.feeds]

    def arrivals(self, mark: int) -> tuple[int, frozenset[DossierId]]:
        arrived = self._now().arrived
        return len(arrived), frozenset(arrived[mark:])

    def add_act(self, row: ActRow) -> None:
        state = self._change()
        held = len(self._dossier(row.dossier).feeds.get(row.author, ()))
        if row.author_seq < held:
            raise ConflictError("act-exists", f"act {row.author_seq} of {row.author} is already held")
        assert row.author_seq == held, f"act {row.author_seq} of {row.author} would leave a gap after {held}"
        size = self.size(row.dossier)
        if row.position is not None:
            if row.position < size:
                raise ConflictError("act-exists", f"position {row.position} is already taken")
            assert row.position == size, f"position {row.position} would leave a gap after {size}"
        dossier = self._own(row.dossier)
        if not dossier.feeds:
            state.dossiers[row.dossier] = state.dossiers.pop(row.dossier)
        dossier.feeds.setdefault(row.author, []).append(row)
        state.arrived += (row.dossier,)
        if row.position is not None:
            dossier.log.append((row.author, row.author_seq))

    def place(self, dossier: DossierId, author: PartyId, author_seq: int, position: int) -> None:
        self._change()
        feed = self._dossier(dossier).feeds.get(author, [])
        assert author_seq < len(feed), f"act {author_seq} of {author} is not held"
        row = feed[author_seq]
        if row.position == position:
            return
        size = self.size(dossier)
        if row.position is not None or position < size:
            raise ConflictError("position-taken", f"position {position} or the act is already placed")
        assert position == size, f"position {position} would leave a gap after {size}"
        own = self._own(dossier)
        own.feeds[author][author_seq] = replace(row, position=position)
        own.log.append((author, author_seq))

    def feeds(self, dossier: DossierId) -> dict[PartyId, int]:
        return {author: len(acts) for author, acts in sorted(self._dossier(dossier).feeds.items())}

    def size(self, dossier: DossierId) -> int:
        return len(self._dossier(dossier).log)

    def act_count(self, dossier: DossierId) -> int:
        return sum(self.feeds(dossier).values())

    def feed(self, dossier: DossierId, author: PartyId, start: int, limit: int) -> Sequence[ActRow]:
        return self._dossier(dossier).feeds.get(author, [])[start : start + limit]

    def log(self, dossier: DossierId, start: int, limit: int) -> Sequence[ActRow]:
        held = self._dossier(dossier)
        return [held.feeds[author][seq] for author, seq in held.log[start : start + limit]]

    def unordered(self, dossier: DossierId) -> Sequence[ActRow]:
        feeds = sorted(self._dossier(dossier).feeds.items())
        return [row for _, acts in feeds for row in acts if row.position is None]

    # checkpoints

    def note(self, dossier: DossierId, size: int) -> bytes | None:
        found = self._dossier(dossier).notes.get(size)
        return found[0] if found else None

    def save_note(self, dossier: DossierId, size: int, note: bytes) -> None:
        notes = self._own(dossier).notes
        notes[size] = (note, size in notes and notes[size][1])

    def forget_notes(self, dossier: DossierId, above: int) -> None:
        own = self._own(dossier)
        larger = {size: final for size, (_, final) in own.notes.items() if size > above}
        assert not any(larger.values()), f"a note over more than {above} acts is final"
        own.notes = {size: note for size, note in own.notes.items() if size not in larger}

    def latest_note(self, dossier: DossierId) -> bytes | None:
        notes = self._dossier(dossier).notes
        return notes[max(notes)][0] if notes else None

    def final_note(self, dossier: DossierId) -> bytes | None:
        finals = {size: note for size, (note, final) in self._dossier(dossier).notes.items() if final}
        return finals[max(finals)] if finals else None

    def mark_final(self, dossier: DossierId, size: int) -> None:
        own = self._own(dossier)
        assert size in own.notes, f"there is no note of size {size} to mark"
        own.notes[size] = (own.notes[size][0], True)
        own.notes = {at: note for at, note in own.notes.items() if at >= size or note[1]}

    # what peers hold, and the outbox

    def peer_view(self, peer: PartyId, dossier: DossierId) -> PeerView | None:
        return self._now().views.get((peer, dossier))

    def save_peer_view(self, peer: PartyId, dossier: DossierId, view: PeerView) -> None:
        self._change().views[peer, dossier] = replace(view, feeds=dict(view.feeds))

    def make_due(self, peer: PartyId, dossier: DossierId, not_before: Utc) -> None:
        due = self._change().due
        old = due.get((peer, dossier))
        if old is None:
            due[peer, dossier] = _DueState(version=1, not_before=not_before, attempts=0, order=len(due))
            return
        earliest = not_before if old.not_before is None else min(old.not_before, not_before)
        due[peer, dossier] = replace(old, version=old.version + 1, not_before=earliest, attempts=0)

    def due(self, now: Utc, limit: int) -> Sequence[Due]:
        ready = [
            (entry.not_before, entry.order, peer, dossier, entry)
            for (peer, dossier), entry in self._now().due.items()
            if entry.not_before is not None and entry.not_before <= now
        ]
        return [
            Due(peer=peer, dossier=dossier, version=entry.version, not_before=at, attempts=entry.attempts)
            for at, _, peer, dossier, entry in sorted(ready, key=lambda found: found[:2])[: max(limit, 0)]
        ]

    def retry_due(self, entry: Due, not_before: Utc) -> None:
        self._put_off(entry, not_before, tried=1)

    def rest_due(self, entry: Due, not_before: Utc) -> None:
        self._put_off(entry, not_before, tried=0)

    def _put_off(self, entry: Due, not_before: Utc, *, tried: int) -> None:
        due = self._change().due
        old = due.get((entry.peer, entry.dossier))
        if old is not None and old.version == entry.version and old.not_before is not None:
            due[entry.peer, entry.dossier] = replace(
                old, not_before=not_before, attempts=old.attempts + tried
            )

    def hasten_due(self, peer: PartyId, now: Utc) -> None:
        due = self._change().due
        for key, old in list(due.items()):
            if key[0] == peer and old.not_before is not None and old.not_before > now:
                due[key] = replace(old, not_before=now)

    def clear_due(self, entry: Due) -> None:
        due = self._change().due
        old = due.get((entry.peer, entry.dossier))
        if old is not None and old.version == entry.version:
            due[entry.peer, entry.dossier] = replace(old, not_before=None, attempts=0)

    # evidence, secrets, settings

    def keep_evidence(self, row: EvidenceRow) -> None:
        state = self._change()
        state.evidence = (*state.evidence, row)

    def evidence(self, dossier: str | None = None) -> Sequence[EvidenceRow]:
        return [row for row in self._now().evidence if dossier is None or row.dossier == dossier]

    def put_secret(self, name: str, data: bytes) -> None:
        self._change().secrets[name] = data

    def secret(self, name: str) -> bytes | None:
        return self._now().secrets.get(name)

    def delete_secret(self, name: str) -> None:
        self._change().secrets.pop(name, None)

    def set_setting(self, name: str, value: str) -> None:
        self._change().settings[name] = value

    def setting(self, name: str) -> str | None:
        return self._now().settings.get(name)

    def settings(self, names: Iterable[str]) -> Mapping[str, str]:
        kept = self._now().settings
        return {name: kept[name] for name in names if name in kept}
