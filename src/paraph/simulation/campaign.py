"""Many schedules, one after the other or in several processes, and what came of them all."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import pickle
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from paraph.simulation.ideal import use_ideals
from paraph.simulation.program import program
from paraph.simulation.schedule import FUTURES, Course, Outcome, Schedule, draw, run
from paraph.simulation.world import World

__all__ = ["Campaign", "Finding", "conduct"]

CHUNK: Final = 3 * FUTURES
"""Schedules that a process runs before it tells of them: often enough to see that it goes on."""

MAX_FINDINGS: Final = 100
"""Violations whose traces are kept; more of them say nothing new, and each is a page or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A violation with its trace, as ``paraph simulate --seed`` shows it."""

    seed: int
    invariant: str
    message: str
    trace: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Campaign:
    """What came of many schedules.

    Attributes:
        schedules: How many were run.
        seed: Seed of the first; the others follow it.
        steps: Events of all of them.
        seconds: How long it took.
        violated: How many had a violation.
        findings: Those violations, by seed; no more than ``MAX_FINDINGS``.
        counts: How many schedules had what, by kind of thing and name.
        ideal: Whether one half of the nodes' signatures was an ideal; see ``ideal``.
        done: The seeds that were run: the first of each unbroken row, and the one after its last.
    """

    schedules: int = 0
    seed: int = 0
    ideal: bool = False
    steps: int = 0
    seconds: float = 0.0
    violated: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    done: list[tuple[int, int]] = field(default_factory=list)

    def plus(self, other: Campaign) -> Campaign:
        """What came of these and of others; this one stays as it was, so that whoever interrupts finds one or the other."""
        both = replace(self, counts={kind: Counter(counter) for kind, counter in self.counts.items()})
        both.add(other)
        return both

    def add(self, other: Campaign) -> None:
        """Add what came of others."""
        self.schedules += other.schedules
        self.steps += other.steps
        self.violated += other.violated
        self.findings = sorted((*self.findings, *other.findings), key=lambda f: f.seed)[:MAX_FINDINGS]
        for kind, counter in other.counts.items():
            self.counts.setdefault(kind, Counter()).update(counter)
        self.done = _joined((*self.done, *other.done))

    def has(self, seeds: tuple[int, int]) -> bool:
        """Whether all seeds of a row were run."""
        return any(first <= seeds[0] and seeds[1] <= end for first, end in self.done)

    def to_json(self) -> Mapping[str, Any]:
        """As ``paraph simulate --json`` prints it."""
        return {
            "program": program(),
            "schedules": self.schedules,
            "seed": self.seed,
            "steps": self.steps,
            "ideal": self.ideal,
            "violations": [
                {
                    "seed": found.seed,
                    "invariant": found.invariant,
                    "message": found.message,
                    "trace": list(found.trace),
                }
                for found in self.findings
            ],
            "violated": self.violated,
            "seconds": round(self.seconds, 3),
            "counts": {kind: dict(sorted(c.items())) for kind, c in sorted(self.counts.items())},
        }

    @classmethod
    def from_json(cls, shown: Mapping[str, Any], done: Iterable[Iterable[int]]) -> Campaign:
        """What ``to_json`` has shown, and which seeds were run."""
        findings = [Finding(**{**one, "trace": tuple(one["trace"])}) for one in shown["violations"]]
        return cls(
            schedules=int(shown["schedules"]),
            seed=int(shown["seed"]),
            ideal=bool(shown["ideal"]),
            steps=int(shown["steps"]),
            seconds=float(shown["seconds"]),
            violated=int(shown["violated"]),
            findings=findings,
            counts={kind: Counter(counted) for kind, counted in shown["counts"].items()},
            done=_joined((first, end) for first, end in done),
        )


def _joined(rows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rows of seeds, in their order, with those joined that follow each other."""
    joined: list[tuple[int, int]] = []
    for first, end in sorted(rows):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((first, end))
    return joined


def conduct(
    schedules: int,
    seed: int,
    *,
    jobs: int = 1,
    ideal: bool = False,
    before: Campaign | None = None,
    tell: Callable[[Campaign], None] | None = None,
) -> Campaign:
    """Run the schedules of consecutive seeds; whoever interrupts it is told of those that are done.

    Args:
        schedules: How many.
        seed: The first.
        jobs: In how many processes.
        ideal: Whether ideals take the place of lattices in the nodes' signatures and seals.
        before: What came of those that were run already.
        tell: Told now and then of what came of them so far.
    """
    total = before or Campaign(seed=seed, ideal=ideal)
    begun = time.monotonic() - total.seconds
    with suppress(KeyboardInterrupt):
        for part in _parts(total, seed + schedules, jobs):
            total = replace(total.plus(part), seconds=time.monotonic() - begun)
            if tell is not None:
                tell(total)
    return total


