"""Signing in with a passkey, signing out, and showing the passkey once more."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from paraph.errors import LocalActError
from paraph.node.people import again, limits
from paraph.node.people.challenges import LIVES_S, new_challenge, take_challenge
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.people.models import Credential, Officer
from paraph.node.people.passkeys import begin_sign_in, finish_sign_in
from paraph.node.people.refusals import errors_of
from paraph.node.web.navigation import safe_next

__all__ = ["BACKEND", "enter", "show_again", "sign_in", "sign_out"]

PURPOSE: Final = "sign-in"

BACKEND: Final = "paraph.node.people.authentication.PasskeyBackend"

ONE_PASSKEY: Final = "one-passkey"
"""In a session: that the officer should register a second authenticator."""


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey; nobody types a name, so nobody learns who is here."""
    problem: LocalActError | None = None
    if request.method == "POST":
        answer = request.POST.get("passkey", "")
        address = limits.address_of(request)
        if seconds := limits.SIGN_IN.take(f"address {address}", f"passkey {_named(answer)}"):
            return limits.wait(request, seconds)
        try:
            credential = finish_sign_in(take_challenge(request, PURPOSE, answer), answer)
        except LocalActError as error:
            problem = error
        else:
            enter(request, credential.officer)
            note(credential.officer, "signed-in", detail=credential.label)
            return HttpResponseRedirect(safe_next(request, request.POST.get("next", "/")))
    if not request.user.is_authenticated:
        request.session.set_expiry(LIVES_S)  # a stranger's session ends with the challenge
    context: dict[str, Any] = {
        "options": begin_sign_in(new_challenge(request, PURPOSE)),
        "next": safe_next(request, request.POST.get("next", "") or request.GET.get("next", "/")),
        "errors": errors_of(problem),
    }
    return render(request, "people/sign_in.html", context, status=403 if problem else 200)


def enter(request: HttpRequest, officer: Officer) -> None:
    """Begin an officer's session: under a new name, so that nobody who planted the old one has it."""
    if request.user.is_authenticated and request.user.pk == officer.pk:
        request.session.cycle_key()
    login(request, officer, backend=BACKEND)
    request.session[ONE_PASSKEY] = Credential.objects.filter(officer=officer).count() < 2
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    note(officer_of(request), "signed-out")
    logout(request)
    return HttpResponseRedirect(reverse("people:sign-in"))


def show_again(request: HttpRequest) -> HttpResponse:
    """Show the passkey once more, and go back to the page that wanted it."""
    officer = officer_of(request)
    back = safe_next(request, request.GET.get("next", "/"))
    problem = None
    if request.method == "POST":
        problem = again.shown(request, officer, request.POST.get(again.ANSWER, ""))
        if problem is None:
            return HttpResponseRedirect(back)
    context = {
        "options": again.options(request, officer),
        "answer": again.ANSWER,
        "action": request.get_full_path(),
        "carried": True,
        "errors": errors_of(problem),
    }
    return render(request, "people/again.html", context, status=403 if problem else 200)


def _named(answer: str) -> str:
    """Which passkey an answer claims to be, for counting only."""
    return hashlib.sha256(answer.partition('"rawId"')[2][:1500].encode("utf-8", "replace")).hexdigest()
