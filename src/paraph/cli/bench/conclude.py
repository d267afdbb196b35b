"""``bench conclude``: the whole package on three node processes, 150 ms round trip injected.

Measured from the instant of the release to the instant at which every node has the same sealed originals. The
method: all processes run on one machine, so they share one clock. The release begins when the mediator's node
writes the release's time stamp, and an original is there when its file is: both are the modification times of
files that are written once, under the name of their digest. When acts arrive is seen by looking at every node's
store each few milliseconds. Afterwards all originals are read from all nodes and compared.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paraph.app.dossiers import load
from paraph.app.finished import finished_original
from paraph.cli.bench.measuring import Samples
from paraph.cli.bench.row import NO_GOAL, Goal, Row
from paraph.cli.demo.stage import NODES, Stage
from paraph.cli.demo.story import MINISTRIES, agree, arrange, meet, sign
from paraph.domain.acts import ExchangeReleased, OriginalsReceived, OriginalsSealed, SignatureDeposited
from paraph.domain.ids import Digest, PartyId
from paraph.errors import TransientError
from paraph.wire.act import read_act

__all__ = ["run"]

DELAY_MS: Final = 75
"""Each way, so that a round trip takes twice as long."""

ROUNDS: Final = 3
PATIENCE_S: Final = 60

GOAL_MS: Final = 2 * 2 * DELAY_MS + 500
"""Two round trips and half a second."""

FLOOR_MS: Final = 3 * DELAY_MS
"""Release, countersignature, seal: three messages, one after the other."""

_LOOK_S: Final = 0.004
_MS: Final = 1000.0

Seen = dict[tuple[PartyId, int], float]
"""When the acts of each author were first seen on a node, by their number."""


def run(folder: Path, tell: Callable[[str], None]) -> list[Row]:
    """Conclude the package a few times, each in a dossier of its own."""
    rounds: list[_Round] = []
    with Stage(folder, tell=_silent, delay_ms=DELAY_MS) as stage:
        material = meet(stage)
        for number in range(1, ROUNDS + 1):
            agree(stage, material)
            arrange(stage)
            rounds.append(_conclude(stage))
            tell(
                f"  {number} of {ROUNDS}: originals everywhere {rounds[-1].originals:.0f} ms after the release"
            )
    floor = "three messages, one way (floor)"
    return [
        _row("release to originals everywhere", [r.originals for r in rounds], FLOOR_MS, floor, Goal(ours=GOAL_MS)),
        _row("release to receipts everywhere", [r.receipts for r in rounds]),
        _row("last deposit to receipts everywhere", [r.whole for r in rounds]),
    ]  # fmt: skip


def _row(
    case: str, values: list[float], peer: float | None = None, peer_name: str = "", goal: Goal = NO_GOAL
) -> Row:
    samples = Samples(values=values)
    return Row(
        name="conclude", case=f"3 instruments, 150 ms: {case}", unit="ms", n=samples.n, ours=samples.median,
        peer=peer, peer_name=peer_name, spread=samples.spread, goal=goal,
    )  # fmt: skip


def _silent(_line: str) -> None:
    """The stage tells its story to an audience; there is none here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One conclusion, in milliseconds."""

    originals: float
    receipts: float
    whole: float


@dataclass(slots=True, kw_only=True)
class _Watch:
    """Looks at what acts every node holds.

    Attributes:
        stage: The nodes.
        seen: What was seen, by node.
    """

    stage: Stage
    seen: Mapping[str, Seen] = field(default_factory=lambda: {name: {} for name in NODES})
    stop: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look until told to stop."""
        while not self.stop.is_set():
            for name in NODES:
                with self.stage.opened(name).node.store.read() as uow:
                    feeds = uow.feeds(self.stage.dossier)
                now = time.time()
                for author, count in feeds.items():
                    for number in range(count):
                        self.seen[name].setdefault((author, number), now)
            time.sleep(_LOOK_S)

    def received(self) -> int:
        """How many acts the node that holds the fewest has."""
        return min(len(seen) for seen in self.seen.values())


