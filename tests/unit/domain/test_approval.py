"""Approvals by passkey: presented before the plan, given for exactly one plan and its originals, used once (S4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.ids import ActId, PartyId
from paraph.domain.standing import PlanState
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, Proceedings, reach

A, B = PartyId("aland"), PartyId("beland")


def with_passkey(stage: str = "open", *names: str) -> Proceedings:
    """A dossier in which A's signatory has presented passkeys before the plan."""
    table = reach("authorised")
    table.say(A, bodies.passkeys(A, *names))
    table.plan()
    if stage == "open":
        table.accept_plan()
    return table


def release(table: Proceedings) -> None:
    """A has approved; everybody deposits, and the signatures are revealed."""
    table.deposit()
    table.hold()
    table.release()
    table.reveal()


def approve(table: Proceedings, party: str, *holders: str) -> ActId:
    prepared = table.say(party, bodies.preparation(table.standing, party, *holders))
    table.say(party, bodies.approval(table.standing, party, prepared.id))
    return prepared.id


def test_with_a_passkey_nothing_is_deposited_without_its_approval() -> None:
    table = with_passkey()
    assert table.refused(A, bodies.deposit(table.standing, A)) == "approval-absent"
    approve(table, A)
    table.say(A, bodies.deposit(table.standing, A))
    assert A in bodies.of(table.standing).deposits


def test_without_one_all_is_as_before() -> None:
    table = with_passkey()
    table.say(B, bodies.deposit(table.standing, B))
    assert B in bodies.of(table.standing).deposits


def test_what_was_only_prepared_approves_nothing() -> None:
    table = with_passkey()
    table.say(A, bodies.preparation(table.standing, A))
    assert table.refused(A, bodies.deposit(table.standing, A)) == "approval-absent"


def test_an_approval_is_for_the_date_and_place_that_the_signatory_saw() -> None:
    table = with_passkey()
    prepared = table.say(A, replace(bodies.preparation(table.standing, A), place="elsewhere"))
    table.say(A, bodies.approval(table.standing, A, prepared.id))
    assert table.refused(A, bodies.deposit(table.standing, A)) == "approval-differs"


def test_an_approval_of_the_others_originals_does_not_cover_ones_own() -> None:
    table = with_passkey()
    approve(table, A, B)
    assert table.refused(A, bodies.deposit(table.standing, A)) == "approval-absent"


def test_an_approval_is_used_up_by_the_deposit() -> None:
    table = with_passkey()
    approve(table, A)
    table.say(A, bodies.deposit(table.standing, A))
    table.say(MEDIATOR, bodies.refusal(table.standing, A))
    again = bodies.deposit(table.standing, A, kind="second")
    assert table.refused(A, again) == "approval-absent"
    approve(table, A)
    table.say(A, again)


def test_an_approval_is_given_once() -> None:
    table = with_passkey()
    prepared = approve(table, A)
    assert table.refused(A, bodies.approval(table.standing, A, prepared)) == "approval-unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"proposal": ActId(bodies.mark("other"))}, "plan-other"),
        ({"signatory": "somebody"}, "approval-signatory"),
        ({"originals": ()}, "approval-originals"),
    ],
)
def test_what_is_prepared_is_of_this_plan(change: dict[str, object], code: str) -> None:
    table = with_passkey()
    body = replace(bodies.preparation(table.standing, A), **change)  # type: ignore[arg-type]
    assert table.refused(A, body) == code


def test_only_the_agreed_bytes_can_be_approved_and_each_once() -> None:
    table = with_passkey()
    body = bodies.preparation(table.standing, A)
    one = body.originals[0]
    other = replace(one, sha256=bodies.mark("other bytes"))
    assert table.refused(A, replace(body, originals=(other,))) == "approval-originals"
    assert table.refused(A, replace(body, originals=(one, one))) == "approval-originals"


def test_a_party_without_passkeys_prepares_nothing() -> None:
    table = with_passkey()
    assert table.refused(B, bodies.preparation(table.standing, B)) == "passkey-unknown"


def test_an_approval_counts_with_one_of_the_passkeys_presented() -> None:
    table = with_passkey("open", "first", "second")
    prepared = table.say(A, bodies.preparation(table.standing, A)).id
    assert table.refused(A, bodies.approval(table.standing, A, prepared, "third")) == "approval-invalid"
    table.say(A, bodies.approval(table.standing, A, prepared, "second"))


