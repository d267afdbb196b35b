"""Who may sign, and when (S2; Vienna Convention on the Law of Treaties, art. 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.acts import Basis, Mode, Office
from paraph.domain.authority import check_may_sign, signing_certificate, why_not
from paraph.domain.duties import DutyKind, duties
from paraph.domain.ids import ActId, InstrumentNumber, PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S, after
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, Proceedings, reach

A, B, C = PartyId("aland"), PartyId("beland"), PartyId("celand")
N = NUMBERS[0]
DOCUMENT = bodies.mark("full powers")


def verify(powers: ActId, channel: str = "note verbale 7") -> acts.FullPowersVerified:
    return acts.FullPowersVerified(powers=powers, channel=channel)


def why(
    table: Proceedings, at: str = bodies.NOW, number: InstrumentNumber = N, who: PartyId = A
) -> str | None:
    return why_not(table.standing, who, bodies.minister(who), number, Utc(at))


# --- presenting


@pytest.mark.parametrize("office", [Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER])
def test_three_offices_sign_by_office(office: Office) -> None:
    table = reach("engrossed")
    table.say(A, bodies.powers(A, office=office))
    assert why(table) is None


@pytest.mark.parametrize("office", [Office.HEAD_OF_MISSION, Office.OTHER])
def test_a_head_of_mission_does_not(office: Office) -> None:
    assert reach("engrossed").refused(A, bodies.powers(A, office=office)) == "powers-office"


def test_full_powers_by_document_need_it_and_others_have_none() -> None:
    table = reach("engrossed")
    assert table.refused(A, bodies.powers(A, basis=Basis.BY_DOCUMENT)) == "powers-document"
    for basis in set(Basis) - {Basis.BY_DOCUMENT}:
        assert table.refused(A, bodies.powers(A, basis=basis, document=DOCUMENT)) == "powers-document"


@pytest.mark.parametrize("until", ["2019-12-31T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_a_term_ends_after_it_begins(until: str) -> None:
    assert reach("engrossed").refused(A, bodies.powers(A, valid_until=Utc(until))) == "powers-term"


def test_only_a_described_signatory_is_presented_certified_or_ordered() -> None:
    table = reach("engrossed")
    assert table.refused(A, bodies.powers(B)) == "signatory-unknown"
    assert table.refused(A, bodies.certificate(B)) == "signatory-unknown"
    assert table.refused(A, bodies.order(table.standing, B)) == "signatory-unknown"
    assert reach("joined").refused(A, bodies.powers(A)) == "signatory-unknown"


# --- verifying


@pytest.mark.parametrize("basis", [Basis.BY_DOCUMENT, Basis.DISPENSED_WITH, Basis.TO_FOLLOW])
def test_every_other_party_verifies_whatever_is_not_by_office(basis: Basis) -> None:
    table = reach("engrossed", ("aland", "beland", "celand"))
    document = DOCUMENT if basis is Basis.BY_DOCUMENT else ""
    act = table.say(A, bodies.powers(A, basis=basis, office=Office.HEAD_OF_MISSION, document=document))
    assert "beland, celand" in str(why(table))
    table.say(B, verify(act.id))
    table.say(B, verify(act.id))  # saying so again is harmless
    assert str(why(table)).endswith("not verified by celand")
    table.say(C, verify(act.id))
    assert why(table) is None


def test_a_party_does_not_verify_its_own_full_powers_nor_unknown_ones() -> None:
    table = reach("authorised")
    (own,) = (act for act, p in table.standing.powers.items() if p.party == A)
    assert table.refused(A, verify(own)) == "powers-own"
    assert table.refused(A, verify(ActId(bodies.mark("none")))) == "powers-unknown"
    assert table.refused(B, verify(own, channel="")) == "powers-channel"


# --- at the instant of signing


def test_a_signatory_without_full_powers_may_not_sign() -> None:
    assert "no full powers" in str(why(reach("engrossed")))


def test_the_term_is_a_half_open_interval() -> None:
    table = reach("engrossed")
    table.say(
        A,
        bodies.powers(A, valid_from=Utc("2026-03-02T00:00:00Z"), valid_until=Utc("2026-03-03T00:00:00Z")),
    )
    assert "begins only" in str(why(table, "2026-03-01T23:59:59Z"))
    assert why(table, "2026-03-02T00:00:00Z") is None
    assert why(table, "2026-03-02T23:59:59Z") is None
    assert "lapsed" in str(why(table, "2026-03-03T00:00:00Z"))


def test_full_powers_for_one_instrument_cover_no_other() -> None:
    table = reach("engrossed")
    table.say(A, bodies.powers(A, instruments=(N,)))
    assert why(table) is None
    assert "no full powers" in str(why(table, number=NUMBERS[1]))


def test_of_several_full_powers_one_that_holds_is_enough() -> None:
    table = reach("engrossed")
    table.say(A, bodies.powers(A, valid_until=Utc("2021-01-01T00:00:00Z")))
    assert "lapsed" in str(why(table))
    table.say(A, bodies.powers(A, valid_from=Utc("2025-01-01T00:00:00Z")))
    assert why(table) is None


def test_the_full_powers_of_one_signatory_are_no_other_ones() -> None:
    table = reach("authorised")
    assert why(table, who=B) is None
    assert "no full powers" in str(why_not(table.standing, B, bodies.minister(A), N, bodies.NOW))


def test_authority_is_not_the_order_to_sign() -> None:
    table = reach("engrossed")
    for expected in ("no-authority", "no-order"):
        with pytest.raises(LocalActError) as error:
            check_may_sign(table.standing, A, bodies.minister(A), NUMBERS, bodies.NOW)
        assert error.value.code == expected
        table.say(A, bodies.powers(A))
    table.say(A, bodies.order(table.standing, A))
    check_may_sign(table.standing, A, bodies.minister(A), NUMBERS, bodies.NOW)


# --- the go


def test_the_go_names_engrossed_instruments() -> None:
    body = bodies.order(reach("engrossed").standing, A)
    assert reach("initialled").refused(A, body) == "order-early"
    assert reach("concluded").refused(A, body) == "order-early"
    assert reach("engrossed").refused(A, replace(body, instruments=())) == "order-empty"
    unknown = replace(body, instruments=(InstrumentNumber("X/1"),))
    assert reach("engrossed").refused(A, unknown) == "order-early"


def test_the_go_of_one_party_is_for_its_own_signatory_only() -> None:
    table = reach("engrossed")
    table.say(A, bodies.order(table.standing, A))
    assert {(party, signatory) for party, signatory, _ in table.standing.orders} == {(A, bodies.minister(A))}


# --- certificates


def test_the_latest_certificate_counts_until_a_plan_names_it() -> None:
    table = reach("authorised")
    table.say(A, bodies.certificate(A, name="renewed"))
    assert table.standing.certificates[A, bodies.minister(A)].certificate == bodies.mark("renewed", A)
    assert table.refused(B, bodies.plan(table.standing, bodies.plan_id(1))) == "plan-certificate"


@pytest.mark.parametrize("stage", ["planned", "open", "held", "released", "countersigned", "sealed"])
def test_a_planned_certificate_is_not_exchanged_for_another(stage: str) -> None:
    table = reach(stage)
    assert table.refused(A, bodies.certificate(A, name="renewed")) == "certificate-planned"
    table.say(A, bodies.certificate(A, crl=7))  # the same one, with newer revocation lists
    assert table.standing.certificates[A, bodies.minister(A)].crls == (bodies.mark("crl", A, 7),)


def test_after_the_plan_another_certificate_is_welcome() -> None:
    table = reach("open")
    table.say(MEDIATOR, bodies.abort(table.standing))
    table.say(A, bodies.certificate(A, name="renewed"))
    concluded = reach("concluded")
    concluded.say(A, bodies.certificate(A, name="renewed"))


# --- suspending a certificate


@pytest.mark.parametrize("stage", ["planned", "open", "deposited"])
def test_before_everything_is_held_a_suspension_ends_the_exchange(stage: str) -> None:
    table = reach(stage)
    table.say(B, bodies.suspension(B))
    plan = bodies.of(table.standing)
    assert plan.state is PlanState.ABORTED
    assert plan.reason == "the certificate of beland.fm is suspended: card lost"


def test_when_everything_is_held_a_suspension_asks_the_mediator() -> None:
    table = reach("held")
    table.say(B, bodies.suspension(B))
    plan = bodies.of(table.standing)
    assert (plan.state, set(plan.abort_requested), plan.abandoned) == (PlanState.OPEN, {B}, frozenset())
    assert [d.kind for d in duties(table.standing, MEDIATOR, bodies.NOW)] == [DutyKind.ABORT]


def test_without_a_mediator_a_suspension_ends_it_until_the_first_reveal_and_then_asks() -> None:
    table = reach("deposited", mode=Mode.DIRECT)
    early = table.copy()
    early.say(B, bodies.suspension(B))
    assert bodies.of(early.standing).state is PlanState.ABORTED
    table.say(A, bodies.reveal(table.standing, A))
    table.say(B, bodies.suspension(B))
    assert bodies.of(table.standing).state is PlanState.OPEN
    assert duties(table.standing, B, bodies.NOW) == ()
    table.say(A, bodies.abort_request(table.standing))
    assert bodies.of(table.standing).state is PlanState.ABORTED


@pytest.mark.parametrize("stage", ["released", "revealed", "countersigned", "sealed", "concluded"])
def test_after_the_release_a_suspension_stops_nothing(stage: str) -> None:
    table = reach(stage)
    before = bodies.of(table.standing)
    table.say(B, bodies.suspension(B))
    assert bodies.of(table.standing) == before


def test_one_suspends_what_one_has_presented_for_that_signatory_once() -> None:
    table = reach("engrossed")
    assert table.refused(B, bodies.suspension(B, name="another")) == "certificate-unknown"
    stolen = replace(bodies.suspension(B), certificate=bodies.mark("certificate", A))
    assert table.refused(B, stolen) == "certificate-unknown"
    assert table.refused(B, replace(bodies.suspension(B), signatory="beland.other")) == "certificate-unknown"
    table.say(B, bodies.suspension(B))
    assert table.refused(B, bodies.suspension(B)) == "certificate-suspended"


def test_a_suspended_certificate_is_neither_presented_nor_planned_again() -> None:
    table = reach("authorised")
    table.say(B, bodies.suspension(B))
    assert table.refused(B, bodies.certificate(B)) == "certificate-suspended"
    signers = tuple(
        acts.PlannedSigner(party=p, signatory=bodies.minister(p), certificate=bodies.mark("certificate", p))
        for p in (A, B)
    )
    body = bodies.plan(table.standing, bodies.plan_id(1), signers=signers)
    assert table.refused(A, body) == "certificate-suspended"
    table.say(B, bodies.certificate(B, name="certificate 2"))
    table.plan()
    assert bodies.of(table.standing).signer(B).certificate == bodies.mark("certificate 2", B)


def test_a_certificate_that_was_replaced_before_can_still_be_suspended() -> None:
    table = reach("described")
    table.say(B, bodies.certificate(B, name="another"))
    table.say(B, bodies.suspension(B))
    assert table.refused(B, bodies.certificate(B)) == "certificate-suspended"
    presented = table.standing.certificates_of(B, bodies.minister(B))
    assert [c.certificate for c in presented] == [
        bodies.mark("certificate", B),
        bodies.mark("another", B),
    ]


def test_a_certificate_that_comes_back_is_known_once() -> None:
    table = reach("described")
    for name in ("another", "certificate"):
        table.say(B, bodies.certificate(B, name=name))
    presented = table.standing.certificates_of(B, bodies.minister(B))
    assert [c.certificate for c in presented] == [
        bodies.mark("another", B),
        bodies.mark("certificate", B),
    ]


def test_with_which_certificate_a_signatory_signs_now() -> None:
    table = reach("released")
    planned, another = bodies.mark("certificate", B), bodies.mark("another", B)
    assert table.refused(B, bodies.certificate(B, name="another")) == "certificate-planned"

    def now() -> str | None:
        return signing_certificate(table.standing, bodies.of(table.standing), B)

    assert now() == planned
    table.say(B, bodies.suspension(B))
    assert now() is None
    table.say(B, bodies.certificate(B, name="another"))
    assert now() == another
    table.say(B, bodies.suspension(B, name="another"))
    assert now() is None


# --- withdrawing full powers


def test_withdrawn_powers_have_lapsed_from_the_acts_time_on() -> None:
    table = reach("engrossed")
    table.say(A, bodies.powers(A))
    table.say(A, bodies.withdrawal(table.standing, A), time=Utc("2026-03-02T08:00:00Z"))
    assert why(table, "2026-03-02T07:59:59Z") is None
    assert why(table, "2026-03-02T08:00:00Z") == (
        "the full powers of aland.fm were withdrawn at 2026-03-02T08:00:00Z"
    )


def test_one_withdraws_ones_own_powers_once() -> None:
    table = reach("authorised")
    own = bodies.withdrawal(table.standing, A)
    assert table.refused(B, own) == "powers-unknown"
    assert table.refused(A, replace(own, powers=ActId(bodies.mark("none")))) == "powers-unknown"
    table.say(A, own)
    assert table.refused(A, own) == "powers-withdrawn"


@pytest.mark.parametrize("stage", ["planned", "open", "deposited"])
def test_a_withdrawal_ends_an_exchange_that_rests_on_the_powers(stage: str) -> None:
    table = reach(stage)
    table.say(B, bodies.withdrawal(table.standing, B))
    plan = bodies.of(table.standing)
    assert (plan.state, plan.reason) == (
        PlanState.ABORTED,
        "the full powers of beland.fm are withdrawn: recalled",
    )


def test_a_withdrawal_of_powers_that_have_others_beside_them_ends_nothing() -> None:
    table = reach("open")
    table.say(B, bodies.powers(B))
    table.say(B, bodies.withdrawal(table.standing, B))
    assert bodies.of(table.standing).state is PlanState.OPEN
    table.say(B, bodies.withdrawal(table.standing, B))
    assert bodies.of(table.standing).state is PlanState.ABORTED


def test_a_withdrawal_of_powers_for_other_instruments_ends_nothing() -> None:
    table = reach("engrossed")
    for who in (A, B):
        table.say(who, bodies.powers(who))
        table.say(who, bodies.order(table.standing, who))
    other = table.say(B, bodies.powers(B, instruments=(InstrumentNumber("X/9"),)))
    table.plan()
    table.accept_plan()
    table.say(B, acts.FullPowersWithdrawn(powers=other.id, reason="moot"))
    assert bodies.of(table.standing).state is PlanState.OPEN


def test_when_everything_is_held_a_withdrawal_asks_the_mediator_and_after_the_release_it_stops_nothing() -> (
    None
):
    table = reach("held")
    table.say(B, bodies.withdrawal(table.standing, B))
    assert bodies.of(table.standing).state is PlanState.OPEN
    assert set(bodies.of(table.standing).abort_requested) == {B}
    table = reach("released")
    before = bodies.of(table.standing)
    table.say(B, bodies.withdrawal(table.standing, B))
    assert bodies.of(table.standing) == before


def test_nobody_unsigns_by_withdrawing_at_an_earlier_time() -> None:
    """The signatures that the dossier knows, and time stamps as much later as clocks may differ, stay good."""
    table = reach("released")
    table.say(A, bodies.withdrawal(table.standing, A), time=Utc("2026-01-01T00:00:00Z"))
    assert why(table, bodies.NOW) is None
    assert why(table, after(bodies.NOW, MAX_CLOCK_SKEW_S)) is None
    assert why(table, after(bodies.NOW, MAX_CLOCK_SKEW_S + 1)) is not None


def test_countersignatures_are_not_unsigned_either() -> None:
    table = reach("revealed")
    at = Utc("2026-03-02T10:00:00Z")
    table.say(A, bodies.countersignatures(table.standing, A, at=at))
    table.say(A, bodies.withdrawal(table.standing, A), time=Utc("2026-01-01T00:00:00Z"))
    assert why(table, at) is None
