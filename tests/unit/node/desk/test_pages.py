"""Every page of the desk, at every stage of a dossier, in every language of the interface."""

from __future__ import annotations

import pytest

from tests.support.nodes import STAGES, World
from tests.support.site import officer, signed_in, site_of

EVERYBODY = (
    "treaty-officer", "protocol-officer", "legal-adviser", "reviser", "signatory", "press-officer", "auditor",
    "administrator", "witness",
)  # fmt: skip

PAGES = (
    "/", "/dossiers/", "/dossiers/open", "/dossiers/{d}/", "/dossiers/{d}/join", "/dossiers/{d}/describe",
    "/dossiers/{d}/log", "/dossiers/{d}/log?order=oldest", "/dossiers/{d}/log/0", "/dossiers/{d}/log/8",
    "/dossiers/{d}/refused", "/dossiers/{d}/take", "/dossiers/{d}/take/acts.jsonl",
    "/dossiers/{d}/take/checkpoint.txt", "/dossiers/{d}/records", "/dossiers/{d}/records/note",
    "/dossiers/{d}/records/statement", "/dossiers/{d}/records/unveiling", "/dossiers/{d}/records/commitment",
    "/dossiers/{d}/records/attestation", "/peers/", "/peers/add", "/peers/card.json", "/peers/south/",
    "/peers/south/words", "/peers/south/words/stop", "/peers/south/suspend",
)  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_every_page_is_served(people: None, stage: str, lang: str) -> None:
    world = World.at(stage)
    site_of(world.first)
    client = signed_in(officer("treaty officer of North", *EVERYBODY), lang=lang)
    for page in PAGES:
        answer = client.get(page.format(d=world.dossier))
        assert answer.status_code == 200, (page, answer.status_code)


@pytest.mark.parametrize("member", ["south", "middle"])
def test_every_page_is_served_to_the_others(people: None, member: str) -> None:
    world = World.at("deposited")
    site_of(world[member])
    client = signed_in(officer("an officer", *EVERYBODY))
    for page in PAGES:
        answer = client.get(page.format(d=world.dossier).replace("south", "north"))
        assert answer.status_code == 200, (page, answer.status_code)


@pytest.mark.parametrize(
    "page",
    [
        "/dossiers/ab/", "/dossiers/{d}x/", "/dossiers/{d}/log/99", "/dossiers/{d}/log?page=9", "/peers/nobody/",
        "/dossiers/{d}/take/original/none/north.pdf", "/dossiers/{d}/take/text/none/en.xml",
        "/dossiers/{d}/take/proof/1.json", "/dossiers/{d}/refused/1", "/dossiers/{d}/records/answer/none",
        "/peers/nobody/words", "/dossiers/{d}/take/text/none.json",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(people: None, page: str) -> None:
    world = World.at("agreed")
    site_of(world.first)
    client = signed_in(officer("treaty officer of North", *EVERYBODY))
    assert client.get(page.format(d=world.dossier)).status_code == 404


def test_a_stranger_sees_a_front_page_and_nothing_else(people: None) -> None:
    world = World.at("agreed")
    site_of(world.first)
    client = signed_in()
    front = client.get("/")
    assert front.status_code == 200
    assert b"Letters" not in front.content
    for page in PAGES[1:]:
        assert client.get(page.format(d=world.dossier)).status_code == 302, page
