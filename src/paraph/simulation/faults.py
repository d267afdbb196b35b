"""What goes wrong in one schedule: drawn from its seed as plain values, and put on the timeline."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from paraph.simulation.disk import Backup
from paraph.simulation.member import Member
from paraph.simulation.network import CALM, Weather
from paraph.simulation.world import World

__all__ = ["Absence", "ClockFault", "Cut", "Faults", "PowerFailure", "Restoration", "draw_faults", "set_off"]

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cut:
    """Two nodes that do not reach each other for a while; one that reaches nobody, if only it is named."""

    at: int
    lasts: int
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PowerFailure:
    """A crash at the how-manieth durable write from a moment on; and how long the node stays down."""

    at: int
    who: str
    writes: int
    done: bool
    down: int


@dataclass(frozen=True, slots=True)
class Absence:
    """A node that is switched off and on again; for good if it never comes back."""

    at: int
    who: str
    lasts: int | None


@dataclass(frozen=True, slots=True)
class Restoration:
    """A node whose disk is lost, and restored from a backup.

    Attributes:
        saved: When the backup is made.
        at: When the disk is lost.
        who: Whose.
        down: How long the node is away.
        guard: Whether the guard was kept.
        mark: Whether the store says that it was restored, as ``paraph node restore`` leaves it.
        rebuilt: Whether there is no backup at all: nothing but the keys is left.
    """

    saved: int
    at: int
    who: str
    down: int
    guard: bool
    mark: bool
    rebuilt: bool = False


@dataclass(frozen=True, slots=True)
class ClockFault:
    """A clock that is set by some seconds, or begins to drift."""

    at: int
    who: str
    jump_s: int
    drift_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Everything that goes wrong in one schedule; moments are milliseconds from its beginning.

    Attributes:
        lasts: When everything heals.
        weather: The network until then.
        cuts: See ``Cut``; the others likewise.
        again: When an old request is delivered once more, and which of those sent so far (as a share).
    """

    lasts: int
    weather: Weather = CALM
    cuts: tuple[Cut, ...] = ()
    failures: tuple[PowerFailure, ...] = ()
    absences: tuple[Absence, ...] = ()
    restorations: tuple[Restoration, ...] = ()
    clocks: tuple[ClockFault, ...] = ()
    again: tuple[tuple[int, float], ...] = ()
    gone: frozenset[str] = field(default=frozenset())

    def kinds(self) -> Iterator[str]:
        """What kinds of faults there are."""
        weather = self.weather
        named = {
            "loss": weather.lost,
            "delay": weather.late,
            "repetition": weather.repeated or self.again,
            "partition": self.cuts,
            "crash": self.failures,
            "absence": [a for a in self.absences if a.lasts is not None],
            "departure": [a for a in self.absences if a.lasts is None],
            "restoration": self.restorations,
            "clock": self.clocks,
        }
        return (kind for kind, found in named.items() if found)


KINDS: Final = (
    "loss",
    "delay",
    "repetition",
    "partition",
    "crash",
    "absence",
    "departure",
    "restoration",
    "clock",
)

CHANCES: Final = {
    "loss": 0.35,
    "delay": 0.35,
    "repetition": 0.25,
    "partition": 0.3,
    "crash": 0.45,
    "absence": 0.25,
    "departure": 0.06,
    "restoration": 0.2,
    "clock": 0.25,
}
"""How often each kind of fault strikes a schedule; several often strike together."""


def draw_faults(rng: random.Random, names: Sequence[str], mediator: str) -> Faults:
    """Draw what goes wrong.

    Args:
        rng: Where from.
        names: Everybody.
        mediator: Who may leave for good; "" for nobody.
    """
    lasts = rng.choices((3 * SECOND, 20 * SECOND, 5 * MINUTE, 2 * HOUR), (40, 40, 18, 2))[0]
    chosen = [kind for kind in KINDS if rng.random() < CHANCES[kind]]
    moment = _Moments(rng, lasts)
    leaves = "departure" in chosen and mediator
    return Faults(
        lasts=lasts,
        weather=_weather(rng, chosen),
        cuts=_some(rng, 3, chosen, "partition", lambda: _cut(rng, moment, names)),
        failures=_some(rng, 4, chosen, "crash", lambda: _failure(rng, moment, names)),
        absences=(
            *_some(
                rng, 2, chosen, "absence", lambda: Absence(moment.one(), rng.choice(names), moment.span())
            ),
            *((Absence(moment.one(), mediator, None),) if leaves else ()),
        ),
        restorations=_some(rng, 1, chosen, "restoration", lambda: _restoration(rng, moment, names)),
        clocks=_some(rng, 3, chosen, "clock", lambda: _clock(rng, moment, names)),
        again=_some(rng, 6, chosen, "repetition", lambda: (moment.one(), rng.random())),
        gone=frozenset({mediator} if leaves else ()),
    )


