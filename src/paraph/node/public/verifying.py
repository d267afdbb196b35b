"""The page that verifies: a PDF, a container or a proof goes in, a verdict comes out, nothing stays."""

from __future__ import annotations

import math
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from paraph.domain.ids import Utc
from paraph.node.people.limits import Limit, address_of
from paraph.node.public.confinement import Trouble, verify_confined
from paraph.node.public.entered import entered_instant
from paraph.node.public.published import known_trust
from paraph.node.public.told import told
from paraph.node.public.uploads import MAX_TRUST_BYTES, MAX_UPLOAD_BYTES, InMemory, take
from paraph.node.web.host import host

__all__ = ["VERIFICATIONS", "verify"]

SHOWN_NAME: Final = 120
"""Characters of the file's name that are shown again."""

VERIFICATIONS: Final = Limit(per_second=0.2, burst=20)
"""Verifications from one address: an office behind one address checks a package; in the long run one every five seconds."""

STATUS: Final = {Trouble.BUSY: 503, Trouble.TOO_LARGE: 200, Trouble.TRUST: 400}


@csrf_exempt  # here only: the handler of uploads has to be set before anything reads the form, also the protection
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, or a verdict. A verdict is not redirected to: there is nothing kept that could be shown again."""
    handler = InMemory(request)
    if request.method == "POST":
        request.upload_handlers = [handler]
    return _protected(request, handler)


@csrf_protect
def _protected(request: HttpRequest, handler: InMemory) -> HttpResponse:
    if request.method != "POST":
        return _form(request, {})
    wait = math.ceil(VERIFICATIONS.take(address_of(request)))
    if wait:
        answer = _form(
            request,
            {"file": _("You have verified many files. Try again in %(wait)d seconds.") % {"wait": wait}},
            status=429,
        )
        answer["Retry-After"] = str(wait)
        return answer
    try:
        return _verdict(request, handler)
    except MultiPartParserError:
        return _form(request, {"file": _("The form did not arrive whole. Send it again.")}, status=400)


def _verdict(request: HttpRequest, handler: InMemory) -> HttpResponse:
    data, trust = take(request, "file"), take(request, "trust")
    at, errors = _instant(request.POST.get("at", "")), {}
    if handler.too_large:
        errors["file"] = _(
            "The files have more than %(limit)d MB together. Verify them with the command line: paraph verify."
        ) % {"limit": MAX_UPLOAD_BYTES >> 20}
    elif not data:
        errors["file"] = _("Choose a PDF, a container (.asice) or a proof.")
    if len(trust) > MAX_TRUST_BYTES:
        errors["trust"] = _("A file of trusted certificates may have %(limit)d MB.") % {
            "limit": MAX_TRUST_BYTES >> 20
        }
    if at is None:
        errors["at"] = _("Write the time as in 2026-03-02T12:00:00Z, or leave it out.")
    if errors or at is None:
        return _form(request, errors, status=400)
    known = known_trust() if request.POST.get("known") else ()
    answer = verify_confined(
        data,
        path=_name(request),
        trust=[*([trust] if trust else []), *(one.encode() for one in known)],
        at=at,
    )
    if answer.trouble is Trouble.TRUST:
        errors = {"trust": _("The trust file cannot be used: %(why)s") % {"why": answer.message}}
        return _form(request, errors, status=400)
    context: dict[str, Any] = {"name": _name(request), "at": at, "size": len(data), "trouble": answer.trouble}
    context["trusts"] = bool(trust or known)
    if answer.report is not None:
        context["told"] = told(answer.report)
    status = STATUS[answer.trouble] if answer.trouble is not None else 200
    response = render(request, "public/verdict.html", context, status=status)
    if answer.trouble is Trouble.BUSY:
        response["Retry-After"] = "30"
    return response


def _form(request: HttpRequest, errors: dict[str, str], *, status: int = 200) -> HttpResponse:
    context = {
        "errors": errors,
        "entered": {"at": request.POST.get("at", ""), "known": request.POST.getlist("known")}
        if errors
        else None,
        "offers": bool(known_trust()),
        "limit": MAX_UPLOAD_BYTES >> 20,
    }
    return render(request, "public/verify.html", context, status=status)


def _name(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    return "".join(c for c in (file.name or "") if c.isprintable())[:SHOWN_NAME] if file is not None else ""


def _instant(words: str) -> Utc | None:
    """The instant as of which to verify: now if none was given, None if it is none."""
    return entered_instant(words.strip(), earliest=1970) if words.strip() else host().node.clock.now()
