"""What waits: for this officer's roles first, then for others."""

from __future__ import annotations

import re

import pytest
from django.urls import NoReverseMatch, resolve

from paraph.app.matters import MatterKind
from paraph.node.people.roles import May
from tests.support.nodes import STAGES, World
from tests.support.site import officer, signed_in, site_of


@pytest.mark.parametrize(
    ("stage", "role", "words", "heading"),
    [
        ("open", "treaty-officer", "Propose a first text", "For you"),
        ("open", "press-officer", "Propose a first text", "For others of this party"),
        ("agreed", "legal-adviser", "Give the go", "For you"),
        ("agreed", "treaty-officer", "Propose the signing plan", "For you"),
        ("planned", "signatory", "Sign this party", "For you"),
        ("planned", "protocol-officer", "Sign this party", "For others of this party"),
    ],
)
def test_each_role_sees_its_own_first(people: None, stage: str, role: str, words: str, heading: str) -> None:
    site_of(World.at(stage).first)
    text = signed_in(officer("somebody", role)).get("/").content.decode()
    assert words in text
    assert text.index(heading) < text.index(words)
    if heading != "For you":
        assert "Nothing waits for you" in text


def test_what_others_have_to_do_is_said_of_them(people: None) -> None:
    world = World.at("planned")
    world.first.deposit()
    world.settle()
    site_of(world.first)
    text = signed_in(officer("treaty officer", "treaty-officer")).get("/").content.decode()
    assert "For other participants" in text
    assert "has to sign its originals" in text


def test_a_concluded_dossier_asks_nothing_of_anybody(people: None) -> None:
    site_of(World.at("concluded").first)
    text = signed_in(officer("treaty officer", "treaty-officer")).get("/").content.decode()
    assert "Nothing waits for you" in text
    assert "For other" not in text


def test_every_kind_of_matter_has_words_a_role_and_an_address() -> None:
    from paraph.node.desk.matters import SERVED, in_words

    assert set(SERVED) == set(MatterKind)
    for kind, served in SERVED.items():
        assert served.may in May
        assert "%(" not in in_words(kind, "X/1")
        assert "South" in in_words(kind, "", "South") or kind is MatterKind.FROZEN  # type: ignore[arg-type]


def test_a_press_officer_is_led_to_the_publication_of_what_is_concluded(people: None) -> None:
    for stage in ("planned", "concluded"):
        world = World.at(stage)
        site_of(world.first)
        text = (
            signed_in(officer("press", "press-officer")).get(f"/dossiers/{world.dossier}/").content.decode()
        )
        assert (f"/dossiers/{world.dossier}/publication" in text) is (stage == "concluded")


def test_whatever_waits_and_every_stage_has_a_page() -> None:
    from paraph.node.desk import states
    from paraph.node.desk.links import address, page_of
    from paraph.node.desk.matters import SERVED

    names = {served.at for served in SERVED.values()} | {at for _, _, at in states.STAGES.values()}
    for name in names - {"desk:dossier"}:
        where = address(name, "ab" * 32, "X/2026/1", "cd" * 32)
        assert resolve(where).view_name == name
        assert where != page_of("ab" * 32)
    with pytest.raises(NoReverseMatch):
        address("texts:propose", "ab" * 32)


@pytest.mark.parametrize("stage", STAGES)
def test_the_desk_leads_to_pages_that_are_there(people: None, stage: str) -> None:
    world = World.at(stage)
    site_of(world.first)
    roles = ("treaty-officer", "protocol-officer", "legal-adviser", "signatory", "press-officer")
    client = signed_in(officer("somebody", *roles, signatory="north.fm"))
    for page in ("/", f"/dossiers/{world.dossier}/", f"/dossiers/{world.dossier}/take"):
        main = client.get(page).content.decode().partition("<main")[2]
        for where in re.findall(r'href="(/[^"#]*)', main):
            assert client.get(where).status_code != 404, (page, where)
