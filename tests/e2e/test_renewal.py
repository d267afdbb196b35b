"""Nodes as processes renew their keys in the middle of an exchange, and conclude it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraph.cli.demo import story
from paraph.cli.demo.stage import NODES, Stage
from paraph.domain.standing import PlanState
from tests.e2e.conftest import PARAPH, paraph
from tests.e2e.test_nodes import alike, begin

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path, tell=lambda _words: None) as made:
        yield made


def stop(stage: Stage, name: str) -> None:
    process = stage._processes.pop(name)
    process.terminate()
    process.wait(20)
    opened = stage._opened.pop(name, None)
    if opened is not None:
        opened.close()


def renew(stage: Stage, name: str, *options: str) -> dict[str, object]:
    stop(stage, name)
    made: dict[str, object] = json.loads(
        paraph("node", "renew", "--home", str(stage.home(name)), "--json", *options)
    )
    stage.start(name)
    return made


def peers_of(stage: Stage, name: str) -> dict[str, dict[str, object]]:
    told = subprocess.run(
        [*PARAPH, "peer", "list", "--home", str(stage.home(name)), "--json"],
        capture_output=True,
        check=True,
        text=True,
    )
    return {row["party"]: row for row in json.loads(told.stdout)}


def test_an_exchange_goes_on_while_its_nodes_renew_their_keys(stage: Stage) -> None:
    material = begin(stage)
    story._negotiate(stage, material)
    story._authorise(stage)
    stage.act("israel", "plan")
    stage.until("the plan has arrived", lambda d: d.plan is not None)
    for name in ("kosovo", "mediator"):
        stage.act(name, "accept-plan")
    stage.until("the plan is accepted", lambda d: d.plan is not None and d.plan.state is PlanState.OPEN)
    story._until_final(stage)
    refused = subprocess.run(
        [*PARAPH, "node", "renew", "--home", str(stage.home("israel"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "stop it" in refused.stderr + refused.stdout
    stage.act("israel", "deposit", "--place", "Jerusalem", "--date", "today")
    made = renew(stage, "israel", "--reason", "yearly", "--tls")
    assert (made["stated"], made["waiting"], made["finished"]) == (1, {}, False), made
    made = renew(stage, "mediator")  # it may hold a deposit that is sealed to the keys it just gave up
    assert made["stated"] == 1
    stage.act("kosovo", "deposit", "--place", "Pristina", "--date", "today")
    stage.until("concluded", lambda d: d.concluded)
    stage.until(
        "the containers are sealed", lambda d: d.plan is not None and len(d.plan.container_seals) == 2
    )
    alike(stage)
    for name in NODES:
        status = stage.command(name, "node", "status")["dossiers"][0]
        assert (status["evidence"], status["void"], status["frozen"]) == (0, 0, "")
        rows = peers_of(stage, name)
        for other in {"israel", "mediator"} - {name}:
            assert (rows[other]["state"], rows[other]["renewals"]) == ("verified", 1)
    container = stage.folder / "dossier.asice"
    stage.command("kosovo", "dossier", "export", "--dossier", stage.dossier, "--out", str(container))
    report = json.loads(paraph("verify", str(container), "--json", expected=2))
    codes = {f["code"] for f in report["files"][0]["findings"] if f["severity"] == "error"}
    assert not codes, report["files"][0]["findings"]
