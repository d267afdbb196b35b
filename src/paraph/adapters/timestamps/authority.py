"""A time-stamp authority inside the node, for demonstrations: correct tokens, from a clock nobody supervises.

A real ceremony uses an outside authority (see :mod:`paraph.adapters.timestamps.http`); the tokens look the same.

Source: RFC 3161; ETSI EN 319 422 V1.1.1.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime

from paraph.app.ports import Clock, Signer
from paraph.domain.ids import Utc, check_utc
from paraph.errors import FormatError, PermanentError
from paraph.wire import oids, timestamp
from paraph.wire.cms import SignerProfile, assemble, to_be_signed
from paraph.wire.timestamp import TimestampRequest, TstInfo

__all__ = ["DEMO_POLICY", "BuiltInTimestamper", "TimestampAuthority"]

DEMO_POLICY = "2.25.206478058902321301997855925084633280028"
"""Policy of the built-in authority: an identifier under the UUID arc (ITU-T X.667), not registered with anyone."""

_DIGEST_BYTES = {oids.SHA256: 32, oids.SHA384: 48, oids.SHA512: 64}
_ACCURACY_US = 1_000_000
"""The clock port counts whole seconds."""


def _random_serial() -> int:
    return int.from_bytes(os.urandom(16), "big") >> 1 | 1


class TimestampAuthority:
    """Answers time-stamp requests with the key of a time-stamp certificate."""

    def __init__(
        self, signer: Signer, *, policy: str = DEMO_POLICY, serial: Callable[[], int] = _random_serial
    ) -> None:
        """Use ``signer``, whose certificate is for time stamping only.

        Args:
            signer: The key and certificate.
            policy: The one policy served, as object identifier.
            serial: Gives each token its number; unpredictable unless a test wants otherwise.
        """
        self._signer = signer
        self._policy = policy
        self._serial = serial

    def answer(self, request: bytes, now: Utc) -> bytes:
        """Answer a request.

        Args:
            request: The ``TimeStampReq``, DER, from anybody.
            now: The instant to put into the token.

        Returns:
            The ``TimeStampResp``, DER: a token, or a refusal with its reason.
        """
        try:
            asked = timestamp.parse_request(request)
        except FormatError as error:
            return timestamp.refused(timestamp.BAD_DATA_FORMAT, error.message)
        if _DIGEST_BYTES.get(asked.hash_algorithm) != len(asked.imprint):
            return timestamp.refused(
                timestamp.BAD_ALGORITHM, "use SHA-256, SHA-384 or SHA-512, with an imprint of its length"
            )
        if asked.policy not in {None, self._policy}:
            return timestamp.refused(timestamp.UNACCEPTED_POLICY, f"the only policy is {self._policy}")
        if asked.extensions:
            return timestamp.refused(timestamp.UNACCEPTED_EXTENSION, "send a request without extensions")
        return timestamp.granted(self._token(asked, now))

    def _token(self, asked: TimestampRequest, now: Utc) -> bytes:
        info = timestamp.encode_info(
            TstInfo(
                policy=self._policy,
                hash_algorithm=asked.hash_algorithm,
                imprint=asked.imprint,
                serial=self._serial(),
                at=datetime.strptime(check_utc(now), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
                accuracy_us=_ACCURACY_US,
                ordering=False,
                nonce=asked.nonce,
                authority=b"",
            )
        )
        signer = self._signer
        profile = SignerProfile(
            certificate=signer.certificate, chain=signer.chain, algorithm=signer.algorithm
        )
        digest = hashlib.new(profile.digest, info).digest()
        attributes = to_be_signed(profile, digest, commitment=None, content_type=oids.TST_INFO)
        return assemble(
            profile,
            attributes,
            signer.sign(attributes),
            content_type=oids.TST_INFO,
            content=info,
            include_certificates=asked.certificates,
        )


class BuiltInTimestamper:
    """The timestamper port over an authority in the same process."""

    def __init__(self, authority: TimestampAuthority, clock: Clock) -> None:
        """Ask ``authority`` with the time of ``clock``."""
        self._authority = authority
        self._clock = clock

    def timestamp(self, imprint: bytes) -> bytes:
        """Return a DER RFC 3161 token over a SHA-256 ``imprint`` of 32 bytes.

        Raises:
            PermanentError: ``timestamp-refused`` if the authority refuses (a fault of its configuration).
        """
        response = self._authority.answer(timestamp.request(imprint, None), self._clock.now())
        try:
            return timestamp.token_of(response)
        except FormatError as error:
            raise PermanentError(error.code, error.message, **error.params) from error