def _parts(before: Campaign, end: int, jobs: int) -> Iterator[Campaign]:
    """What comes of the seeds up to an end that were not run before."""
    seed, ideal = before.seed, before.ideal
    # Whole groups of futures go together, wherever the first seed stands.
    edges = [seed, *range((seed // CHUNK + 1) * CHUNK, end, CHUNK), end]
    chunks = [chunk for chunk in itertools.pairwise(edges) if not before.has(chunk)]
    if not chunks:
        return
    if not ideal and (jobs < 2 or len(chunks) < 2):
        yield from map(_chunk, chunks)
        return
    # Each process starts afresh and makes its own keys: nothing that a schedule does may depend on them. Ideals stay there.
    pool_of = multiprocessing.get_context("spawn").Pool
    with pool_of(min(jobs, len(chunks)), initializer=_begin, initargs=(ideal,)) as pool:
        yield from pool.imap_unordered(_chunk_apart, chunks)


def _begin(ideal: bool) -> None:  # noqa: FBT001 - as the pool passes it
    """Make a process ready; whoever interrupts all of them means the one that gathers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if ideal:
        use_ideals()


def _chunk(seeds: tuple[int, int]) -> Campaign:
    """Run seeds one after the other."""
    found = Campaign(done=[seeds])
    for seed in range(*seeds):
        found.add(_one(seed, lambda seed=seed: run(draw(seed))))  # type: ignore[misc]
    return found


def _chunk_apart(seeds: tuple[int, int]) -> Campaign:
    """Run seeds with what they share run once; each future in a fork of this process."""
    found = Campaign(done=[seeds])
    course: Course | None = None
    for seed in range(*seeds):
        schedule = draw(seed)
        if course is None or seed % FUTURES == 0:
            course = None  # before what lives is frozen, for that is never collected
            # The renderer has threads of its own, which a fork has not: all that is to be drawn is drawn before.
            World.at("deposited", **dict(schedule.cast))
            gc.collect()
            gc.freeze()  # a fork shares what nobody touches
            course = Course(schedule)
        found.add(_apart(seed, partial(_future, course, schedule)))
    return found


def _future(course: Course, schedule: Schedule) -> Campaign:
    """What comes of a schedule whose past is run already."""
    return _one(schedule.seed, course.turned(schedule).finished)


def _apart(seed: int, work: Callable[[], Campaign]) -> Campaign:
    """Do something in a fork of this process, and leave this one as it was."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        gc.disable()  # it lives for a moment
        with suppress(BaseException), os.fdopen(writing, "wb") as out:
            pickle.dump(work(), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as came:
        data = came.read()
    _, status = os.waitpid(child, 0)
    if not data:  # the system may have ended it; whoever reads the result has to know that one is missing
        return _failed(seed, f"its process ended with status {status} and told nothing", ())
    made: Campaign = pickle.loads(data)  # noqa: S301 - from this very process
    return made


def _one(seed: int, work: Callable[[], Outcome]) -> Campaign:
    schedule = draw(seed)
    try:
        outcome = work()
    except Exception as error:  # noqa: BLE001 - a campaign goes on, and tells; what fails here is the simulator itself
        return _failed(seed, f"{type(error).__name__}: {error}", traceback.format_exc().splitlines())
    made = Campaign(schedules=1, steps=outcome.steps, violated=int(bool(outcome.violations)))
    for kind, name in (*schedule.tags(), ("ending", outcome.ending)):
        made.counts.setdefault(kind, Counter())[name] += 1
    for name, count in outcome.lies:
        made.counts.setdefault("lies", Counter())[name] += count
    if outcome.violations:
        trace = run(schedule, full=True).trace
        made.findings = [
            Finding(seed=seed, invariant=one.invariant, message=one.message, trace=trace)
            for one in outcome.violations
        ]
    return made


def _failed(seed: int, message: str, lines: Iterable[str]) -> Campaign:
    """A schedule of which nothing can be said, because the simulator failed."""
    failed = Finding(seed=seed, invariant="simulator", message=message, trace=tuple(lines))
    return Campaign(schedules=1, violated=1, findings=[failed])