def set_off(world: World, faults: Faults) -> None:
    """Put faults on the world's timeline, and their healing."""
    begin, timeline, network = world.timeline.now, world.timeline, world.network
    network.weather = faults.weather
    ending = _Ending(world)
    for cut in faults.cuts:
        timeline.at(begin + cut.at, lambda cut=cut: _separate(world, cut))  # type: ignore[misc]
    for failure in faults.failures:
        timeline.at(begin + failure.at, lambda failure=failure: ending.light(failure))  # type: ignore[misc]
    for absence in faults.absences:
        timeline.at(begin + absence.at, lambda absence=absence: ending.send_away(absence))  # type: ignore[misc]
    for restoration in faults.restorations:
        timeline.at(begin + restoration.saved, lambda r=restoration: ending.save(r))  # type: ignore[misc]
        timeline.at(begin + restoration.at, lambda r=restoration: ending.lose(r))  # type: ignore[misc]
    for fault in faults.clocks:
        timeline.at(begin + fault.at, lambda fault=fault: _set_clock(world, fault))  # type: ignore[misc]
    for at, share in faults.again:
        timeline.at(begin + at, lambda share=share: _deliver_again(world, share))  # type: ignore[misc]
    world.crashed = ending.crashed
    timeline.at(begin + faults.lasts, ending.heal)


@dataclass(slots=True)
class _Ending:
    """Switches nodes off and on again."""

    world: World
    down: dict[str, int] = field(default_factory=dict)
    saved: dict[Restoration, Backup] = field(default_factory=dict)
    healed: bool = False

    def light(self, failure: PowerFailure) -> None:
        member = self.world[failure.who]
        self.down[failure.who] = failure.down
        member.disk.fuse.light(failure.writes, done=failure.done)

    def crashed(self, member: Member) -> None:
        """Let a node that crashed come back, and take the fuse out."""
        member.disk.fuse.at = 0
        wait = SECOND if self.healed else self.down.pop(member.party, SECOND)
        self.world.timeline.after(wait, lambda: self.rise(member))

    def rise(self, member: Member) -> None:
        if member.alive or member.gone:
            return
        self.world.trace.note(member.party, "starts again")
        member.start()

    def send_away(self, absence: Absence) -> None:
        member = self.world[absence.who]
        if absence.lasts is None:
            self.world.trace.note(absence.who, "leaves for good")
            member.leave()
        elif member.alive:
            self.world.trace.note(absence.who, "is switched off")
            member.switch_off()
            self.world.timeline.after(absence.lasts, lambda: self.rise(member))

    def save(self, restoration: Restoration) -> None:
        member = self.world[restoration.who]
        self.world.trace.note(restoration.who, "is backed up")
        self.saved[restoration] = member.back_up()

    def lose(self, restoration: Restoration) -> None:
        member = self.world[restoration.who]
        if member.gone:
            return
        self.world.trace.note(restoration.who, "loses its disk")
        member.switch_off()
        self.world.timeline.after(restoration.down, lambda: self.bring_back(restoration))

    def bring_back(self, restoration: Restoration) -> None:
        member = self.world[restoration.who]
        if restoration.rebuilt:
            self.world.trace.note(restoration.who, "is rebuilt from its keys and what its peers hold")
            member.disk.fuse.at = 0
            member.rebuild()
            return
        kept = "with its guard" if restoration.guard else "without its guard"
        mark = "" if restoration.mark else ", unmarked"
        self.world.trace.note(restoration.who, f"is restored from the backup, {kept}{mark}")
        member.disk.fuse.at = 0
        member.restore(self.saved[restoration], guard=restoration.guard, mark=restoration.mark)

    def heal(self) -> None:
        """Everything works from now on; who left for good stays away."""
        world, self.healed = self.world, True
        world.trace.note("", "everything heals")
        world.network.heal()
        for member in world.members.values():
            member.disk.fuse.at = 0
            member.clock.set_right()
            member.stamp_clock.set_right()
            member.ring()


