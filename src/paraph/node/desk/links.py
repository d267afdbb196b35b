"""Addresses of other applications' pages, by name: an application that is not there is never linked to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.urls import NoReverseMatch, reverse

__all__ = ["address", "slug"]


def slug(number: str) -> str:
    """An instrument's number as part of an address or file name."""
    return number.replace("/", "-")


def address(names: Iterable[str], dossier: str, instrument: str = "", about: str = "") -> str:
    """The first address among some names that exists; the dossier's own page if none does."""
    for name in names:
        found = _try(name, dossier, instrument, about)
        if found:
            return found
    return reverse("desk:dossier", kwargs={"dossier": dossier})


def _try(name: str, dossier: str, instrument: str, about: str) -> str:
    which = _takes(name)
    given = {"dossier": dossier, "number": instrument, "act": about}
    if which is None or any(not given[one] for one in which):
        return ""
    return reverse(name, kwargs={one: given[one] for one in which})


@cache
def _takes(name: str) -> tuple[str, ...] | None:
    """Which parts an address is made of, as far as the desk knows them; None if there is none like that."""
    for parts in (("dossier", "number"), ("dossier", "act"), ("dossier",)):
        try:
            reverse(name, kwargs=dict.fromkeys(parts, "x"))
        except NoReverseMatch:
            continue
        return parts
    return None
