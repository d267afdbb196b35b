"""``bench log``: acts, one by one and many, and how their cost grows.

An act is appended by the node that orders: checked, signed, placed, cosigned and durable in SQLite. Its floor is a
row of the same size, committed with the same promise. Between nodes an act is final when both have cosigned it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from paraph.bootstrap.opening import OpenNode
from paraph.bootstrap.serving import run_node
from paraph.cli.bench.growth import Step
from paraph.cli.bench.measuring import Samples, race
from paraph.cli.bench.neighbours import (
    PATIENCE_S,
    Neighbours,
    await_port,
    neighbours,
    open_between,
    running,
    say,
)
from paraph.cli.bench.row import Goal, Row
from paraph.domain.ids import DossierId
from paraph.errors import TransientError

__all__ = ["run"]

ROUNDS: Final = 60
BUDGET_S: Final = 5.0
MANY: Final = 200
ONE_BY_ONE: Final = 12

NOISE: Final = 1.25
"""Growth is even if an act costs at most this much more than where there were a tenth as many."""

_ENVELOPE_BYTES: Final = 6_700
_LOOK_S: Final = 0.002


def run(folder: Path, _tell: Callable[[str], None]) -> list[Row]:
    """Measure appending, synchronising and growth."""
    with neighbours(folder) as both:
        rows = [_append(both, folder), *_between(both)]
    return [*rows, *_growth()]


def _append(both: Neighbours, folder: Path) -> Row:
    dossier = open_between(both)
    with closing(sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)) as floor:
        floor.execute("PRAGMA journal_mode = WAL")
        floor.execute("PRAGMA synchronous = FULL")
        floor.execute("CREATE TABLE act (id INTEGER PRIMARY KEY, data BLOB)")

        def insert(_: int) -> None:
            floor.execute("INSERT INTO act (data) VALUES (?)", (secrets.token_bytes(_ENVELOPE_BYTES),))

        mine, bare = race(
            lambda number: say(both.near, dossier, number), insert, rounds=ROUNDS, budget_s=BUDGET_S
        )
    return Row(
        name="log", case="append: check, sign, order, cosign", unit="ms", n=mine.n, ours=mine.median,
        peer=bare.median, peer_name="SQLite insert, durable (floor)", spread=mine.spread,
    )  # fmt: skip


def _between(both: Neighbours) -> list[Row]:
    """Many acts that wait when the other node is first reached; then one after the other."""
    dossier = open_between(both)
    for number in range(MANY):
        say(both.near, dossier, number)
    with running(both.far.home.folder):
        await_port(both.far)
        begun = time.perf_counter()
        with _served(both.near):
            _until_final(both.near, dossier, MANY + 1)
            _until_final(both.far, dossier, MANY + 1)
            each = (time.perf_counter() - begun) * 1000 / MANY
            samples = Samples(values=[_one(both, dossier, MANY + n) for n in range(1, ONE_BY_ONE + 1)])
    return [
        Row(name="log", case=f"sync over HTTPS, {MANY} acts, each final", unit="ms", n=MANY, ours=each),
        Row(name="log", case="one act, until both cosigned", unit="ms", n=samples.n, ours=samples.median,
            spread=samples.spread),
    ]  # fmt: skip


def _one(both: Neighbours, dossier: DossierId, number: int) -> float:
    begun = time.perf_counter()
    say(both.near, dossier, number)
    _until_final(both.near, dossier, number + 1)
    return (time.perf_counter() - begun) * 1000


def _until_final(opened: OpenNode, dossier: DossierId, size: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        with opened.node.store.read() as uow:
            if int(uow.setting(f"final:{dossier}") or 0) >= size:
                return
        if time.monotonic() > end:
            raise TransientError(
                "bench-slow", f"the log on {opened.node.party} is not final after {PATIENCE_S} s"
            )
        time.sleep(_LOOK_S)


@contextmanager
def _served(opened: OpenNode) -> Iterator[None]:
    """Run the near node in this process."""
    stop = threading.Event()
    switch = sys.getswitchinterval()
    thread = threading.Thread(target=run_node, args=(opened,), kwargs={"stop": stop})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(switch)


def _growth() -> list[Row]:
    done = subprocess.run(
        [sys.executable, "-m", "paraph.cli.bench.growth"], capture_output=True, text=True, check=True
    )
    steps: list[Step] = [tuple(step) for step in json.loads(done.stdout)]
    rows: list[Row] = []
    for what, case, unit in (
        ("acts", "append, dossier of {:,} acts", "ms"),
        ("dossiers", "open and 3 acts, {:,} dossiers", "ms"),
        ("look", "one act and its duties, {:,} dossiers", "ms"),
    ):
        rows += _curve([(count, each) for kind, count, each, _ in steps if kind == what], case, unit)
    memory = [(count, mib) for kind, count, _, mib in steps if kind == "acts"]
    rows += _curve(memory, "memory, dossier of {:,} acts", "MiB")
    memory = [(count, mib) for kind, count, _, mib in steps if kind == "dossiers"]
    rows += _curve(memory, "memory, {:,} dossiers", "MiB")
    return rows


def _curve(points: list[tuple[int, float]], case: str, unit: str) -> list[Row]:
    """Each point beside the one before it: what there is more of may not make each cost more."""
    rows: list[Row] = []
    before: tuple[int, float] | None = None
    for count, value in points:
        rows.append(
            Row(name="log", case=case.format(count), unit=unit, n=count, ours=value,
                peer=before[1] if before else None,
                peer_name=f"the same with {before[0]:,}" if before else "",
                goal=Goal(ratio=1 / NOISE) if before and unit == "ms" else Goal())
        )  # fmt: skip
        before = (count, value)
    return rows
