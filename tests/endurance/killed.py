"""One killed run: a package goes on from some moment, processes are killed on the way, and it is concluded all the same.

A program of its own, so that a run can have a network of its own: ``python -m tests.endurance.killed --help``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from paraph.app.dossiers import Current, load
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli.demo.stage import NODES, PROGRAM
from paraph.cli.output import say
from tests.endurance.homes import MOMENTS, Prepared, prepared_once
from tests.endurance.judging import Witness, judge
from tests.endurance.officers import Officer, fork, steps_of
from tests.endurance.rooms import enter
from tests.endurance.strikes import Strike, aim, draw

__all__ = ["KilledRun", "main"]

PATIENCE_S: Final = 150
"""Longest run on a busy machine; one that takes longer is stuck."""

LOOK_S: Final = 0.05
"""How often officers look at their screens."""


@dataclass(slots=True, kw_only=True)
class KilledRun:
    """One run in a folder of its own.

    Attributes:
        prepared: Homes to start from.
        moment: Which of them.
        seed: From which the strikes are drawn.
        folder: Where it happens.
    """

    prepared: Prepared
    moment: str
    seed: int
    folder: Path
    nodes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    dead_until: dict[str, float] = field(default_factory=dict)
    opened: dict[str, OpenNode] = field(default_factory=dict)
    current: dict[str, Current] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    killer: int = 0
    struck: list[dict[str, object]] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    witness: Witness = field(init=False)

    def __post_init__(self) -> None:
        self.witness = Witness(self.prepared.dossier)

    def run(self) -> dict[str, Any]:
        """Run, judge, and tell."""
        begun = time.monotonic()
        self.prepared.copy(self.moment, self.folder)
        strikes = draw(self.seed, self.moment)
        for name in NODES:
            steps = steps_of(name, self.prepared.material)
            self.officers[name] = Officer(
                name=name, home=self.home(name), steps=steps, log=self.folder / f"{name}.commands.log"
            )
            self.start(name)
        try:
            self._go_on(strikes)
        finally:
            self._end()
        found = judge({name: self.home(name) for name in NODES}, self.prepared.dossier, self.witness)
        found["faults"] += self._bugs()
        return {
            "moment": self.moment,
            "seed": self.seed,
            "seconds": round(time.monotonic() - begun, 1),
            "kills": dict(self.kills),
            "strikes": self.struck,
            **found,
        }

    def home(self, name: str) -> Path:
        return self.folder / "nodes" / name

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.nodes[name] = subprocess.Popen(
                [*PROGRAM, "node", "run", "--home", str(self.home(name))],
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def _go_on(self, strikes: list[Strike]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        waiting = list(strikes)
        while True:
            self._bury(waiting)
            self._raise()
            done = self._look()
            if done and not self.killer:
                return
            if waiting and not self.killer and not self.dead_until:
                self._aim(waiting)
            assert time.monotonic() < deadline, f"stuck: {self._where()}"
            time.sleep(LOOK_S)

    def _look(self) -> bool:
        """Look at every living node and let its officer act; whether all is done."""
        self.returned = {name for name, officer in self.officers.items() if officer.returned()}
        done = True
        for name, officer in self.officers.items():
            if name in self.dead_until:
                done = False
                continue
            current = self._stands(name)
            officer.start(current.standing)
            done = done and not officer.pid and _is_finished(current)
        sizes = {(c.view.size, c.view.tree.root()) for c in self.current.values()}
        return done and len(sizes) == 1

    def _stands(self, name: str) -> Current:
        """Where the dossier stands on a node; no connection stays open, so that a dead node's store is left as it was."""
        if name not in self.opened:
            self.opened[name] = open_node(self.home(name))
        opened = self.opened[name]
        with opened.node.store.read() as uow:
            current = load(opened.node, uow, self.prepared.dossier)
        opened.node.remember(self.prepared.dossier, current.view)
        for connections in (opened.store.readers, opened.store.writers):
            while connections.idle:
                connections.idle.pop().close()
        self.current[name] = current
        return current

    def _aim(self, waiting: list[Strike]) -> None:
        """Let the next strike watch for its instant, once there is somebody to strike."""
        strike = waiting[0]
        officer = self.officers[strike.names[0]]
        pids = [self.nodes[name].pid for name in strike.names]
        if strike.target == "officer":
            if not officer.pid:
                if officer.next_words(self.current[officer.name].standing) is None:
                    waiting.pop(0)  # this officer has nothing to do any more
                return
            pids = [officer.pid]
        elif strike.target == "all":
            pids += [o.pid for o in self.officers.values() if o.pid]
        if strike.aim == "return" and not self.returned:
            if not any(o.pid or o.next_words(self.current[o.name].standing) for o in self.officers.values()):
                waiting.pop(0)
            return
        waiting.pop(0)
        self.struck.append(strike.told())
        self.killer = fork(aim(strike, self.home(strike.names[0]), pids), self.folder / "strikes.log")

    def _bury(self, waiting: list[Strike]) -> None:
        """See who has died, and what was durable then."""
        if self.killer:
            pid, _ = os.waitpid(self.killer, os.WNOHANG)
            self.killer = 0 if pid else self.killer
        pause = float(str(self.struck[-1]["pause_s"])) if self.struck else 0.0
        for name, node in self.nodes.items():
            if name in self.dead_until or node.poll() is None:
                continue
            assert node.returncode == -signal.SIGKILL, f"{name} ended with {node.returncode}"
            self.kills["node"] += 1
            self.dead_until[name] = time.monotonic() + pause
            self.witness.look(name, self.home(name))
        killed = sum(o.killed for o in self.officers.values())
        if killed:
            self.kills["command"] = killed

    def _raise(self) -> None:
        for name, at in list(self.dead_until.items()):
            if time.monotonic() >= at:
                del self.dead_until[name]
                self.start(name)

    def _where(self) -> dict[str, object]:
        return {
            name: (c.standing.plan.state if c.standing.plan else "", c.view.size, c.final)
            for name, c in self.current.items()
        }

    def _end(self) -> None:
        for opened in self.opened.values():
            opened.close()
        pids = [o.pid for o in self.officers.values() if o.pid] + ([self.killer] if self.killer else [])
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for node in self.nodes.values():
            node.terminate()
        for node in self.nodes.values():
            try:
                node.wait(20)
            except subprocess.TimeoutExpired:
                node.kill()

    def _bugs(self) -> list[str]:
        """Tracebacks in the logs of nodes and commands."""
        return [
            f"{path.name} holds a traceback"
            for path in sorted(self.folder.glob("*.log"))
            if "Traceback" in path.read_text("utf-8", "replace")
        ]


def _is_finished(current: Current) -> bool:
    plan = current.standing.plan
    whole = current.final == current.view.size
    return current.standing.concluded and plan is not None and len(plan.container_seals) == 2 and whole


def main(arguments: list[str] | None = None) -> int:
    """Do one run and print what happened as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--prepared", type=Path, required=True, help="folder with homes; made if it is missing"
    )
    parser.add_argument("--folder", type=Path, required=True, help="new folder for this run")
    parser.add_argument("--moment", choices=MOMENTS, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args(arguments)
    enter()
    prepared = prepared_once(options.prepared)
    run = KilledRun(
        prepared=prepared, moment=options.moment, seed=options.seed, folder=options.folder.absolute()
    )
    say(json.dumps(run.run()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
