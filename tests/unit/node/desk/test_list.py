"""The list of dossiers: searched, filtered, only what an officer may read; its rows come back when they are lost."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.app.portrait import portrait
from paraph.simulation.papers import letter
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of


def listed(client: object, query: str = "") -> bool:
    text = client.get(f"/dossiers/{query}").content.decode()  # type: ignore[attr-defined]
    return "Letters" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("?q=letters", True), ("?q=LETT+x/2026", True), ("?q=nothing", False), ("?q=letters+nothing", False),
        ("?party=south", True), ("?party=nobody", False), ("?party=sou", False), ("?state=authority", True),
        ("?state=concluded", False), ("?state=nonsense", True), ("?waits=us", True), ("?waits=others", False),
        ("?waits=nobody", False), ("?page=9", True), ("?page=x", True), ("?q=%00%27%22%25", False),
    ],
)  # fmt: skip
def test_search_and_filters(people: None, query: str, found: bool) -> None:
    site_of(World.at("agreed").first)
    assert listed(signed_in(officer("treaty officer", "treaty-officer")), query) is found


def test_a_dossier_is_found_by_its_own_digest(people: None) -> None:
    world = World.at("agreed")
    site_of(world.first)
    client = signed_in(officer("treaty officer", "treaty-officer"))
    assert listed(client, f"?q={world.dossier[:16]}")
    assert not listed(client, "?q=ffffffffffffffff")


def test_only_dossiers_that_the_officer_may_read_are_listed(people: None) -> None:
    world = World.at("agreed")
    site_of(world.first)
    assert listed(signed_in(officer("one", "reviser", dossier=world.dossier)))
    assert not listed(signed_in(officer("two", "reviser", dossier="00" * 32)))
    stranger = signed_in(officer("three", "reviser", dossier="00" * 32))
    assert stranger.get(f"/dossiers/{world.dossier}/").status_code == 403
    assert "Letters" not in stranger.get("/").content.decode()


def test_the_list_shows_an_act_at_once_whoever_made_it(people: None) -> None:
    world = World.at("open")
    site_of(world.first)
    client = signed_in(officer("treaty officer", "treaty-officer"))
    assert listed(client, "?waits=us")
    world.first.propose(letter("X/2026/1", world.parties))
    world.settle()
    assert listed(client, "?waits=others")
    assert not listed(client, "?waits=us")
    world.second.accept("X/2026/1")
    world.settle()
    assert listed(client, "?waits=us&state=initials")


def test_finality_is_shown_when_it_comes_though_nothing_arrives_with_it(people: None) -> None:
    world = World.at("open")
    site_of(world.first)
    client = signed_in(officer("treaty officer", "treaty-officer"))
    world.first.propose(letter("X/2026/1", world.parties))
    assert "not final" in client.get("/dossiers/").content.decode()
    world.settle()
    assert "not final" not in client.get("/dossiers/").content.decode()


def test_rows_that_are_lost_come_back(people: None) -> None:
    from paraph.node.desk import projection as projecting
    from paraph.node.desk.models import Summary, Waiting

    site_of(World.at("agreed").first)
    client = signed_in(officer("treaty officer", "treaty-officer"))
    assert listed(client)
    before = list(Summary.objects.values()), Waiting.objects.count()
    Summary.objects.all().delete()
    Waiting.objects.all().delete()
    assert listed(client)
    assert (list(Summary.objects.values()), Waiting.objects.count()) == before
    projecting.forget_everything()
    assert listed(client)


def test_time_alone_changes_what_waits(people: None) -> None:
    world = World.at("planned")
    site_of(world.first)
    client = signed_in(officer("signatory", "signatory", "treaty-officer"))
    assert "deposit the signatures" in client.get("/").content.decode()
    world.clock.advance(3 * 3600)
    assert "deposit the signatures" not in client.get("/").content.decode()


def test_nothing_is_looked_at_twice(people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from paraph.node.desk import projection as projecting

    looked: list[object] = []

    def looking(*given: Any) -> Any:
        looked.append(given[2])
        return portrait(*given)

    monkeypatch.setattr(projecting, "portrait", looking)
    site_of(World.at("agreed").first)
    client = signed_in(officer("treaty officer", "treaty-officer"))
    for _ in range(5):
        client.get("/dossiers/")
    assert len(looked) == 1
