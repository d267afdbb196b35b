"""Nodes as processes: killed in the middle, restored from a backup, two officers at one desk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraph import case
from paraph.cli.demo import story
from paraph.cli.demo.stage import NODES, Stage
from paraph.domain.standing import PlanState
from tests.e2e.conftest import PARAPH, paraph

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    told: list[str] = []
    with Stage(tmp_path, tell=told.append) as made:
        yield made


def begin(stage: Stage) -> Path:
    script = json.loads(case.story_file())
    material = story._lay_out(stage.folder / "material", script)
    story._nodes(stage, material)
    story._first_contact(stage)
    story._open(stage, material, script)
    return material


def kill(stage: Stage, name: str) -> None:
    process = stage._processes.pop(name)
    process.kill()
    process.wait(10)
    opened = stage._opened.pop(name, None)
    if opened is not None:
        opened.close()


def log_of(stage: Stage, name: str) -> dict[str, object]:
    shown = stage.command(name, "dossier", "show", "--dossier", stage.dossier)
    return {key: shown[key] for key in ("acts", "root")}


def alike(stage: Stage) -> None:
    deadline = time.monotonic() + 60
    while len({json.dumps(log_of(stage, name)) for name in NODES}) > 1:
        assert time.monotonic() < deadline, {name: log_of(stage, name) for name in NODES}
        time.sleep(0.1)


def test_a_node_that_is_killed_and_restored_catches_up_and_concludes(stage: Stage, tmp_path: Path) -> None:
    material = begin(stage)
    backup = tmp_path / "kosovo.tar"
    said = json.loads(
        paraph("node", "backup", str(backup), "--with-keys", "--home", str(stage.home("kosovo")), "--json")
    )
    assert said["keys"]
    story._negotiate(stage, material)
    kill(stage, "kosovo")
    shutil.rmtree(stage.home("kosovo"))  # guard and all
    paraph("node", "restore", str(backup), "--home", str(stage.home("kosovo")))
    before = stage.command("kosovo", "node", "status")
    assert before["restored_at"]
    time.sleep(1.1)  # what a peer says counts only after the second in which the node was restored
    stage.start("kosovo")
    alike(stage)
    story._authorise(stage)
    story._exchange(stage, direct=False)
    stage.until("concluded", lambda d: d.concluded)
    alike(stage)
    status = stage.command("kosovo", "node", "status")
    assert status["dossiers"][0]["evidence"] == 0
    assert not status["dossiers"][0]["frozen"]


def test_nodes_killed_during_the_exchange_finish_it_when_they_come_back(stage: Stage) -> None:
    material = begin(stage)
    story._negotiate(stage, material)
    story._authorise(stage)
    stage.act("israel", "plan")
    stage.until("the plan has arrived", lambda d: d.plan is not None)
    for name in ("kosovo", "mediator"):
        stage.act(name, "accept-plan")
    stage.until("the plan is accepted", lambda d: d.plan is not None and d.plan.state is PlanState.OPEN)
    story._until_final(stage)
    stage.act("israel", "deposit", "--place", "Jerusalem", "--date", "today")
    kill(stage, "israel")
    stage.act("kosovo", "deposit", "--place", "Pristina", "--date", "today")
    kill(stage, "mediator")
    time.sleep(0.5)
    for name in ("israel", "mediator"):
        stage.start(name)
    stage.until("concluded", lambda d: d.concluded)
    stage.until(
        "the containers are sealed", lambda d: d.plan is not None and len(d.plan.container_seals) == 2
    )
    alike(stage)


def test_two_officers_who_deposit_at_the_same_moment_make_one_deposit(stage: Stage) -> None:
    material = begin(stage)
    story._negotiate(stage, material)
    story._authorise(stage)
    stage.act("israel", "plan")
    stage.until("the plan has arrived", lambda d: d.plan is not None)
    for name in ("kosovo", "mediator"):
        stage.act(name, "accept-plan")
    stage.until("the plan is accepted", lambda d: d.plan is not None and d.plan.state is PlanState.OPEN)
    story._until_final(stage)
    command = [
        *PARAPH, "dossier", "deposit", "--dossier", stage.dossier, "--place", "Jerusalem", "--date", "today",
        "--home", str(stage.home("israel")), "--json",
    ]  # fmt: skip
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [process.communicate(timeout=60) for process in both]
    assert sorted(process.returncode == 0 for process in both) == [False, True], told
    assert any("is in already" in out + err for out, err in told), told
    stage.act("kosovo", "deposit", "--place", "Pristina", "--date", "today")
    stage.until("concluded", lambda d: d.concluded)
    alike(stage)
    assert stage.command("israel", "node", "status")["dossiers"][0]["void"] == 0


def test_a_node_without_a_home_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "paraph", "node", "status", "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "paraph node init" in done.stderr + done.stdout
