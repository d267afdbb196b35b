"""The pages that a signatory reads: of every original he or she is to sign, own ones first, drawn from the exact bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paraph.app.texts import engrossed_original
from paraph.domain.acts import PlannedOriginal
from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.domain.standing import Plan
from paraph.node.signing.scene import Scene
from paraph.node.web.host import host

__all__ = ["Page", "drawn", "originals_to_sign", "pages_of"]

WIDTH: Final = 1100
"""Pixels of a page: sharp on a tablet held upright."""

KEPT: Final = 48
"""Drawn pages kept in memory: a package of three instruments in two copies, some 10 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of one original."""

    instrument: InstrumentNumber
    holder: PartyId
    sha256: Digest
    place: int
    of: int


def originals_to_sign(scene: Scene, plan: Plan) -> list[PlannedOriginal]:
    """What the signatory of this party signs: the party's own originals, then those that he or she countersigns."""
    own = scene.node.party
    return sorted(plan.body.originals, key=lambda o: (o.holder != own, o.instrument, o.holder))


def pages_of(scene: Scene, plan: Plan) -> list[Page]:
    """Every page, in the order of reading.

    Raises:
        PermanentError: ``original-lost``.
        FormatError: ``page-image``.
    """
    found: list[Page] = []
    for one in originals_to_sign(scene, plan):
        count = _count(scene, one)
        found += [
            Page(instrument=one.instrument, holder=one.holder, sha256=one.sha256, place=place, of=count)
            for place in range(count)
        ]
    return found


_counts: dict[Digest, int] = {}


def _count(scene: Scene, one: PlannedOriginal) -> int:
    if one.sha256 not in _counts:
        if len(_counts) >= KEPT:
            _counts.clear()
        _counts[one.sha256] = host().pages.count(engrossed_original(scene.node, scene.standing, one))
    return _counts[one.sha256]


_drawn: dict[tuple[Digest, int], bytes] = {}


def drawn(scene: Scene, plan: Plan, page: Page) -> bytes:
    """A page as PNG, from the bytes that the plan names.

    Raises:
        PermanentError: ``original-lost``.
        FormatError: ``page-image``.
    """
    key = (page.sha256, page.place)
    if key not in _drawn:
        one = plan.original((page.instrument, page.holder))
        assert one is not None, "the page is one of this plan's"
        if len(_drawn) >= KEPT:
            _drawn.clear()
        _drawn[key] = host().pages.draw(
            engrossed_original(scene.node, scene.standing, one), page.place, WIDTH
        )
    return _drawn[key]
