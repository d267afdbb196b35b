"""Every address of the pages and of the API, from Django's own table: for whatever has to look at all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from django.urls import get_resolver

__all__ = ["Address", "addresses"]

_PLACE: Final = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address.

    Attributes:
        name: As in the table of who may go where, such as ``desk:log``.
        route: As Django has it, such as ``dossiers/<str:dossier>/log``.
        places: Names of the parts that vary, from left to right.
    """

    name: str
    route: str
    places: tuple[str, ...]

    @property
    def regular(self) -> bool:
        """Whether it is a regular expression, into which no values can be put."""
        return "(?P" in self.route

    @property
    def shown(self) -> str:
        """For readers: ``/dossiers/{dossier}/log``."""
        return "/" + _PLACE.sub(r"{\1}", self.route)

    def path(self, values: Mapping[str, str]) -> str:
        """The address with values in its places, each escaped as a whole."""
        assert not self.regular, f"{self.name} has no places"
        return "/" + _PLACE.sub(lambda found: quote(values[found[1]], safe=""), self.route)


def addresses() -> list[Address]:
    """Every address there is, in the order in which Django tries them."""
    return list(_walk(get_resolver().url_patterns, "", "", ()))


def _walk(patterns: list[Any], route: str, names: str, places: tuple[str, ...]) -> Iterator[Address]:
    for one in patterns:
        here, parts = route + str(one.pattern), (*places, *one.pattern.regex.groupindex)
        if hasattr(one, "url_patterns"):
            inner = f"{names}{one.namespace}:" if one.namespace else names
            yield from _walk(one.url_patterns, here, inner, parts)
        else:
            yield Address(name=names + (one.name or ""), route=here, places=parts)
