"""A campaign that is kept: it goes on where it stopped, and only the same one."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paraph.cli import simulate
from paraph.errors import ConflictError, FormatError, LocalActError, PermanentError
from paraph.simulation import campaign, record
from paraph.simulation.campaign import CHUNK, Campaign, Finding
from paraph.simulation.record import Record

SEED, SCHEDULES = 5, 5 * CHUNK

Chunk = Callable[[tuple[int, int]], Campaign]


def chunks(ran: list[tuple[int, int]], *, interrupted_after: int = 99) -> Chunk:
    """Runs nothing, and tells of it; every seed that is divisible by 50 has a violation."""

    def chunk(seeds: tuple[int, int]) -> Campaign:
        if len(ran) == interrupted_after:
            raise KeyboardInterrupt
        ran.append(seeds)
        found = [
            Finding(seed=seed, invariant="one-log", message="m", trace=("a line",))
            for seed in range(*seeds)
            if seed % 50 == 0
        ]
        count = seeds[1] - seeds[0]
        return Campaign(
            schedules=count,
            steps=10 * count,
            violated=len(found),
            findings=found,
            counts={"fault": Counter(loss=count)},
            done=[seeds],
        )

    return chunk


def command(monkeypatch: pytest.MonkeyPatch, chunk: Chunk, *words: object) -> int:
    parser = argparse.ArgumentParser()
    simulate.add_parser(parser.add_subparsers())
    monkeypatch.setattr(campaign, "_chunk", chunk)
    given = ["simulate", "--seed", SEED, "--jobs", 1, "--json", *words]
    return simulate.run(parser.parse_args([str(word) for word in given]))


def test_a_campaign_that_was_interrupted_goes_on_and_reports_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[int, int]] = []
    keep = ("--schedules", SCHEDULES, "--keep", tmp_path / "campaign")

    def result() -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(capsys.readouterr().out)
        del shown["seconds"]
        return shown

    assert command(monkeypatch, chunks(ran, interrupted_after=2), *keep) == simulate.INTERRUPTED
    assert result()["schedules"] == 2 * CHUNK - SEED
    assert len(ran) == 2
    assert command(monkeypatch, chunks(ran), *keep) == 1
    together = result()
    assert len(ran) == len(set(ran)) == 6
    assert command(monkeypatch, chunks([]), "--schedules", SCHEDULES) == 1
    assert together == result()
    assert [found["seed"] for found in together["violations"]] == [50, 100]
    again: list[tuple[int, int]] = []
    assert command(monkeypatch, chunks(again), *keep) == 1
    assert result() == together
    assert not again


def test_seconds_of_all_runs_are_added_up(tmp_path: Path) -> None:
    with Record.opened(tmp_path / "kept", SCHEDULES, SEED, ideal=True) as begun:
        begun.keep(Campaign(seed=SEED, ideal=True, seconds=7.5, schedules=3, done=[(5, 8)]), at_once=True)
    with Record.opened(tmp_path / "kept", SCHEDULES, SEED, ideal=True) as kept:
        assert (kept.campaign.seconds, kept.campaign.done) == (7.5, [(5, 8)])


def test_it_is_kept_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr("paraph.simulation.record.time.monotonic", lambda: now[0])
    path = tmp_path / "kept"
    with Record.opened(path, SCHEDULES, SEED, ideal=False) as begun:
        begun.keep(begun.campaign)
        assert not path.exists()
        now[0] += record.PAUSE_S
        begun.keep(begun.campaign)
        assert path.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept", "kept.lock"]


@pytest.mark.parametrize(
    ("schedules", "seed", "ideal", "says"),
    [
        (SCHEDULES + 1, SEED, False, f"schedules {SCHEDULES} instead of {SCHEDULES + 1}"),
        (SCHEDULES, SEED + 1, False, f"seed {SEED} instead of {SEED + 1}"),
        (SCHEDULES, SEED, True, "ideal False instead of True"),
    ],
)
def test_another_campaign_is_refused(
    tmp_path: Path, schedules: int, seed: int, ideal: bool, says: str
) -> None:
    path = tmp_path / "kept"
    with Record.opened(path, SCHEDULES, SEED, ideal=False) as begun:
        begun.keep(begun.campaign, at_once=True)
    with (
        pytest.raises(LocalActError, match=says) as refused,
        Record.opened(path, schedules, seed, ideal=ideal),
    ):
        pass
    assert refused.value.code == "campaign-differs"


def test_another_program_does_not_go_on_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    with Record.opened(path, SCHEDULES, SEED, ideal=False) as begun:
        begun.keep(begun.campaign, at_once=True)
    monkeypatch.setattr(record, "program", lambda: "0.1.0 another")
    with pytest.raises(LocalActError, match="program"), Record.opened(path, SCHEDULES, SEED, ideal=False):
        pass


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "paraph-campaign/1"}'])
def test_what_is_no_campaign_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kept"
    path.write_bytes(content)
    with pytest.raises(FormatError), Record.opened(path, SCHEDULES, SEED, ideal=False):
        pass
    assert path.read_bytes() == content


def test_a_campaign_without_its_result_is_none(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    with Record.opened(path, SCHEDULES, SEED, ideal=False) as begun:
        begun.keep(begun.campaign, at_once=True)
    kept = json.loads(path.read_bytes())
    del kept["result"]["steps"]
    path.write_text(json.dumps(kept))
    with pytest.raises(FormatError), Record.opened(path, SCHEDULES, SEED, ideal=False):
        pass


def test_two_processes_do_not_go_on_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    with (
        Record.opened(path, SCHEDULES, SEED, ideal=False),
        pytest.raises(ConflictError),
        Record.opened(path, SCHEDULES, SEED, ideal=False),
    ):
        pass


def test_a_place_where_nothing_can_be_kept_is_named_before_anything_runs(tmp_path: Path) -> None:
    with (
        pytest.raises(PermanentError, match="nowhere"),
        Record.opened(tmp_path / "nowhere" / "kept", SCHEDULES, SEED, ideal=False),
    ):
        pass


def test_one_schedule_that_is_replayed_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LocalActError, match="--keep needs --schedules"):
        command(monkeypatch, chunks([]), "--keep", tmp_path / "kept")
