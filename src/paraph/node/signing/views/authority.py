"""Authority in one dossier: full powers, certificates, passkeys, the go (S2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from paraph.app.authority import order_signing, present_certificate, verify_powers
from paraph.app.stopping import suspend_certificate, withdraw_powers
from paraph.domain.acts import Act, Basis
from paraph.domain.authority import why_not
from paraph.domain.ids import ActId, PartyId, Utc
from paraph.domain.particulars import Signatory
from paraph.errors import LocalActError, ParaphError
from paraph.node.signing.acting import attempt, form_page
from paraph.node.signing.certificates import certificates_of
from paraph.node.signing.offered import passkeys_of
from paraph.node.signing.scene import Scene, scene_of
from paraph.node.signing.words import BASES, OFFICES

__all__ = ["authority", "certificate", "go", "suspend", "verify", "withdraw"]


def authority(request: HttpRequest, dossier: str) -> HttpResponse:
    """The page."""
    return page(request, scene_of(request, dossier))


def page(
    request: HttpRequest,
    scene: Scene,
    refusal: ParaphError | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    """The page, with what was refused or entered wrongly."""
    at = scene.node.clock.now()  # signing is checked at its own instant anyway
    return form_page(
        request,
        scene,
        "signing/authority.html",
        errors=errors,
        refusal=refusal,
        at=at,
        parties=[_party(scene, party, at) for party in scene.standing.parties],
    )


def _party(scene: Scene, party: PartyId, at: Utc) -> dict[str, Any]:
    own = party == scene.node.party
    return {
        "party": party,
        "name": scene.name(party),
        "own": own,
        "signatories": [_signatory(scene, party, one, at, own=own) for one in scene.signatories(party)],
    }


def _signatory(scene: Scene, party: PartyId, one: Signatory, at: Utc, *, own: bool) -> dict[str, Any]:
    standing, signatory = scene.standing, one.id
    numbers = sorted(standing.instruments)
    powers = [
        {
            "act": act,
            "basis": BASES[found.body.basis],
            "by_office": found.body.basis is Basis.BY_OFFICE,
            "office": OFFICES[found.body.office],
            "from": found.body.valid_from,
            "until": found.body.valid_until,
            "instruments": found.body.instruments,
            "document": found.body.document,
            "channel": found.body.channel,
            "verified": [scene.name(p) for p in sorted(found.verified)],
            "withdrawn": found.withdrawn,
            "to_verify": not own
            and scene.is_party
            and scene.node.party not in found.verified
            and found.body.basis is not Basis.BY_OFFICE
            and not found.withdrawn,
        }
        for act, found in standing.powers.items()
        if (found.party, found.body.signatory) == (party, signatory)
    ]
    ordered = {n for n in numbers if (party, signatory, n) in standing.orders}
    return {
        "id": signatory,
        "name": one.name,
        "title": one.title,
        "lang": one.script_lang,
        "powers": powers,
        "basis": [
            {
                "number": number,
                "lacking": why_not(standing, party, signatory, number, at) or "",
                "ordered": number in ordered,
            }
            for number in numbers
        ],
        "unordered": [n for n in scene.engrossed if n not in ordered],
        "certificates": certificates_of(scene, party, signatory),
        "passkeys": standing.passkeys.get((party, signatory), ()),
        "offered": passkeys_of(scene, signatory) if own else None,
        "is_me": own and bool(scene.officer.signatory) and scene.officer.signatory == signatory,
    }


def _attempt(request: HttpRequest, scene: Scene, work: Callable[[], Act], said: object) -> HttpResponse:
    return attempt(request, scene, lambda: [work()], said, page, "authority")


@require_POST
def certificate(request: HttpRequest, dossier: str) -> HttpResponse:
    """Present the certificate of the key on this node's desk."""
    scene, signatory = scene_of(request, dossier), request.POST.get("signatory", "")
    return _attempt(
        request,
        scene,
        lambda: present_certificate(scene.node, scene.dossier, signatory),
        _("The certificate is presented."),
    )


@require_POST
def verify(request: HttpRequest, dossier: str) -> HttpResponse:
    """Say that the other party's full powers were verified, and by which channel."""
    scene = scene_of(request, dossier)
    channel, act = request.POST.get("channel", "").strip(), request.POST.get("powers", "")
    if not channel:
        told = _("Say by which channel the full powers were verified.")
        return page(request, scene, errors={f"channel-{act[:12]}": told})
    return _attempt(
        request,
        scene,
        lambda: verify_powers(scene.node, scene.dossier, _known_powers(scene, act), channel),
        _("It is stated that you verified these full powers."),
    )


def _known_powers(scene: Scene, act: str) -> ActId:
    if act not in scene.standing.powers:
        raise LocalActError("powers-unknown", "these full powers are not in this dossier; reload the page")
    return ActId(act)


@require_POST
def withdraw(request: HttpRequest, dossier: str) -> HttpResponse:
    """Withdraw one's own full powers."""
    scene = scene_of(request, dossier)
    act, reason = request.POST.get("powers", ""), request.POST.get("reason", "").strip()
    if not reason:
        return page(request, scene, errors={f"reason-{act[:12]}": _("Give the reason; everybody sees it.")})
    return _attempt(
        request,
        scene,
        lambda: withdraw_powers(scene.node, scene.dossier, _known_powers(scene, act), reason),
        _("The full powers are withdrawn."),
    )


@require_POST
def suspend(request: HttpRequest, dossier: str) -> HttpResponse:
    """Suspend the certificate of one's own signatory."""
    scene = scene_of(request, dossier)
    signatory, reason = request.POST.get("signatory", ""), request.POST.get("reason", "").strip()
    if not reason:
        told = _("Give the reason; everybody sees it.")
        return page(request, scene, errors={f"suspend-{signatory}": told})
    return _attempt(
        request,
        scene,
        lambda: suspend_certificate(scene.node, scene.dossier, signatory, reason),
        _("The certificate is suspended: nothing more is signed with it in this dossier."),
    )


@require_POST
def go(request: HttpRequest, dossier: str) -> HttpResponse:
    """Give the go: by another officer than the signatory."""
    scene, signatory = scene_of(request, dossier), request.POST.get("signatory", "")

    def work() -> Act:
        if scene.officer.signatory == signatory:
            raise LocalActError(
                "order-own",
                "the order to sign is given by another officer than the person who signs",
            )
        return order_signing(scene.node, scene.dossier, signatory)

    return _attempt(request, scene, work, _("The order to sign is given."))
