"""Rows: what is printed for programs is exactly what was promised, and goals are judged honestly."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.cli.bench.row import Goal, Row


def row(**changes: Any) -> Row:
    values: dict[str, Any] = {"name": "sign", "case": "one", "unit": "ms", "n": 5, "ours": 2.0}
    return Row(**values | changes)


class TestToJson:
    def test_has_exactly_the_members_other_programs_read(self) -> None:
        assert list(row(peer=50.0, peer_name="pyHanko", spread=0.1).to_json()) == [
            "name", "case", "unit", "n", "ours", "peer", "peer_name", "ratio", "spread",
        ]  # fmt: skip

    def test_ratio_is_peer_over_ours(self) -> None:
        assert row(peer=50.0).to_json()["ratio"] == 25.0

    def test_what_was_not_measured_says_why_and_has_no_numbers(self) -> None:
        told = row(n=0, ours=0.0, goal=Goal(ours=1.0), why_not="there is none").to_json()
        assert told == {"name": "sign", "case": "one", "not_measured": "there is none"}
        assert row(ours=0.0, goal=Goal(ours=1.0), why_not="there is none").met is None

    def test_without_a_peer_there_is_no_ratio(self) -> None:
        told = row(peer_name="pyHanko").to_json()
        assert told["peer"] is None
        assert told["ratio"] is None

    def test_digits_that_are_noise_are_not_printed(self) -> None:
        assert row(ours=3.14159265).to_json()["ours"] == 3.142

    def test_what_was_counted_is_printed_to_the_last_byte(self) -> None:
        assert row(ours=1_117_931, unit="bytes").to_json()["ours"] == 1_117_931


class TestMet:
    @pytest.mark.parametrize(
        ("goal", "peer", "met"),
        [
            (Goal(), 100.0, None),
            (Goal(ratio=10), 20.0, True),
            (Goal(ratio=10), 19.9, False),
            (Goal(ratio=10), None, None),
            (Goal(ours=2.0), None, True),
            (Goal(ours=1.9), None, False),
            (Goal(ours=2.0, ratio=10), 19.0, False),
        ],
    )
    def test_is_what_the_numbers_say(self, goal: Goal, peer: float | None, met: bool | None) -> None:
        assert row(goal=goal, peer=peer).met is met

    def test_a_goal_says_what_it_asks(self) -> None:
        assert str(Goal(ratio=10, ours=800)) == "10 × peer, ≤ 800"
