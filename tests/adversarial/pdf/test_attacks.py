"""No attack passes, and each is named for what it is."""

from __future__ import annotations

import pytest

from tests.adversarial.pdf import craft
from tests.adversarial.pdf_corpus import ATTACKS
from tests.unit.verify.judging import judge, reasons


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.label)
def test_attack_is_named_and_does_not_pass(attack) -> None:
    report = judge(attack.build(), at=attack.at)
    assert report.verdict != "pass"
    assert attack.code in reasons(report)
    assert "verifier-fault" not in report.codes()


def test_attacks_have_names_of_their_own() -> None:
    names = [attack.label for attack in ATTACKS]
    assert len(set(names)) == len(names)
    assert len(names) >= 150


@pytest.mark.parametrize(
    "data",
    [
        craft.signed(),
        craft.signed("ab"),
        craft.sealed(craft.signed("ab")),
        craft.stamped(craft.signed()),
        craft.stamped(craft.sealed(craft.signed("ab"))),
        craft.update(craft.signed(), {craft.FONT: craft.bodies()[craft.FONT]}),
    ],
    ids=["one", "two", "store", "stamp", "archive", "rewritten"],
)
def test_what_the_attacks_start_from_passes(data: bytes) -> None:
    report = judge(data)
    assert (report.verdict, reasons(report)) == ("pass", set())
