"""The clocks of both capitals beside UTC, and what day it is where is signed."""

from __future__ import annotations

from dataclasses import dataclass

from paraph.domain.calendar import day_month_year
from paraph.domain.ids import PartyId
from paraph.node.signing.scene import Scene
from paraph.node.web.dates import in_zone
from paraph.node.web.zones import zone_of

__all__ = ["LocalTime", "Where", "clocks_of", "where_signed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTime:
    """An instant as the clocks of a party's capital show it."""

    place: object
    zone: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where this party's signatory signs: place as the party writes it, time zone, and the day there; "" if not known."""

    place: str
    zone: str
    date: str


def _zone(scene: Scene, party: PartyId) -> str:
    if party == scene.node.party and scene.arranged is not None and scene.arranged.zone:
        return str(scene.arranged.zone)
    described = scene.standing.described.get(party)
    return zone_of(described.places.values()) if described is not None else ""


def clocks_of(scene: Scene, at: str) -> list[LocalTime]:
    """An instant on the clocks of those parties whose time zone is known."""
    found = []
    for party in scene.standing.parties:
        zone = _zone(scene, party)
        if zone and in_zone(at, zone) is not None:
            places = scene.standing.described[party].places
            found.append(LocalTime(place=places, zone=zone, at=at))
    return found


def where_signed(scene: Scene) -> Where:
    """Where and on which day this party's signatory would sign now: as arranged, else as the party describes itself."""
    party, plan, row = scene.node.party, scene.plan, scene.arranged
    described = scene.standing.described.get(party)
    signatory = scene.signatory(party, plan.signatory(party)) if plan is not None and scene.is_party else None
    lang = signatory.script_lang if signatory is not None else "en"
    place = str(row.place) if row is not None and row.place else ""
    if not place and described is not None:
        places = dict(described.places.items())
        place = places.get(lang) or next(iter(places.values()), "")
    zone = _zone(scene, party)
    local = in_zone(scene.node.clock.now(), zone or "UTC")
    date = day_month_year(local.strftime("%Y-%m-%d"), lang) if local is not None else ""
    return Where(place=place, zone=zone, date=date)
