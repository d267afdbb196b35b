"""Peers: who they are, whether they are verified, when they were heard; adding a card, giving the own one, suspending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from paraph.app.cards import renewals_of
from paraph.app.peers import add_peer, suspend_peer
from paraph.app.ports import PeerRow, UnitOfWork
from paraph.domain.ids import PartyId
from paraph.errors import FormatError, LocalActError
from paraph.node.desk.names import Names
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.people.reach import Reach
from paraph.node.people.roles import May
from paraph.node.people.second import confirm, is_open, pending, propose, withdraw
from paraph.node.web.files import as_file
from paraph.node.web.host import host
from paraph.node.web.notices import notice
from paraph.wire import limits
from paraph.wire.card import card_digest

__all__ = ["SUSPEND", "add", "own_card", "peer", "peer_row", "peers", "suspend"]

SUSPEND: Final = "peer-suspended"
"""Name of the proposal, and of the entry in the journal."""

CLOCKS_APART_S: Final = 60
"""From here on a peer's clock is worth a word: signatures and time stamps are judged to five minutes."""


def peer_row(uow: UnitOfWork, party: str) -> PeerRow:
    """A peer that is known here; otherwise there is no such page."""
    row = uow.peer(PartyId(party))
    if row is None:
        raise Http404
    return row


HEARD: Final = ("heard", "delivery", "skew")
"""What was kept of each peer when it was last heard, or not."""


def _heard(uow: UnitOfWork, rows: Iterable[PeerRow], names: Names) -> list[dict[str, Any]]:
    """What the list says of peers; in one query for all of them."""
    rows = list(rows)
    kept = uow.settings(f"{what}:{row.party}" for row in rows for what in HEARD)
    found = []
    for row in rows:
        heard, failure, skew = (kept.get(f"{what}:{row.party}", "") for what in HEARD)
        found.append({
            "row": row, "name": names(row.party), "heard": heard, "failure": failure, "skew": int(skew or 0),
            "skewed": abs(int(skew or 0)) >= CLOCKS_APART_S,
        })  # fmt: skip
    return found


def _shown(uow: UnitOfWork, row: PeerRow, names: Names) -> dict[str, Any]:
    (heard,) = _heard(uow, [row], names)
    card = host().node.peer_card(row.card)
    renewals, renewed = renewals_of(uow, row.party)
    return {
        **heard,
        "digest": card_digest(row.card),
        "card": card,
        "renewals": renewals,
        "renewed": renewed,
        "expires": card.valid_until,
    }


def peers(request: HttpRequest) -> HttpResponse:
    """All peers."""
    node = host().node
    with node.store.read() as uow:
        names = Names(node, uow)
        rows = _heard(uow, names.peers, names)
    meets = Reach(officer_of(request)).may(May.MEET_PEERS)
    return render(request, "desk/peers.html", {"rows": rows, "meets": meets})


def peer(request: HttpRequest, party: str) -> HttpResponse:
    """One peer."""
    node = host().node
    with node.store.read() as uow:
        shown = _shown(uow, peer_row(uow, party), Names(node, uow))
    waiting = [one for one in pending(SUSPEND) if one.detail == party]
    return render(request, "desk/peer.html", {"party": party, "waiting": waiting, **shown})


def own_card(request: HttpRequest) -> HttpResponse:
    """This node's own card, to be given to others."""
    del request
    node = host().node
    return as_file(HttpResponse(node.card, content_type="application/json"), f"{node.party}.card.json")


def add(request: HttpRequest) -> HttpResponse:
    """Add a card: a file, or its text."""
    if request.method != "POST":
        return render(request, "desk/peer_add.html", {"entered": {}})
    upload, pasted = request.FILES.get("card"), request.POST.get("text", "").strip()
    errors: dict[str, object] = {}
    data = b""
    if upload is not None and (upload.size or 0) > limits.MAX_CARD:
        errors["card"] = _("This file is larger than any card")
    elif upload is not None:
        data = upload.read()
    elif pasted:
        data = _unpasted(pasted)
    else:
        errors["card"] = _("Choose the file of the card, or paste its text")
    refusal: LocalActError | FormatError | None = None
    if not errors:
        try:
            row = add_peer(host().node, data, request.POST.get("url", "").strip())
        except (LocalActError, FormatError) as error:
            refusal = error
        else:
            note(officer_of(request), "peer-added", detail=f"{row.party} {card_digest(row.card)}")
            if row.state == "verified":
                notice(request, _("The card was taken. The peer stays verified."))
                return HttpResponseRedirect(reverse("desk:peer", kwargs={"party": row.party}))
            notice(
                request,
                _("The card was taken. Nobody is trusted on first use: compare the twelve words next."),
            )
            return HttpResponseRedirect(reverse("desk:words", kwargs={"party": row.party}))
    context = {"errors": errors, "refusal": refusal, "entered": request.POST}
    return render(request, "desk/peer_add.html", context, status=422 if errors else 409)


def _unpasted(words: str) -> bytes:
    """The bytes of a card that was pasted: its text, or the hexadecimal digits that some programs show."""
    compact = "".join(words.split())
    if len(compact) % 2 == 0 and compact and all(one in "0123456789abcdefABCDEF" for one in compact):
        return bytes.fromhex(compact)
    return words.replace("\r\n", "\n").encode("utf-8")


def suspend(request: HttpRequest, party: str) -> HttpResponse:
    """Stop dealing with a peer: one officer asks for it, another one does it."""
    node, officer = host().node, officer_of(request)
    here = reverse("desk:peer", kwargs={"party": party})
    with node.store.read() as uow:
        row = peer_row(uow, party)
        names = Names(node, uow)
    proposal = next((one for one in pending(SUSPEND) if one.detail == party), None)
    refusal: LocalActError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "withdraw" and proposal is not None:
                withdraw(officer, proposal)
                notice(request, _("Withdrawn: the peer is not suspended."))
            elif proposal is not None:
                with transaction.atomic():
                    confirm(officer, proposal, remark=request.POST.get("reason", ""))
                    suspend_peer(node, PartyId(party))
                notice(
                    request, _("The peer is suspended: nothing is sent to it, and nothing is taken from it.")
                )
            else:
                where = reverse("desk:suspend", kwargs={"party": party})
                propose(officer, SUSPEND, may=May.MEET_PEERS, detail=party, where=where)
                notice(request, _("Asked for. Another officer has to confirm it."))
        except LocalActError as error:
            refusal = error
        else:
            return HttpResponseRedirect(here)
    context = {
        "party": party,
        "name": names(party),
        "row": row,
        "proposal": proposal if proposal is None or is_open(proposal) else None,
        "own": proposal is not None and proposal.by.pk == officer.pk,
        "refusal": refusal,
    }
    return render(request, "desk/suspend.html", context, status=409 if refusal else 200)
