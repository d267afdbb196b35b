"""Everybody at this node, for administrators: invite, give and take roles, let in and out."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.errors import LocalActError
from paraph.node.people import granting, second
from paraph.node.people import roster as officers
from paraph.node.people.gate import officer_of
from paraph.node.people.invitations import invitations, withdraw_invitation
from paraph.node.people.journal import note
from paraph.node.people.models import Credential, Grant, JournalEntry, Officer
from paraph.node.people.refusals import errors_of
from paraph.node.people.role_names import ROLE_HINTS, ROLE_NAMES
from paraph.node.people.roles import Role
from paraph.node.web.host import host
from paraph.node.web.notices import notice
from paraph.node.web.numbers import number_in

__all__ = ["give", "invite", "one_officer", "people", "set_active", "take", "withdraw"]

TOLD: Final = ("officer-re-enrolled", "re-enrolment-allowed", "passkey-count-went-back")
"""What every administrator has to see."""

TOLD_MOST: Final = 10

PAGE: Final = 50
"""Officers on a page; most nodes have fewer."""


def people(request: HttpRequest) -> HttpResponse:
    """List everybody, whom an invitation waits for, and what administrators have to know."""
    officer = officer_of(request)
    rows = Officer.objects.prefetch_related("grants", "credentials")
    now = host().node.clock.now()
    context: dict[str, Any] = {
        "officers": Paginator(rows.order_by("-active", "name", "pk"), PAGE).get_page(request.GET.get("page")),
        "invitations": [(one, one.expires_at <= now) for one in invitations(host().folder)],
        "told": JournalEntry.objects.filter(what__in=TOLD).order_by("-pk")[:TOLD_MOST],
        "waiting": len(second.waiting_for(officer)),
        "alone": len(officers.administrators()) < 2,
    }
    return render(request, "people/list.html", context)


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown once, to be handed over."""
    officer = officer_of(request)
    problem: LocalActError | None = None
    if request.method == "POST":
        lang = request.POST.get("lang", "")
        try:
            made = granting.invite(
                officer,
                name=request.POST.get("name", "")[:500],
                roles=tuple(dict.fromkeys(request.POST.getlist("role"))),
                dossier=request.POST.get("dossier", "").strip(),
                signatory=request.POST.get("signatory", "").strip(),
                lang=lang if lang in dict(settings.LANGUAGES) else "",
            )
        except LocalActError as error:
            problem = error
        else:
            if isinstance(made, granting.Invited):
                return render(request, "people/invited.html", {"made": made})
            return _proposed(request)
    context: dict[str, Any] = {
        "roles": [(str(role), ROLE_NAMES[role], ROLE_HINTS[role]) for role in Role],
        "lang_choices": [("", _("As the browser asks")), *settings.LANGUAGES],
        "errors": errors_of(problem, _field(problem)),
        "entered": request.POST or {"dossier": request.GET.get("dossier", "")},
    }
    return render(request, "people/invite.html", context, status=409 if problem else 200)


def withdraw(request: HttpRequest, invitation: str) -> HttpResponse:
    """Take an invitation back."""
    officer = officer_of(request)
    found = withdraw_invitation(host().folder, invitation)
    if found is not None:
        note(officer, "invitation-withdrawn", dossier=found.dossier, detail=found.name)
        notice(request, _("The invitation is withdrawn."))
    return HttpResponseRedirect(reverse("people:list"))


def one_officer(request: HttpRequest, officer: int) -> HttpResponse:
    """Show an officer's roles and passkeys."""
    return _officer(request, _find(officer))


def give(request: HttpRequest, officer: int) -> HttpResponse:
    """Give a role, or propose it."""
    receiver = _find(officer)
    try:
        role = Role(request.POST.get("role", ""))
    except ValueError:
        return _officer(request, receiver, LocalActError("role-unknown", "choose a role"), "role")
    try:
        proposed = granting.give(
            officer_of(request),
            receiver,
            role,
            dossier=request.POST.get("dossier", "").strip(),
            signatory=request.POST.get("signatory", "").strip(),
        )
    except LocalActError as error:
        return _officer(request, receiver, error, _field(error))
    if proposed is not None:
        return _proposed(request)
    return _back(request, receiver, _("The role is given."))


def take(request: HttpRequest, officer: int) -> HttpResponse:
    """Take a role away."""
    receiver = _find(officer)
    wanted = number_in(request.POST.get("grant", ""))
    rows = Grant.objects.select_related("officer").filter(officer=receiver, pk=wanted)
    try:
        for grant in rows:
            granting.take(officer_of(request), grant)
    except LocalActError as error:
        return _officer(request, receiver, error, "grants")
    return _back(request, receiver, _("The role is taken away."))


def set_active(request: HttpRequest, officer: int) -> HttpResponse:
    """Let an officer sign in no more, or again."""
    other, administrator = _find(officer), officer_of(request)
    try:
        if request.POST.get("active") == "no":
            officers.set_active(administrator, other, active=False)
        elif granting.reactivate(administrator, other) is not None:
            return _proposed(request)
    except LocalActError as error:
        return _officer(request, other, error, "active")
    return _back(request, other, _("Saved."))


def _officer(
    request: HttpRequest, officer: Officer, problem: LocalActError | None = None, field: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "officer": officer,
        "grants": Grant.objects.filter(officer=officer).order_by("role", "dossier"),
        "passkeys": Credential.objects.filter(officer=officer).order_by("pk"),
        "roles": [(str(role), ROLE_NAMES[role], ROLE_HINTS[role]) for role in Role],
        "errors": errors_of(problem, field),
        "entered": request.POST or {"dossier": request.GET.get("dossier", "")},
    }
    return render(request, "people/officer.html", context, status=409 if problem else 200)


def _find(number: int) -> Officer:
    return get_object_or_404(Officer, pk=number)


def _back(request: HttpRequest, officer: Officer, done: str) -> HttpResponse:
    notice(request, done)
    return HttpResponseRedirect(reverse("people:officer", args=[officer.pk]))


def _proposed(request: HttpRequest) -> HttpResponse:
    notice(request, _("Another administrator has to confirm this. Tell one of them."), good=False)
    return HttpResponseRedirect(reverse("people:second"))


FIELDS: Final = {
    "officer-name": "name",
    "role-unknown": "role",
    "role-node-wide": "dossier",
    "dossier-unknown": "dossier",
    "signatory-missing": "signatory",
    "signatory-format": "signatory",
    "second-alone": "role",
}


def _field(problem: LocalActError | None) -> str:
    return FIELDS.get(problem.code, "") if problem is not None else ""
