"""What a party says about exactly one text: accept it, initial it, ask to reopen it, have its originals made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from paraph.app.texts import accept, engross, initial, reopen
from paraph.domain.acts import Act
from paraph.domain.concordance import concordance
from paraph.domain.digests import PARTICULARS, digest_set
from paraph.domain.ids import Digest, InstrumentNumber
from paraph.domain.wording import wording
from paraph.errors import LocalActError, PermanentError
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.texts.declared import declared
from paraph.node.texts.looking import Looked, look_at, seen_text
from paraph.node.texts.wording import parts_of
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = ["accept_text", "engross_originals", "initial_text", "reopen_text"]

MAX_LINE = 200
"""Characters of initials: a name and an office."""


def accept_text(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Accept exactly the text that one saw."""
    looked = look_at(dossier, number)

    def act(text: Digest) -> Act:
        return accept(host().node, looked.dossier, number, text)

    return _decide(request, looked, "accept", act, _("Accepted. Every participant of this dossier sees it."))


def initial_text(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Initial the digest set of all language versions."""
    looked = look_at(dossier, number)
    digests = digest_set(looked.text)
    shown = {
        "digests": [(lang, digests[lang]) for lang in looked.text.declarations.langs],
        "particulars": digests[PARTICULARS],
        "declared": declared(looked.text.declarations),
        "remark_count": len(wording(looked.text)),
        "structure": concordance(looked.text),
    }
    name = request.POST.get("initials", "").strip()
    errors = {}
    if not 0 < len(name) <= MAX_LINE:
        errors["initials"] = _("Say who initials, in at most %(most)s characters.") % {"most": MAX_LINE}

    def act(text: Digest) -> Act:
        return initial(host().node, looked.dossier, number, name, text=text)

    done = _("Initialled. When every party has, not a letter may change.")
    return _decide(request, looked, "initial", act, done, shown=shown, errors=errors)


def reopen_text(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Ask to reopen a text, or agree to it."""
    looked = look_at(dossier, number)
    reason = request.POST.get("reason", "").strip()
    errors = {} if reason else {"reason": _("Say why. The other party reads it.")}

    def act(text: Digest) -> Act:
        return reopen(host().node, looked.dossier, number, reason, text=text)

    done = _("Said. The text is open again when every party has said so.")
    return _decide(request, looked, "reopen", act, done, errors=errors)


def engross_originals(request: HttpRequest, dossier: str, number: InstrumentNumber) -> HttpResponse:
    """Have every party's original made here, and tell the others its digest."""
    looked = look_at(dossier, number)

    def act(_text: Digest) -> Act:
        return engross(host().node, looked.dossier, number)

    done = _("The originals are made. Look at the pages beside each other.")
    return _decide(request, looked, "engross", act, done, then="texts:originals")


def _decide(
    request: HttpRequest,
    looked: Looked,
    what: str,
    act: Callable[[Digest], Act],
    done: str,
    *,
    shown: Mapping[str, Any] = MappingProxyType({}),
    errors: Mapping[str, str] = MappingProxyType({}),
    then: str = "texts:text",
) -> HttpResponse:
    """The page of one decision: shown, shown again with what is wrong, or carried out.

    Args:
        request: The request.
        looked: What it is about.
        what: Name of the decision, and of its page.
        act: Makes the act about the text that the officer saw.
        done: What the next page says.
        shown: What this page shows besides.
        errors: What is wrong with the form, if it was sent.
        then: The next page.
    """
    page = f"texts/{what}.html"
    context = looked.context(request, "text") | {"parts": parts_of(looked.text), "what": what} | dict(shown)
    if request.method != "POST":
        return render(request, page, context)
    context["entered"] = request.POST
    if errors:
        return render(request, page, context | {"errors": errors}, status=422)
    try:
        made = act(seen_text(request))
    except (LocalActError, PermanentError) as error:
        return render(request, page, context | {"refusal": error}, status=409)
    note(officer_of(request), made.kind, dossier=looked.dossier, detail=made.id)
    notice(request, done)
    return HttpResponseRedirect(reverse(then, args=[looked.dossier, looked.number]))
