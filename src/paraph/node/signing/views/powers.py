"""Presenting full powers, and the passkeys of a signatory."""

from __future__ import annotations

import datetime as dt
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from paraph.app.approval import present_passkeys
from paraph.app.authority import present_powers
from paraph.domain.acts import Act, Basis, FullPowersPresented, Office
from paraph.domain.ids import InstrumentNumber, Utc
from paraph.errors import LocalActError, ParaphError
from paraph.node.signing.acting import attempt, form_page
from paraph.node.signing.offered import passkeys_of
from paraph.node.signing.scene import Scene, scene_of
from paraph.node.signing.views.authority import page as authority_page
from paraph.node.signing.words import BASES, BASIS_HINTS, OFFICES
from paraph.node.web.dates import entered_date
from paraph.node.web.host import host

__all__ = ["passkeys", "powers"]

MAX_DOCUMENT: Final = 32 * 1024 * 1024
"""Bytes of full powers: a scan in colour; what one attachment may have."""

MAX_CHANNEL: Final = 300
"""Characters that say how full powers were transmitted: a note verbale with its number and date."""


def powers(request: HttpRequest, dossier: str) -> HttpResponse:
    """The form, and what it makes."""
    scene = scene_of(request, dossier)
    if request.method != "POST":
        return _form(request, scene)
    errors: dict[str, str] = {}
    since = _day(request, "from", errors)
    until = _day(request, "until", errors)
    if not since and "from" not in errors:
        errors["from"] = _("Enter the first day of the authority.")
    signatory, basis = request.POST.get("signatory", ""), request.POST.get("basis", "")
    if all(one.id != signatory for one in scene.signatories(scene.node.party)):
        errors["signatory"] = _("Choose whose authority this is.")
    if basis not in {one.value for one in Basis}:
        errors["basis"] = _("Choose on what the authority rests.")
    office = request.POST.get("office", "")
    if office not in {one.value for one in Office}:
        errors["office"] = _("Choose the office.")
    upload = request.FILES.get("document")
    if upload is not None and (upload.size or 0) > MAX_DOCUMENT:
        errors["document"] = _("The file is too large: at most 32 MB.")
    channel = request.POST.get("channel", "").strip()
    if len(channel) > MAX_CHANNEL:
        errors["channel"] = _("Write at most 300 characters.")
    if errors:
        return _form(request, scene, errors=errors)
    known = scene.standing.instruments
    body = FullPowersPresented(
        signatory=signatory,
        basis=Basis(basis),
        office=Office(office),
        valid_from=Utc(f"{since}T00:00:00Z"),
        valid_until=Utc(f"{until}T00:00:00Z" if until else ""),
        instruments=tuple(InstrumentNumber(n) for n in request.POST.getlist("instruments") if n in known),
        document="",
        channel=channel,
    )
    document = upload.read() if upload is not None else b""
    return attempt(
        request,
        scene,
        lambda: [present_powers(scene.node, scene.dossier, body, document)],
        _("The full powers are presented."),
        _form,
        "authority",
    )


def _day(request: HttpRequest, name: str, errors: dict[str, str]) -> str:
    try:
        found: dt.date | None = entered_date(request.POST, name)
    except ValueError:
        errors[name] = _("This is no day. Write day, month and year as numbers.")
        return ""
    return found.strftime("%Y-%m-%d") if found is not None and found.year >= 1000 else ""


def _form(
    request: HttpRequest,
    scene: Scene,
    refusal: ParaphError | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    own = scene.signatories(scene.node.party)
    return form_page(
        request,
        scene,
        "signing/powers.html",
        errors=errors,
        refusal=refusal,
        signatories=[(one.id, one.name[one.script_lang]) for one in own],
        chosen=request.GET.get("signatory", own[0].id if own else ""),
        bases=[(one.value, BASES[one], BASIS_HINTS[one]) for one in Basis],
        offices=[(one.value, OFFICES[one]) for one in Office],
        numbers=[(n, n) for n in sorted(scene.standing.instruments)],
    )


@require_POST
def passkeys(request: HttpRequest, dossier: str) -> HttpResponse:
    """Present the passkeys that a signatory has registered here, or go without."""
    scene = scene_of(request, dossier)
    signatory, without = request.POST.get("signatory", ""), request.POST.get("do") == "without"
    offered = passkeys_of(scene, signatory)

    def work() -> list[Act]:
        if not offered.found and not without:
            raise LocalActError(
                "passkey-none", "nobody who is this signatory has registered a passkey at this node yet"
            )
        parts = urlsplit(host().url)
        act = present_passkeys(
            scene.node,
            scene.dossier,
            signatory,
            () if without else [one[:2] for one in offered.found],
            rp_id=parts.hostname or "localhost",
            origin=f"{parts.scheme}://{parts.netloc}",
        )
        return [act]

    said = _("The passkeys are withdrawn.") if without else _("The passkeys are presented.")
    return attempt(request, scene, work, said, authority_page, "authority")
