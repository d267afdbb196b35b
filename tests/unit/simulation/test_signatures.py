from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from paraph.domain.acts import SignatureDeposited
from paraph.domain.ids import ActId, PartyId
from paraph.simulation.invariants import BrokenError
from paraph.simulation.invariants.signatures import Signatures

NORTH = PartyId("north")


def test_a_deposit_that_comes_back_with_a_backup_is_not_made_once_more() -> None:
    """The first was refused, and the second was not answered when the disk went back to before it."""
    member: Any = SimpleNamespace(
        party=NORTH, restored=0, company=SimpleNamespace(dossier="d", members={NORTH: None})
    )
    body = SignatureDeposited(plan="ab" * 16, proposal=ActId("0" * 64), signatures=(), sealed="")  # type: ignore[arg-type]
    first, second, third = (ActId(f"{n:064x}") for n in (1, 2, 3))
    signatures = Signatures(honest=frozenset({NORTH}))
    signatures._deposit(member, first, body)
    with pytest.raises(BrokenError, match="signs-once"):
        signatures._deposit(member, second, body)
    signatures._refused[NORTH] = {first}
    signatures._deposit(member, second, body)
    signatures._deposit(member, first, body)
    with pytest.raises(BrokenError, match="signs-once"):
        signatures._deposit(member, third, body)
