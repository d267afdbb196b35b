"""Addresses of pages about a dossier, by the names of their routes: the desk leads to all applications."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse

from paraph.node.texts.addresses import slug_of

__all__ = ["address", "page_of"]


def address(name: str, dossier: str, instrument: str = "", about: str = "") -> str:
    """The address of a page about a dossier; the dossier's own page if the other is about something that is not given."""
    given = {
        "dossier": quote(dossier, safe=""),
        "number": slug_of(instrument),
        "act": quote(about, safe=""),
    }
    shape, parts = _shape(name)
    if not all(given[part] for part in parts):
        return page_of(dossier)
    for part in parts:
        shape = shape.replace(_mark(part), given[part])
    return shape


def page_of(dossier: str) -> str:
    """The address of a dossier's own page."""
    return address("desk:dossier", dossier)


def _mark(part: str) -> str:
    """What stands in the shape of an address in the place of a part."""
    return f"PART-{part}-"


@cache
def _shape(name: str) -> tuple[str, tuple[str, ...]]:
    """An address with marks in it, and the parts that it is made of.

    Finding an address among some hundred costs more than all else that a line of a list needs, so it is done once.

    Raises:
        NoReverseMatch: No route is called so, or it needs other parts.
    """
    for parts in (("dossier", "number"), ("dossier", "act")):
        try:
            return reverse(name, kwargs={part: _mark(part) for part in parts}), parts
        except NoReverseMatch:
            continue
    return reverse(name, kwargs={"dossier": _mark("dossier")}), ("dossier",)
