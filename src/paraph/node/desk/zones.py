"""In which time zone a place lies, for places that are named as their parties write them.

The tz database names zones after cities; capitals without a zone of their own are listed here. A place that is not found has
no local time on the pages, which is better than a wrong one.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

__all__ = ["zone_of"]

_OTHER_CAPITALS: Final[Mapping[str, str]] = {
    "abu dhabi": "Asia/Dubai", "abuja": "Africa/Lagos", "ankara": "Europe/Istanbul", "beijing": "Asia/Shanghai",
    "bern": "Europe/Zurich", "brasilia": "America/Sao_Paulo", "brasília": "America/Sao_Paulo", "canberra": "Australia/Sydney",
    "geneva": "Europe/Zurich", "hanoi": "Asia/Bangkok", "islamabad": "Asia/Karachi", "new delhi": "Asia/Kolkata",
    "ottawa": "America/Toronto", "pretoria": "Africa/Johannesburg", "prishtina": "Europe/Belgrade",
    "pristina": "Europe/Belgrade", "prishtinë": "Europe/Belgrade", "quito": "America/Guayaquil", "rabat": "Africa/Casablanca",
    "tel aviv": "Asia/Jerusalem", "the hague": "Europe/Amsterdam", "washington": "America/New_York",
    "wellington": "Pacific/Auckland", "yaounde": "Africa/Douala",
}  # fmt: skip


@cache
def _by_city() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for zone in sorted(zoneinfo.available_timezones()):
        area, _, city = zone.rpartition("/")
        if area and not area.startswith(("Etc", "SystemV", "posix", "right")):
            found.setdefault(city.replace("_", " ").casefold(), zone)
    return {**found, **_OTHER_CAPITALS}


def zone_of(places: Iterable[str]) -> str:
    """The zone of a place, by any of its names; "" if none is known."""
    for place in places:
        city = place.partition(",")[0].strip().casefold()
        if city in _by_city():
            return _by_city()[city]
    return ""
