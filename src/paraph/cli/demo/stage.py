"""The stage of the demonstration: three homes, three node processes, and officers at their desks.

Every command is a real ``paraph`` command line on one node's home, parsed and run in this process; the nodes
themselves are processes of their own and talk over HTTPS on loopback.
"""

from __future__ import annotations

import contextlib
import io
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli import main as command_line
from paraph.cli.home import standing_of
from paraph.domain.ids import DossierId
from paraph.domain.standing import Dossier
from paraph.errors import TransientError

__all__ = ["NODES", "Stage"]

NODES: Final = ("israel", "kosovo", "mediator")
PATIENCE_S: Final = 60
"""Longest wait for one step between nodes on one machine."""

PROGRAM: Final = (sys.executable, "-m", "paraph")
"""The program, as this very interpreter runs it."""

_LOOK_S: Final = 0.02
_STOP_S: Final = 10


class Stage:
    """Homes, processes and commands of the demonstration; use it in ``with``.

    Attributes:
        folder: Where everything is.
        tell: Prints progress.
        dossier: The dossier, once it is open.
        ports: Where peers reach each node, in the order of ``NODES``.
        pages: Where people reach each node's pages, by node; empty without pages.
        databases: URLs of PostgreSQL databases, by node; the others are on SQLite.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tell: Callable[[str], None],
        delay_ms: int = 0,
        pages: bool = False,
        databases: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare; nothing runs yet."""
        self.folder = folder
        self.tell = tell
        self.delay_ms = delay_ms
        self.dossier = DossierId("")
        count = len(NODES)
        self.ports, page_ports = (found := _free_ports(2 * count))[:count], found[count:]
        # Names of their own, so that browsers keep the nodes' sessions and passkeys apart; all are this machine.
        self.pages = (
            {n: f"http://{n}.localhost:{port}" for n, port in zip(NODES, page_ports, strict=True)}
            if pages
            else {}
        )
        self.databases = dict(databases or {})
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._opened: dict[str, OpenNode] = {}

    def __enter__(self) -> Self:
        """Nothing is started before ``start``."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every process that was started, by its id."""
        for opened in self._opened.values():
            opened.close()
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
            if process.poll() is None:
                process.kill()

    def node_options(self, name: str) -> tuple[str, ...]:
        """Options of ``node init`` for a node with pages, and for one with a database elsewhere."""
        url, database = self.pages.get(name, ""), self.databases.get(name, "")
        return (
            *(("--web-port", url.rpartition(":")[2], "--web-url", url) if url else ()),
            *(("--database", database) if database else ()),
        )

    def home(self, name: str) -> Path:
        """Folder of one node."""
        return self.folder / "nodes" / name

    def command(self, name: str, *arguments: str) -> Any:
        """Run a command on a node's home and return the JSON it prints.

        Raises:
            AssertionError: The command failed; its own message says why.
        """
        printed, complaints = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaints):
            code = command_line.main([*arguments, "--home", str(self.home(name)), "--json"])
        if code:
            told = printed.getvalue() + complaints.getvalue()
            raise AssertionError(f"paraph {' '.join(arguments[:3])} on {name} ended with {code}: {told}")
        return json.loads(printed.getvalue())

    def act(self, name: str, part: str, *arguments: str) -> str:
        """Make an act in the dossier and return its id."""
        made = self.command(name, "dossier", part, *arguments, "--dossier", self.dossier)
        return str(made["acts"][-1]["act"])

    def start(self, name: str) -> None:
        """Start a node as a process of its own."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [*PROGRAM, "node", "run", "--home", str(self.home(name))],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def until(self, what: str, reached: Callable[[Dossier], bool], *names: str) -> None:
        """Wait until the dossier stands so on these nodes (all by default).

        Raises:
            TransientError: ``demo-slow`` if it does not within ``PATIENCE_S``.
        """
        deadline = time.monotonic() + PATIENCE_S
        for name in names or NODES:
            while not self._stands(name, reached):
                self._check_alive()
                if time.monotonic() > deadline:
                    raise TransientError(
                        "demo-slow",
                        f"{name} did not reach “{what}” in {PATIENCE_S} s; see {self.folder / name}.log",
                    )
                time.sleep(_LOOK_S)

    def _stands(self, name: str, reached: Callable[[Dossier], bool]) -> bool:
        opened = self.opened(name)
        with opened.node.store.read() as uow:
            if not self.dossier or not uow.act_count(self.dossier):
                return False
        return reached(standing_of(opened.node, self.dossier))

    def opened(self, name: str) -> OpenNode:
        """One node's home, opened for looking."""
        if name not in self._opened:
            self._opened[name] = open_node(self.home(name))
        return self._opened[name]

    def _check_alive(self) -> None:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise TransientError("demo-node", f"the node of {name} ended; see {self.folder / name}.log")

    def wait_for_interrupt(self) -> None:
        """Wait until Ctrl-C."""
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                self._check_alive()
                time.sleep(1)


def _free_ports(count: int) -> list[int]:
    """Ports that are free on loopback now."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
