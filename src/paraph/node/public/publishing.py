"""Deciding to publish: one officer proposes, another one confirms; either may withdraw it later."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from paraph.app.dossiers import load
from paraph.app.publication import obstacles, require_publishable
from paraph.domain.ids import DossierId
from paraph.errors import LocalActError
from paraph.node.people import second
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.people.models import Proposal
from paraph.node.people.roles import May
from paraph.node.public.entered import entered_instant
from paraph.node.public.models import REASON, Publication, Shown, publication_of
from paraph.node.web.host import host

__all__ = ["PUBLICATION", "confirm", "page", "take_back", "withdraw"]

PUBLICATION: Final = "publication"
"""How the decision is called among those that need a second officer."""

OBSTACLES: Final[dict[str, str | Promise]] = {
    "frozen": gettext_lazy("The dossier is frozen: what it holds is disputed."),
    "not-concluded": gettext_lazy("Not every instrument is concluded yet."),
    "container-not-ready": gettext_lazy("The container is not sealed by every party yet."),
    "container-differs": gettext_lazy("The container held here is not the one that the parties sealed."),
    "receipt-differs": gettext_lazy("The receipt of a party names other originals than those held here."),
    "original-differs": gettext_lazy("An original does not replay to what was sealed."),
}
"""What keeps a dossier from being published, for those who read no English."""


def page(request: HttpRequest, dossier: str) -> HttpResponse:
    """What stands of the publication; POST proposes it."""
    if request.method != "POST":
        return _page(request, dossier, {})
    officer = officer_of(request)
    words = request.POST.get("not_before", "").strip()
    until = _embargo(words)
    if until is None:
        errors = {"not_before": _("Write date and time in UTC as in 2026-03-02T12:00, or leave it out.")}
        return _page(request, dossier, errors, status=400)
    try:
        _require_proposable(dossier)
    except LocalActError as error:
        return _page(request, dossier, {}, refusal=error)
    where = reverse("public:publication", kwargs={"dossier": dossier})
    second.propose(officer, PUBLICATION, may=May.PUBLISH, dossier=dossier, detail=until, where=where)
    return _back(dossier)


def confirm(request: HttpRequest, dossier: str) -> HttpResponse:
    """Another officer confirms: from its instant on everybody can see the dossier."""
    officer, proposal = officer_of(request), _proposal(request, dossier)
    try:
        with transaction.atomic():
            done = second.confirm(officer, proposal)
            require_publishable(host().node, DossierId(dossier))
            Publication.objects.create(
                dossier=dossier,
                not_before=done.detail,
                proposed_by=done.by_name,
                confirmed_by=officer.name,
                confirmed_at=host().node.clock.now(),
            )
    except LocalActError as error:
        return _page(request, dossier, {}, refusal=error)
    return _back(dossier)


def take_back(request: HttpRequest, dossier: str) -> HttpResponse:
    """Take a proposal back before anybody confirmed it."""
    try:
        second.withdraw(officer_of(request), _proposal(request, dossier))
    except LocalActError as error:
        return _page(request, dossier, {}, refusal=error)
    return _back(dossier)


def withdraw(request: HttpRequest, dossier: str) -> HttpResponse:
    """Stop showing it. That it was shown, and why it is not any more, stays visible."""
    officer, reason = officer_of(request), request.POST.get("reason", "").strip()
    if not reason or len(reason) > REASON or not reason.isprintable():
        errors = {
            "reason": _("Say why in one line of at most %(most)d characters; everybody can read it.")
            % {"most": REASON}
        }
        return _page(request, dossier, errors, status=400)
    rows = Publication.objects.filter(dossier=dossier, withdrawn_at="")
    if not rows.update(withdrawn_by=officer.name, withdrawn_at=host().node.clock.now(), reason=reason):
        nothing = LocalActError("publication-none", "there is nothing to withdraw; look at the page again")
        return _page(request, dossier, {}, refusal=nothing)
    note(officer, "publication-ended", dossier=dossier, detail=reason)
    return _back(dossier)


def _require_proposable(dossier: str) -> None:
    require_publishable(host().node, DossierId(dossier))
    if second.pending(PUBLICATION, dossier):
        raise LocalActError(
            "publication-waits", "the publication is proposed already; another officer has to confirm it"
        )
    row = publication_of(dossier)
    if row is not None and not row.withdrawn_at:
        raise LocalActError("publication-made", "the dossier is published already")


def _page(
    request: HttpRequest,
    dossier: str,
    errors: dict[str, str],
    *,
    status: int = 200,
    refusal: LocalActError | None = None,
) -> HttpResponse:
    node = host().node
    try:
        with node.store.read() as uow:
            standing = load(node, uow, DossierId(dossier)).standing
    except LocalActError as error:
        raise Http404 from error
    officer, row = officer_of(request), publication_of(dossier)
    shown = row.shown(node.clock.now()) if row is not None else None
    found = obstacles(node, DossierId(dossier)) if shown in (None, Shown.WITHDRAWN) else ()
    context: dict[str, Any] = {
        "dossier": dossier,
        "standing": standing,
        "publication": row,
        "shown": shown.value if shown is not None else "",
        "obstacles": [(OBSTACLES.get(one.code, ""), one.message) for one in found],
        "proposals": [(one, one.by_id != officer.pk) for one in second.pending(PUBLICATION, dossier)],  # type: ignore[attr-defined]
        "errors": errors,
        "refusal": refusal,
        "entered": request.POST if errors or refusal else None,
        "address": f"{host().url}{reverse('public:dossier', kwargs={'dossier': dossier})}",
    }
    return render(request, "public/publication.html", context, status=409 if refusal else status)


def _proposal(request: HttpRequest, dossier: str) -> Proposal:
    number = request.POST.get("proposal", "")
    for one in second.pending(PUBLICATION, dossier):
        if str(one.pk) == number:
            return one
    raise LocalActError("second-unknown", "this proposal is not open any more; look at the page again")


def _back(dossier: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("public:publication", kwargs={"dossier": dossier}))


def _embargo(words: str) -> str | None:
    """An instant in UTC; "" if none was asked for, None if it is none."""
    return entered_instant(words, earliest=2000) if words else ""
