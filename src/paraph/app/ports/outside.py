"""What a node reaches outside itself: clock, keys, time stamps, renderer, transport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from paraph.app.ports.rows import PeerRow
from paraph.domain.ids import Utc
from paraph.domain.originals import Original
from paraph.wire.pdf.fields import FieldBox

__all__ = [
    "Clock",
    "Courier",
    "Engrossed",
    "Renderer",
    "Signer",
    "SignerDesk",
    "Timestamper",
    "Transport",
]


class Clock(Protocol):
    """The wall clock, which people set, and one that only ever goes on."""

    def now(self) -> Utc:
        """The current instant, in whole seconds."""

    def ticks(self) -> float:
        """Seconds since some moment in the past; never goes back, whoever sets the wall clock."""


class Signer(Protocol):
    """A signing key with its certificate: PKCS#12 file or PKCS#11 token."""

    @property
    def certificate(self) -> bytes:
        """The signatory's certificate, DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuing certificates, DER, nearest first, without the root."""

    @property
    def algorithm(self) -> str:
        """``ecdsa-p256-sha256``, ``ecdsa-p384-sha384`` or ``rsa-pkcs1-sha256``."""

    def sign(self, message: bytes) -> bytes:
        """Sign ``message`` (hashing included); DER for ECDSA."""


class Timestamper(Protocol):
    """A time-stamp authority."""

    def timestamp(self, imprint: bytes) -> bytes:
        """A DER RFC 3161 token over a SHA-256 ``imprint`` of 32 bytes."""


class SignerDesk(Protocol):
    """Where signatories' keys are found: each behind a file or a token, by signatory id."""

    def signer(self, signatory: str) -> Signer | None:
        """The signer of a signatory, or None if this node has no key for him or her.

        Raises:
            PermanentError: wrong passphrase or PIN, no token: an operator has to act.
        """

    def crls(self) -> tuple[bytes, ...]:
        """Current revocation lists of this party's issuers, DER."""


class Renderer(Protocol):
    """Renders originals and appearances; the same input gives the same bytes."""

    def engross(self, original: Original, *, source: bytes) -> Engrossed:
        """Render one original with its canonical source attached."""

    def appearance(
        self,
        *,
        name: str,
        title: str,
        lines: tuple[str, ...],
        lang: str,
        direction: str,
        width_pt: int,
        height_pt: int,
    ) -> bytes:
        """Render what is drawn in a signature field, as a one-page PDF with embedded fonts."""


class Engrossed(Protocol):
    """A rendered original."""

    @property
    def pdf(self) -> bytes:
        """The PDF, before signature fields are reserved."""

    @property
    def fields(self) -> tuple[FieldBox, ...]:
        """Where each signatory's field goes."""

    @property
    def renderer(self) -> str:
        """Name and version of renderer and templates."""


class Transport(Protocol):
    """A channel to peers; it moves sealed bundle bytes and knows nothing of their meaning."""

    def exchange(self, peer: PeerRow, bundle: bytes) -> bytes:
        """Deliver a bundle and return the peer's bundle in answer.

        Raises:
            TransientError: ``peer-unreachable`` and the like; try again later.
            PermanentError: the peer refuses us; an officer has to act.
        """


class Courier(Protocol):
    """Carries bundles without making anybody wait: the answer, or why there is none, comes by a call."""

    def carry(
        self,
        peer: PeerRow,
        bundle: bytes,
        answered: Callable[[bytes], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Set a bundle on its way, and later call one of the two, once, from any thread."""
