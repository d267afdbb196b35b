"""Certificates that were presented, for people to read."""

from __future__ import annotations

from typing import Any

from paraph.domain.acts import CertificatePresented
from paraph.domain.ids import PartyId
from paraph.errors import FormatError
from paraph.node.signing.scene import Scene
from paraph.verify.certificates import load_certificate

__all__ = ["certificates_of"]


def certificates_of(scene: Scene, party: PartyId, signatory: str) -> list[dict[str, Any]]:
    """What was presented for a signatory, the latest one first."""
    standing = scene.standing
    latest = standing.certificates.get((party, signatory))
    return [
        {
            **_read(scene, one),
            "digest": one.certificate,
            "current": latest is not None and one.certificate == latest.certificate,
            "suspended": standing.suspended.get((party, one.certificate), ""),
            "is_suspended": (party, one.certificate) in standing.suspended,
        }
        for one in reversed(standing.certificates_of(party, signatory))
    ]


def _read(scene: Scene, one: CertificatePresented) -> dict[str, str]:
    data = scene.node.blobs.get(one.certificate)
    try:
        found = load_certificate(data) if data is not None else None
    except FormatError:
        found = None
    if found is None:
        return {"name": "", "until": ""}
    return {"name": found.name, "until": f"{found.not_after:%Y-%m-%dT%H:%M:%SZ}"}
