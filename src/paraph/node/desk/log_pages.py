"""The log as a story, one act as it was signed, and what was refused."""

from __future__ import annotations

import json
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from paraph.app.cards import card_chain
from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.app.story import Entry, entry_at, story
from paraph.domain.ids import DossierId
from paraph.errors import LocalActError
from paraph.node.desk.dossier_page import known, zones_of
from paraph.node.desk.names import Names
from paraph.node.desk.sentences import sentence
from paraph.node.web.files import as_file
from paraph.node.web.host import host
from paraph.wire.merkle import Tree, leaf_hash

__all__ = ["act_page", "evidence", "evidence_bytes", "log"]

PAGE: Final = 50

MOST_LEAVES: Final = 5000
"""Acts of a log up to which the proof of inclusion is shown on the page; a longer one is left to the container."""


def log(request: HttpRequest, dossier: str) -> HttpResponse:
    """The story, newest first unless asked otherwise."""
    node = host().node
    newest = request.GET.get("order") != "oldest"
    asked = request.GET.get("page", "")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1
    with node.store.read() as uow:
        known(uow, dossier)
        found = story(node, uow, DossierId(dossier), (number - 1) * PAGE, PAGE, newest=newest)
        names = Names(node, uow)
        entries = [
            {"entry": entry, "sentence": sentence(entry.act, names), "cosigned": names.all(entry.cosigned)}
            for entry in found.entries
        ]
    last = max(1, -(-found.total // PAGE))
    if number > last:
        raise Http404
    standing = found.current.standing
    context = {
        "dossier": dossier,
        "titles": standing.title,
        "entries": entries,
        "newest": newest,
        "number": number,
        "last": last,
        "total": found.total,
        "final": found.current.final,
        "size": found.current.view.size,
        "root": found.current.view.tree.root().hex(),
        "zones": zones_of(standing),
    }
    return render(request, "desk/log.html", context)


def act_page(request: HttpRequest, dossier: str, position: int) -> HttpResponse:
    """One act, as it was signed."""
    node = host().node
    with node.store.read() as uow:
        known(uow, dossier)
        try:
            entry = entry_at(node, uow, DossierId(dossier), position)
        except LocalActError as error:
            raise Http404 from error
        names = Names(node, uow)
        current = load(node, uow, DossierId(dossier))
        link = card_chain(node, uow, DossierId(dossier), entry.act.author).at(entry.act.author_seq)
        proof = _inclusion(uow, entry, DossierId(dossier), current.view.size)
    envelope = entry.sealed.envelope
    context = {
        "dossier": dossier,
        "titles": current.standing.title,
        "entry": entry,
        "sentence": sentence(entry.act, names),
        "author": names(entry.act.author),
        "cosigned": names.all(entry.cosigned),
        "envelope": envelope.data.decode("utf-8"),
        "payload": json.dumps(json.loads(envelope.payload), ensure_ascii=False, indent=2),
        "key_id": envelope.key_id,
        "card": link.digest if link is not None else "",
        "key_is_cards": link is not None and link.card.key_id == envelope.key_id,
        "size": current.view.size,
        "root": current.view.tree.root().hex(),
        "proof": proof,
        "previous": position - 1 if position else None,
        "next": position + 1 if position + 1 < current.view.size else None,
        "zones": zones_of(current.standing),
    }
    return render(request, "desk/act.html", context)


def _inclusion(uow: UnitOfWork, entry: Entry, dossier: DossierId, size: int) -> list[str] | None:
    """The hashes that lead from the act to the log's root; None for a log too long for a page."""
    assert entry.position is not None
    if not entry.position < size <= MOST_LEAVES:
        return None
    tree = Tree.of(leaf_hash(row.envelope) for row in uow.log(dossier, 0, size))
    return [step.hex() for step in tree.inclusion(entry.position, size)]


def evidence(request: HttpRequest, dossier: str) -> HttpResponse:
    """What peers sent in this dossier that the rules forbid, with the reason."""
    node: Node = host().node
    with node.store.read() as uow:
        current = load(node, uow, known(uow, dossier))
        names = Names(node, uow)
        rows = [
            {"place": place, "row": row, "peer": names(row.peer), "size": len(row.data)}
            for place, row in enumerate(uow.evidence(dossier), 1)
        ]
    context = {"dossier": dossier, "titles": current.standing.title, "rows": rows}
    return render(request, "desk/evidence.html", context)


def evidence_bytes(request: HttpRequest, dossier: str, place: int) -> HttpResponse:
    """The refused bytes, as they came; never shown, only handed out."""
    del request
    with host().node.store.read() as uow:
        rows = uow.evidence(known(uow, dossier))
    if not 1 <= place <= len(rows):
        raise Http404
    data = rows[place - 1].data
    return as_file(HttpResponse(data, content_type="application/octet-stream"), f"refused-{place:04d}.bin")