def test_what_the_authenticator_gave_has_to_hold() -> None:
    table = with_passkey()
    prepared = table.say(A, bodies.preparation(table.standing, A)).id
    body = replace(bodies.approval(table.standing, A, prepared), assertion=bodies.mark("another"))
    assert table.refused(A, body) == "approval-invalid"


def test_nobody_approves_what_another_party_prepared() -> None:
    table = with_passkey()
    prepared = table.say(A, bodies.preparation(table.standing, A)).id
    assert table.refused(B, bodies.approval(table.standing, B, prepared)) == "approval-unknown"


def test_approvals_that_are_never_given_come_to_an_end() -> None:
    table = with_passkey()
    for number in range(64):
        table.say(A, replace(bodies.preparation(table.standing, A), place=f"place {number}"))
    assert table.refused(A, bodies.preparation(table.standing, A)) == "approval-count"


# --- countersignatures


def test_a_countersignature_needs_an_approval_that_may_come_with_the_deposit() -> None:
    table = with_passkey()
    approve(table, A, A, B)
    release(table)
    table.say(A, bodies.countersignatures(table.standing, A))
    table.say(B, bodies.countersignatures(table.standing, B))
    assert bodies.of(table.standing).state is PlanState.COUNTERSIGNED


def test_a_countersignature_needs_an_approval_that_may_come_after_the_release() -> None:
    table = with_passkey()
    approve(table, A)
    release(table)
    assert table.refused(A, bodies.countersignatures(table.standing, A)) == "approval-absent"
    approve(table, A, B)
    table.say(A, bodies.countersignatures(table.standing, A))


# --- presenting passkeys


def test_passkeys_stay_the_same_while_a_plan_relies_on_them() -> None:
    for stage in ("planned", "open"):
        table = with_passkey(stage)
        assert table.refused(A, bodies.passkeys(A, "another")) == "passkey-planned"
    table = with_passkey()
    approve(table, A)
    release(table)
    table.say(A, bodies.passkeys(A, "another"))  # the first one may be lost by now; consent was given


def test_the_passkeys_presented_last_count_and_none_means_none() -> None:
    table = reach("authorised")
    table.say(A, bodies.passkeys(A, "first", "second"))
    table.say(A, replace(bodies.passkeys(A), passkeys=()))
    table.plan()
    table.accept_plan()
    table.say(A, bodies.deposit(table.standing, A))


@pytest.mark.parametrize(
    ("origin", "rp_id"),
    [
        ("http://node.example", "node.example"),
        ("https://node.example/", "node.example"),
        ("https://node.example", "other.example"),
        ("https://node.example", "de.example"),
        ("https://node.example", ""),
        ("https://a@node.example", "node.example"),
        ("https://[", "node.example"),
        ("", ""),
    ],
)
def test_a_passkey_is_used_on_pages_of_its_host_only(origin: str, rp_id: str) -> None:
    table = reach("authorised")
    body = bodies.passkeys(A)
    one = replace(body.passkeys[0], origin=origin, rp_id=rp_id)
    assert table.refused(A, replace(body, passkeys=(one,))) == "passkey-origin"


@pytest.mark.parametrize(
    ("origin", "rp_id"),
    [
        ("https://node.example", "node.example"),
        ("https://sign.node.example:8443", "node.example"),
        ("http://aland.localhost:7480", "aland.localhost"),
    ],
)
def test_a_passkey_may_be_bound_to_a_host_or_one_above_it(origin: str, rp_id: str) -> None:
    table = reach("authorised")
    body = bodies.passkeys(A)
    table.say(A, replace(body, passkeys=(replace(body.passkeys[0], origin=origin, rp_id=rp_id),)))
    assert (A, "aland.fm") in table.standing.passkeys


def test_passkeys_are_few_each_once_with_a_key_that_can_be_checked() -> None:
    table = reach("authorised")
    assert table.refused(A, bodies.passkeys(A, *map(str, range(9)))) == "passkey-count"
    assert table.refused(A, bodies.passkeys(A, "one", "one")) == "passkey-twice"
    bad = replace(bodies.passkey(A), key=bodies.mark("bad key"))
    assert table.refused(A, acts.PasskeysPresented(signatory="aland.fm", passkeys=(bad,))) == "passkey-key"
    assert table.refused(A, replace(bodies.passkeys(A), signatory="nobody")) == "signatory-unknown"
