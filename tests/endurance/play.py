"""A package that goes on between real nodes while something happens to them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from paraph.app.dossiers import Current, load
from paraph.app.status import node_status
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli.demo.stage import NODES, PROGRAM
from tests.endurance.homes import Prepared
from tests.endurance.judging import Witness, judge
from tests.endurance.officers import Officer, steps_of

__all__ = ["LOOK_S", "PATIENCE_S", "Play"]

PATIENCE_S: Final = 150
"""Longest wait for anything on a busy machine; what takes longer is stuck."""

LOOK_S: Final = 0.1
"""How often officers look at their screens."""


@dataclass(slots=True, kw_only=True)
class Play:
    """Three nodes in a folder of their own, and their officers; use it in ``with``.

    Attributes:
        prepared: Homes to start from.
        moment: Which of them.
        folder: Where it happens.
        away: Nodes that do not run now.
        resting: Officers who give no commands now.
    """

    prepared: Prepared
    moment: str
    folder: Path
    nodes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    opened: dict[str, OpenNode] = field(default_factory=dict)
    current: dict[str, Current] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    resting: set[str] = field(default_factory=set)
    witness: Witness = field(init=False)

    def __post_init__(self) -> None:
        """Copy the homes; nothing runs yet."""
        self.prepared.copy(self.moment, self.folder)
        self.witness = Witness(self.prepared.dossier)
        for name in NODES:
            self.officers[name] = Officer(
                name=name,
                home=self.home(name),
                steps=steps_of(name, self.prepared.material),
                log=self.folder / f"{name}.commands.log",
            )

    def __enter__(self) -> Self:
        """Nothing is started before ``start``."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End whatever was started."""
        for name in NODES:
            self.close(name)
        for officer in self.officers.values():
            officer.end()
        for node in self.nodes.values():
            for number in (signal.SIGCONT, signal.SIGTERM):
                with contextlib.suppress(ProcessLookupError):
                    node.send_signal(number)
        for node in self.nodes.values():
            try:
                node.wait(20)
            except subprocess.TimeoutExpired:
                node.kill()

    def home(self, name: str) -> Path:
        return self.folder / "nodes" / name

    def log(self, name: str) -> str:
        """What a node wrote so far."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def start(self, *names: str, source: Path | None = None) -> None:
        """Start nodes, all by default, of this program or of that in another folder."""
        environment = {**os.environ, "PYTHONPATH": str(source)} if source else None
        for name in names or NODES:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.nodes[name] = subprocess.Popen(
                    [*PROGRAM, "node", "run", "--home", str(self.home(name))],
                    env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                )  # fmt: skip
            self.away.discard(name)

    def stop(self, name: str) -> None:
        """Stop a node, orderly."""
        self.close(name)
        self.nodes[name].terminate()
        assert self.nodes[name].wait(PATIENCE_S) == 0, self.log(name)
        self.away.add(name)

    def close(self, name: str) -> None:
        opened = self.opened.pop(name, None)
        if opened is not None:
            opened.close()

    def command(self, name: str, *arguments: str, expected: int | None = 0) -> str:
        """Run a command on a node's home as a process of its own; what it printed, on both streams."""
        done = subprocess.run(
            [sys.executable, "-m", "paraph", *arguments, "--home", str(self.home(name))],
            capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        told = done.stdout + done.stderr
        assert expected is None or done.returncode == expected, f"{arguments}: {done.returncode}: {told}"
        return told

    def look(self) -> bool:
        """Look at every running node and let its officer act; whether all is done everywhere."""
        done = True
        for name, officer in self.officers.items():
            officer.returned()
            if name in self.away:
                done = False
                continue
            current = self.stands(name)
            if name not in self.resting:
                officer.start(current.standing)
            done = done and not officer.pid and is_finished(current)
        return done and len({(c.view.size, c.view.tree.root()) for c in self.current.values()}) == 1

    def stands(self, name: str) -> Current:
        """Where the dossier stands on a node. No connection stays open: a node that dies leaves its store as it is."""
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

    def go_on(self, until: Callable[[], bool], what: str) -> float:
        """Let nodes and officers go on until something is so; how long that took."""
        begun = time.monotonic()
        while True:
            self.look()
            if until():
                return time.monotonic() - begun
            assert time.monotonic() < begun + PATIENCE_S, f"not “{what}” in time: {self.where()}"
            time.sleep(LOOK_S)

    def conclude(self) -> float:
        """Go on to the end; how long that took."""
        begun = time.monotonic()
        while not self.look():
            for name, node in self.nodes.items():
                assert name in self.away or node.poll() is None, f"{name} ended: {self.log(name)[-2000:]}"
            assert time.monotonic() < begun + PATIENCE_S, f"stuck: {self.where()}"
            time.sleep(LOOK_S)
        return time.monotonic() - begun

    def judge(self) -> dict[str, Any]:
        """Stop everything and compare (see ``judging``)."""
        self.__exit__(None, None, None)
        found = judge({name: self.home(name) for name in NODES}, self.prepared.dossier, self.witness)
        found["faults"] += self.bugs()
        return found

    def bugs(self) -> list[str]:
        """Tracebacks in the logs of nodes and commands."""
        return [
            f"{path.name} holds a traceback: {text[text.index('Traceback') :][:1500]}"
            for path in sorted(self.folder.glob("*.log"))
            if "Traceback" in (text := path.read_text("utf-8", "replace"))
        ]

    def where(self) -> str:
        """Where everything stands, for whoever has to find out why it goes no further."""
        told: dict[str, object] = {}
        for name in NODES:
            log = self.folder / f"{name}.log"
            told[name] = {
                "away": name in self.away,
                "command": self.officers[name].pid,
                "log": log.read_text("utf-8", "replace")[-1500:] if log.exists() else "",
            }
            if name in self.opened:
                status = node_status(self.opened[name].node)
                told[f"status of {name}"] = status.lines()
        return json.dumps(told, indent=1, ensure_ascii=False)


def is_finished(current: Current) -> bool:
    """Whether a package is concluded, its containers sealed, and all of that final."""
    plan = current.standing.plan
    whole = current.final == current.view.size
    return current.standing.concluded and plan is not None and len(plan.container_seals) == 2 and whole
