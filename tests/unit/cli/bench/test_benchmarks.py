"""The benchmarks themselves, in few rounds: they check what they measure, and their rows are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraph.cli.bench import checking, pages, parties, render, rest, sign
from paraph.cli.bench.bureau import begin, case_text, open_bureau
from paraph.cli.bench.row import Row
from paraph.node.people.access import ACCESS
from paraph.verify.originals import field_of


def _silent(_line: str) -> None:
    """Nobody listens."""


def _check(rows: list[Row], *, peered: int) -> None:
    assert all(row.ours > 0 and row.n >= 1 for row in rows)
    assert sum(row.ratio is not None for row in rows) >= peered


def test_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign, "ROUNDS", 3)
    monkeypatch.setattr(sign, "RAW_ROUNDS", 3)
    monkeypatch.setattr(sign, "openssl_signatures_per_second", lambda _kind: 1000.0)
    rows = sign.run(tmp_path, _silent)
    _check(rows, peered=8)
    assert all(row.peer_name for row in rows)


def test_without_pyhanko_ours_is_measured_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sign, checking):
        monkeypatch.setattr(module, "PYHANKO", False)
    monkeypatch.setattr(sign, "ROUNDS", 3)
    monkeypatch.setattr(sign, "RAW_ROUNDS", 3)
    monkeypatch.setattr(sign, "openssl_signatures_per_second", lambda _kind: None)
    rows = sign.run(tmp_path, _silent)
    assert all(row.peer is None and row.ratio is None for row in rows)


def test_parties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "PARTIES", 4)
    monkeypatch.setattr(parties, "ROUNDS", 3)
    _check(parties.run(tmp_path, _silent), peered=2)


def test_render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "ROUNDS", 3)
    _check(render.run(tmp_path, _silent), peered=1)


def test_what_is_wrong_is_not_timed(tmp_path: Path) -> None:
    with open_bureau(tmp_path) as bureau:
        original = bureau.engross(case_text())
        party = original.text.parties[0]
        field = field_of(party.id)
        step = bureau.step(party, original.boxes[field], "2021-02-01T15:00:00Z")
        data = bureau.sign(begin(original), step, bureau.signer(field)).data
        checking.check_ours(bureau, data, [field], original.data)
        with pytest.raises(AssertionError, match="not intact"):
            checking.check_ours(bureau, _bent(data), [field], original.data)
        with pytest.raises(AssertionError, match="signed are"):
            checking.check_ours(bureau, original.data, [field], original.data)


def _bent(data: bytes) -> bytes:
    middle = len(data) // 4
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.slow
def test_rest(tmp_path: Path) -> None:
    rows = rest.run(tmp_path, _silent, rest.Course(counts=(1, 20), rest_s=1.0, load_s=3.0))
    assert {row.n for row in rows} == {1, 20}
    assert all(row.name == "rest" and row.ours >= 0 for row in rows)
    assert all(row.peer is not None for row in rows if row.n == 20)
    final = [row.ours for row in rows if "until final" in row.case]
    assert len(final) == 8
    assert min(final) > 0


@pytest.mark.slow
def test_pages(tmp_path: Path) -> None:
    rows = pages.run(tmp_path, _silent, 12, 3)
    left_out = {row.case.removeprefix("SQLite, "): row.why_not for row in rows if row.why_not}
    assert left_out == pages.NOT_MEASURED, "an address that is not measured is named, with its reason"
    measured = {row.case for row in rows if not row.why_not}
    for name in (
        "desk:first",
        "desk:dossiers",
        "desk:dossier",
        "desk:log",
        "desk:act",
        "desk:take",
        "desk:peers",
    ):
        assert {f"SQLite, {name}", f"SQLite, {name}, p95"} <= measured
    assert all(row.goal.ours in (50.0, 150.0) and row.ours > 0 for row in rows if not row.why_not)


def test_the_list_of_pages_that_are_not_measured_is_short() -> None:
    reads = {name for name, access in ACCESS.items() if "GET" in access.methods}
    assert set(pages.NOT_MEASURED) <= reads
    assert len(pages.NOT_MEASURED) <= 10
    assert all(pages.NOT_MEASURED.values())
