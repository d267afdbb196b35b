"""Machines are lost, and the nodes come back from a sealed envelope with their keys: three processes."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paraph.cli.demo import story
from paraph.cli.demo.stage import NODES, Stage
from paraph.domain.standing import Dossier, PlanState
from tests.e2e.conftest import paraph
from tests.e2e.test_nodes import alike, kill, log_of

pytestmark = pytest.mark.slow

PATIENCE_S = 60


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    told: list[str] = []
    with Stage(tmp_path, tell=told.append) as made:
        yield made


def envelope(stage: Stage, name: str) -> Path:
    """What lies in the safe."""
    file = stage.folder / f"{name}.keys.tar"
    said = json.loads(
        paraph("node", "backup", str(file), "--keys-only", "--home", str(stage.home(name)), "--json")
    )
    assert said["keys"] and not said["whole"] and not said["skipped"] and not said["elsewhere"]
    assert file.stat().st_size < 200_000
    return file


def lose(stage: Stage, name: str) -> None:
    kill(stage, name)
    shutil.rmtree(stage.home(name))


def rebuild(stage: Stage, name: str, file: Path) -> None:
    """Lose a machine, and begin again on another one."""
    lose(stage, name)
    paraph("node", "restore", str(file), "--home", str(stage.home(name)))
    status = stage.command(name, "node", "status")
    assert status["restored_at"]
    assert not status["dossiers"]
    assert {p["party"]: p["state"] for p in status["peers"]} == dict.fromkeys(set(NODES) - {name}, "verified")
    stage.start(name)
    caught_up(stage, name)


def caught_up(stage: Stage, name: str) -> dict[str, Any]:
    """Wait until a node is back in the dossier and waits for nobody."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        status: dict[str, Any] = stage.command(name, "node", "status")
        if status["dossiers"] and not status["dossiers"][0]["waits"]:
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.1)


def settled(stage: Stage) -> dict[str, object]:
    """Wait until every act has its place and is final, on every node; where the log then stands."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = [stage.command(name, "node", "status")["dossiers"][0] for name in NODES]
        if {(d["ordered"], d["final"], d["root"]) for d in found} == {
            (d["acts"], d["acts"], found[0]["root"]) for d in found
        }:
            return log_of(stage, NODES[0])
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def held(dossier: Dossier) -> bool:
    return dossier.plan is not None and any(d.answer == "held" for d in dossier.plan.deposits.values())


def sealed(dossier: Dossier) -> bool:
    return dossier.plan is not None and len(dossier.plan.container_seals) == 2


def results(stage: Stage, name: str) -> dict[str, bytes]:
    """The finished originals and the container, as a node gives them out."""
    out = stage.folder / f"out-{name}-{time.monotonic_ns()}"
    stage.command(name, "dossier", "originals", "--dossier", stage.dossier, "--out", str(out))
    stage.command(name, "dossier", "export", "--dossier", stage.dossier, "--out", str(out / "dossier.asice"))
    return {path.name: path.read_bytes() for path in out.iterdir()}


def clean(stage: Stage) -> None:
    """Nobody contradicted itself, and nothing was refused."""
    for name in NODES:
        (dossier,) = stage.command(name, "node", "status")["dossiers"]
        assert not dossier["frozen"]
        assert not dossier["evidence"]
        assert not dossier["void"]


def test_opener_and_mediator_come_back_from_their_keys_and_the_package_is_concluded(stage: Stage) -> None:
    material = story.meet(stage)
    safe = {name: envelope(stage, name) for name in NODES}
    story.agree(stage, material)
    log = settled(stage)
    rebuild(stage, "israel", safe["israel"])
    assert settled(stage) == log
    story.arrange(stage)
    story.sign(stage, "kosovo")
    stage.until("the mediator holds the first deposit", held, "mediator")
    rebuild(stage, "mediator", safe["mediator"])
    story.sign(stage, "israel")
    stage.until("concluded", lambda d: d.concluded)
    stage.until("the containers are sealed", sealed)
    log = settled(stage)
    finished = results(stage, "kosovo")
    rebuild(stage, "israel", safe["israel"])
    assert settled(stage) == log
    for name in NODES:
        assert results(stage, name) == finished
    clean(stage)


def test_with_nothing_but_keys_peers_are_added_again_and_signatures_are_made_by_hand(stage: Stage) -> None:
    story.agree(stage, story.meet(stage))
    story.arrange(stage)
    story.sign(stage, "kosovo")
    stage.until("the mediator holds the first deposit", held, "mediator")
    home, saved = stage.home("kosovo"), stage.folder / "saved"
    saved.mkdir()
    shutil.copytree(home / "keys", saved / "keys")
    shutil.copy(home / "paraph.toml", saved)
    lose(stage, "kosovo")
    shutil.copytree(saved, home)
    paraph("node", "run", "--home", str(home), expected=69)  # never with an empty store in its place
    paraph("node", "restore", "--keys-only", "--home", str(home))
    stage.start("kosovo")
    for other in ("israel", "mediator"):
        stage.command("kosovo", "peer", "add", str(stage.folder / f"{other}.card"))
        words = stage.command("kosovo", "peer", "words", other)["words"]
        stage.command(
            "kosovo", "peer", "words", other, "--confirm", *words, "--officer", "A", "--officer", "B"
        )
    caught_up(stage, "kosovo")
    alike(stage)
    story.sign(stage, "israel")
    stage.until("released", lambda d: d.plan is not None and d.plan.state is PlanState.RELEASED)
    shown = stage.command("kosovo", "dossier", "show", "--dossier", stage.dossier)
    assert any("paraph dossier countersign" in line for line in shown["losses"])
    stage.act("kosovo", "countersign")
    stage.until("concluded", lambda d: d.concluded)
    stage.until("the containers are sealed", sealed)
    alike(stage)
    assert results(stage, "kosovo") == results(stage, "israel")
    clean(stage)
