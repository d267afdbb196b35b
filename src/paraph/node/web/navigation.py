"""The ways that every page offers. Applications add theirs when they start; the gate says whom they are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.http import url_has_allowed_host_and_scheme

__all__ = ["Link", "add_entry", "came_from", "entries_for", "here", "safe_next"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    label: object
    order: int
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way, as a page shows it.

    Attributes:
        url: Where it leads.
        label: What it is called.
        current: Whether the person is there, or somewhere under it.
    """

    url: str
    label: object
    current: bool


_entries: dict[str, _Entry] = {}


def add_entry(name: str, label: object, *, order: int, covers: tuple[str, ...] = ()) -> None:
    """Offer an address on every page, to those whom the gate would let go there.

    Args:
        name: Name of the address; it takes no arguments.
        label: What to call it, as a lazy translation.
        order: Its place: 10 desk, 20 dossiers, 30 peers, 40 people, 50 journal, 60 checking, 70 published.
        covers: Names of other addresses, or namespaces of whole applications, that lie under it.
    """
    _entries[name] = _Entry(name=name, label=label, order=order, covers=covers)


def entries_for(request: HttpRequest) -> list[Link]:
    """The ways for one person on one page; none where nobody asked the gate."""
    judge: Callable[[str], bool] | None = getattr(request, "would_let", None)
    if judge is None:
        return []
    match = getattr(request, "resolver_match", None)
    page = match.view_name if match is not None else ""
    found = [one for one in sorted(_entries.values(), key=lambda one: one.order) if judge(one.name)]
    current = _closest(page, found)
    links = []
    for one in found:
        url = _address(one.name, get_urlconf())
        if url:
            links.append(Link(url=url, label=one.label, current=one is current))
    return links


@cache
def _address(name: str, _table: object) -> str:
    """An address by its name, "" if there is none: the same on every page, and finding it costs more than showing it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _closest(page: str, found: list[_Entry]) -> _Entry | None:
    """The entry that a page belongs to: itself, else by full name, else by namespace."""
    for wanted in (page, page.partition(":")[0]):
        for one in found:
            if wanted and (wanted == one.name or wanted in one.covers):
                return one
    return None


def here(request: HttpRequest) -> str:
    """An address that shows this page again: its own, or that of the page whose form was answered."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    judge: Callable[[str], bool] | None = getattr(request, "would_let", None)
    match = getattr(request, "resolver_match", None)
    if judge is not None and match is not None and judge(match.view_name):
        return request.get_full_path()
    return came_from(request) or "/"


def came_from(request: HttpRequest) -> str:
    """The page of ours from which a form was sent; empty if it is not known."""
    sent = request.headers.get("Referer", "")
    try:
        start = f"{request.scheme}://{request.get_host()}/"
    except DisallowedHost:  # nothing of ours came from there
        return ""
    return "/" + sent[len(start) :] if sent.startswith(start) else ""


def safe_next(request: HttpRequest, where: str) -> str:
    """An address of these pages to go on to; the first page if it is another one's."""
    safe = url_has_allowed_host_and_scheme(
        where, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return where if safe and where.startswith("/") else "/"
