"""Many killed runs, some side by side, and what came of them.

    make endure RUNS=200 SEED=1 ARGS="--jobs 3"

The same seed draws the same moments and strikes. The instants themselves depend on the machine, so a run that failed
may succeed when it is repeated; its folder is kept, with the homes and logs of all nodes.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from paraph.cli.output import say
from tests.endurance.homes import locked, prepared_once
from tests.endurance.rooms import can_part, in_room

__all__ = ["SHARES", "killed_run", "main", "take_turn"]

SHARES: Final = {"opened": 1, "negotiated": 2, "planned": 3, "one-deposit": 2, "two-deposits": 2}
"""How many of ten runs start from which moment: most from where signatures change hands."""

RUN_PATIENCE_S: Final = 300


def killed_run(prepared: Path, folder: Path, moment: str, seed: int) -> dict[str, Any]:
    """Do one run as a program of its own; what it told, or what it died of as its only fault."""
    command, environment = in_room(
        [
            sys.executable, "-m", "tests.endurance.killed", "--prepared", str(prepared), "--folder", str(folder),
            "--moment", moment, "--seed", str(seed),
        ]
    )  # fmt: skip
    with take_turn(prepared):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=RUN_PATIENCE_S
        )
    if done.returncode:
        reason = f"ended with {done.returncode}: {done.stderr[-2000:]}"
        return {"moment": moment, "seed": seed, "kills": {}, "seconds": 0, "faults": [reason]}
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def take_turn(prepared: Path) -> AbstractContextManager[None]:
    """Where all runs share one network, one at a time."""
    return nullcontext() if can_part() else locked(prepared.with_name(prepared.name + ".turn"))


def _draw(seed: int) -> Iterator[tuple[str, int]]:
    chance = random.Random(seed)
    moments, shares = list(SHARES), list(SHARES.values())
    for number in count(1):
        yield chance.choices(moments, shares)[0], seed * 1_000_000 + number


@dataclass(slots=True)
class _Sum:
    """What all runs came to."""

    runs: int = 0
    recovered: int = 0
    unharmed: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    aims: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def add(self, told: dict[str, Any]) -> bool:
        """Count a run; whether it ended well. One that nothing struck in time proves nothing and is not counted."""
        if not told["faults"] and not told["kills"]:
            self.unharmed += 1
            return True
        self.runs += 1
        self.moments[told["moment"]] += 1
        self.kills.update(told["kills"])
        for strike in told.get("strikes", ()):
            self.aims[strike["aim"]] += 1
            self.targets[strike["target"]] += 1
        self.seconds.append(told["seconds"])
        if told["faults"]:
            self.failures.append({k: told.get(k) for k in ("moment", "seed", "faults", "strikes", "folder")})
            return False
        self.recovered += 1
        return True

    def told(self, seed: int, jobs: int, seconds: float) -> dict[str, Any]:
        ordered = sorted(self.seconds)
        return {
            "seed": seed,
            "runs": self.runs,
            "recovered": self.recovered,
            "kills": sum(self.kills.values()),
            "killed": dict(self.kills),
            "by_moment": dict(self.moments),
            "by_aim": dict(self.aims),
            "by_target": dict(self.targets),
            "not_struck_in_time": self.unharmed,
            "jobs": jobs,
            "seconds": round(seconds, 1),
            "median_run_s": ordered[len(ordered) // 2] if ordered else 0,
            "failures": self.failures,
        }


def main(arguments: list[str] | None = None) -> int:
    """Do the runs, print a line for each, and write the sum to a file."""
    parser = argparse.ArgumentParser(
        prog="make endure", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("endure.json"), help="file for the sum")
    parser.add_argument(
        "--keep", type=Path, help="folder for runs; failed ones stay there (default: a temporary one)"
    )
    options = parser.parse_args(arguments)
    work = options.keep or Path(tempfile.mkdtemp(prefix="paraph-endure-"))
    work.mkdir(parents=True, exist_ok=True)
    jobs = options.jobs if can_part() else 1
    where = f"{jobs} side by side, each in a network of its own" if can_part() else "one after the other"
    say(f"endure: {options.runs} killed runs, seed {options.seed}, {where}; in {work}")
    begun = time.monotonic()
    prepared_once(work / "prepared")
    found = _endure(work, options.runs, jobs, options.seed)
    told = found.told(options.seed, jobs, time.monotonic() - begun)
    options.out.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    if not found.failures and options.keep is None:
        shutil.rmtree(work)
    say(
        f"endure: {found.recovered} of {found.runs} killed runs recovered, {told['kills']} kills "
        f"({', '.join(f'{n} of a {kind}' for kind, n in sorted(found.kills.items()))}), "
        f"{told['seconds']:.0f} s; {options.out}"
    )
    return 0 if found.recovered == found.runs else 1


def _endure(work: Path, runs: int, jobs: int, seed: int) -> _Sum:
    found, drawn = _Sum(), _draw(seed)

    def one(moment: str, number: int) -> dict[str, Any]:
        folder = work / f"{moment}-{number}"
        told = killed_run(work / "prepared", folder, moment, number)
        if told["faults"]:
            told["folder"] = str(folder)
        else:
            shutil.rmtree(folder)
        return told

    with ThreadPoolExecutor(jobs) as threads:
        while found.runs < runs:
            batch = [next(drawn) for _ in range(runs - found.runs)]
            for future in as_completed([threads.submit(one, *drawn_run) for drawn_run in batch]):
                told = future.result()
                good = found.add(told)
                kills = " ".join(f"{n}×{kind}" for kind, n in sorted(told["kills"].items())) or "not struck"
                say(
                    f"{found.runs:>4}  {told['moment']:<12} seed {told['seed']}  {kills:<20} {told['seconds']:>5} s  "
                    f"{'recovered' if good else 'FAILED: ' + '; '.join(told['faults'])[:1500]}"
                )
    return found


if __name__ == "__main__":
    sys.exit(main())
