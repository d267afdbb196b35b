"""Growth: what an act costs in a long dossier and on a node with many, and how much memory they take.

Run in a process of its own, so that memory is that of the node and of nothing else.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from paraph.app.runner import Runner
from paraph.cli.bench.neighbours import Neighbours, neighbours, open_between, say

__all__ = ["ACTS", "DOSSIERS", "Step", "main"]

ACTS: Final = (100, 1000)
"""Acts in one dossier at which a step ends."""

DOSSIERS: Final = (30, 300)
"""Dossiers on one node at which a step ends."""

ACTS_EACH: Final = 3
"""Acts made in each dossier after it was opened."""

WARMING_UP: Final = 20
"""Acts before anything is measured."""

LOOKS: Final = 40

_MS: Final = 1000.0

Step = tuple[str, int, float, float]
"""What grows (``acts``, ``dossiers``, or dossiers while one is worked in: ``look``), how many there are, milliseconds for each, MiB of memory."""


def main() -> None:
    """Print all steps as JSON, one array."""
    with tempfile.TemporaryDirectory(prefix="paraph-growth-") as folder, neighbours(Path(folder)) as both:
        steps = [*_acts(both), *_dossiers(both)]
    json.dump(steps, sys.stdout)


def _acts(both: Neighbours) -> Iterator[Step]:
    dossier = open_between(both)
    made = WARMING_UP
    for number in range(made):
        say(both.near, dossier, number)
    for count in ACTS:
        begun = time.perf_counter()
        for number in range(made, count):
            say(both.near, dossier, number)
        yield "acts", count, (time.perf_counter() - begun) * _MS / (count - made), resident_mib()
        made = count


def _dossiers(both: Neighbours) -> Iterator[Step]:
    runner = Runner(node=both.near.node)
    worked_in = open_between(both)
    made = 1
    for count in DOSSIERS:
        begun = time.perf_counter()
        for _ in range(made, count):
            dossier = open_between(both)
            for number in range(ACTS_EACH):
                say(both.near, dossier, number)
        yield "dossiers", count, (time.perf_counter() - begun) * _MS / (count - made), resident_mib()
        made = count
        runner.do_duties()
        begun = time.perf_counter()
        for number in range(LOOKS):
            say(both.near, worked_in, number)
            runner.do_duties(runner.to_look_at())
        yield "look", count, (time.perf_counter() - begun) * _MS / LOOKS, resident_mib()


def resident_mib() -> float:
    """Memory of this process that is in use now, in MiB; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


if __name__ == "__main__":
    main()
