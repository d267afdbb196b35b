"""Recovery: a code instead of a passkey, to register a new passkey and for nothing else."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.errors import LocalActError
from paraph.node.people import limits
from paraph.node.people.challenges import LIVES_S
from paraph.node.people.journal import note
from paraph.node.people.models import Officer
from paraph.node.people.presence import now_s
from paraph.node.people.recovery_codes import find_code, use_code
from paraph.node.people.refusals import errors_of
from paraph.node.people.roster import end_sessions
from paraph.node.people.views.registering import ask_for_passkey, take_passkey
from paraph.node.people.views.sign_in import enter
from paraph.node.web.notices import notice

__all__ = ["enter_code", "new_passkey"]

PURPOSE: Final = "recover"

RECOVERING: Final = "recovering"
"""In a session: who may register a new passkey, and since when. It is no signing in: the gate does not know it."""


def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code. It is all that is asked, so the answer says nothing about who is here."""
    problem: LocalActError | None = None
    if request.method == "POST":
        if seconds := limits.RECOVER.take(f"address {limits.address_of(request)}"):
            return limits.wait(request, seconds)
        code = find_code(request.POST.get("code", "")[:100])
        if code is not None and use_code(code):
            request.session.cycle_key()
            request.session[RECOVERING] = [code.officer.pk, now_s()]
            request.session.set_expiry(LIVES_S)
            note(code.officer, "recovery-code-used")
            return HttpResponseRedirect(reverse("people:recover"))
        problem = LocalActError("code-refused", "this code was not accepted: each code works once")
    return render(
        request,
        "people/recovery.html",
        {"errors": errors_of(problem, "code")},
        status=403 if problem else 200,
    )


def new_passkey(request: HttpRequest) -> HttpResponse:
    """Register a new passkey after a code; other sessions of the officer end."""
    officer = _recovering(request)
    if officer is None:
        return HttpResponseRedirect(reverse("people:recovery"))
    problem: LocalActError | None = None
    if request.method == "POST":
        try:
            kept = take_passkey(request, officer, PURPOSE)
        except LocalActError as error:
            problem = error
        else:
            del request.session[RECOVERING]
            end_sessions(officer)
            note(officer, "passkey-registered", detail=f"{kept.label}; after a recovery code")
            enter(request, officer)
            notice(request, _("The passkey is registered. If the other one is lost, remove it below."))
            return HttpResponseRedirect(reverse("people:me"))
    context: dict[str, Any] = {
        "officer": officer,
        "options": ask_for_passkey(request, officer, PURPOSE),
        "errors": errors_of(problem),
        "entered": request.POST,
    }
    return render(request, "people/recover.html", context, status=409 if problem else 200)


def _recovering(request: HttpRequest) -> Officer | None:
    number, since = request.session.get(RECOVERING, (0, 0))
    if not 0 <= now_s() - since <= LIVES_S:
        return None
    return Officer.objects.filter(pk=number, active=True).first()
