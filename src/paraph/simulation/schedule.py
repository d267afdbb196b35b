"""One schedule: drawn from a seed, run from a stage through faults to rest, and judged."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from paraph.domain.acts import Mode
from paraph.simulation.company import MEDIATOR
from paraph.simulation.faults import HOUR, Faults, draw_faults, set_off
from paraph.simulation.invariants import BrokenError, Invariants
from paraph.simulation.liars import LIES, Liars, Plot, draw_plot
from paraph.simulation.story import Story, Temper, draw_temper
from paraph.simulation.world import INTO_MS, World

__all__ = ["FUTURES", "Course", "Outcome", "Schedule", "Violation", "draw", "run"]

MAX_STEPS: Final = 20_000
"""Events of one schedule; a long one has some thousands."""

REST_MS: Final = 72 * HOUR
"""After everything has healed: by then every node has tried again whatever it had put off."""

LIED_TO_MS: Final = 5 * HOUR
"""After everything has healed where somebody lies: who is lied to may try for ever, and what comes of it has come by then:
the time limit of a plan is two hours, a quarter of an hour later it can be given up, and a second one may follow it."""

LYING: Final = 0.4
"""Share of schedules in which a node lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What happens, as far as it is decided beforehand.

    Attributes:
        seed: Where it was drawn from.
        stage: Where it sets out; see ``company.STAGES``.
        into: How far beyond that; see ``World.at``.
        cast: Who takes part and how; see ``Company.cast``.
        faults: What goes wrong.
        temper: What people are like.
        plot: Who lies, and how; None if nobody does.
        beginning: Seed of all that is decided on the way, up to the turn.
        turn: After how many steps ``luck`` takes over.
        luck: Seed of all that is decided from then on.
    """

    seed: int
    stage: str
    into: int
    cast: tuple[tuple[str, Any], ...]
    faults: Faults
    temper: Temper
    plot: Plot | None
    beginning: int
    turn: int
    luck: int

    def tags(self) -> Iterator[tuple[str, str]]:
        """What it is counted under: kind of thing and name."""
        cast = dict(self.cast)
        yield "company", f"{cast['mode']}, {len(cast['parties'])} parties"
        yield "stage", self.stage + (f" +{self.into} ms" if self.into else "")
        yield from (("fault", kind) for kind in self.faults.kinds())
        yield "liars", self.plot.lie.partition("/")[0] if self.plot is not None else "nobody"

    def words(self) -> str:
        """In one line."""
        cast = dict(self.cast)
        kinds = ", ".join(self.faults.kinds()) or "nothing goes wrong"
        lies = f"; {self.plot.words()}" if self.plot is not None else ""
        return f"{cast['mode']}, {len(cast['parties'])} parties, from “{self.stage}”: {kinds}{lies}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that must not happen."""

    seed: int
    invariant: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a schedule.

    Attributes:
        schedule: Which.
        steps: How many events it had.
        ending: State of the plan in the end.
        violations: What must not have happened.
        trace: What happened.
        lies: What came of the lie, counted: told, delivered, refused with which code, proved.
    """

    schedule: Schedule
    steps: int
    ending: str
    violations: tuple[Violation, ...]
    trace: tuple[str, ...]
    lies: tuple[tuple[str, int], ...] = ()


CASTS: Final[tuple[tuple[int, dict[str, Any]], ...]] = (
    (161, {"parties": ("north", "south"), "mediator": MEDIATOR, "mode": Mode.MEDIATED}),
    (24, {"parties": ("north", "south"), "mediator": "", "mode": Mode.DIRECT}),
    (10, {"parties": ("north", "south", "east"), "mediator": MEDIATOR, "mode": Mode.MEDIATED}),
    (1, {"parties": ("north", "south", "east", "west", "isle"), "mediator": MEDIATOR, "mode": Mode.MEDIATED}),
    (4, {"parties": ("north", "south", "east"), "mediator": "", "mode": Mode.DIRECT}),
)
"""Who takes part, and how often of two hundred."""

LONG: Final = 0.1
"""Share of schedules that go on to the sealed container; the others end with the release, or an abort."""


FUTURES: Final = 8
"""Seeds that share faults, people and the course up to their turn: so far it has to be run only once."""

TURNS: Final = (10, 110)
"""When the futures part, in steps: while the exchange goes on."""


def draw(seed: int) -> Schedule:
    """The schedule of a seed."""
    rng = random.Random(seed // FUTURES)  # noqa: S311 - a simulation
    cast = dict(rng.choices([c for _, c in CASTS], [weight for weight, _ in CASTS])[0])
    long = rng.random() < LONG
    cast["countersign"] = long and rng.random() < 0.7
    parties, mediator = cast["parties"], cast["mediator"]
    faults = draw_faults(rng, (*parties, *((mediator,) if mediator else ())), mediator)
    stage, temper = (
        rng.choices(("planned", "deposited"), (35, 65))[0],
        draw_temper(rng, parties, faults.lasts, long=long),
    )
    beginning = rng.getrandbits(63)
    plot = draw_plot(rng, parties, mediator, cast["mode"]) if rng.random() < LYING else None
    if plot is not None and LIES[plot.lie].instead:
        stage = "planned"  # the lie is about what has been done already in a later one
    # Whoever lies does so from the beginning; other schedules may set out in the middle of an exchange.
    into = rng.choice((0, *INTO_MS)) if plot is None and stage == "deposited" else 0
    return Schedule(
        seed=seed,
        stage=stage,
        into=into,
        cast=tuple(sorted(cast.items())),
        faults=faults,
        temper=temper,
        plot=plot,
        beginning=beginning,
        turn=rng.randint(*TURNS),
        luck=random.Random(seed).getrandbits(63),  # noqa: S311 - a simulation
    )


def run(schedule: Schedule, *, full: bool = False) -> Outcome:
    """Run a schedule.

    Args:
        schedule: Which.
        full: Whether the trace describes every bundle.
    """
    return Course(schedule, full=full).turned(schedule).finished()


class Course:
    """A schedule under way."""

    def __init__(self, schedule: Schedule, *, full: bool = False, luck: int | None = None) -> None:
        """Let it happen up to its turn.

        Args:
            schedule: Which.
            full: Whether the trace describes every bundle.
            luck: That of the beginning, if the schedule turns at once.
        """
        self.schedule, self.full = schedule, full
        self.world = world = World.at(
            schedule.stage,
            schedule.beginning if luck is None else luck,
            into=schedule.into,
            **dict(schedule.cast),
        )
        world.trace.full = full
        plot = schedule.plot
        self._liars = liars = Liars(world, plot) if plot is not None else None
        self._watch = Invariants(world, leaks=liars is not None and liars.lie.leaks)
        self._story = Story(world=world, temper=schedule.temper, liars=liars)
        begin = world.timeline.now
        set_off(world, schedule.faults)
        self._story.begin()
        self._heals = begin + schedule.faults.lasts
        self._patience = REST_MS if liars is None else LIED_TO_MS
        self._broken: list[tuple[str, str]] = []
        self.over = False
        self._go_on(schedule.turn if luck is None else 0)

    def turned(self, schedule: Schedule) -> Course:
        """The same course, with the luck of one of its futures from here on.

        If nothing is left to happen, there is nothing to turn: that future has its own luck from the beginning.
        """
        if self.over:
            return Course(schedule, full=self.full, luck=schedule.luck)
        self.schedule = schedule
        self.world.rng.seed(schedule.luck)
        return self

    def finished(self) -> Outcome:
        """Let everything happen that is left, and judge it."""
        self._go_on(MAX_STEPS)
        world, liars = self.world, self._liars
        for invariant, message in self._broken:
            world.trace.note("", f"VIOLATION {invariant}: {message}")
        seed = self.schedule.seed
        first = f"seed {seed}: {self.schedule.words()}"
        return Outcome(
            schedule=self.schedule,
            steps=world.timeline.steps,
            ending=_ending(world),
            violations=tuple(Violation(seed=seed, invariant=i, message=m) for i, m in self._broken),
            trace=(first, *world.trace.text()),
            lies=tuple(liars.tally(self._watch.proofs.accused)) if liars is not None else (),
        )

    def _go_on(self, steps: int) -> None:
        """Let happen what happens, up to a number of steps or to rest."""
        world, watch, liars = self.world, self._watch, self._liars
        if self.over:
            return
        with _bugs() as bugs:
            try:
                while not (world.timeline.now >= self._heals and world.quiet() and not world.waits()):
                    if world.timeline.steps >= steps and steps < MAX_STEPS:
                        return
                    if world.timeline.steps >= MAX_STEPS or world.timeline.now > self._heals + self._patience:
                        if liars is None:
                            self._broken.append(("rest", "the nodes never come to rest"))
                        break
                    if not world.timeline.step():
                        break
                    changed = watch.after()
                    for member in changed:
                        self._story.changed(member)
                    if liars is not None:
                        liars.after(changed)
                    _check_bugs(bugs)
                self._broken += watch.at_end()
            except BrokenError as error:
                self._broken.append((error.invariant, error.message))
        self.over = True


def _check_bugs(bugs: list[str]) -> None:
    if bugs:
        raise BrokenError("no-bug", bugs[0])


def _ending(world: World) -> str:
    plan = world.first.standing.plan
    return "no plan" if plan is None else str(plan.state)


class _Bugs(logging.Handler):
    """Hears of errors that nodes only log, because one of them must not end a node."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.found.append(
            f"{record.getMessage()}: {type(error).__name__}: {error}" if error else record.getMessage()
        )


@contextmanager
def _bugs() -> Iterator[list[str]]:
    log, handler = logging.getLogger("paraph.app"), _Bugs()
    before = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield handler.found
    finally:
        log.removeHandler(handler)
        log.propagate = before
