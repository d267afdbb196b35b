"""The renewal file: for peers that share no dossier, the cards of a node, each signed by the keys of the one before it.

In a dossier an act says that a card was renewed. This file says the same outside of any: whoever knows one of the cards,
and compared twelve words over it, follows the signatures to the newest. Each link is an envelope of a type of its own, so
that no act and no card can be taken for one; its payload is the exact bytes of the next card.

Source: docs/spec/peer-card.md, "Renewal".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paraph.domain.ids import Digest
from paraph.errors import FormatError
from paraph.wire import canonical, envelope, limits
from paraph.wire.card import PeerCard, card_digest, unpack_card
from paraph.wire.members import MemberReader, encode_base64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraph.wire.envelope import Envelope
    from paraph.wire.keys import NodeKeys, NodePublicKeys

__all__ = [
    "FORMAT",
    "RENEWAL_TYPE",
    "RenewalLink",
    "is_renewal",
    "read_renewals",
    "sign_renewal",
    "write_renewals",
]

FORMAT: Final = "paraph.renewal/1"
RENEWAL_TYPE: Final = "application/vnd.paraph.card-renewal"

_READ = MemberReader(code="renewal-format")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalLink:
    """One card, as the keys of the one before it signed it.

    Attributes:
        card: The card, whose own signature holds.
        data: Its exact bytes.
        envelope: Those bytes, signed by the earlier keys; not verified yet.
    """

    card: PeerCard
    data: bytes
    envelope: Envelope

    @property
    def digest(self) -> Digest:
        """SHA-256 of the card."""
        return card_digest(self.data)

    def verify(self, former: NodePublicKeys) -> None:
        """Check that the keys of the card before this one signed it.

        Raises:
            FormatError: ``envelope-signature``.
        """
        envelope.verify(self.envelope, former)


def sign_renewal(card: bytes, former: NodeKeys) -> bytes:
    """Sign a new card with the keys of the one it succeeds."""
    return envelope.seal(card, former, payload_type=RENEWAL_TYPE)


def write_renewals(links: Sequence[bytes]) -> bytes:
    """Write a renewal file from what ``sign_renewal`` made, oldest first."""
    data = canonical.dump({"format": FORMAT, "renewals": [encode_base64(link) for link in links]})
    read_renewals(data)
    return data


def is_renewal(data: bytes) -> bool:
    """Whether bytes look like a renewal file, and not like a card."""
    return data.startswith(b'{"format":"paraph.renewal/')


def read_renewals(data: bytes) -> tuple[RenewalLink, ...]:
    """Read a renewal file; each card is verified by its own keys, and what joins them is left to ``verify``.

    Raises:
        FormatError: ``renewal-format``, or what is wrong with an envelope or a card.
    """
    if not canonical.is_canonical(data, limit=limits.MAX_RENEWAL_FILE):
        raise FormatError("renewal-format", "a renewal file is canonical JSON")
    members = _READ.members(
        canonical.load(data, limit=limits.MAX_RENEWAL_FILE), "renewal", ("format", "renewals")
    )
    _READ.constant(members["format"], "format", FORMAT)
    links = []
    for place, item in enumerate(_READ.array(members["renewals"], "renewals", maximum=limits.MAX_RENEWALS)):
        inner = _READ.base64(item, f"renewals[{place}]", maximum=limits.MAX_ENVELOPE)
        found = envelope.open_envelope(inner, payload_type=RENEWAL_TYPE)
        links.append(RenewalLink(card=unpack_card(found.payload), data=found.payload, envelope=found))
    if not links:
        raise FormatError("renewal-format", "a renewal file holds at least one card")
    return tuple(links)
