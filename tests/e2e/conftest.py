"""The demonstration, run once for all tests that look at what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PARAPH = (sys.executable, "-m", "paraph")
PATIENCE_S = 240


@dataclass(frozen=True, slots=True)
class Demo:
    """What one run of ``paraph demo`` left."""

    folder: Path
    result: dict[str, Any]

    def originals(self, node: str = "israel") -> list[Path]:
        return [Path(original["path"]) for original in self.result["nodes"][node]["originals"]]

    def container(self, node: str = "israel") -> Path:
        return Path(self.result["nodes"][node]["container"]["path"])

    @property
    def trust(self) -> Path:
        return Path(self.result["trust"])


def paraph(*arguments: str, expected: int = 0) -> str:
    """Run the program as a process of its own; its standard output."""
    done = subprocess.run(
        [*PARAPH, *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == expected, (
        f"{arguments}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    )
    return done.stdout


def run_demo(folder: Path, *arguments: str) -> Demo:
    return Demo(folder, json.loads(paraph("demo", "--dir", str(folder), "--json", *arguments)))


@pytest.fixture(scope="session")
def mediated(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return run_demo(tmp_path_factory.mktemp("mediated") / "demo")


@pytest.fixture(scope="session")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return run_demo(tmp_path_factory.mktemp("direct") / "demo", "--direct")
