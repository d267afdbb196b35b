"""All dossiers: searched, filtered, the one with the newest act first."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from paraph.node.desk.links import page_of
from paraph.node.desk.models import Summary
from paraph.node.desk.names import Names
from paraph.node.desk.projection import caught_up
from paraph.node.desk.states import STATES, state_choices
from paraph.node.people.gate import officer_of
from paraph.node.people.reach import Reach
from paraph.node.people.roles import May
from paraph.node.web.host import host

__all__ = ["dossier_list"]

PAGE: Final = 25

MOST_WORDS: Final = 8
"""Words of a search; each narrows the list further, so nobody needs more."""

MOST_LETTERS: Final = 200
"""Letters of a search."""


def dossier_list(request: HttpRequest) -> HttpResponse:
    """The list."""
    complete = caught_up()
    node, reach = host().node, Reach(officer_of(request))
    rows = _chosen(
        Summary.objects.filter(reach.rows(May.READ)).defer("chronicle", "search", "stamp"),
        request,
        node.party,
    )
    page = Paginator(rows.order_by("-last_at", "dossier"), PAGE).get_page(request.GET.get("page"))
    with node.store.read() as uow:
        names = Names(node, uow)
        peers = [row.party for row in uow.peers()]
    return render(
        request,
        "desk/dossiers.html",
        {
            "page": page,
            "around": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
            "gap": page.paginator.ELLIPSIS,
            "rows": [_shown(row, names) for row in page],
            "complete": complete,
            "query": _without_page(request),
            "q": request.GET.get("q", "")[:MOST_LETTERS],
            "party": request.GET.get("party", ""),
            "state": request.GET.get("state", ""),
            "waits": request.GET.get("waits", ""),
            "filtered": any(request.GET.get(key) for key in ("q", "party", "state", "waits")),
            "parties": [("", _("Anybody")), *((party, names(party)) for party in peers)],
            "states": [("", _("Any")), *state_choices()],
            "waiting": [
                ("", _("Anybody or nobody")), ("us", _("This party")), ("others", _("Others")), ("nobody", _("Nobody")),
            ],
            "opens": reach.may(May.NEGOTIATE),
        },
    )  # fmt: skip


def _chosen(rows: QuerySet[Summary], request: HttpRequest, own: str) -> QuerySet[Summary]:
    for word in request.GET.get("q", "")[:MOST_LETTERS].casefold().split()[:MOST_WORDS]:
        rows = rows.filter(search__contains=word)
    state, party, waits = (request.GET.get(key, "") for key in ("state", "party", "waits"))
    if state in STATES:
        rows = rows.filter(state=state)
    if party:
        rows = rows.filter(search__contains=f"\n{party.casefold()[:MOST_LETTERS]} ")
    if waits == "us":
        rows = rows.filter(waits__contains=f",{own},")
    elif waits == "others":
        rows = rows.exclude(waits=",").exclude(waits__contains=f",{own},")
    elif waits == "nobody":
        rows = rows.filter(waits=",")
    return rows


def _shown(row: Summary, names: Names) -> dict[str, Any]:
    open_ = row.acts - row.final
    return {
        "row": row,
        "with": names.all([party for party in sorted(row.roles) if party != host().node.party]),
        "state": STATES[row.state],
        "waits": names.all([party for party in row.waits.split(",") if party]),
        "url": page_of(row.dossier),
        "acts": ngettext("%(n)s act", "%(n)s acts", row.acts) % {"n": row.acts},
        "open": ngettext("%(n)s not final", "%(n)s not final", open_) % {"n": open_} if open_ > 0 else "",
    }


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
