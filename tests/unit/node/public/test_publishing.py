"""Deciding to publish: two officers, an embargo, a withdrawal that is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of


@pytest.fixture
def world(people: None) -> World:
    world = World.at("concluded")
    site_of(world.first)
    return world


def at(world: World, rest: str = "") -> str:
    return f"/dossiers/{world.dossier}/publication{rest}"


def proposal(world: World) -> Any:
    from paraph.node.people import second

    (one,) = second.pending("publication", str(world.dossier))
    return one


def two() -> tuple[Any, Any]:
    return signed_in(officer("First", "press-officer")), signed_in(officer("Second", "press-officer"))


def test_one_proposes_another_confirms_and_then_everybody_sees_it(world: World) -> None:
    from paraph.node.people.models import JournalEntry

    first, second = two()
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 404
    assert first.post(at(world), {"not_before": ""}).status_code == 302
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 404
    alone = first.post(at(world, "/confirm"), {"proposal": proposal(world).pk})
    assert alone.status_code == 409
    assert "second-same-officer" in alone.content.decode()
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 404
    assert second.post(at(world, "/confirm"), {"proposal": proposal(world).pk}).status_code == 302
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 200
    assert [one.what for one in JournalEntry.objects.order_by("pk")] == [
        "publication-proposed",
        "publication-confirmed",
    ]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "word for word"), ("he", "מילה במילה"), ("sq", "fjalë për fjalë")]
)
def test_whoever_publishes_is_told_that_comments_go_with_it(world: World, lang: str, words: str) -> None:
    first, second = (
        signed_in(officer(name, "press-officer"), lang=lang) for name in ("Proposer", "Confirmer")
    )
    assert words in first.get(at(world)).content.decode()
    first.post(at(world), {"not_before": ""})
    assert words in second.get(at(world)).content.decode()


def test_an_embargo_is_kept(world: World) -> None:
    first, second = two()
    assert first.post(at(world), {"not_before": "2999-01-01T12:00"}).status_code == 302
    second.post(at(world, "/confirm"), {"proposal": proposal(world).pk})
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 404
    assert "2999-01-01T12:00:00Z" in first.get(at(world)).content.decode()


@pytest.mark.parametrize(
    "words", ["tomorrow", "2021-13-01T00:00", "9999-12-31T23:59-23:00", "0001-01-01T00:00"]
)
def test_an_embargo_that_is_no_time_is_said_so_beside_what_was_entered(world: World, words: str) -> None:
    answer = two()[0].post(at(world), {"not_before": words})
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_withdrawing_needs_a_reason_and_leaves_it_to_be_seen(world: World) -> None:
    first, second = two()
    first.post(at(world), {})
    second.post(at(world, "/confirm"), {"proposal": proposal(world).pk})
    assert first.post(at(world, "/withdraw"), {"reason": " "}).status_code == 400
    assert first.post(at(world, "/withdraw"), {"reason": "A page was missing."}).status_code == 302
    gone = signed_in().get(f"/published/{world.dossier}/")
    assert gone.status_code == 410
    assert "A page was missing." in gone.content.decode()
    assert first.post(at(world), {}).status_code == 302, "it can be proposed anew"


def test_a_proposal_can_be_taken_back(world: World) -> None:
    first, second = two()
    first.post(at(world), {})
    number = proposal(world).pk
    assert first.post(at(world, "/take-back"), {"proposal": number}).status_code == 302
    assert second.post(at(world, "/confirm"), {"proposal": number}).status_code == 409
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 404


def test_the_gate_is_asked_again_when_it_is_confirmed(world: World) -> None:
    first, second = two()
    first.post(at(world), {})
    with world.first.node.store.write() as uow:
        uow.set_setting(f"frozen:{world.dossier}", "two roots for one size")
    answer = second.post(at(world, "/confirm"), {"proposal": proposal(world).pk})
    assert answer.status_code == 409
    assert proposal(world), "the proposal stays open"
    assert signed_in().get(f"/published/{world.dossier}/").status_code == 404


def test_what_is_not_concluded_cannot_be_proposed(people: None) -> None:
    world = World.at("agreed")
    site_of(world.first)
    client = two()[0]
    assert "not concluded" in client.get(at(world)).content.decode()
    assert client.post(at(world), {}).status_code == 409


def test_others_may_not(world: World) -> None:
    for role in ("treaty-officer", "administrator", "auditor"):
        assert signed_in(officer("A. Officer", role)).get(at(world)).status_code == 403
    assert (
        signed_in(officer("Press elsewhere", "press-officer", dossier="ab" * 32)).get(at(world)).status_code
        == 403
    )
