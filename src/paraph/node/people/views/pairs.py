"""What waits for a second pair of eyes."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.errors import LocalActError
from paraph.node.people import granting, second
from paraph.node.people.gate import officer_of
from paraph.node.people.models import Officer, Proposal
from paraph.node.people.refusals import errors_of
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = ["confirm", "waiting", "withdraw"]

OURS = (granting.INVITED, granting.ROLE_GIVEN, granting.REACTIVATED)
"""What is confirmed on this page; other things are confirmed on theirs."""


def waiting(request: HttpRequest) -> HttpResponse:
    """Show what this officer may confirm, and what he or she proposed."""
    return _page(request, officer_of(request))


def confirm(request: HttpRequest, proposal: int) -> HttpResponse:
    """Confirm, and do it."""
    officer = officer_of(request)
    try:
        made = granting.carry_out(officer, proposal)
    except LocalActError as error:
        return _page(request, officer, error)
    if made is not None:
        return render(request, "people/invited.html", {"made": made})
    notice(request, _("Confirmed by two."))
    return HttpResponseRedirect(reverse("people:second"))


def withdraw(request: HttpRequest, proposal: int) -> HttpResponse:
    """Take a proposal back, or refuse it."""
    officer = officer_of(request)
    try:
        second.withdraw(officer, proposal)
    except LocalActError as error:
        return _page(request, officer, error)
    notice(request, _("Withdrawn. Nothing was changed."))
    return HttpResponseRedirect(reverse("people:second"))


def _page(request: HttpRequest, officer: Officer, problem: LocalActError | None = None) -> HttpResponse:
    own = Proposal.objects.filter(by=officer, second_at="", withdrawn_at="")
    own = own.filter(expires_at__gt=host().node.clock.now()).order_by("pk")
    context: dict[str, Any] = {
        "waiting": [_shown(one) for one in second.waiting_for(officer)],
        "own": [_shown(one) for one in own],
        "errors": errors_of(problem),
    }
    return render(request, "people/second.html", context, status=409 if problem else 200)


def _shown(proposal: Proposal) -> dict[str, Any]:
    """A proposal as the page has it: what is ours, in its parts."""
    ours = proposal.what in OURS
    return {
        "proposal": proposal,
        "name": second.NAMES.get(proposal.what, proposal.what),
        "ours": ours,
        "detail": json.loads(proposal.detail) if ours else {},
    }
