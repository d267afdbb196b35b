"""The first page: what waits, for whom, since when; for a stranger, what this node is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from paraph.app.matters import MatterKind
from paraph.node.desk.links import address, page_of
from paraph.node.desk.matters import SERVED, in_words
from paraph.node.desk.models import Summary, Waiting
from paraph.node.desk.names import Names
from paraph.node.desk.projection import caught_up
from paraph.node.people.gate import officer_of
from paraph.node.people.reach import Reach
from paraph.node.people.roles import May
from paraph.node.people.second import NAMES, waiting_for
from paraph.node.web.host import host

__all__ = ["first_page"]

MOST: Final = 25
"""Matters shown: whoever has more begins with the oldest."""

FEW: Final = 5
"""Matters of others shown; the list of dossiers has all."""

BY_ITSELF: Final = (MatterKind.NODE_WORKS,)
"""What asks nobody to do anything."""


def first_page(request: HttpRequest) -> HttpResponse:
    """What waits."""
    if not request.user.is_authenticated:
        return render(request, "desk/front.html")
    officer = officer_of(request)
    complete = caught_up()
    reach, node = Reach(officer), host().node
    rows = Waiting.objects.exclude(kind__in=BY_ITSELF)
    can = reach.any_of((kind, served.may) for kind, served in SERVED.items())
    mine = rows.filter(can, party=node.party)
    readable = rows.filter(reach.rows(May.READ)) if reach.may(May.READ) else rows.none()
    everything = all(reach.where(served.may) is None for served in SERVED.values())
    colleagues = rows.none() if everything else readable.filter(~can, party=node.party)
    others = readable.exclude(party=node.party)
    with node.store.read() as uow:
        names = Names(node, uow)
    strangers = [row.party for row in names.peers if row.state == "unverified"]
    shown = [
        list(mine.order_by("since", "pk")[:MOST]),
        list(colleagues.order_by("since", "pk")[:FEW]),
        list(others.order_by("since", "pk")[:FEW]),
    ]
    titles = _titles(one.dossier for part in shown for one in part)
    total = mine.count() if len(shown[0]) == MOST else len(shown[0])
    first, second, third = ([_shown(one, titles, names, own=node.party) for one in part] for part in shown)
    return render(
        request,
        "desk/first.html",
        {
            "mine": first,
            "more": max(0, total - MOST),
            "total": total,
            "colleagues": second,
            "others": third,
            "proposals": [
                {"name": NAMES.get(one.what, one.what), "one": one} for one in waiting_for(officer)
            ],
            "strangers": [
                {"name": names(party), "url": reverse("desk:words", kwargs={"party": party})}
                for party in strangers
            ]
            if reach.may(May.MEET_PEERS)
            else [],
            "failing": host().health(),
            "complete": complete,
            "reads": reach.may(May.READ),
            "opens": reach.may(May.NEGOTIATE),
        },
    )


def _titles(dossiers: Iterable[str]) -> dict[str, Any]:
    return dict(Summary.objects.filter(dossier__in=set(dossiers)).values_list("dossier", "titles"))


def _shown(one: Waiting, titles: dict[str, Any], names: Names, *, own: str) -> dict[str, object]:
    kind = MatterKind(one.kind)
    return {
        "words": in_words(one.kind, one.instrument, None if one.party == own else names(one.party)),
        "url": address(SERVED[kind].at, one.dossier, one.instrument, one.about)
        if one.party == own
        else page_of(one.dossier),
        "page": page_of(one.dossier),
        "titles": titles.get(one.dossier, {}),
        "since": one.since,
        "until": one.until,
    }
