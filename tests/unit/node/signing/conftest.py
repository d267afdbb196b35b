"""Officers at the first party's pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.nodes import Member, World
from tests.support.site import officer, signed_in, site_of


class Pages:
    """The pages of one member's node, and the people in front of them."""

    def __init__(self, world: World, member: Member) -> None:
        self.world, self.member = world, member
        site_of(member)
        self._clients: dict[str, Client] = {}
        self.people: dict[str, Any] = {}

    def as_(self, *roles: str, lang: str = "en", **fields: Any) -> Client:
        """A browser of somebody with these roles; the signatory is the party's foreign minister."""
        name = "+".join(roles)
        if "signatory" in roles:
            fields.setdefault("signatory", f"{self.member.party}.fm")
        if name not in self.people:
            self.people[name] = officer(f"The {name}", *roles, dossier=self.world.dossier, **fields)
        key = f"{name}/{lang}"
        if key not in self._clients:
            self._clients[key] = signed_in(self.people[name], lang=lang)
        return self._clients[key]

    def at(self, path: str) -> str:
        return f"/dossiers/{self.world.dossier}/{path}"

    def room(self, path: str = "") -> str:
        return f"/room/{self.world.dossier}/{path}"


@pytest.fixture
def pages(people: None, request: pytest.FixtureRequest) -> Pages:
    """Of a world at the stage that the test names by ``@pytest.mark.parametrize("pages", […], indirect=True)``."""
    world = World.at(getattr(request, "param", "planned"))
    return Pages(world, world.first)
