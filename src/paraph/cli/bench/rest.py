"""``bench rest``: what many open dossiers with twenty peers cost a node, at rest and under load.

The node is a process of its own, with its store in SQLite and HTTPS on loopback. Its peers live together in another
one; one of them is away all the time and one answers slowly. A dossier has the node, one party and a mediator; one
in ten has an open signing plan and waits for deposits.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paraph.bootstrap.waking import tap
from paraph.cli.bench.circle import AWAY, CENTRE, SLOW, Circle, circle
from paraph.cli.bench.crowd import READY
from paraph.cli.bench.measuring import Samples
from paraph.cli.bench.neighbours import PATIENCE_S, await_port, running, say
from paraph.cli.bench.row import NO_GOAL, Goal, Row
from paraph.cli.bench.sowing import Sower, Sown
from paraph.cli.bench.usage import Usage, is_counted, look
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.errors import TransientError

__all__ = ["COUNTS", "Course", "run"]

COUNTS: Final = (1, 30, 100, 300, 1000)
"""Open dossiers at each point of the curve."""

REST_S: Final = 20.0
LOAD_S: Final = 15.0

ACTS_PER_S: Final = 4
"""Half of them made here, half at peers."""

STRAY: Final = 20
"""One act in so many is made in a dossier with the peer that is away, and one with the slow one."""

REST_SHARE: Final = 0.01
"""Most that a node at rest may take of one processor."""

NOISE: Final = 1.25
"""An act costs the same among more dossiers if it costs at most so much more than among fewer."""

_QUIET_S: Final = 2.0
"""The node is quiet when it used little for so long."""

_QUIET_SHARE: Final = 0.15
_ALL: Final = 1_000_000
_LOOK_S: Final = 0.004
_MS: Final = 1000.0
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How long and how far to go.

    Attributes:
        counts: Open dossiers at each point.
        rest_s: Seconds at rest.
        load_s: Seconds under load.
    """

    counts: tuple[int, ...] = COUNTS
    rest_s: float = REST_S
    load_s: float = LOAD_S


@dataclass(slots=True, kw_only=True)
class _Point:
    """What was measured at one number of dossiers; times in milliseconds unless they say otherwise."""

    count: int
    start: float
    start_cpu: float
    greeted: float
    rest: Usage
    here: Samples
    there: Samples
    slow: Samples
    cpu_each: float
    loaded: Usage
    status: float


def run(folder: Path, tell: Callable[[str], None], course: Course | None = None) -> list[Row]:
    """Measure every point of the curve."""
    course = course or Course()
    if not is_counted():
        tell("  this system does not tell what a process uses; `rest` is measured on Linux only")
        return []
    points = []
    with circle(folder) as nodes, _crowd(folder) as crowd:
        sower = Sower(circle=nodes)
        for count in course.counts:
            sower.sow(count)
            points.append(_Measuring(circle=nodes, crowd=crowd, sown=sower.sown, course=course).point())
            tell(
                f"  {count:,} dossiers: {points[-1].rest.cpu_s / points[-1].rest.at:.2%} of a processor at rest"
            )
    return list(_rows(points))


