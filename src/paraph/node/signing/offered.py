"""Passkeys of this node's own signatories: those registered here, beside those presented in the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fido2 import cbor

from paraph.app.deposits import digest_of
from paraph.domain.ids import Digest
from paraph.node.people.models import Credential, Officer
from paraph.node.people.public_keys import spki
from paraph.node.signing.scene import Scene

__all__ = ["Offered", "passkeys_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The passkeys that a signatory has at this node.

    Attributes:
        found: Digest of the credential id, public key and label of each.
        differs: Whether others are presented in the dossier.
        people: How many officers are this signatory.
    """

    found: tuple[tuple[Digest, bytes, str], ...]
    differs: bool
    people: int


def passkeys_of(scene: Scene, signatory: str) -> Offered:
    """What could be presented for a signatory of this party."""
    officers = list(Officer.objects.filter(signatory=signatory, active=True).values_list("pk", flat=True))
    rows: list[Any] = list(Credential.objects.filter(officer__in=officers).order_by("pk"))
    found = tuple(
        (
            digest_of(bytes(row.credential)),
            spki(_cose(bytes(row.key))),
            str(row.label),
        )
        for row in rows
    )
    presented = {p.credential for p in scene.standing.passkeys.get((scene.node.party, signatory), ())}
    return Offered(found=found, differs=presented != {one[0] for one in found}, people=len(officers))


def _cose(data: bytes) -> Mapping[int, Any]:
    value: Any = cbor.decode(data)
    found: Mapping[int, Any] = value
    return found
