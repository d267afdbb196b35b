"""Which peers were shown what contradicts itself: the names under which the store remembers it."""

from __future__ import annotations

from paraph.domain.ids import DossierId, PartyId

__all__ = ["fork_told", "lie_told", "proofs_of", "proofs_told"]


def proofs_of(dossier: DossierId) -> str:
    """Name of the setting that lists the proofs for which a dossier is frozen, by their SHA-256."""
    return f"proofs:{dossier}"


def proofs_told(peer: PartyId, dossier: DossierId) -> str:
    """Name of the setting that says that a peer was sent the proofs for which a dossier is frozen."""
    return f"proofs-told:{peer}:{dossier}"


def lie_told(peer: PartyId, dossier: DossierId) -> str:
    """Name of the setting that says that a peer was shown acts which may contradict what it holds."""
    return f"lie-told:{peer}:{dossier}"


def fork_told(peer: PartyId, dossier: DossierId) -> str:
    """Name of the setting that says that a peer was shown both sides of a fork."""
    return f"fork-told:{peer}:{dossier}"
