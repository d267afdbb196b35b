"""Officers at their desks: each gives the next command of its node, looks whether it worked, and repeats it if not."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paraph import case
from paraph.cli import main as command_line
from paraph.cli.demo.stage import NODES
from paraph.cli.demo.story import MINISTRIES
from paraph.domain.standing import Dossier, Instrument, InstrumentState

__all__ = ["Officer", "Step", "fork", "steps_of"]

AGAIN_S: Final = 0.2
"""How long an officer waits before a command is given again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command: when it can be given, and when it has been."""

    words: Callable[[Dossier], list[str]]
    ready: Callable[[Dossier], bool]
    done: Callable[[Dossier], bool]


@dataclass(slots=True, kw_only=True)
class Officer:
    """The officer of one node.

    Attributes:
        name: Whose.
        home: The node's home.
        steps: What there is to be done, in this order.
        log: File for what the commands print.
        pid: The command that runs, or 0.
        killed: How many commands were killed.
    """

    name: str
    home: Path
    steps: Sequence[Step]
    log: Path
    pid: int = 0
    killed: int = 0
    not_before: float = field(default=0.0)

    def next_words(self, dossier: Dossier) -> list[str] | None:
        """The next command to give now, if any."""
        step = next((s for s in self.steps if not s.done(dossier)), None)
        return step.words(dossier) if step is not None and step.ready(dossier) else None

    def is_done(self, dossier: Dossier) -> bool:
        """Whether all has been done."""
        return all(step.done(dossier) for step in self.steps)

    def end(self) -> None:
        """Kill the command that runs, if any."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def start(self, dossier: Dossier) -> bool:
        """Give the next command if none runs; say whether one was started."""
        if self.pid or time.monotonic() < self.not_before:
            return False
        words = self.next_words(dossier)
        if words is None:
            return False
        arguments = ["dossier", *words, "--dossier", dossier.id, "--home", str(self.home), "--json"]
        self.pid = fork(lambda: command_line.main(arguments), self.log)
        return True

    def returned(self) -> bool:
        """Whether the command that ran has ended just now."""
        if not self.pid:
            return False
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return False
        self.pid = 0
        if os.WIFSIGNALED(status):
            self.killed += 1
        if status:
            self.not_before = time.monotonic() + AGAIN_S
        return True


def fork(work: Callable[[], int], log: Path) -> int:
    """Run something in a process of its own, which writes to a log; its process id.

    It is the program of this process, already loaded: a command is under way at once, and a kill hits it at work.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - until the process ends
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - this process ends here, and the reason has to be read
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


def steps_of(name: str, material: Path) -> list[Step]:
    """What one officer does from the open dossier to the deposit."""
    steps: list[Step] = []
    if name in MINISTRIES:
        for index, folder in enumerate(case.INSTRUMENTS):
            steps += _negotiate(name, index, material, folder)
        steps += _authorise(name)
    if name == "israel":
        steps.append(
            Step(words=lambda _d: ["plan"], ready=_all_gone, done=lambda d: d.plan is not None),
        )
    else:
        steps.append(
            Step(
                words=lambda _d: ["accept-plan"],
                ready=lambda d: d.plan is not None,
                done=lambda d: d.plan is not None and name in d.plan.accepted,
            )
        )
    if name in MINISTRIES:
        place = {"israel": "Jerusalem", "kosovo": "Pristina"}[name]
        steps.append(
            Step(
                words=lambda _d: ["deposit", "--place", place, "--date", "1 February 2021"],
                ready=lambda d: d.plan is not None and set(d.plan.accepted) >= set(NODES),
                done=lambda d: d.plan is not None and name in d.plan.deposits,
            )
        )
    return steps


def _negotiate(name: str, index: int, material: Path, folder: str) -> list[Step]:
    proposer = MINISTRIES[index % 2]
    files = [str(path) for path in sorted((material / folder).glob("*.md"))]

    def found(d: Dossier) -> Instrument | None:
        numbers = sorted(d.instruments)
        return d.instruments[numbers[index]] if len(numbers) > index else None

    def is_in(*states: InstrumentState) -> Callable[[Dossier], bool]:
        return lambda d: (i := found(d)) is not None and i.state in states

    def number(d: Dossier) -> str:
        return sorted(d.instruments)[index]

    agreed = is_in(InstrumentState.AGREED)
    initialled = is_in(InstrumentState.INITIALLED)
    first = Step(
        words=lambda _d: ["propose", *files, "--parties", str(material / "parties.json")],
        ready=lambda d: len(d.instruments) == index,
        done=lambda d: found(d) is not None,
    )
    if name != proposer:
        first = Step(
            words=lambda d: ["accept", number(d)],
            ready=is_in(InstrumentState.NEGOTIATING),
            done=lambda d: (i := found(d)) is not None and name in i.accepted,
        )
    return [
        first,
        Step(
            words=lambda d: ["initial", number(d), "--initials", f"treaty section of {name}"],
            ready=agreed,
            done=lambda d: (i := found(d)) is not None and name in i.initialled,
        ),
        Step(
            words=lambda d: ["engross", number(d)],
            ready=initialled,
            done=lambda d: (i := found(d)) is not None and name in i.engrossed,
        ),
    ]


def _authorise(name: str) -> list[Step]:
    office = ["--basis", "by-office", "--office", "foreign-minister", "--from", "2020-01-01T00:00:00Z"]
    return [
        Step(
            words=lambda _d: ["powers", f"{name}.fm", *office, "--channel", "official gazette"],
            ready=_all_engrossed,
            done=lambda d: any(p.party == name for p in d.powers.values()),
        ),
        Step(
            words=lambda _d: ["go", f"{name}.fm"],
            ready=lambda d: any(p.party == name for p in d.powers.values()),
            done=lambda d: any(party == name for party, _, _ in d.orders),
        ),
    ]


def _all_engrossed(d: Dossier) -> bool:
    states = [i.state for i in d.instruments.values()]
    return len(states) == len(case.INSTRUMENTS) and all(s is InstrumentState.ENGROSSED for s in states)


def _all_gone(d: Dossier) -> bool:
    return _all_engrossed(d) and {party for party, _, _ in d.orders} >= set(MINISTRIES)
