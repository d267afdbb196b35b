"""Processes are killed at random moments while a package is being concluded; the end is the same (docs/operate/endurance.md).

A handful of the runs that ``make endure`` makes by the hundred.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.endurance.endure import killed_run
from tests.endurance.homes import MOMENTS
from tests.endurance.strikes import draw

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("moment", "seed"),
    [
        ("negotiated", 1),
        ("planned", 3),
        ("planned", 4),
        ("one-deposit", 2),
        ("two-deposits", 1),
        ("two-deposits", 5),
    ],
)
def test_a_killed_run_is_recovered(tmp_path: Path, homes: Path, moment: str, seed: int) -> None:
    told = killed_run(homes, tmp_path / "run", moment, seed)
    assert not told["faults"], json.dumps(told, indent=1)


def test_the_same_seed_draws_the_same_strikes() -> None:
    for moment in MOMENTS:
        assert draw(7, moment) == draw(7, moment)
        assert draw(7, moment) != draw(8, moment)
