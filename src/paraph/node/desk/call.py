"""The call with the twelve words: two officers, each in a session of his or her own, each over another channel."""

from __future__ import annotations

import json
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from paraph.app.introduction import Channel, Heard, check_heard, introduce, words_digest
from paraph.app.peers import words_with
from paraph.domain.ids import PartyId
from paraph.errors import LocalActError
from paraph.node.desk.names import Names
from paraph.node.desk.peers import peer_row
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.people.models import Officer, Proposal
from paraph.node.people.roles import May
from paraph.node.people.second import confirm, pending, propose, withdraw
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = ["CHANNELS", "WORDS", "stop", "words"]

WORDS: Final = "twelve-words"
"""Name of the proposal, and of the entry in the journal."""

CHANNELS: Final[tuple[tuple[str, Promise | str], ...]] = (
    (Channel.MEETING, _("In person")),
    (Channel.VIDEO, _("Video call")),
    (Channel.TELEPHONE, _("Telephone, to a number that was known before")),
    (Channel.EMBASSY, _("Through an embassy or another mission")),
    (Channel.OTHER, _("Another channel")),
)


def words(request: HttpRequest, party: str) -> HttpResponse:
    """Read out, listen, type; the first officer's word waits for the second's."""
    node, officer = host().node, officer_of(request)
    with node.store.read() as uow:
        row = peer_row(uow, party)
        names = Names(node, uow)
    ours = words_with(node, PartyId(party))
    first = _first(party, ours)
    more: dict[str, object] = {}
    if request.method == "POST" and request.POST.get("do") == "withdraw" and first is not None:
        withdraw(officer, first)
        notice(request, _("The first call was withdrawn. Begin again."))
        return HttpResponseRedirect(request.path)
    if request.method == "POST":
        errors = _errors(request)
        if errors:
            more["errors"] = errors
        else:
            try:
                return _heard(request, party, officer, first)
            except LocalActError as error:
                if error.code == "words-differ":
                    note(officer, "words-differ", detail=f"{party} {request.POST.get('channel', '')}")
                    return HttpResponseRedirect(reverse("desk:stop", kwargs={"party": party}))
                more["refusal"] = error
    before = json.loads(first.detail) if first is not None else {}
    context: dict[str, Any] = {
        "party": party,
        "name": names(party),
        "own_name": names(node.party),
        "row": row,
        "words": list(enumerate(ours, 1)),
        "first": first,
        "first_channel": dict(CHANNELS).get(before.get("channel", ""), ""),
        "own_call": first is not None and first.by.pk == officer.pk,
        "channels": [one for one in CHANNELS if first is None or one[0] != before.get("channel")],
        "entered": request.POST,
        **more,
    }
    status = 422 if "errors" in more else 409 if "refusal" in more else 200
    return render(request, "desk/words.html", context, status=status)


def _first(party: str, ours: tuple[str, ...]) -> Proposal | None:
    """The first officer's call about exactly these two cards, if it waits for a second one."""
    digest = words_digest(ours)
    for one in pending(WORDS):
        said = json.loads(one.detail)
        if (said["party"], said["words"]) == (party, digest):
            return one
    return None


def _errors(request: HttpRequest) -> dict[str, object]:
    errors: dict[str, object] = {}
    if request.POST.get("channel") not in dict(CHANNELS):
        errors["channel"] = _("Say over which channel you speak")
    if not request.POST.get("heard", "").strip():
        errors["heard"] = _("Type the words that the other side reads to you")
    if request.POST.get("read") != "yes":
        errors["read"] = _("Read this side's words aloud, and have the other side say that they are the same")
    return errors


def _heard(request: HttpRequest, party: str, officer: Officer, first: Proposal | None) -> HttpResponse:
    """Take what one officer heard.

    Raises:
        LocalActError: ``words-number``, ``words-differ``, ``channel-same``, or a refusal of the second officer.
    """
    node, here = host().node, reverse("desk:peer", kwargs={"party": party})
    channel = Channel(request.POST["channel"])
    ours = check_heard(node, PartyId(party), request.POST["heard"])
    if first is None:
        detail = json.dumps(
            {"party": party, "channel": channel.value, "words": words_digest(ours)}, sort_keys=True
        )
        propose(officer, WORDS, may=May.MEET_PEERS, detail=detail, where=request.path)
        notice(request, _("Kept. A second officer now makes the same call over another channel."))
        return HttpResponseRedirect(request.path)
    said = json.loads(first.detail)
    with transaction.atomic():
        confirm(officer, first, remark=channel.value)
        introduce(
            node,
            PartyId(party),
            Heard(
                officer=str(first.by.pk),
                name=first.by_name,
                channel=Channel(said["channel"]),
                words=ours,
            ),
            Heard(officer=str(officer.pk), name=officer.name, channel=channel, words=ours),
        )
    note(officer, "peer-verified", detail=party)
    notice(request, _("The peer is verified: two officers compared the words over two channels."))
    return HttpResponseRedirect(here)


def stop(request: HttpRequest, party: str) -> HttpResponse:
    """The words were not the same: stop, and say what to do."""
    node = host().node
    with node.store.read() as uow:
        row = peer_row(uow, party)
        names = Names(node, uow)
    return render(request, "desk/stop.html", {"party": party, "name": names(party), "row": row})
