"""Finished originals: as kept, or replayed from acts on a node that gave no receipt (a mediator, a witness)."""

from __future__ import annotations

import hashlib

from paraph.app.node import Node
from paraph.app.slots import at_present
from paraph.domain.acts import SealedOriginal
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.errors import LocalActError
from paraph.verify.originals import seal_steps
from paraph.wire.pdf.replay import take

__all__ = ["finished_original", "replayed_original"]


def finished_original(node: Node, standing: Dossier, slot: Slot) -> bytes:
    """The final bytes of one original.

    Raises:
        LocalActError: ``originals-unfinished`` before it is sealed, ``original-differs`` if the acts do not
            lead to the bytes that were sealed.
    """
    plan, sealed = _sealed(standing, slot)
    # After its receipt this node knows that the bytes it keeps are those it replayed.
    kept = node.blobs.get(sealed.sha256) if node.party in plan.received else None
    return kept or replayed_original(node, standing, slot)


def replayed_original(node: Node, standing: Dossier, slot: Slot) -> bytes:
    """The final bytes of one original, replayed from acts here and now, whatever is kept.

    Bytes with the right digest prove only that somebody sent them; that nothing else was added to an original is
    proved by replaying it (S1).

    Raises:
        LocalActError: As :func:`finished_original`.
    """
    plan, sealed = _sealed(standing, slot)
    file = at_present(node, standing, plan, slot)
    for step in seal_steps(plan, slot, node.blobs.get):
        file = take(file, step)
    if (hashlib.sha256(file.data).hexdigest(), len(file.data)) != (sealed.sha256, sealed.size):
        raise LocalActError(
            "original-differs",
            f"the original of {slot[0]} kept by {slot[1]} does not replay to what was sealed",
        )
    node.blobs.put(file.data)
    return file.data


def _sealed(standing: Dossier, slot: Slot) -> tuple[Plan, SealedOriginal]:
    plan = standing.plan_of(slot)
    sealed = plan.sealed.get(slot) if plan else None
    if plan is None or sealed is None:
        raise LocalActError(
            "originals-unfinished", f"the original of {slot[0]} kept by {slot[1]} is not sealed yet"
        )
    return plan, sealed
