"""One's own account: name, language, passkeys, recovery codes."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.errors import LocalActError
from paraph.node.people import recovery_codes, roster
from paraph.node.people.gate import officer_of
from paraph.node.people.invitations import check_name
from paraph.node.people.journal import note
from paraph.node.people.models import Credential, Grant, Officer
from paraph.node.people.refusals import errors_of
from paraph.node.people.views.registering import ask_for_passkey, label_of, take_passkey
from paraph.node.people.views.sign_in import ONE_PASSKEY
from paraph.node.web.notices import notice

__all__ = ["add_passkey", "make_codes", "me", "name_passkey", "remove_passkey"]

PURPOSE: Final = "add"


def me(request: HttpRequest) -> HttpResponse:
    """Show the account; take a new name and language."""
    officer = officer_of(request)
    if request.method == "POST":
        try:
            name = check_name(request.POST.get("name", "")[:500])
        except LocalActError as error:
            return _account(request, officer, error, "name", status=400)
        lang = request.POST.get("lang", "")
        lang = lang if lang in dict(settings.LANGUAGES) else ""
        if name != officer.name:
            note(officer, "officer-renamed", detail=f"{officer.name} → {name}")
        Officer.objects.filter(pk=officer.pk).update(name=name, lang=lang)
        notice(request, _("Saved."))
        return HttpResponseRedirect(reverse("people:me"))
    return _account(request, officer)


def _account(
    request: HttpRequest,
    officer: Officer,
    problem: LocalActError | None = None,
    field: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    passkeys = list(Credential.objects.filter(officer=officer).order_by("pk"))
    request.session[ONE_PASSKEY] = len(passkeys) < 2
    context: dict[str, Any] = {
        "officer": officer,
        "passkeys": passkeys,
        "grants": Grant.objects.filter(officer=officer).order_by("role", "dossier"),
        "codes_left": recovery_codes.remaining(officer),
        "since": officer.last_login,
        "errors": errors_of(problem, field),
        "entered": request.POST if field == "name" else None,
        "lang_choices": [("", _("As the browser asks")), *settings.LANGUAGES],
    }
    return render(request, "people/account.html", context, status=status)


def add_passkey(request: HttpRequest) -> HttpResponse:
    """Register another authenticator."""
    officer = officer_of(request)
    problem: LocalActError | None = None
    if request.method == "POST":
        try:
            kept = take_passkey(request, officer, PURPOSE)
        except LocalActError as error:
            problem = error
        else:
            note(officer, "passkey-registered", detail=kept.label)
            notice(request, _("The passkey is registered."))
            return HttpResponseRedirect(reverse("people:me"))
    context: dict[str, Any] = {
        "options": ask_for_passkey(request, officer, PURPOSE),
        "errors": errors_of(problem),
        "entered": request.POST,
    }
    return render(request, "people/add.html", context, status=409 if problem else 200)


def name_passkey(request: HttpRequest, number: int) -> HttpResponse:
    """Call a passkey something else."""
    officer = officer_of(request)
    if not Credential.objects.filter(officer=officer, pk=number).update(label=label_of(request)):
        raise Http404
    notice(request, _("Saved."))
    return HttpResponseRedirect(reverse("people:me"))


def remove_passkey(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a passkey, never the last one."""
    officer = officer_of(request)
    try:
        roster.remove_passkey(officer, number)
    except LocalActError as error:
        return _account(request, officer, error, "passkeys", status=409)
    notice(request, _("The passkey is removed. It opens nothing here any more."))
    return HttpResponseRedirect(reverse("people:me"))


def make_codes(request: HttpRequest) -> HttpResponse:
    """Make recovery codes anew and show them: here, once, and not after a redirect that would have to keep them."""
    officer = officer_of(request)
    codes = recovery_codes.new_codes(officer)
    note(officer, "recovery-codes-made")
    return render(request, "people/codes.html", {"codes": codes, "new": False})
