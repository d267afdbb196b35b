"""One dossier: its stages and whose turn it is, who takes part, its instruments, what fails, what is frozen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from paraph.app.awaiting import losses, waiting
from paraph.app.chronicle import Chronicle
from paraph.app.freezing import accused_in
from paraph.app.node import Node
from paraph.app.portrait import Portrait, portrait
from paraph.app.ports import UnitOfWork
from paraph.domain.ids import DossierId
from paraph.domain.standing import Dossier
from paraph.node.desk.links import address, page_of
from paraph.node.desk.matters import SERVED, in_words
from paraph.node.desk.models import Summary
from paraph.node.desk.names import Names
from paraph.node.desk.proofs import frozen_here
from paraph.node.desk.states import PROGRESS, STAGES, STATES
from paraph.node.people.gate import officer_of
from paraph.node.people.reach import Reach
from paraph.node.people.roles import May
from paraph.node.web.host import host
from paraph.node.web.zones import zone_of

__all__ = ["dossier_page", "known", "zones_of"]


def known(uow: UnitOfWork, dossier: str) -> DossierId:
    """A dossier that is here; otherwise there is no such page."""
    if not uow.act_count(DossierId(dossier)):
        raise Http404
    return DossierId(dossier)


def zones_of(standing: Dossier) -> list[str]:
    """Time zones of the parties' places of signature, as far as they are known, each once."""
    found = (
        zone_of(standing.described[p].places.values()) for p in standing.parties if p in standing.described
    )
    return list(dict.fromkeys(zone for zone in found if zone))


def dossier_page(request: HttpRequest, dossier: str) -> HttpResponse:
    """The page."""
    node, reach = host().node, Reach(officer_of(request))
    row = Summary.objects.filter(dossier=dossier).only("chronicle").first()
    before = Chronicle.from_json(row.chronicle) if row is not None else None
    with node.store.read() as uow:
        found = portrait(node, uow, known(uow, dossier), before)
        names = Names(node, uow)
        awaits = waiting(node, uow, found.current.dossier, found.current.view)
        context = {
            "dossier": dossier,
            "titles": found.standing.title,
            "specimen": found.standing.specimen,
            "state": STATES[found.state],
            "stages": [_stage(one, dossier, names, node.party) for one in found.stages],
            "matters": [_matter(one, dossier, names, reach, node.party) for one in found.matters],
            "participants": [
                _participant(node, uow, found.standing, party, names) for party in found.standing.roles
            ],
            "instruments": _instruments(found, dossier, names),
            "zones": zones_of(found.standing),
            "acts": found.acts,
            "final": found.current.final,
            "void": len(found.current.view.void),
            "last_at": found.last_at,
            "root": found.current.view.tree.root().hex(),
            "failing": sorted(found.failing.items()),
            "restored": awaits.lines(),
            "losses": losses(node, uow, found.current),
            "frozen": found.current.frozen,
            "concluded": found.standing.concluded,
            "evidence": len(uow.evidence(dossier)) if reach.may(May.AUDIT, dossier) else 0,
            "can": {may.value.replace("-", "_"): reach.may(may, dossier) for may in May},
            "joins": node.party not in found.standing.joined,
            "is_party": node.party in found.standing.parties,
            "described": node.party in found.standing.described,
        }
    if found.current.frozen:
        proofs = frozen_here(node, found.current.dossier)
        context["accused"] = [names(party) for party in accused_in(proofs)]
    return render(request, "desk/dossier.html", context)


def _stage(one: Any, dossier: str, names: Names, own: str) -> dict[str, object]:
    title, hint, at = STAGES[one.name]
    progress, colour = PROGRESS[one.progress]
    return {
        "name": one.name.value,
        "title": title,
        "hint": hint,
        "url": address(at, dossier),
        "progress": progress,
        "colour": colour,
        "ours": own in one.turn,
        "turn": names.all([party for party in one.turn if party != own]),
        "until": one.until,
        "waits": one.progress.value == "not-yet",
    }


def _matter(one: Any, dossier: str, names: Names, reach: Reach, own: str) -> dict[str, object]:
    served = SERVED[one.kind]
    mine = one.party == own
    where = address(served.at, dossier, one.instrument, one.about)
    return {
        "words": in_words(one.kind.value, one.instrument, None if mine else names(one.party)),
        "url": where if mine and where != page_of(dossier) and reach.may(served.may, dossier) else "",
        "mine": mine,
        "since": one.since,
        "until": one.until,
    }


def _participant(
    node: Node, uow: UnitOfWork, standing: Dossier, party: Any, names: Names
) -> dict[str, object]:
    row = None if party == node.party else uow.peer(party)
    described = standing.described.get(party)
    return {
        "party": party,
        "name": names(party),
        "role": standing.roles[party].value,
        "own": party == node.party,
        "opener": party == standing.opener,
        "joined": party in standing.joined,
        "state": row.state if row is not None else ("" if party == node.party else "unknown"),
        "heard": uow.setting(f"heard:{party}") or "",
        "failure": uow.setting(f"delivery:{party}") or "",
        "signatories": described.signatories if described is not None else (),
    }


def _instruments(found: Portrait, dossier: str, names: Names) -> list[dict[str, object]]:
    standing = found.standing
    listed: list[dict[str, object]] = []
    for number, one in sorted(standing.instruments.items()):
        listed.append(
            {
                "number": number,
                "url": address("texts:text", dossier, number),
                "state": one.state.value,
                "versions": one.versions,
                "proposed_by": names(one.proposed_by),
                "text": one.text,
                "initialled": names.all(sorted(one.initialled)),
            }
        )
    return listed
