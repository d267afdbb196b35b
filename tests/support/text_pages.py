"""The pages about the texts of one dossier: a node of a world, its officers and their browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client

from paraph.domain.ids import InstrumentNumber
from paraph.node.texts.addresses import slug_of
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

__all__ = ["NUMBER", "Pages", "hidden", "pages_at", "rows"]

NUMBER = InstrumentNumber("X/2026/1")


@dataclass
class Pages:
    """The pages of one dossier at the first node."""

    world: World
    officer: Any
    client: Client

    @property
    def folder(self) -> str:
        return f"/dossiers/{self.world.dossier}"

    @property
    def here(self) -> str:
        return f"{self.folder}/texts/{slug_of(NUMBER)}/"

    @property
    def table(self) -> str:
        return str(self.world.first.standing.instruments[NUMBER].text)

    def as_(self, *roles: str, name: str = "Another Officer", lang: str = "en") -> Client:
        return signed_in(officer(name, *roles), lang=lang)


def pages_at(stage: str) -> Pages:
    world = World.at(stage)
    site_of(world.first)
    who = officer("A. Officer", "treaty-officer", "reviser", "legal-adviser")
    return Pages(world, who, signed_in(who))


def hidden(page: str, name: str) -> str:
    """What a form of a page carries in a hidden field."""
    (found,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
    return str(found)


def rows(model: str) -> Any:
    """The rows of a table of ours, such as ``texts.Draft``; Django is not ready when tests are collected."""
    from django.apps import apps

    return apps.get_model(model).objects