@contextmanager
def _watching(stage: Stage) -> Iterator[_Watch]:
    watch = _Watch(stage=stage)
    thread = threading.Thread(target=watch.look)
    thread.start()
    try:
        yield watch
    finally:
        watch.stop.set()
        thread.join()


def _conclude(stage: Stage) -> _Round:
    """Sign, deposit, and watch what the nodes do."""
    before = _count(stage, NODES[0])
    with _watching(stage) as watch:
        for name in MINISTRIES:
            sign(stage, name)
        # From the first deposit to the last receipt: two deposits, two answers, release, two reveals, two
        # countersignatures, seal, two receipts.
        _wait(watch, before + 12)
        stage.until("concluded", lambda d: d.concluded)
    found = _acts(stage)
    (token,) = found.tokens
    released = _written(stage, "mediator", token)
    sealed_seen = [watch.seen[name][found.sealed] for name in NODES if name not in MINISTRIES]
    originals = [_written(stage, name, digest) for name in MINISTRIES for digest in found.originals]
    _compare(stage, found)
    everywhere = max(*originals, *sealed_seen)
    receipts = max(watch.seen[name][receipt] for name in NODES for receipt in found.receipts)
    deposited = max(watch.seen[deposit[0]][deposit] for deposit in found.deposits)
    return _Round(
        originals=(everywhere - released) * _MS,
        receipts=(receipts - released) * _MS,
        whole=(receipts - deposited) * _MS,
    )


def _wait(watch: _Watch, count: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while watch.received() < count:
        if time.monotonic() > end:
            raise TransientError("bench-slow", f"the package was not concluded in {PATIENCE_S} s")
        time.sleep(_LOOK_S * 10)


def _count(stage: Stage, name: str) -> int:
    with stage.opened(name).node.store.read() as uow:
        return uow.act_count(stage.dossier)


@dataclass(slots=True, kw_only=True)
class _Found:
    """The acts that matter, by author and number."""

    deposits: list[tuple[PartyId, int]] = field(default_factory=list)
    receipts: list[tuple[PartyId, int]] = field(default_factory=list)
    sealed: tuple[PartyId, int] = (PartyId(""), 0)
    tokens: list[Digest] = field(default_factory=list)
    originals: list[Digest] = field(default_factory=list)


def _acts(stage: Stage) -> _Found:
    found = _Found()
    with stage.opened("mediator").node.store.read() as uow:
        for author, count in uow.feeds(stage.dossier).items():
            for row in uow.feed(stage.dossier, author, 0, count):
                place = (row.author, row.author_seq)
                match read_act(row.envelope).act.body:
                    case SignatureDeposited():
                        found.deposits.append(place)
                    case ExchangeReleased(token=token):
                        found.tokens.append(token)
                    case OriginalsSealed(originals=originals):
                        found.sealed = place
                        found.originals += [original.sha256 for original in originals]
                    case OriginalsReceived():
                        found.receipts.append(place)
                    case _:
                        continue
    return found


def _written(stage: Stage, name: str, digest: Digest) -> float:
    """When a node wrote the file of that digest."""
    path: Path = stage.opened(name).home.blobs / digest[:2] / digest[2:]
    return path.stat().st_mtime


def _compare(stage: Stage, found: _Found) -> None:
    """Read every original from every node, on the mediator's by replaying it."""
    for name in NODES:
        node = stage.opened(name).node
        with node.store.read() as uow:
            standing = load(node, uow, stage.dossier).standing
        plan = standing.plan
        assert plan is not None
        digests = {
            hashlib.sha256(finished_original(node, standing, slot)).hexdigest() for slot in plan.sealed
        }
        assert digests == set(found.originals), f"the originals on {name} are not those of the others"
