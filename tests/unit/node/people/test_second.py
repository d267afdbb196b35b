"""Four eyes: another officer, with the same permission, in time, once."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.errors import LocalActError
from paraph.node.people.roles import May
from tests.support.nodes import World
from tests.support.people import rows
from tests.support.site import officer, signed_in, site_of

D, E = "d" * 64, "e" * 64


def second() -> Any:
    from paraph.node.people import second as module

    return module


def refusal(call: Any) -> str:
    with pytest.raises(LocalActError) as refused:
        call()
    return refused.value.code


def test_two_officers_who_may_stand_behind_it() -> None:
    one, two = officer("One", "treaty-officer", dossier=D), officer("Two", "treaty-officer")
    made = second().propose(one, "originals-adopted", may=May.INITIAL, dossier=D, detail="x", where="/there")
    assert second().pending("originals-adopted", D) == [made]
    assert second().confirmed("originals-adopted", D) is None
    assert second().waiting_for(two) == [made] and second().waiting_for(one) == []
    done = second().confirm(two, made.pk, remark="over the telephone")
    assert (done.by_name, done.second_name, done.remark) == ("One", "Two", "over the telephone")
    assert second().confirmed("originals-adopted", D, "x") == done
    assert second().confirmed("originals-adopted", D, "y") is None
    assert second().pending("originals-adopted", D) == []
    assert [entry.what for entry in rows("JournalEntry").order_by("pk")] == [
        "originals-adopted-proposed",
        "originals-adopted-confirmed",
    ]


def test_not_the_same_officer_not_without_permission_not_elsewhere() -> None:
    one = officer("One", "treaty-officer")
    made = second().propose(one, "x", may=May.INITIAL, dossier=D)
    assert refusal(lambda: second().confirm(one, made)) == "second-same-officer"
    for other in (
        officer("No role"),
        officer("Auditor", "auditor"),
        officer("Elsewhere", "treaty-officer", dossier=E),
    ):
        assert refusal(lambda other=other: second().confirm(other, made)) == "second-not-permitted"
        assert refusal(lambda other=other: second().withdraw(other, made)) == "second-not-permitted"
        assert second().waiting_for(other) == []
    left = officer("Who left", "treaty-officer", active=False)
    assert refusal(lambda: second().confirm(left, made)) == "second-not-permitted"
    assert (
        refusal(lambda: second().propose(officer("Nobody"), "x", may=May.INITIAL, dossier=D))
        == "second-not-permitted"
    )
    assert refusal(lambda: second().confirm(one, 10**9)) == "second-unknown"


def test_once_and_not_after_it_was_withdrawn() -> None:
    one, two = officer("One", "treaty-officer"), officer("Two", "treaty-officer")
    made = second().propose(one, "x", may=May.INITIAL, dossier=D)
    second().confirm(two, made)
    assert refusal(lambda: second().confirm(two, made)) == "second-done"
    other = second().propose(one, "x", may=May.INITIAL, dossier=D)
    second().withdraw(two, other)
    assert refusal(lambda: second().confirm(two, other)) == "second-done"
    assert refusal(lambda: second().withdraw(one, other)) == "second-done"


def test_who_proposed_it_has_to_be_permitted_it_still() -> None:
    one, two = officer("One", "treaty-officer"), officer("Two", "treaty-officer")
    made = second().propose(one, "x", may=May.INITIAL, dossier=D)
    rows("Grant").filter(officer=one).delete()
    assert refusal(lambda: second().confirm(two, made)) == "second-proposer"
    rows("Grant").create(officer=one, role="treaty-officer", given_by="x", given_at="x")
    rows("Officer").filter(pk=one.pk).update(active=False)
    assert refusal(lambda: second().confirm(two, made)) == "second-proposer"


def test_two_weeks_later_it_has_to_be_proposed_anew() -> None:
    world = World.at("agreed")
    site_of(world.first)
    one, two = officer("One", "treaty-officer"), officer("Two", "treaty-officer")
    made = second().propose(one, "x", may=May.INITIAL, dossier=D)
    world.clock.advance(second().LIVES_S)
    assert refusal(lambda: second().confirm(two, made)) == "second-expired"
    assert second().waiting_for(two) == [] and second().pending("x", D) == []


def test_the_page_shows_what_waits_and_lets_one_refuse() -> None:
    one, two = officer("One", "treaty-officer"), officer("Two", "treaty-officer")
    made = second().propose(
        one, "flags-confirmed", may=May.CONFIRM, dossier=D, detail="<b>", where="/dossiers/x/flags"
    )
    page = signed_in(two).get("/people/second").content.decode()
    assert "/dossiers/x/flags" in page and "flags-confirmed" in page
    assert "/confirm" not in page, "it is confirmed where it is shown"
    assert "Withdraw" in signed_in(one).get("/people/second").content.decode()
    assert signed_in(two).post(f"/people/second/{made.pk}/withdraw").status_code == 302
    assert second().waiting_for(two) == []


def test_what_is_confirmed_elsewhere_is_not_confirmed_here() -> None:
    one, two = officer("One", "administrator"), officer("Two", "administrator")
    made = second().propose(one, "peer-met", may=May.MEET_PEERS, detail="{}")
    assert signed_in(two).post(f"/people/second/{made.pk}/confirm").status_code == 409
    assert second().pending("peer-met") == [made], "and it stays open"
