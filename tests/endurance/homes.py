"""Homes of three nodes at several moments of one package, made once and copied for every run."""

from __future__ import annotations

import fcntl
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph import case
from paraph.app.dossiers import load
from paraph.cli.demo import story
from paraph.cli.demo.stage import NODES, Stage
from paraph.domain.ids import DossierId, PartyId

__all__ = ["MOMENTS", "Prepared", "prepared_once", "stop"]

MOMENTS: Final = ("opened", "negotiated", "planned", "one-deposit", "two-deposits")
"""What has happened before: the dossier is open; the texts are engrossed; the plan is accepted; one party, both parties
have deposited (and the mediator does not know it of the second one yet)."""

STORE: Final = "store.sqlite3"

PATIENCE_S: Final = 120
"""Longest wait for three nodes to have the same final log, on a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Homes at every moment.

    Attributes:
        folder: Where they are: ``<moment>/nodes/<name>``, and the case's material.
        dossier: The dossier they share.
        ports: Port of each node, which its card names.
    """

    folder: Path
    dossier: DossierId
    ports: dict[str, int]

    @property
    def material(self) -> Path:
        return self.folder / "making" / "material"

    def copy(self, moment: str, folder: Path) -> Path:
        """Copy the homes as they were at a moment into a folder; return that folder."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.folder / moment / "nodes", folder / "nodes")
        return folder


def prepare(folder: Path) -> None:
    """Make the homes; takes some ten seconds on a quiet machine."""
    script = json.loads(case.story_file())
    with Stage(folder / "making", tell=_silent) as stage:
        stage.folder.mkdir(parents=True)
        material = story.meet(stage)
        story._open(stage, material, script)
        _keep(stage, folder, "opened")
        story._negotiate(stage, material)
        story._authorise(stage)
        _keep(stage, folder, "negotiated")
        story.arrange(stage)
        _keep(stage, folder, "planned")
        story.sign(stage, "israel")
        stage.until(
            "it is held", lambda d: d.plan is not None and d.plan.deposits[PartyId("israel")].answer == "held"
        )
        _keep(stage, folder, "one-deposit")
        stop(stage, "mediator")
        story.sign(stage, "kosovo")
        stage.until("both are in", lambda d: d.plan is not None and len(d.plan.deposits) == 2, "israel")
        _copy(stage, folder, "two-deposits")
        told = {"dossier": stage.dossier, "ports": dict(zip(NODES, stage.ports, strict=True))}
    (folder / "prepared.json").write_text(json.dumps(told), "utf-8")


def prepared_once(folder: Path) -> Prepared:
    """The homes in ``folder``, made by whoever comes first; processes wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(folder.name + ".lock")):
        if (folder / "prepared.json").is_file():
            return _read(folder)
        shutil.rmtree(folder)  # whoever came before did not come to the end
        # In a process of its own: one that has rendered has threads, and could not fork commands any more.
        subprocess.run([sys.executable, "-m", "tests.endurance.homes", str(folder)], check=True, timeout=600)
        return _read(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes out."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def stop(stage: Stage, name: str, number: signal.Signals = signal.SIGTERM) -> None:
    """End a node, orderly by default, and what was opened to look at it."""
    opened = stage._opened.pop(name, None)
    if opened is not None:
        opened.close()
    process = stage._processes.pop(name)
    process.send_signal(number)
    process.wait(30)


def _silent(_line: str = "") -> None:
    """Nobody listens."""


def _keep(stage: Stage, folder: Path, moment: str) -> None:
    """Copy the homes of running nodes when everything has arrived everywhere."""
    _settle(stage)
    _copy(stage, folder, moment)


def _settle(stage: Stage) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        logs = set()
        for name in NODES:
            node = stage.opened(name).node
            with node.store.read() as uow:
                current = load(node, uow, stage.dossier)
                whole = current.final == current.view.size == uow.act_count(stage.dossier)
            logs.add((current.view.size, current.view.tree.root()) if whole else (name, b""))
        if len(logs) == 1:
            return
        assert time.monotonic() < deadline, logs
        time.sleep(0.05)


def _copy(stage: Stage, folder: Path, moment: str) -> None:
    """Copy homes while nodes may run: the guard first, so that it knows nothing that the store does not know."""
    for name in NODES:
        home, target = stage.home(name), folder / moment / "nodes" / name
        target.mkdir(parents=True)
        shutil.copytree(home / "guard", target / "guard")
        copy_store(home, target)
        for part in ("blobs", "keys"):
            shutil.copytree(home / part, target / part, ignore=shutil.ignore_patterns(".unfinished-*"))
        shutil.copy2(home / "paraph.toml", target)


def copy_store(home: Path, target: Path) -> None:
    """Copy a node's store as of one instant, without a trace in its home."""
    with (
        closing(sqlite3.connect(f"file:{home / STORE}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target / STORE)) as copy,
    ):
        source.backup(copy)
    (target / STORE).chmod(0o600)


def _read(folder: Path) -> Prepared:
    told = json.loads((folder / "prepared.json").read_text("utf-8"))
    return Prepared(folder=folder, dossier=DossierId(told["dossier"]), ports=told["ports"])


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
