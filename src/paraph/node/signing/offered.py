"""Passkeys of this node's own signatories: those registered here, beside those presented in the dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fido2 import cbor

from paraph.domain.ids import Digest
from paraph.node.people.models import Credential
from paraph.node.people.public_keys import spki
from paraph.node.signing.scene import Scene

__all__ = ["Offered", "passkeys_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The passkeys that a signatory has at this node.

    Attributes:
        found: Digest of the credential id, public key and label of each.
        differs: Whether others are presented in the dossier.
    """

    found: tuple[tuple[Digest, bytes, str], ...]
    differs: bool


def passkeys_of(scene: Scene, signatory: str) -> Offered:
    """What could be presented for a signatory of this party."""
    rows = Credential.objects.filter(officer__signatory=signatory, officer__active=True).order_by("pk")
    found = tuple((Digest(row.digest), spki(_cose(row)), str(row.label)) for row in rows)
    presented = {p.credential for p in scene.standing.passkeys.get((scene.node.party, signatory), ())}
    return Offered(found=found, differs=presented != {one[0] for one in found})


def _cose(row: Credential) -> Mapping[int, Any]:
    key = cbor.decode(bytes(row.key))
    assert isinstance(key, Mapping), "this node wrote it"
    return key
