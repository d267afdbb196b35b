from __future__ import annotations

from collections import Counter

from paraph.simulation.campaign import MAX_FINDINGS, Campaign, Finding


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
