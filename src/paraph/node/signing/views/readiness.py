"""Readiness: one page, go or no-go; arrangements for the day; confirmations by officers."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from paraph.app.gathered import gather, try_key, try_timestamps
from paraph.app.readiness import Facts, Line, LineName, State, Tried, likely_signatory, verdict
from paraph.app.readiness import readiness as lines_of
from paraph.domain.ids import Utc
from paraph.errors import LocalActError, ParaphError
from paraph.node.people import second
from paraph.node.people.journal import note
from paraph.node.people.models import Proposal
from paraph.node.people.roles import May
from paraph.node.signing.acting import form_page, go_to
from paraph.node.signing.clocks import Where, clocks_of, where_signed
from paraph.node.signing.confirmations import (
    LANGUAGES,
    NAMES,
    PROTOCOL,
    WHAT,
    confirmed_by,
    digest_of,
)
from paraph.node.signing.confirmations import (
    confirm as write_confirmation,
)
from paraph.node.signing.models import LINE, Arrangement, Confirmation, Trial
from paraph.node.signing.offered import passkeys_of
from paraph.node.signing.readiness_words import NAMES_OF_LINES, REASONS, WAYS
from paraph.node.signing.scene import Scene, scene_of
from paraph.node.web.host import host
from paraph.node.web.notices import notice

__all__ = ["arrangements", "confirm", "protocol", "readiness", "try_out"]

TIMESTAMPS: Final = "timestamps"
MAX_WORDS: Final = 4000
"""Characters of flags and precedence: a page."""


def readiness(request: HttpRequest, dossier: str) -> HttpResponse:
    """The page."""
    return _page(request, scene_of(request, dossier))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Confirmed:
    """What officers confirm, exactly as it is now, and who did.

    Attributes:
        digests: Of each thing there is to confirm; "" if there is nothing yet.
        languages: Who confirmed the language versions.
        names: Who confirmed the party's own names.
        protocol: The two who stand behind flags and precedence.
    """

    digests: Mapping[str, str]
    languages: list[Confirmation]
    names: list[Confirmation]
    protocol: Proposal | None


def _confirmed(scene: Scene) -> _Confirmed:
    digests = {what: digest_of(scene, what) for what in (LANGUAGES, NAMES, PROTOCOL)}
    current = digests[PROTOCOL]
    return _Confirmed(
        digests=digests,
        languages=confirmed_by(scene, LANGUAGES, digests[LANGUAGES]),
        names=confirmed_by(scene, NAMES, digests[NAMES]),
        protocol=second.confirmed(PROTOCOL, scene.dossier, current) if current else None,
    )


def _page(request: HttpRequest, scene: Scene, refusal: ParaphError | None = None) -> HttpResponse:
    plan = scene.plan if scene.plan is not None and scene.plan.live else None
    where = where_signed(scene) if scene.is_party else None
    confirmed = _confirmed(scene)
    lines = lines_of(_facts(scene, where, confirmed))
    return form_page(
        request,
        scene,
        "signing/readiness.html",
        refusal=refusal,
        verdict=verdict(lines).value,
        bad=sum(line.state is State.NO_GO for line in lines),
        attention=sum(line.state is State.ATTENTION for line in lines),
        lines=[_told(scene, line) for line in lines],
        arranged=scene.arranged,
        where=where,
        clocks=clocks_of(scene, plan.body.deposit_until) if plan is not None else [],
        until=plan.body.deposit_until if plan is not None else "",
        checked=[
            {"what": what, "label": label, "by": by, "digest": confirmed.digests[what]}
            for what, label, by in (
                (LANGUAGES, _("Languages"), confirmed.languages),
                (NAMES, _("Names"), confirmed.names),
            )
        ],
        protocol=confirmed.protocol,
        proposals=_waiting(scene, confirmed.digests[PROTOCOL]),
        protocol_digest=confirmed.digests[PROTOCOL],
    )


def _waiting(scene: Scene, digest: str) -> list[Proposal]:
    """What one officer said of flags and precedence as they are now, and another one has to confirm."""
    return [one for one in second.pending(PROTOCOL, scene.dossier) if one.detail == digest]


def _facts(scene: Scene, where: Where | None, confirmed: _Confirmed) -> Facts:
    """What the node knows, and what people entered, confirmed and tried."""
    arranged, key = scene.arranged, _key_name(scene)
    trials = {one.what: one for one in Trial.objects.filter(what__in=(TIMESTAMPS, key))}
    return replace(
        gather(scene.node, scene.current, final=scene.final),
        key=_tried(trials.get(key)),
        timestamps=_tried(trials.get(TIMESTAMPS)),
        passkey=_passkey(scene),
        languages=bool(confirmed.languages),
        names=bool(confirmed.names),
        protocol=confirmed.protocol is not None,
        place=where is not None and bool(where.place and where.zone),
        fallback=arranged is not None and bool(arranged.telephone_here and arranged.telephone_there),
        health=host().health(),
    )


def _key_name(scene: Scene) -> str:
    return f"key:{scene.dossier}"


def _tried(row: Trial | None) -> Tried | None:
    if row is None:
        return None
    return Tried(at=Utc(str(row.at)), code=str(row.code), message=str(row.message), skew_s=int(row.skew_s))


def _passkey(scene: Scene) -> bool | None:
    """Whether a passkey that is presented for the own signatory is registered here; None if none is presented."""
    own = scene.node.party
    signatory = likely_signatory(scene.standing, own) if scene.is_party else ""
    presented = {p.credential for p in scene.standing.passkeys.get((own, signatory), ())}
    if not presented:
        return None
    return bool(presented & {one[0] for one in passkeys_of(scene, signatory).found})


def _told(scene: Scene, line: Line) -> dict[str, Any]:
    """A line, for people."""
    reason, remedy = REASONS[line.name, line.reason]
    return {
        "name": NAMES_OF_LINES[line.name],
        "state": line.state.value,
        "reason": reason,
        "remedy": remedy,
        "about": scene.name(line.about) if line.about in scene.standing.roles else {"": line.about},
        "has_about": bool(line.about),
        "detail": line.detail,
        "detail_is_instant": line.detail.endswith("Z") and line.detail[10:11] == "T",
        "detail_is_number": line.name is LineName.CLOCK,
        "url": _way(scene, line.name) if line.state is not State.GO else "",
    }


def _way(scene: Scene, name: LineName) -> str:
    found = WAYS.get(name, "")
    return reverse(found, kwargs={"dossier": scene.dossier}) if found else ""


@require_POST
def try_out(request: HttpRequest, dossier: str) -> HttpResponse:
    """Try the time-stamp authority and the signatory's key; nothing is signed."""
    scene = scene_of(request, dossier)
    tries = [(TIMESTAMPS, try_timestamps(scene.node))]
    if scene.is_party:
        tries.append((_key_name(scene), try_key(scene.node, scene.standing)))
    for what, tried in tries:
        Trial.objects.update_or_create(
            what=what,
            defaults={"at": tried.at, "code": tried.code, "message": tried.message, "skew_s": tried.skew_s},
        )
    note(scene.officer, "readiness-tried", dossier=dossier)
    return go_to("readiness", dossier)


