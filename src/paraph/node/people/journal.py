"""The journal: which officer caused what at this node."""

from __future__ import annotations

from paraph.node.people.models import JournalEntry, Officer
from paraph.node.web.host import host

__all__ = ["note"]


def note(officer: Officer, what: str, *, dossier: str = "", detail: str = "") -> None:
    """Write down what an officer did.

    Args:
        officer: Who.
        what: A short name, such as ``text-initialled``: the kind of the act, where it is one.
        dossier: In which dossier, or "".
        detail: The act's id, or what else tells it from others.
    """
    JournalEntry.objects.create(
        at=host().node.clock.now(),
        officer=officer.name,
        officer_id_then=officer.pk,
        dossier=dossier,
        what=what,
        detail=detail,
    )
