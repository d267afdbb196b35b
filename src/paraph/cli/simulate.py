"""``paraph simulate``: the exchange of signatures under faults; a seed replays exactly."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from paraph.cli.output import show
from paraph.errors import LocalActError
from paraph.simulation.campaign import Campaign, Finding, conduct
from paraph.simulation.record import Record
from paraph.simulation.schedule import draw
from paraph.simulation.schedule import run as run_schedule

if TYPE_CHECKING:
    from argparse import _SubParsersAction

__all__ = ["add_parser", "run"]

SCHEDULES: Final = 1_000
"""Run when neither a number nor a seed is given: some minutes."""

INTERRUPTED: Final = 2
"""Indeterminate: what was run held, and it was not all."""

MAX_SEED: Final = 2**53
"""JSON readers elsewhere keep whole numbers exactly up to here."""


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "simulate",
        help="the exchange under faults: many schedules, or one of them replayed",
        description="Run all nodes of a dossier in one process while networks, disks, clocks and people fail, and look "
        "after every step whether what must hold still does. `--seed S` alone replays one schedule and tells what happens.",
        epilog="What is simulated and what is real is written in docs/operate/simulate.md.",
    )
    parser.add_argument(
        "--schedules", type=int, metavar="N", help=f"how many, from consecutive seeds; {SCHEDULES} by default"
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="the first seed (0 by default); alone: the only one"
    )
    parser.add_argument(
        "--jobs", type=int, metavar="J", help="in how many processes; one per processor by default"
    )
    parser.add_argument(
        "--ideal",
        action="store_true",
        help="ideals in place of ML-DSA and ML-KEM in the nodes' signatures and seals: the same courses in a fraction of the time",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE",
        help="keep what was run in a file; the same command goes on from there",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run schedules.

    Returns:
        The exit code: 0 if everything held in all of them, 1 if not, 2 if it was interrupted before that could be said.

    Raises:
        LocalActError: ``usage`` for numbers that cannot be, or ``campaign-differs``.
        ParaphError: The campaign cannot be kept; see ``Record.opened``.
    """
    seed, schedules = options.seed or 0, options.schedules
    jobs = (os.cpu_count() or 1) if options.jobs is None else options.jobs
    if not 0 <= seed < MAX_SEED or (schedules is not None and schedules < 1) or jobs < 1:
        raise LocalActError("usage", "seeds begin with 0; at least one schedule and one process are needed")
    if schedules is None and options.seed is not None:
        if options.keep is not None:
            raise LocalActError(
                "usage", "one schedule that is replayed is not kept; --keep needs --schedules"
            )
        return _replay(seed, as_json=options.json)
    schedules = schedules or SCHEDULES
    kept = (
        Record.opened(options.keep, schedules, seed, ideal=options.ideal) if options.keep else nullcontext()
    )
    with kept as record:
        done = _conduct(schedules, seed, jobs, record, ideal=options.ideal)
    print(file=sys.stderr)
    show(done.to_json(), _lines(done), as_json=options.json)
    complete = done.schedules == schedules
    return 1 if done.violated else 0 if complete else INTERRUPTED


def _conduct(schedules: int, seed: int, jobs: int, record: Record | None, *, ideal: bool) -> Campaign:
    progress = _progress(schedules)
    if record is None:
        return conduct(schedules, seed, jobs=jobs, ideal=ideal, tell=progress)

    def tell(so_far: Campaign) -> None:
        record.keep(so_far)
        progress(so_far)

    try:
        done = conduct(schedules, seed, jobs=jobs, ideal=ideal, before=record.campaign, tell=tell)
    except BaseException:
        record.keep(record.campaign, at_once=True)
        raise
    record.keep(done, at_once=True)
    return done


def _replay(seed: int, *, as_json: bool) -> int:
    """Run one schedule and tell everything."""
    outcome = run_schedule(draw(seed), full=True)
    found = [
        Finding(seed=seed, invariant=one.invariant, message=one.message, trace=outcome.trace)
        for one in outcome.violations
    ]
    done = Campaign(schedules=1, seed=seed, steps=outcome.steps, violated=int(bool(found)), findings=found)
    shown = {**done.to_json(), "trace": list(outcome.trace), "ending": outcome.ending}
    ending = f"{outcome.steps} steps; the plan is {outcome.ending}; " + (
        f"{len(found)} violations" if found else "everything held"
    )
    show(shown, [*outcome.trace, ending], as_json=as_json)
    return 1 if found else 0


def _progress(schedules: int) -> Callable[[Campaign], None]:
    def tell(so_far: Campaign) -> None:
        rate = so_far.schedules / max(so_far.seconds, 0.001)
        left = (schedules - so_far.schedules) / rate
        words = (
            f"{so_far.schedules} of {schedules} schedules, {so_far.violated} with violations, "
            f"{rate:.1f} a second, {left / 60:.0f} min left"
        )
        print(f"\r{words:<78}", end="", file=sys.stderr, flush=True)

    return tell


def _lines(done: Campaign) -> list[str]:
    lines = []
    for found in done.findings:
        lines += [f"seed {found.seed}: {found.invariant}: {found.message}"]
    if done.findings:
        lines += ["", f"Replay one with: paraph simulate --seed {done.findings[0].seed}", ""]
    lines += [
        f"{kind:9} " + ", ".join(f"{name} {count}" for name, count in counter.most_common())
        for kind, counter in sorted(done.counts.items())
    ]
    rate = done.schedules / max(done.seconds, 0.001)
    verdict = f"{done.violated} with violations" if done.violated else "everything held in all of them"
    lines.append(
        f"{done.schedules} schedules from seed {done.seed}, {done.steps} steps, {done.seconds:.0f} s "
        f"({rate:.1f} a second): {verdict}"
    )
    return lines
