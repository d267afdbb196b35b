"""Addresses of other applications' pages, by name: an application that is not there is never linked to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse

__all__ = ["address", "page_of", "slug"]


def slug(number: str) -> str:
    """An instrument's number as part of an address or file name."""
    return number.replace("/", "-")


def address(names: Iterable[str], dossier: str, instrument: str = "", about: str = "") -> str:
    """The first address among some names that exists; the dossier's own page if none does."""
    given = {"dossier": dossier, "number": instrument, "act": about}
    for name in names:
        shape, parts = _shape(name)
        if shape and all(given[part] for part in parts):
            for part in parts:
                shape = shape.replace(_mark(part), quote(given[part], safe=""))
            return shape
    return page_of(dossier)


def page_of(dossier: str) -> str:
    """The address of a dossier's own page."""
    return _shape("desk:dossier")[0].replace(_mark("dossier"), quote(dossier, safe=""))


def _mark(part: str) -> str:
    """What stands in the shape of an address in the place of a part."""
    return f"PART-{part}-"


@cache
def _shape(name: str) -> tuple[str, tuple[str, ...]]:
    """An address with marks in it, and the parts that it is made of, as far as the desk knows them; "" if there is none like that.

    Finding an address among some hundred costs more than all else that a line of a list needs, so it is done once.
    """
    for parts in (("dossier", "number"), ("dossier", "act"), ("dossier",)):
        try:
            return reverse(name, kwargs={part: _mark(part) for part in parts}), parts
        except NoReverseMatch:
            continue
    return "", ()
