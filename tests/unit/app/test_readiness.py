"""Readiness, line by line: what makes each say go, and what makes it say no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from paraph.app.readiness import (
    ABOUT_TO_EXPIRE_S,
    HEARD_WITHIN_S,
    TRIED_WITHIN_S,
    CertificateFacts,
    Facts,
    Line,
    LineName,
    PeerFacts,
    State,
    Tried,
    readiness,
    verdict,
)
from paraph.domain.acts import Basis, Mode, Office
from paraph.domain.ids import PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S, after
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, WITNESS, Proceedings, reach

A, B = PartyId("aland"), PartyId("beland")
NOW = bodies.NOW
FAR = Utc("2031-01-01T00:00:00Z")
GOOD_CERTIFICATE = CertificateFacts(valid_from=Utc("2026-01-01T00:00:00Z"), valid_until=FAR, lists_until=FAR)
HEARD = PeerFacts(verified=True, heard=NOW, skew_s=0, failure="")


def facts(table: Proceedings | None = None, **changes: Any) -> Facts:
    """Everything is good."""
    table = table or reach("open")
    good = Facts(
        standing=table.standing,
        party=A,
        now=NOW,
        final=True,
        certificates={A: GOOD_CERTIFICATE, B: GOOD_CERTIFICATE},
        key=Tried(at=NOW),
        timestamps=Tried(at=NOW),
        passkey=True,
        peers={B: HEARD, MEDIATOR: HEARD, WITNESS: HEARD},
        languages=True,
        names=True,
        protocol=True,
        place=True,
        fallback=True,
    )
    return replace(good, **changes)


def lines(found: Facts, name: LineName, about: str | None = None) -> list[Line]:
    return [one for one in readiness(found) if one.name is name and about in (None, one.about)]


def the_reason(found: Facts, name: LineName, about: str | None = None) -> tuple[State, str]:
    (line,) = [one for one in lines(found, name, about) if one.state is not State.GO] or lines(
        found, name, about
    )[:1]
    return line.state, line.reason


def test_when_everything_is_good_it_goes() -> None:
    found = readiness(facts())
    assert {one.state for one in found} == {State.GO}
    assert verdict(found) is State.GO
    assert {one.name for one in found} == set(LineName) - {LineName.DOSSIER, LineName.NODE}


def test_one_line_that_says_no_is_enough_and_attention_is_not() -> None:
    assert verdict(readiness(facts(fallback=False))) is State.NO_GO
    assert verdict(readiness(facts(passkey=None))) is State.GO


NO = State.NO_GO
SMALL: Mapping[str, tuple[dict[str, Any], LineName, State, str]] = {
    "frozen": ({"frozen": "two roots"}, LineName.DOSSIER, NO, "frozen"),
    "bytes missing": ({"lacking": ("AB/2021/1",)}, LineName.ORIGINALS, NO, "not-here"),
    "plan not final": ({"final": False}, LineName.PLAN, NO, "not-final"),
    "plan late": ({"now": bodies.LATER, "peers": {}}, LineName.PLAN, NO, "late"),
    "key never tried": ({"key": None}, LineName.KEY, NO, "never-tried"),
    "key fails": ({"key": Tried(at=NOW, code="no-key", message="none")}, LineName.KEY, NO, "failed"),
    "no passkey": ({"passkey": None}, LineName.PASSKEY, State.ATTENTION, "none"),
    "other passkey": ({"passkey": False}, LineName.PASSKEY, NO, "other"),
    "stamps never tried": ({"timestamps": None}, LineName.TIMESTAMPS, NO, "never-tried"),
    "stamps fail": ({"timestamps": Tried(at=NOW, code="x")}, LineName.TIMESTAMPS, NO, "failed"),
    "authority's clock": (
        {"timestamps": Tried(at=NOW, skew_s=-MAX_CLOCK_SKEW_S - 1)},
        LineName.CLOCK,
        NO,
        "authority-off",
    ),
    "languages": ({"languages": False}, LineName.LANGUAGES, NO, "not-confirmed"),
    "names": ({"names": False}, LineName.NAMES, NO, "not-confirmed"),
    "protocol": ({"protocol": False}, LineName.PROTOCOL, NO, "not-confirmed"),
    "place": ({"place": False}, LineName.PLACE, NO, "not-set"),
    "fallback": ({"fallback": False}, LineName.FALLBACK, NO, "not-entered"),
    "node": ({"health": ("the disk is full",)}, LineName.NODE, NO, "trouble"),
}


@pytest.mark.parametrize("which", SMALL)
def test_each_line_has_its_reason(which: str) -> None:
    changes, name, state, reason = SMALL[which]
    assert the_reason(facts(**changes), name) == (state, reason)


def test_what_was_tried_long_ago_counts_no_more() -> None:
    at = NOW
    later = after(at, TRIED_WITHIN_S)
    assert the_reason(facts(now=later, peers={}), LineName.KEY) == (State.GO, "good")
    assert the_reason(facts(now=after(later, 1), peers={}), LineName.KEY) == (NO, "long-ago")


@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (replace(HEARD, verified=False), "not-verified"),
        (replace(HEARD, heard=""), "never-heard"),
        (replace(HEARD, heard=after(NOW, -HEARD_WITHIN_S)), "good"),
        (replace(HEARD, heard=after(NOW, -HEARD_WITHIN_S - 1)), "silent"),
    ],
)
def test_peers_are_verified_and_heard_lately(peer: PeerFacts, reason: str) -> None:
    for who, state in ((B, NO), (MEDIATOR, NO), (WITNESS, State.ATTENTION)):
        expected = State.GO if reason == "good" else state
        assert the_reason(facts(peers={who: peer}), LineName.PEER) == (expected, reason)


def test_clocks_are_within_tolerance() -> None:
    for off, reason in ((MAX_CLOCK_SKEW_S, "good"), (-MAX_CLOCK_SKEW_S - 1, "peer-off")):
        found = facts(peers={B: replace(HEARD, skew_s=off)})
        assert the_reason(found, LineName.CLOCK, B)[1] == reason


@pytest.mark.parametrize(
    ("certificate", "state", "reason"),
    [
        (replace(GOOD_CERTIFICATE, valid_until=NOW), NO, "expired"),
        (replace(GOOD_CERTIFICATE, valid_until=after(NOW, ABOUT_TO_EXPIRE_S)), State.ATTENTION, "expires"),
        (replace(GOOD_CERTIFICATE, valid_until=after(NOW, ABOUT_TO_EXPIRE_S + 1)), State.GO, "good"),
        (replace(GOOD_CERTIFICATE, valid_from=after(NOW, 1)), NO, "not-yet"),
    ],
)
def test_certificates_are_valid_and_not_about_to_expire(
    certificate: CertificateFacts, state: State, reason: str
) -> None:
    found = facts(certificates={A: certificate, B: GOOD_CERTIFICATE})
    assert the_reason(found, LineName.CERTIFICATE, A) == (state, reason)


@pytest.mark.parametrize(("until", "state", "reason"), [("", State.ATTENTION, "none"), (NOW, NO, "old")])
def test_revocation_lists_are_fresh(until: str, state: State, reason: str) -> None:
    certificate = replace(GOOD_CERTIFICATE, lists_until=until)
    found = facts(certificates={A: GOOD_CERTIFICATE, B: certificate})
    assert the_reason(found, LineName.REVOCATION, B) == (state, reason)


def test_a_suspended_or_missing_certificate_says_no() -> None:
    table = reach("authorised")
    table.say(A, bodies_suspended(table))
    assert the_reason(facts(table), LineName.CERTIFICATE, A) == (NO, "suspended")
    assert the_reason(facts(certificates={A: GOOD_CERTIFICATE}), LineName.CERTIFICATE, B) == (NO, "none")


def bodies_suspended(table: Proceedings) -> Any:
    from paraph.domain.acts import CertificateSuspended

    return CertificateSuspended(
        signatory="aland.fm", certificate=bodies.certificate("aland").certificate, reason="lost"
    )


@pytest.mark.parametrize(
    ("stage", "name", "reason"),
    [
        ("described", LineName.INITIALLED, "no-text"),
        ("proposed", LineName.INITIALLED, "not-initialled"),
        ("agreed", LineName.INITIALLED, "not-initialled"),
        ("initialled", LineName.ORIGINALS, "not-engrossed"),
        ("engrossed", LineName.PLAN, "none"),
        ("engrossed", LineName.AUTHORITY, "lacking"),
        ("planned", LineName.PLAN, "not-accepted"),
    ],
)
def test_every_stage_before_the_exchange_says_what_is_missing(
    stage: str, name: LineName, reason: str
) -> None:
    found = [one for one in lines(facts(reach(stage)), name) if one.state is NO]
    assert {one.reason for one in found} == {reason}


def test_originals_that_differ_are_told() -> None:
    table = reach("initialled")
    number = table.numbers[0]
    table.say(A, bodies.engrossing(table.standing, number))
    body = bodies.engrossing(table.standing, number, renderer="other")
    other = replace(body.originals[0], sha256=bodies.mark("other bytes"))
    table.say(B, replace(body, originals=(other, *body.originals[1:])))
    assert the_reason(facts(table), LineName.ORIGINALS, number) == (NO, "differ")


def test_authority_has_to_last_until_the_time_limit() -> None:
    table = reach("engrossed")
    for party in (A, B):
        until = after(NOW, 60) if party == B else Utc("")
        table.say(party, replace(bodies.powers(party), valid_until=until))
        table.say(party, bodies.order(table.standing, party))
    table.plan()
    table.accept_plan()
    assert the_reason(facts(table), LineName.AUTHORITY, A) == (State.GO, "good")
    assert the_reason(facts(table), LineName.AUTHORITY, B) == (NO, "lacking")


def test_powers_that_are_not_verified_are_not_complete() -> None:
    table = reach("engrossed")
    table.say(A, replace(bodies.powers(A), basis=Basis.TO_FOLLOW, office=Office.OTHER))
    assert the_reason(facts(table), LineName.AUTHORITY, A) == (NO, "lacking")


def test_our_own_go_is_needed_and_theirs_is_told() -> None:
    table = reach("engrossed")
    for party in (A, B):
        table.say(party, bodies.powers(party))
    assert the_reason(facts(table), LineName.ORDER, A) == (NO, "not-ordered")
    assert the_reason(facts(table), LineName.ORDER, B) == (State.ATTENTION, "not-ordered")


def test_a_wish_to_stop_is_told() -> None:
    table = reach("held")
    table.say(B, bodies.abort_request(table.standing))
    assert the_reason(facts(table), LineName.PLAN) == (NO, "stopping")


def test_without_a_mediator_the_limit_does_not_say_no() -> None:
    table = reach("open", mode=Mode.DIRECT)
    assert the_reason(facts(table, now=bodies.LATER, peers={}), LineName.PLAN) == (State.GO, "good")


def test_every_line_has_its_words() -> None:
    """In the pages: none is shown without a reason, and each that says no has a remedy."""
    from paraph.node.signing.readiness_words import NAMES_OF_LINES, REASONS

    seen = {
        (one.name, one.reason) for stage in ("open", "concluded") for one in readiness(facts(reach(stage)))
    }
    seen |= {(name, reason) for _, name, _, reason in SMALL.values()}
    assert seen <= REASONS.keys()
    assert set(NAMES_OF_LINES) == set(LineName)
    for (_, reason), (_, remedy) in REASONS.items():
        assert (reason == "good") is (not remedy)


def test_where_everything_is_concluded_nothing_is_left_to_be_signed() -> None:
    for stage in ("concluded", "finished"):
        found = readiness(facts(reach(stage), final=False, key=None, names=False))
        assert [(one.name, one.state, one.reason) for one in found] == [
            (LineName.DOSSIER, State.DONE, "concluded")
        ]
        assert verdict(found) is State.DONE
    frozen = readiness(facts(reach("concluded"), frozen="two roots"))
    assert [one.reason for one in frozen] == ["frozen", "concluded"]


def test_where_one_package_is_concluded_the_rest_is_told_by_itself() -> None:
    one, late = NUMBERS
    table = reach("concluded", numbers=(one,))
    table.numbers = (late,)
    table.propose()
    found = facts(table)
    assert {one.about for one in lines(found, LineName.INITIALLED)} == {late}
    assert the_reason(found, LineName.INITIALLED, late) == (NO, "not-initialled")
    assert the_reason(found, LineName.PLAN) == (NO, "none")  # the one of the first package is over
    assert verdict(readiness(found)) is NO
