"""Enrolling: an invitation becomes an officer with a passkey and recovery codes."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paraph.errors import LocalActError
from paraph.node.people import limits
from paraph.node.people.challenges import new_challenge, take_challenge
from paraph.node.people.invitations import Invitation, find_invitation, give_back, take_invitation
from paraph.node.people.models import Officer
from paraph.node.people.passkeys import begin_registration, finish_registration
from paraph.node.people.recovery_codes import new_codes
from paraph.node.people.refusals import errors_of
from paraph.node.people.roster import enrol as enrol_officer
from paraph.node.people.roster import handle
from paraph.node.people.views.registering import label_of
from paraph.node.people.views.sign_in import enter
from paraph.node.web.host import host

__all__ = ["enrol"]

PURPOSE: Final = "enrol"

HANDLES: Final = "handles"
"""In a session: the handle that a passkey was asked to keep, by invitation."""


def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; take it together with a passkey. Looking at it uses nothing up: links are previewed."""
    if seconds := limits.ENROL.take(f"address {limits.address_of(request)}"):
        return limits.wait(request, seconds)
    try:
        invitation = find_invitation(host().folder, token, host().node.clock.now())
    except LocalActError as error:
        return render(request, "people/enrol_not.html", {"problem": error}, status=404)
    problem: LocalActError | None = None
    if request.method == "POST":
        try:
            return _take(request, invitation)
        except LocalActError as error:
            problem = error
    context: dict[str, Any] = {
        "invitation": invitation,
        "options": _options(request, invitation),
        "errors": errors_of(problem),
        "entered": request.POST,
    }
    return render(request, "people/enrol.html", context, status=409 if problem else 200)


def _take(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    answer = request.POST.get("passkey", "")
    challenge = take_challenge(request, f"{PURPOSE} {invitation.id}", answer)
    passkey = finish_registration(challenge, answer)
    take_invitation(host().folder, invitation)
    try:
        officer = enrol_officer(invitation, _handle(request, invitation), passkey, label_of(request))
    except BaseException:
        give_back(host().folder, invitation)
        raise
    codes = new_codes(officer)
    enter(request, officer)
    # Not after a redirect: the codes would have to be kept somewhere until then.
    return render(request, "people/codes.html", {"codes": codes, "new": True})


def _options(request: HttpRequest, invitation: Invitation) -> dict[str, Any]:
    challenge = new_challenge(request, f"{PURPOSE} {invitation.id}")
    return begin_registration(_handle(request, invitation), invitation.name, (), challenge)


def _handle(request: HttpRequest, invitation: Invitation) -> str:
    """The officer's handle: the one there is, or a new one that this browser's passkey will keep."""
    if invitation.officer:
        known = Officer.objects.filter(pk=invitation.officer).first()
        if known is not None:
            return str(known.handle)
    handles: dict[str, str] = request.session.get(HANDLES, {})
    if invitation.id not in handles:
        handles = {invitation.id: handle()}
        request.session[HANDLES] = handles
    return handles[invitation.id]