def _separate(world: World, cut: Cut) -> None:
    network = world.network
    world.trace.note(
        "", f"{' and '.join(cut.who)} cannot be reached{' from each other' if cut.who[1:] else ''}"
    )
    if len(cut.who) == 1:
        network.away.add(cut.who[0])
        world.timeline.after(cut.lasts, lambda: network.away.discard(cut.who[0]))
    else:
        network.cut.add(frozenset(cut.who))
        world.timeline.after(cut.lasts, lambda: network.cut.discard(frozenset(cut.who)))


def _set_clock(world: World, fault: ClockFault) -> None:
    member = world[fault.who]
    for clock in (member.clock, member.stamp_clock):  # both stand in the same house, and ask the same server
        clock.drift(fault.drift_ppm)
        clock.jump(fault.jump_s)
    world.trace.note(
        fault.who, f"its clock is set by {fault.jump_s:+d} s and drifts by {fault.drift_ppm:+d} ppm"
    )
    member.ring()


def _deliver_again(world: World, share: float) -> None:
    sent = world.network.sent
    if sent:
        world.network.deliver_again(sent[int(share * len(sent))])


@dataclass(frozen=True, slots=True)
class _Moments:
    """Moments of one schedule: most fall into its beginning, when most happens."""

    rng: random.Random
    lasts: int

    def one(self) -> int:
        return (
            self.rng.randrange(min(self.lasts, BUSY))
            if self.rng.random() < 0.7
            else self.rng.randrange(self.lasts)
        )

    def span(self) -> int:
        return self.rng.randint(200, max(2_000, self.lasts // 2))


BUSY: Final = 2 * SECOND
"""An exchange that nothing disturbs is over in about this time."""


def _some(
    rng: random.Random, most: int, chosen: Sequence[str], kind: str, make: Callable[[], T]
) -> tuple[T, ...]:
    return tuple(make() for _ in range(rng.randint(1, most))) if kind in chosen else ()


def _weather(rng: random.Random, chosen: Sequence[str]) -> Weather:
    fast = rng.choice((20, 60, 400))
    return Weather(
        delay_ms=(1, fast),
        lost=rng.choice((0.05, 0.15, 0.35)) if "loss" in chosen else 0.0,
        late=rng.choice((0.05, 0.2)) if "delay" in chosen else 0.0,
        late_ms=rng.choices((SECOND, 20 * SECOND, 5 * MINUTE, 2 * HOUR), (50, 30, 15, 5))[0],
        repeated=rng.choice((0.05, 0.3)) if "repetition" in chosen else 0.0,
    )


def _cut(rng: random.Random, moment: _Moments, names: Sequence[str]) -> Cut:
    return Cut(moment.one(), moment.span(), tuple(sorted(rng.sample(names, rng.choice((1, 2, 2))))))


def _failure(rng: random.Random, moment: _Moments, names: Sequence[str]) -> PowerFailure:
    return PowerFailure(
        moment.one(), rng.choice(names), rng.randint(1, 25), rng.random() < 0.5, moment.span()
    )


def _restoration(rng: random.Random, moment: _Moments, names: Sequence[str]) -> Restoration:
    saved, at = sorted((moment.one(), moment.one()))
    guard = rng.random() < 0.5
    mark = not guard or rng.random() < 0.5
    rebuilt = not guard and rng.random() < 0.3
    return Restoration(saved, at, rng.choice(names), moment.span(), guard, mark, rebuilt)


def _clock(rng: random.Random, moment: _Moments, names: Sequence[str]) -> ClockFault:
    jump = rng.choice((0, 30, 200, 290, 310, 900, 7_200)) * rng.choice((-1, 1))
    return ClockFault(
        moment.one(), rng.choice(names), jump, rng.choice((0, 0, 50, 5_000)) * rng.choice((-1, 1))
    )
