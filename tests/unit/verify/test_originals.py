"""Which increments follow the agreed bytes of an original, and in which order (S1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Plan
from paraph.verify.originals import ARCHIVE_FIELD, field_of, seal_steps, signature_step, signed_steps
from paraph.wire.pdf.replay import DssStep, SignedStep, Step, TimestampStep
from tests.support import bodies
from tests.support.proceedings import NUMBERS, reach
from tests.support.refused import refused

A, B, C = PartyId("aland"), PartyId("beland"), PartyId("celand")
SLOT = (NUMBERS[0], B)


def given(digest: Digest) -> bytes:
    """Bytes that say what they stand for."""
    return f"bytes of {digest}".encode()


def plan(stage: str) -> Plan:
    return bodies.of(reach(stage, (A, B, C)).standing)


def shown(steps: list[Step]) -> list[tuple[str, bytes]]:
    assert all(isinstance(step, SignedStep) for step in steps)
    return [(step.step.field, step.cms) for step in steps if isinstance(step, SignedStep)]


def test_fields_are_named_after_their_party() -> None:
    assert (field_of(A), ARCHIVE_FIELD) == ("sig.aland", "archive")


def test_an_original_carries_nothing_before_its_first_signature_is_revealed() -> None:
    for stage in ("open", "held", "released"):
        assert list(signed_steps(plan(stage), SLOT, given)) == []


def test_the_first_signature_is_the_holders_as_it_was_deposited() -> None:
    here = plan("revealed")
    (step,) = signed_steps(here, SLOT, given)
    assert isinstance(step, SignedStep)
    record = next(s.slot for s in here.deposits[B].body.signatures if s.instrument == SLOT[0])
    assert step.cms == given(here.revealed[SLOT])
    assert (step.step.field, step.step.signed_at, step.step.reserved) == ("sig.beland", bodies.NOW, 16384)
    assert (step.step.name, step.step.place, step.step.reason) == (record.name, record.place, record.reason)
    assert step.step.appearance == given(record.appearance)


def test_countersignatures_follow_in_the_order_in_which_they_were_made() -> None:
    here = plan("countersigned")
    assert shown(list(signed_steps(here, SLOT, given))) == [
        ("sig.beland", given(here.revealed[SLOT])),
        ("sig.aland", given(bodies.mark("later", *SLOT, A))),
        ("sig.celand", given(bodies.mark("later", *SLOT, C))),
    ]


def test_a_countersignature_is_replayed_from_its_own_record() -> None:
    here = plan("countersigned")
    (_, second, _) = signed_steps(here, SLOT, given)
    assert isinstance(second, SignedStep)
    assert second.step.appearance == given(bodies.mark("appearance", *SLOT, A))


def test_the_seal_is_validation_material_and_then_a_time_stamp() -> None:
    assert list(seal_steps(plan("countersigned"), SLOT, given)) == []
    dss, stamp = seal_steps(plan("sealed"), SLOT, given)
    assert dss == DssStep(certificates=(given(bodies.mark("issuer")),), crls=(), ocsps=())
    assert stamp == TimestampStep(field="archive", reserved=16384, token=given(bodies.mark("archive", *SLOT)))


@pytest.mark.parametrize("steps", [signed_steps, seal_steps])
def test_bytes_that_are_not_held_stop_the_replay(steps: Callable[..., object]) -> None:
    for missing in range(8):
        asked: list[Digest] = []

        def get(digest: Digest, gone: int = missing, seen: list[Digest] = asked) -> bytes | None:
            seen.append(digest)
            return None if len(seen) == gone + 1 else given(digest)

        if missing < (6 if steps is signed_steps else 2):
            with refused("attachment-missing"):
                list(steps(plan("sealed"), SLOT, get))  # type: ignore[call-overload]
        else:
            list(steps(plan("sealed"), SLOT, get))  # type: ignore[call-overload]


def test_an_appearance_that_is_not_held_is_named() -> None:
    here = plan("revealed")
    record = here.deposits[B].body.signatures[0].slot
    with refused("attachment-missing") as error:
        signature_step(here, B, record, lambda _: None)
    assert record.appearance in error.value.message