FIELDS: Final = ("place", "zone", "telephone_here", "telephone_there", "flags", "precedence")


def arrangements(request: HttpRequest, dossier: str) -> HttpResponse:
    """Place, time zone, fallback numbers, flags and precedence."""
    scene = scene_of(request, dossier)
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = {name: request.POST.get(name, "").strip() for name in FIELDS}
        for name, value in values.items():
            if len(value) > (MAX_WORDS if name in ("flags", "precedence") else LINE):
                errors[name] = _("This is too long.")
        if values["zone"] and values["zone"] not in zoneinfo.available_timezones():
            errors["zone"] = _("There is no such time zone. Write it as Europe/Belgrade or Asia/Jerusalem.")
        if not errors:
            officer = scene.officer
            Arrangement.objects.update_or_create(
                dossier=dossier,
                defaults={**values, "set_by": officer.name, "set_at": scene.node.clock.now()},
            )
            note(officer, "arrangements-set", dossier=dossier)
            notice(request, _("The arrangements are kept."))
            return go_to("readiness", dossier)
    where = where_signed(scene) if scene.is_party else None
    before = {name: getattr(scene.arranged, name, "") for name in FIELDS}
    if where is not None:
        before["place"], before["zone"] = before["place"] or where.place, before["zone"] or where.zone
    return form_page(request, scene, "signing/arrangements.html", errors=errors, before=before)


@require_POST
def confirm(request: HttpRequest, dossier: str) -> HttpResponse:
    """Confirm the languages or the names, exactly as they are."""
    scene = scene_of(request, dossier)
    what, digest = request.POST.get("what", ""), request.POST.get("digest", "")
    if what not in WHAT or not digest or digest != digest_of(scene, what):
        return _page(request, scene, _stale())
    write_confirmation(scene, scene.officer, what, digest)
    note(scene.officer, f"{what}-confirmed", dossier=dossier, detail=digest)
    notice(request, _("Confirmed. A change voids it."))
    return go_to("readiness", dossier)


@require_POST
def protocol(request: HttpRequest, dossier: str) -> HttpResponse:
    """Flags and precedence: one officer says that they are right, another one confirms it."""
    scene = scene_of(request, dossier)
    officer, digest = scene.officer, request.POST.get("digest", "")
    if not digest or digest != digest_of(scene, PROTOCOL):
        return _page(request, scene, _stale())
    try:
        waiting = _waiting(scene, digest)
        if not waiting:
            second.propose(
                officer,
                PROTOCOL,
                may=May.CONFIRM,
                dossier=dossier,
                detail=digest,
                where=reverse("signing:readiness", kwargs={"dossier": dossier}),
            )
            notice(request, _("Noted. Another officer has to confirm it."))
        else:
            with transaction.atomic():
                second.confirm(officer, waiting[0])
            notice(request, _("Confirmed by two people. A change voids it."))
    except LocalActError as error:
        return _page(request, scene, error)
    return go_to("readiness", dossier)


def _stale() -> LocalActError:
    return LocalActError(
        "confirmation-stale",
        "this changed since the page was shown; look at it as it is now, and confirm again",
    )
