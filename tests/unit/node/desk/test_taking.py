"""What can be taken away: of a dossier with several packages, the container of each."""

from __future__ import annotations

import re

from paraph.domain.ids import PlanId
from paraph.wire.container.archive import read_archive
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

NUMBERS = ("X/2026/1", "X/2026/9")


def taken(body: bytes) -> set[str]:
    """Of which instruments a container holds originals."""
    names = (member.name for member in read_archive(body))
    return {name.split("/")[1].split(".")[0] for name in names if name.startswith("originals/")}


def test_the_container_of_each_package_can_be_taken(people: None) -> None:
    world = World.at("deposited", numbers=NUMBERS[:1])
    world.settle()
    world.numbers = NUMBERS[1:]
    world.agree()
    world.make_plan(PlanId("ab" * 16))
    site_of(world.first)
    client = signed_in(officer("treaty officer", "treaty-officer"))
    here = f"/dossiers/{world.dossier}/take"
    page = client.get(here).content.decode()
    assert re.findall(r'href="([^"]*asice[^"]*)"', page) == [f"{here}/dossier.asice"]
    world.deposit()
    world.settle()
    page = client.get(here).content.decode()
    links = re.findall(r'href="([^"]*asice[^"]*)"', page)
    assert links == [f"{here}/dossier.asice?instrument=X%2F2026%2F{n}" for n in (9, 1)]
    for link, number in zip(links, ("X-2026-9", "X-2026-1"), strict=True):
        answer = client.get(link)
        assert taken(answer.content) == {number}
        assert answer["Content-Disposition"] == f'attachment; filename="dossier.{number}.asice"'
    assert client.get(links[0]).content == client.get(f"{here}/dossier.asice").content
