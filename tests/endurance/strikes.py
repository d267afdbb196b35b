"""When a process is killed: drawn from a seed, and aimed at instants between two durable writes."""

from __future__ import annotations

import ctypes
import os
import random
import select
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from paraph.cli.demo.stage import NODES
from paraph.cli.demo.story import MINISTRIES

__all__ = ["Strike", "aim", "draw"]

DEADLINE_S: Final = 60.0
"""A strike whose instant does not come within this time does not come at all; the package is concluded long before."""

AIMS: Final = ("clock", "clock", "store", "store", "store", "guard", "guard", "blob", "return")
"""At a random instant; when the store's write-ahead log, the guard, the blobs change; when a command returned."""

TARGETS: Final = ("node", "node", "node", "node", "officer", "officer", "two", "all")

SPAN_S: Final = {"opened": 9.0, "negotiated": 4.0, "planned": 3.0, "one-deposit": 2.5, "two-deposits": 2.0}
"""About how long a package takes from each moment; kills by the clock are spread over it."""

WRITES: Final = {"store": 150, "guard": 12, "blob": 9}
"""How many changes of a node's files are waited for, at most. A transaction changes the log several times."""

COMMANDING: Final = {
    "opened": NODES,
    "negotiated": NODES,
    "planned": MINISTRIES,
    "one-deposit": ("kosovo",),
    "two-deposits": (),
}
"""Whose officers have commands to give after each moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One kill.

    Attributes:
        target: ``node``, ``officer`` (a command that is running), ``two`` nodes, or ``all``: nodes and commands.
        names: Whose; the first is the one whose files are watched.
        aim: What the instant is measured from (``AIMS``).
        count: How many changes have to happen first.
        delay_s: How long after that.
        pause_s: How long the dead stay dead.
    """

    target: str
    names: tuple[str, ...]
    aim: str
    count: int
    delay_s: float
    pause_s: float

    def told(self) -> dict[str, object]:
        return asdict(self)


def draw(seed: int, moment: str) -> list[Strike]:
    """The strikes of one run."""
    chance = random.Random(f"{moment} {seed}")
    count = chance.choice((1, 1, 2, 2, 3, 4))
    return [_one(chance, moment, soon=number == 0) for number in range(count)]


def _one(chance: random.Random, moment: str, *, soon: bool) -> Strike:
    """Draw one strike; the first of a run strikes ``soon``, so that there is one before all is over."""
    commanding = COMMANDING[moment]
    target = chance.choice([t for t in TARGETS if commanding or t != "officer"])
    if target == "officer":
        names, kind = [chance.choice(commanding)], chance.choice(("clock", "clock", "store", "guard"))
        # A command takes half a second and makes one transaction.
        count, delay = chance.randint(1, {"store": 12, "guard": 1}.get(kind, 1)), 0.0
        if kind == "clock":
            delay = chance.uniform(0, 0.5)
    else:
        names = chance.sample(NODES, {"node": 1, "two": 2, "all": 3}[target])
        kind = chance.choice([a for a in AIMS if commanding or a != "return"])
        count = chance.randint(1, WRITES.get(kind, 1) // (3 if soon and kind in WRITES else 1))
        delay = chance.choice((0.0, 0.0, chance.uniform(0, 0.01)))
        if kind == "clock":
            delay = chance.uniform(0, SPAN_S[moment] / (2 if soon else 1))
    return Strike(
        target=target,
        names=tuple(names),
        aim=kind,
        count=count,
        delay_s=round(delay, 4),
        pause_s=chance.choice((0.0, 0.1, 0.3, 0.3, 1.5)),
    )


def aim(strike: Strike, home: Path, pids: Sequence[int]) -> Callable[[], int]:
    """What a process does that watches ``home`` and kills ``pids`` at the right instant; 0 if it came."""

    def wait_and_kill() -> int:
        if strike.aim in ("store", "guard", "blob") and not _watch(home, strike.aim, strike.count):
            return 1
        time.sleep(strike.delay_s)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return 0

    return wait_and_kill


_MODIFY, _MOVED_TO = 0x2, 0x80
"""Source: Linux, inotify(7)."""


def _watch(home: Path, kind: str, count: int) -> bool:
    """Wait until files have changed so often; False if they do not in time.

    A blob and a guard file are renamed when their content is durable; the write-ahead log is written in pieces.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_NONBLOCK)
    assert handle >= 0, os.strerror(ctypes.get_errno())

    def add(path: Path, mask: int) -> None:
        libc.inotify_add_watch(handle, os.fsencode(path), mask)

    if kind == "guard":
        add(home / "guard", _MOVED_TO)
    elif kind == "blob":
        for number in range(256):
            folder = home / "blobs" / f"{number:02x}"
            folder.mkdir(mode=0o700, exist_ok=True)
            add(folder, _MOVED_TO)
    else:
        add(
            home, _MODIFY
        )  # not the log itself: it goes with the last process that closes the store, and comes again
    deadline = time.monotonic() + DEADLINE_S
    while count > 0:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            return False
        data, start = os.read(handle, 65536), 0
        while start < len(data):  # struct inotify_event: int, three uint32, name
            end = start + 16 + int.from_bytes(data[start + 12 : start + 16], "little")
            name, start = data[start + 16 : end].rstrip(b"\0"), end
            count -= kind != "store" or name == b"store.sqlite3-wal"
    return True
