"""Who may sign, and when (S2; Vienna Convention on the Law of Treaties, art. 7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.acts import Basis, Office
from paraph.domain.authority import check_may_sign, why_not
from paraph.domain.ids import ActId, InstrumentNumber, PartyId, Utc
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
