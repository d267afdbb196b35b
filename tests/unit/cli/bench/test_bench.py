"""The command: names are checked before anything is measured, and what is printed can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from paraph.cli import bench
from paraph.cli.bench import table
from paraph.cli.bench.row import Goal, Row
from paraph.cli.main import USAGE, main

ROWS = [
    Row(
        name="sign", case="one", unit="ms", n=5, ours=2.0, peer=50.0, peer_name="pyHanko", goal=Goal(ratio=10)
    ),
    Row(name="sign", case="two", unit="ms", n=5, ours=1234.5, spread=0.25, goal=Goal(ours=800)),
]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Benchmarks that take no time, and which of them ran."""
    ran: list[str] = []

    def one(name: str) -> Callable[[Path, bench.Tell], list[Row]]:
        def run(folder: Path, tell: bench.Tell) -> list[Row]:
            assert folder.is_dir()
            tell(f"inside {name}")
            ran.append(name)
            return ROWS

        return run

    monkeypatch.setattr(bench, "BENCHMARKS", {name: one(name) for name in ("sign", "verify")})
    return ran


def test_an_unknown_name_is_refused_with_those_there_are(
    quick: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "sign", "speed"]) == USAGE
    assert "speed" in (told := capsys.readouterr().err)
    assert "sign, verify" in told
    assert not quick


def test_all_run_by_default_and_each_once(quick: list[str]) -> None:
    assert main(["bench"]) == 0
    assert main(["bench", "verify", "verify"]) == 0
    assert quick == ["sign", "verify", "verify"]


def test_json_is_one_array_and_nothing_else(quick: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "sign", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == [row.to_json() for row in ROWS]


def test_the_table_says_which_goals_are_met() -> None:
    heading, first, second, *_ = table.lines(ROWS)
    assert heading.split()[0] == "benchmark"
    assert first.split()[-1] == "yes"
    assert second.split()[-1] == "NO"
    assert "1,234" in second
    assert "25%" in second


def test_what_was_not_measured_is_named_below_the_table() -> None:
    left_out = Row(name="pages", case="a page", unit="ms", n=0, ours=0.0, why_not="there is none")
    found = list(table.lines([*ROWS, left_out]))
    assert "not measured: a page: there is none" in found
    assert not [line for line in found[: len(ROWS) + 1] if "a page" in line]


def test_pages_are_measured_on_postgresql_where_a_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def run(_folder: Path, _tell: bench.Tell, postgresql: str = "") -> list[Row]:
        asked.append(postgresql)
        return []

    monkeypatch.setattr(bench.pages, "run", run)
    assert main(["bench", "pages", "--json", "--postgresql", "postgresql://here/empty"]) == 0
    assert asked == ["postgresql://here/empty"]


def test_without_pyhanko_the_row_is_printed_and_says_what_to_install(
    quick: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PYHANKO", False)
    assert main(["bench", "sign"]) == 0
    assert "pip install" in capsys.readouterr().out


def test_every_benchmark_has_a_name_of_the_documented_interface() -> None:
    documented = {
        "sign", "verify", "parties", "conclude", "render", "log", "rest", "pages", "audience", "scan", "register",
    }  # fmt: skip
    assert set(bench.BENCHMARKS) <= documented
