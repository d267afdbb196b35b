"""Pages for administrators: tokens of programs, and webhooks."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.domain.acts import BODIES
from paraph.errors import LocalActError
from paraph.node.api import tokens as rights
from paraph.node.api import webhooks as hooks
from paraph.node.api.models import NAME, URL, Token, Webhook
from paraph.node.people.gate import officer_of
from paraph.node.people.models import Officer
from paraph.node.people.refusals import errors_of
from paraph.node.web.host import host
from paraph.node.web.numbers import number_in

__all__ = ["end_webhook", "make_token", "make_webhook", "page", "revoke_token", "try_now", "webhooks"]

DAYS: Final = 90
"""What is offered first: a quarter."""


def page(request: HttpRequest) -> HttpResponse:
    """The tokens there are, and a form for another one."""
    return _tokens(request, {})


def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is on the answer and nowhere else, so there is nothing to redirect to."""
    errors: dict[str, str] = {}
    name = _name(request, errors)
    officer = Officer.objects.filter(pk=number_in(request.POST.get("officer", "")), active=True).first()
    if officer is None:
        errors["officer"] = _("Choose for which officer the program acts.")
    days = number_in(request.POST.get("days", ""))
    if not 1 <= days <= rights.MAX_DAYS:
        errors["days"] = _("Write a number of days between 1 and %(most)d.") % {"most": rights.MAX_DAYS}
    scopes = [one for one in request.POST.getlist("scopes") if one in rights.SCOPES]
    if not scopes:
        errors["scopes"] = _("Choose what the program may do.")
    if errors or officer is None:
        return _tokens(request, errors, status=400)
    try:
        made, secret = rights.make(
            officer_of(request),
            name=name,
            officer=officer,
            scopes=scopes,
            days=days,
            dossier=request.POST.get("dossier", "").strip(),
        )
    except LocalActError as error:
        if error.code == "dossier-unknown":
            return _tokens(request, errors_of(error, "dossier"), status=400)
        return _tokens(request, {}, refusal=error)
    return render(request, "api/token.html", {"token": made, "secret": secret, "site": host().url})


def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """End a token."""
    rights.revoke(officer_of(request), get_object_or_404(Token, pk=number))
    return HttpResponseRedirect(reverse("api:programs"))


def webhooks(request: HttpRequest) -> HttpResponse:
    """The webhooks there are, how they fare, and a form for another one."""
    return _webhooks(request, {})


def make_webhook(request: HttpRequest) -> HttpResponse:
    """Make a webhook; its secret is shown on the answer."""
    errors: dict[str, str] = {}
    name, url = _name(request, errors), request.POST.get("url", "").strip()
    if not url or len(url) > URL:
        errors["url"] = _("Write an address that begins with https://")
    if errors:
        return _webhooks(request, errors, status=400)
    try:
        made, secret = hooks.make(
            officer_of(request), name=name, url=url, kinds=request.POST.getlist("kinds")
        )
    except LocalActError as error:
        return _webhooks(request, {}, refusal=error)
    return render(request, "api/webhook.html", {"webhook": made, "secret": secret})


def end_webhook(request: HttpRequest, number: int) -> HttpResponse:
    """Tell it nothing any more."""
    hooks.end(officer_of(request), get_object_or_404(Webhook, pk=number))
    return HttpResponseRedirect(reverse("api:webhooks"))


def try_now(_request: HttpRequest, number: int) -> HttpResponse:
    """Do not wait for the next attempt."""
    webhook = get_object_or_404(Webhook, pk=number)
    Webhook.objects.filter(pk=webhook.pk).update(not_before="")
    return HttpResponseRedirect(reverse("api:webhooks"))


def _tokens(
    request: HttpRequest, errors: dict[str, str], *, status: int = 200, refusal: LocalActError | None = None
) -> HttpResponse:
    now = host().node.clock.now()
    rows = [
        {
            "token": one,
            "scopes": [rights.SCOPE_NAMES[scope] for scope in str(one.scopes).split()],
            "over": bool(one.revoked_at) or one.expires_at <= now or not one.officer.is_active,
        }
        for one in Token.objects.select_related("officer").order_by("-pk")
    ]
    context: dict[str, Any] = {
        "tokens": rows,
        "officers": [
            ("", "–"),
            *Officer.objects.filter(active=True).order_by("name").values_list("pk", "name"),
        ],
        "scopes": list(rights.SCOPE_NAMES.items()),
        "days": DAYS,
        **_given(request, errors, refusal),
    }
    return render(request, "api/programs.html", context, status=409 if refusal else status)


def _webhooks(
    request: HttpRequest, errors: dict[str, str], *, status: int = 200, refusal: LocalActError | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "webhooks": Webhook.objects.order_by("ended_at", "-pk"),
        "kinds": [(kind, kind) for kind in BODIES],
        **_given(request, errors, refusal),
    }
    return render(request, "api/webhooks.html", context, status=409 if refusal else status)


def _given(request: HttpRequest, errors: dict[str, str], refusal: LocalActError | None) -> dict[str, Any]:
    return {"errors": errors, "refusal": refusal, "entered": request.POST if errors or refusal else None}


def _name(request: HttpRequest, errors: dict[str, str]) -> str:
    name = request.POST.get("name", "").strip()
    if not name or len(name) > NAME or not name.isprintable():
        errors["name"] = _(
            "Write what the program is called, in one line of at most %(most)d characters."
        ) % {"most": NAME}
    return name
