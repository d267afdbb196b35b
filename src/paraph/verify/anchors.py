"""What the caller trusts: certificates and peer cards, and revocation lists he brought along.

Files and folders are read by the caller; this module sees bytes. Without any anchor the integrity of a file can
still be judged, its trust cannot.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraph.errors import FormatError
from paraph.verify.certificates import Certificate, load_certificate
from paraph.wire import der

if TYPE_CHECKING:
    from paraph.wire.card import PeerCard

__all__ = ["MAX_ANCHORS", "TrustAnchors"]

# All qualified trust services of the European lists together are some thousands.
MAX_ANCHORS = 10_000

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchors:
    """The caller's trust.

    Attributes:
        certificates: Every one is trusted for everything its extensions allow; a signatory's own may be among them.
        crls: Revocation lists, DER, used beside those in the file.
        cards: Peer cards: whose keys speak for which party. Only proofs of a contradiction need them.
    """

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    cards: tuple[PeerCard, ...] = ()

    @classmethod
    def load(cls, files: Iterable[bytes]) -> TrustAnchors:
        """Read PEM (any number of blocks) or DER files, and peer cards.

        Args:
            files: The contents of each file.

        Returns:
            The anchors, each once.

        Raises:
            FormatError: ``trust-file`` if a file holds neither certificates nor revocation lists, or too many; what is
                wrong with a peer card.
        """
        certificates: dict[bytes, Certificate] = {}
        crls: dict[bytes, None] = {}
        cards: dict[bytes, PeerCard] = {}
        for content in files:
            if content[:1] == b"{":
                cards[content] = _card(content)
            for label, encoded in _blocks(content) if content not in cards else ():
                if label == "X509 CRL" or (not label and not _is_certificate(encoded)):
                    crls[encoded] = None
                else:
                    certificates[encoded] = load_certificate(encoded)
            if len(certificates) + len(cards) > MAX_ANCHORS:
                raise FormatError("trust-file", f"there are more than {MAX_ANCHORS} trust anchors")
        return cls(certificates=tuple(certificates.values()), crls=tuple(crls), cards=tuple(cards.values()))


def _card(content: bytes) -> PeerCard:
    # Loaded when needed: a PDF is verified without the keys of nodes.
    from paraph.wire.card import unpack_card  # noqa: PLC0415

    return unpack_card(content)


def _is_certificate(encoded: bytes) -> bool:
    """Whether the signed part has the seven or more fields of a certificate with its version, unlike a list."""
    signed = der.read(encoded).children()
    return (
        bool(signed)
        and signed[0].tag == der.SEQUENCE
        and bool(inner := signed[0].children())
        and inner[0].tag == 0xA0
    )


def _blocks(content: bytes) -> list[tuple[str, bytes]]:
    if content[:1] == b"\x30":
        return [("", content)]
    found = []
    for block in _PEM.finditer(content):
        label = block[1].decode("ascii")
        if label not in {"CERTIFICATE", "X509 CRL"}:
            continue
        try:
            found.append((label, base64.b64decode(b"".join(block[2].split()), validate=True)))
        except binascii.Error as error:
            raise FormatError("trust-file", "a PEM block is damaged") from error
    if not found:
        raise FormatError(
            "trust-file",
            "a trust file holds no certificate and no revocation list, as PEM or DER, and is no peer card",
        )
    return found
