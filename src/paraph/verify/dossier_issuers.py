"""Under whose authority a certificate was issued: the bond between a party of the dossier and X.509.

A trust anchor says that its certificates are genuine, not for whom they may speak: with two ministries' anchors at
hand, either could issue a certificate in the other's name. Each party's card, which the opening act pins and both
officers compared, names the authorities of that party; a certificate used for the party has to lead there.
"""

from __future__ import annotations

from collections.abc import Iterable

from paraph.verify.anchors import TrustAnchors
from paraph.verify.certificates import Certificate
from paraph.verify.chain import Material, Purpose, judge_chain
from paraph.verify.findings import Findings
from paraph.verify.revocation import Evidence
from paraph.wire.card import PeerCard

__all__ = ["own_authority"]


def own_authority(
    certificate: Certificate, others: Iterable[bytes], cards: Iterable[PeerCard]
) -> Certificate | None:
    """The authority on one of a party's cards to which a certificate leads, or None if there is none.

    Whether the path holds is judged with the caller's anchors; here only where it leads matters.

    Args:
        certificate: The certificate.
        others: Certificates that may lie on the path, DER.
        cards: The cards that the party has had in the dossier: what one of them certified stays certified.

    Raises:
        FormatError: ``certificate`` for a damaged authority on a card.
    """
    anchors = TrustAnchors.load(pem.encode("ascii") for card in cards for pem in card.anchors)
    material = Material(anchors, others, Evidence([], []))
    moment = certificate.not_before
    result = judge_chain(
        certificate, material, Findings(), moment=moment, at=moment, purpose=Purpose.DOCUMENT
    )
    last = result.path[-1]
    return last if material.is_anchor(last) else None