@contextmanager
def _crowd(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the peers in a process of their own."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "paraph.cli.bench.crowd", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != READY:
            raise TransientError("bench-slow", "the peers do not start")
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


@dataclass(slots=True, kw_only=True)
class _Measuring:
    """Measures one point."""

    circle: Circle
    crowd: subprocess.Popen[str]
    sown: list[Sown]
    course: Course
    _counts: dict[DossierId, int] = field(default_factory=dict)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - a benchmark

    def point(self) -> _Point:
        """Start the node, let it rest, load it, and ask for its status."""
        home = self.circle[CENTRE].home.folder
        begun, since = time.monotonic(), self.circle[CENTRE].node.clock.now()
        with running(home) as process:
            await_port(self.circle[CENTRE])
            start = time.monotonic() - begun
            greeted, start_cpu = self._greeted(process.pid, begun, since)
            self._quiet(process.pid)
            rest = self._rest(process.pid)
            before = look(process.pid)
            here, there, slow, made = self._load()
            loaded = look(process.pid).since(before)
            idle = rest.cpu_s / rest.at * loaded.at
            return _Point(
                count=len(self.sown), start=start * _MS, start_cpu=start_cpu * _MS, greeted=greeted * _MS, rest=rest,
                here=here, there=there, slow=slow, cpu_each=(loaded.cpu_s - idle) * _MS / made, loaded=loaded,
                status=self._status(home),
            )  # fmt: skip

    def _greeted(self, process: int, begun: float, since: Utc) -> tuple[float, float]:
        """Wait until every peer that is there was told where the node stands; how long it took, and what it cost."""
        node, end = self.circle[CENTRE].node, begun + 10 * PATIENCE_S
        silent = {PartyId(AWAY), PartyId(SLOW)}
        there = {one.party for one in self.sown} - silent
        while True:
            usage = look(process)
            with node.store.read() as uow:
                heard = all((uow.setting(f"heard:{party}") or "") >= since for party in there)
                due = {entry.peer for entry in uow.due(node.clock.now(), _ALL)} - silent
            if heard and not due:
                return time.monotonic() - begun, usage.cpu_s
            if time.monotonic() > end:
                raise TransientError("bench-slow", f"{len(due)} peers have not been greeted")
            time.sleep(_LOOK_S * 10)

    def _quiet(self, process: int) -> None:
        """Wait until the node has nothing more to do."""
        end = time.monotonic() + 2 * PATIENCE_S
        before = look(process)
        while time.monotonic() < end:
            time.sleep(_QUIET_S)
            now = look(process)
            used = now.since(before)
            if used.cpu_s / used.at < _QUIET_SHARE:
                return
            before = now

    def _rest(self, process: int) -> Usage:
        before = look(process)
        time.sleep(self.course.rest_s)
        return look(process).since(before)

    def _status(self, home: Path) -> float:
        begun = time.monotonic()
        subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-m", "paraph", "node", "status", "--home", str(home), "--json"],
            stdout=subprocess.DEVNULL, check=True, env=os.environ,
        )  # fmt: skip
        return (time.monotonic() - begun) * _MS

    # --- under load

    def _load(self) -> tuple[Samples, Samples, Samples, int]:
        """Make acts at a steady rate, here and at peers, and wait until those are final whose peer answers."""
        number, begun = 0, time.monotonic()
        waiting: dict[DossierId, tuple[int, float, str]] = {}
        found: dict[str, list[float]] = {"here": [], "there": [], "slow": []}
        while (now := time.monotonic()) < begun + self.course.load_s or (
            now < begun + PATIENCE_S
            and not (found["here"] and found["there"])  # a busy machine: nothing is no time
        ):
            if now >= begun + number / ACTS_PER_S:
                self._one(number, waiting)
                number += 1
            self._collect(waiting, found)
            time.sleep(_LOOK_S)
        end = time.monotonic() + PATIENCE_S
        while waiting and time.monotonic() < end:
            self._collect(waiting, found)
            time.sleep(_LOOK_S)
        if any(kind != "slow" for _, _, kind in waiting.values()):
            raise TransientError("bench-slow", f"{len(waiting)} acts are not final after {PATIENCE_S} s")
        here, there, slow = (Samples(values=found[kind]) for kind in ("here", "there", "slow"))
        return here, there, slow, number

    def _one(self, number: int, waiting: dict[DossierId, tuple[int, float, str]]) -> None:
        kind = {0: "away", 1: "slow"}.get(number % STRAY, "here" if number % 2 else "there")
        chosen = self._choose(kind, waiting)
        if chosen is None:
            return
        size = self._counts[chosen.id] = self._size(chosen) + 1
        centre, begun = self.circle[CENTRE], time.monotonic()
        if kind == "there":
            assert self.crowd.stdin is not None
            self.crowd.stdin.write(f"{chosen.party} {chosen.id} {number}\n")
            self.crowd.stdin.flush()
        else:
            say(centre, chosen.id, number)
            tap(centre.home.folder)
        if kind != "away":
            waiting[chosen.id] = (size, begun, kind)

    def _choose(self, kind: str, waiting: dict[DossierId, tuple[int, float, str]]) -> Sown | None:
        party = {"away": AWAY, "slow": SLOW}.get(kind)
        fitting = [
            one
            for one in self.sown
            if one.id not in waiting and (one.party == party if party else one.party not in (AWAY, SLOW))
        ]
        return self._chance.choice(fitting) if fitting else None

    def _size(self, one: Sown) -> int:
        if one.id not in self._counts:
            with self.circle[CENTRE].node.store.read() as uow:
                self._counts[one.id] = uow.act_count(one.id)
        return self._counts[one.id]

    def _collect(
        self, waiting: dict[DossierId, tuple[int, float, str]], found: dict[str, list[float]]
    ) -> None:
        if not waiting:
            return
        with self.circle[CENTRE].node.store.read() as uow:
            final = {one: int(uow.setting(f"final:{one}") or 0) for one in waiting}
        now = time.monotonic()
        for one, (size, begun, kind) in list(waiting.items()):
            if final[one] >= size:
                found[kind].append((now - begun) * _MS)
                del waiting[one]


def _rows(points: list[_Point]) -> Iterator[Row]:
    """Every measure, point by point, each beside the point before it."""
    at_most = Goal(ours=REST_SHARE * 60 * _MS)
    measures: tuple[tuple[str, str, Callable[[_Point], float], Goal], ...] = (
        ("at rest, processor per minute", "ms", lambda p: p.rest.per_minute(p.rest.cpu_s) * _MS, at_most),
        ("at rest, wake-ups per minute", "", lambda p: p.rest.per_minute(p.rest.wakeups), NO_GOAL),
        ("at rest, written per minute", "KiB", lambda p: p.rest.per_minute(p.rest.written) / 1024, NO_GOAL),
        ("at rest, memory", "MiB", lambda p: p.rest.resident / _MIB, NO_GOAL),
        ("start, until it takes connections", "ms", lambda p: p.start, NO_GOAL),
        ("start, until all peers are greeted", "ms", lambda p: p.greeted, NO_GOAL),
        ("start, processor", "ms", lambda p: p.start_cpu, NO_GOAL),
        ("act made here, until final, median", "ms", lambda p: p.here.median, NO_GOAL),
        ("act made here, until final, p95", "ms", lambda p: p.here.high, NO_GOAL),
        ("act from a peer, until final, median", "ms", lambda p: p.there.median, NO_GOAL),
        ("act from a peer, until final, p95", "ms", lambda p: p.there.high, NO_GOAL),
        ("under load, processor per act", "ms", lambda p: p.cpu_each, Goal(ratio=1 / NOISE)),
        ("under load, memory", "MiB", lambda p: p.loaded.resident / _MIB, NO_GOAL),
        ("paraph node status", "ms", lambda p: p.status, NO_GOAL),
    )  # fmt: skip
    for case, unit, value, goal in measures:
        before: _Point | None = None
        for point in points:
            yield Row(
                name="rest", case=f"{point.count:,} dossiers: {case}", unit=unit, n=point.count, ours=value(point),
                peer=None if before is None else value(before),
                peer_name="" if before is None else f"the same with {before.count:,}",
                goal=NO_GOAL if before is None and goal.ratio else goal,
            )  # fmt: skip
            before = point
