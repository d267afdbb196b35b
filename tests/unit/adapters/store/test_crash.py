from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
ROUNDS = 40


def test_a_killed_writer_leaves_whole_units_of_work(place: str, tmp_path: Path):
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.support.crash_writer",
            place, str(tmp_path / "guard"), str(ROUNDS), "1",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    units, productive = map(int, done.stdout.split())
    # Otherwise nothing was killed in the middle of anything.
    assert productive > ROUNDS // 4
    assert units >= productive
