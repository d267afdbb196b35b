"""The pages that a signatory reads: of every original he or she is to sign, own ones first, drawn from the exact bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from paraph.app.texts import engrossed_original
from paraph.domain.acts import PlannedOriginal
from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.domain.standing import Plan
from paraph.node.signing.scene import Scene
from paraph.node.web.page_images import Read, page_count, page_image

__all__ = ["Page", "drawn", "originals_to_sign", "pages_of"]


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
        count = page_count(one.sha256, _reader(scene, one))
        found += [
            Page(instrument=one.instrument, holder=one.holder, sha256=one.sha256, place=place, of=count)
            for place in range(count)
        ]
    return found


def drawn(scene: Scene, plan: Plan, page: Page) -> bytes:
    """A page as PNG, from the bytes that the plan names.

    Raises:
        PermanentError: ``original-lost``.
        FormatError: ``page-image``.
    """
    one = plan.original((page.instrument, page.holder))
    assert one is not None, "the page is one of this plan's"
    return page_image(page.sha256, _reader(scene, one), page.place)


def _reader(scene: Scene, one: PlannedOriginal) -> Read:
    return partial(engrossed_original, scene.node, scene.standing, one)
