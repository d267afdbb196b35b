from __future__ import annotations

import os
import signal
from collections import Counter

from paraph.simulation.campaign import MAX_FINDINGS, Campaign, Finding, _apart


def finding(seed: int) -> Finding:
    return Finding(seed=seed, invariant="one-log", message="m", trace=("a line",))


def test_what_came_of_parts_is_added_up() -> None:
    total = Campaign(seed=3)
    total.add(
        Campaign(schedules=2, steps=10, violated=1, findings=[finding(9)], counts={"fault": Counter(loss=1)})
    )
    total.add(
        Campaign(schedules=1, steps=5, violated=1, findings=[finding(4)], counts={"fault": Counter(loss=2)})
    )
    shown = total.to_json()
    assert (shown["schedules"], shown["seed"], shown["steps"], shown["violated"]) == (3, 3, 15, 2)
    assert [v["seed"] for v in shown["violations"]] == [4, 9]
    assert shown["violations"][0]["trace"] == ["a line"]
    assert shown["counts"]["fault"] == {"loss": 3}


def test_not_more_violations_are_kept_than_anybody_reads() -> None:
    total = Campaign()
    total.add(Campaign(violated=500, findings=[finding(seed) for seed in range(500)]))
    assert len(total.findings) == MAX_FINDINGS
    assert total.violated == 500


def test_rows_of_seeds_are_joined() -> None:
    total = Campaign(seed=3)
    for row in ((3, 5), (9, 12), (5, 9), (20, 30)):
        total = total.plus(Campaign(done=[row]))
    assert total.done == [(3, 12), (20, 30)]
    assert total.has((4, 12))
    assert not total.has((11, 13))


def test_a_schedule_whose_process_dies_is_told_of() -> None:
    def die() -> Campaign:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    made = _apart(7, die)
    assert (made.schedules, made.violated, made.findings[0].seed) == (1, 1, 7)
    assert "status 9" in made.findings[0].message
