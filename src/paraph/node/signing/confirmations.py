"""What officers confirmed, and of what exactly: a change voids it, because the digest is another one then."""

from __future__ import annotations

import hashlib
from typing import Final

from paraph.domain.digests import canonical_json
from paraph.node.people.models import Officer
from paraph.node.signing.models import Confirmation
from paraph.node.signing.scene import Scene
from paraph.wire.record import to_json

__all__ = ["LANGUAGES", "NAMES", "PROTOCOL", "WHAT", "confirm", "confirmed_by", "digest_of"]

LANGUAGES: Final = "languages"
NAMES: Final = "names"
PROTOCOL: Final = "flags-and-precedence"
"""Needs two people: proposed by one officer and confirmed by another (``people.second``)."""

WHAT: Final = frozenset({LANGUAGES, NAMES})
"""What one officer confirms."""


def digest_of(scene: Scene, what: str) -> str:
    """The digest of what there is to confirm; "" if there is nothing yet."""
    value: object = None
    if what == LANGUAGES:
        value = {n: one.text for n, one in scene.standing.instruments.items()} or None
    elif what == NAMES:
        described = scene.standing.described.get(scene.node.party)
        value = to_json(described) if described is not None else None
    elif what == PROTOCOL:
        row = scene.arranged
        value = (
            {"flags": row.flags, "precedence": row.precedence}
            if row and row.flags and row.precedence
            else None
        )
    return hashlib.sha256(canonical_json(value)).hexdigest() if value is not None else ""


def confirmed_by(scene: Scene, what: str, digest: str) -> list[Confirmation]:
    """Who confirmed exactly what has this digest; nobody, if it is ""."""
    rows = Confirmation.objects.filter(dossier=scene.dossier, what=what, digest=digest)
    return list(rows.order_by("pk")) if digest else []


def confirm(scene: Scene, officer: Officer, what: str, digest: str) -> None:
    """Write down that an officer confirmed it; once."""
    Confirmation.objects.get_or_create(
        dossier=scene.dossier,
        what=what,
        digest=digest,
        officer_number=officer.pk,
        defaults={"officer": officer.name, "at": scene.node.clock.now()},
    )
