"""Proofs for which a dossier is frozen, as files."""

from __future__ import annotations

from paraph.app.freezing import frozen_proofs
from paraph.app.node import Node
from paraph.domain.ids import DossierId
from paraph.errors import PermanentError

__all__ = ["frozen_here"]


def frozen_here(node: Node, dossier: DossierId) -> tuple[bytes, ...]:
    """The proofs that are still here; a lost one must not keep anybody from reading the page."""
    try:
        return frozen_proofs(node, dossier)
    except PermanentError:
        return ()
