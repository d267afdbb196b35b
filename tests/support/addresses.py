"""Every address of the pages, from Django's own table, with real and hostile values in its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import paraph.node

__all__ = ["Address", "addresses", "field_names"]

_PLACE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_FIELD = re.compile(
    r"""(?:\bname=|_(?:input|area|box|group)\s+|checkbox\s+|\bPOST(?:\.get(?:list)?\(|\[))"([a-z][\w-]*)\""""
)


@dataclass(frozen=True, slots=True)
class Address:
    """One address.

    Attributes:
        name: As in the table of who may go where.
        route: As Django has it, such as ``dossiers/<str:dossier>/log``.
    """

    name: str
    route: str

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the parts that vary."""
        return tuple(found["name"] for found in _PLACE.finditer(self.route))

    def path(self, values: dict[str, str]) -> str:
        """The address with values in its places, each escaped as a whole."""
        return "/" + _PLACE.sub(lambda found: quote(values[found["name"]], safe=""), self.route)


def addresses() -> list[Address]:
    """Every address there is."""
    from django.urls import get_resolver

    return [one for one in _walk(get_resolver().url_patterns) if "(?P" not in one.route]


def _walk(patterns: list[Any], route: str = "", names: str = "") -> Iterator[Address]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            inner = f"{names}{one.namespace}:" if one.namespace else names
            yield from _walk(one.url_patterns, route + str(one.pattern), inner)
        else:
            yield Address(names + (one.name or ""), route + str(one.pattern))


def field_names() -> list[str]:
    """Names of all fields that any form sends or any view reads, as templates and views have them."""
    found: set[str] = set()
    for folder in Path(paraph.node.__file__).parent.iterdir():
        for file in [*folder.rglob("*.html"), *folder.rglob("*.py")] if folder.is_dir() else ():
            found.update(_FIELD.findall(file.read_text("utf-8")))
    return sorted(found - {"csrfmiddlewaretoken"})
