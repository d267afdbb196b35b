"""Finished originals: as kept, or replayed from acts on a node that gave no receipt (a mediator, a witness)."""

from __future__ import annotations

import hashlib

from paraph.app.node import Node
from paraph.app.slots import at_present
from paraph.domain.standing import Dossier, Slot
from paraph.errors import LocalActError
from paraph.verify.originals import seal_steps
from paraph.wire.pdf.replay import take

__all__ = ["finished_original"]


def finished_original(node: Node, standing: Dossier, slot: Slot) -> bytes:
    """The final bytes of one original.

    Raises:
        LocalActError: ``originals-unfinished`` before it is sealed, ``original-differs`` if the acts do not
            lead to the bytes that were sealed.
    """
    plan = standing.plan
    sealed = plan.sealed.get(slot) if plan else None
    if plan is None or sealed is None:
        raise LocalActError("originals-unfinished", f"the original of {slot[0]} kept by {slot[1]} is not sealed yet")
    kept = node.blobs.get(sealed.sha256)
    if kept is not None:
        return kept
    file = at_present(node, standing, plan, slot)
    for step in seal_steps(plan, slot, node.blobs.get):
        file = take(file, step)
    if hashlib.sha256(file.data).hexdigest() != sealed.sha256:
        raise LocalActError(
            "original-differs", f"the original of {slot[0]} kept by {slot[1]} does not replay to what was sealed"
        )
    node.blobs.put(file.data)
    return file.data
