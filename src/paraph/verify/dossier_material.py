"""What certificate paths are built from in a dossier, beyond what a signature brings along itself."""

from __future__ import annotations

from collections.abc import Iterable

from paraph.domain.acts import CertificatePresented, ExchangeReleased
from paraph.domain.ids import Digest
from paraph.verify.anchors import TrustAnchors
from paraph.verify.chain import Material
from paraph.verify.container_contents import ContainerContents
from paraph.verify.revocation import Evidence

__all__ = ["dossier_material"]


def dossier_material(
    contents: ContainerContents, anchors: TrustAnchors, certificates: Iterable[bytes] = ()
) -> Material:
    """Gather certificates and revocation data that acts presented or sealed into originals.

    Args:
        contents: The dossier.
        anchors: The caller's trust.
        certificates: Further certificates, DER.
    """
    sealed = contents.plan.sealed.values()
    presented = [act.body for act in contents.acts if isinstance(act.body, CertificatePresented)]
    released = [act.body for act in contents.acts if isinstance(act.body, ExchangeReleased)]
    lists = [d for p in presented for d in p.crls]
    lists += [d for r in released for d in r.crls]
    lists += [d for s in sealed for d in s.crls]
    responses = [d for s in sealed for d in s.ocsps]
    chains = [d for p in presented for d in (p.certificate, *p.chain)]
    chains += [d for s in sealed for d in s.certificates]
    evidence = Evidence(_bytes(contents, lists), _bytes(contents, responses))
    evidence.add_lists(anchors.crls)
    known = [*certificates, *_bytes(contents, chains), *evidence.responder_certificates()]
    return Material(anchors, known, evidence)


def _bytes(contents: ContainerContents, digests: Iterable[Digest]) -> list[bytes]:
    found = (contents.get(digest) for digest in dict.fromkeys(digests))
    return [data for data in found if data is not None]
