"""Nodes that are away, cut off, stalled, upgraded, or out of disk; the package is concluded all the same (see ``scenes``)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.endurance.disks import DISKS
from tests.endurance.endure import take_turn
from tests.endurance.rooms import can_part, in_room
from tests.endurance.scenes import SCENES

pytestmark = pytest.mark.slow

PATIENCE_S = 500


def play(homes: Path, folder: Path, scene: str) -> dict[str, Any]:
    """Play a scene as a program of its own; what it measured."""
    command, environment = in_room(
        [
            sys.executable, "-m", "tests.endurance.scenes", scene, "--prepared", str(homes),
            "--folder", str(folder),
        ]
    )  # fmt: skip
    with take_turn(homes):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    assert not done.returncode, done.stderr[-8000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("scene", SCENES)
def test_a_package_is_concluded_although(tmp_path: Path, homes: Path, scene: str) -> None:
    assert play(homes, tmp_path / "scene", scene)


@pytest.mark.parametrize("scene", DISKS)
def test_nothing_is_lost_although(tmp_path: Path, homes: Path, scene: str) -> None:
    if not can_part():
        pytest.skip("only root can mount a small disk")
    assert play(homes, tmp_path / "scene", scene)
