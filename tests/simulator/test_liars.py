"""Lies are told, delivered, refused and proved; and what is said about them in the handbook is true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from paraph.simulation.faults import Faults
from paraph.simulation.invariants import NAMES
from paraph.simulation.liars import LIES, Plot
from paraph.simulation.schedule import draw, run

HANDBOOK = Path(__file__).parents[2] / "docs" / "operate" / "simulate.md"

CASES = (
    ("fork/two-orders", ("north",), "proved"),
    ("fork/two-cosigned", ("north", "middle"), "proved"),
    ("withhold/orders-nothing", ("north",), "no harm"),
    ("withhold/never-deposits", ("south",), "no harm"),
    ("replay/acts", ("south",), "act-other-dossier"),
    ("rubbish/another-document", ("south",), "not void"),
    ("reveal/of-another", ("south",), "delivered"),
    ("abort/late", ("south",), "void, plan-state"),
    ("mediator/releases-with-bad-stamp", ("middle",), "void, release-stamp"),
    ("mediator/releases-nothing", ("middle",), "void, deposit-missing"),
    ("downgrade/another-suite", ("south",), "opening-rules"),
    ("downgrade/one-signature", ("middle",), "envelope-format"),
    ("reuse/old-place", ("south",), "proved"),
    ("reuse/in-anothers-name", ("south",), "envelope-signature"),
    ("reuse/former-key", ("south",), "act-former-key"),
    ("places/checkpoint-of-nobody", ("south",), "note-invalid"),
    ("places/asks-for-deposits", ("south",), "no harm"),
    ("authority/suspended-and-used", ("south",), "void, plan-state"),
)


@pytest.mark.parametrize(("title", "liars", "came"), CASES, ids=[title for title, _, _ in CASES])
def test_a_lie_comes_to_what_it_should(title: str, liars: tuple[str, ...], came: str) -> None:
    found = next(
        one
        for one in map(draw, range(5_000))
        if dict(one.cast)["parties"] == ("north", "south") and dict(one.cast)["mediator"]
    )
    lie = LIES[title]
    outcome = run(
        replace(
            found,
            stage="planned",
            into=0,
            faults=Faults(lasts=10_000),
            temper=replace(
                found.temper, haste_ms=50, again=False, abort_at=(), lost_at=(), renewal_at=(), by_hand=False
            ),
            plot=Plot(lie=title, liars=liars, wait=0, times=lie.most, luck=2),
        )
    )
    assert not outcome.violations
    assert dict(outcome.lies)[f"{title}: {came}"], outcome.lies


def test_the_handbook_names_every_invariant_and_every_family() -> None:
    words = HANDBOOK.read_text("utf-8")
    for name, meaning in NAMES.items():
        assert f"| `{name}` | {meaning} |" in words
    for family in {lie.family for lie in LIES.values()}:
        assert f"| `{family}` |" in words
