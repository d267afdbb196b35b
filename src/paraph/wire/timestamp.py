"""Time-stamp requests, responses and tokens.

Source: RFC 3161 and RFC 5816; ETSI EN 319 422 V1.1.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from paraph.errors import FormatError
from paraph.wire import der, oids
from paraph.wire.signed_data import SignedData, parse_signed_data

__all__ = [
    "MAX_MESSAGE_BYTES",
    "TimestampRequest",
    "TimestampToken",
    "TstInfo",
    "encode_info",
    "granted",
    "parse_request",
    "parse_token",
    "refused",
    "request",
    "token_of",
]

MAX_MESSAGE_BYTES = 256 * 1024
"""A request has 70 bytes, a token with its certificates 3,000 to 10,000."""

BAD_ALGORITHM: Final = 0
BAD_REQUEST: Final = 2
BAD_DATA_FORMAT: Final = 5
UNACCEPTED_POLICY: Final = 15
UNACCEPTED_EXTENSION: Final = 16
SYSTEM_FAILURE: Final = 25

_FAILURES = {
    BAD_ALGORITHM: "it does not accept the digest algorithm",
    BAD_REQUEST: "it does not permit the request",
    BAD_DATA_FORMAT: "it could not read the request",
    14: "its clock is not available",
    UNACCEPTED_POLICY: "it does not serve the requested policy",
    UNACCEPTED_EXTENSION: "it does not accept the extension",
    17: "it lacks additional information",
    SYSTEM_FAILURE: "it failed",
}
_MAX_IMPRINT_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampRequest:
    """A request as an authority reads it.

    Attributes:
        hash_algorithm: As object identifier.
        imprint: The digest to stamp.
        policy: The policy asked for, as object identifier, or None.
        nonce: To be repeated in the token, or None.
        certificates: Whether the token shall hold its certificates.
        extensions: Whether the request has extensions.
    """

    hash_algorithm: str
    imprint: bytes
    policy: str | None
    nonce: int | None
    certificates: bool
    extensions: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TstInfo:
    """What a token says.

    Attributes:
        policy: As object identifier.
        hash_algorithm: As object identifier.
        imprint: The digest that was stamped.
        serial: Number of the token at its authority.
        at: The instant, UTC.
        accuracy_us: Possible deviation in microseconds, or None if not stated.
        ordering: Whether tokens of this authority can be ordered by their times.
        nonce: From the request, or None.
        authority: The authority's ``GeneralName``, DER, or b"".
    """

    policy: str
    hash_algorithm: str
    imprint: bytes
    serial: int
    at: datetime
    accuracy_us: int | None
    ordering: bool
    nonce: int | None
    authority: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampToken:
    """A parsed token. Nothing in it has been verified.

    Attributes:
        info: What it says.
        signed_data: The CMS that says it.
    """

    info: TstInfo
    signed_data: SignedData


def request(imprint: bytes, nonce: int | None, *, certificates: bool = True) -> bytes:
    """Encode a request to stamp a SHA-256 imprint.

    Args:
        imprint: 32 bytes.
        nonce: A fresh random number that the token has to repeat, or None.
        certificates: Whether the token shall hold its certificates.

    Returns:
        The ``TimeStampReq``, DER.

    Raises:
        FormatError: ``timestamp-imprint`` if the imprint does not have 32 bytes.
    """
    if len(imprint) != 32:
        raise FormatError("timestamp-imprint", "a time stamp is asked for the SHA-256 of something: 32 bytes")
    return der.sequence(
        der.integer(1),
        _imprint(oids.SHA256, imprint),
        b"" if nonce is None else der.integer(nonce),
        der.TRUE if certificates else b"",
    )


def parse_request(data: bytes) -> TimestampRequest:
    """Parse a request.

    Raises:
        FormatError: ``timestamp-request`` or ``der`` if it is malformed.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise FormatError("timestamp-request", f"a time-stamp request has at most {MAX_MESSAGE_BYTES} bytes")
    cursor = der.read(data).cursor()
    if cursor.take().as_integer() != 1:
        raise FormatError("timestamp-request", "the time-stamp request has an unknown version")
    algorithm, imprint = _read_imprint(cursor.take())
    policy, nonce = cursor.maybe(der.OID), cursor.maybe(der.INTEGER)
    certificates, extensions = cursor.maybe(der.BOOLEAN), cursor.maybe(0xA0)
    cursor.end()
    return TimestampRequest(
        hash_algorithm=algorithm,
        imprint=imprint,
        policy=None if policy is None else policy.as_oid(),
        nonce=None if nonce is None else nonce.as_integer(),
        certificates=certificates is not None and certificates.as_boolean(),
        extensions=extensions is not None,
    )


def granted(token: bytes) -> bytes:
    """Encode the response that carries a token."""
    return der.sequence(der.sequence(der.integer(0)), token)


def refused(failure: int, reason: str) -> bytes:
    """Encode the response that refuses.

    Args:
        failure: Bit number of ``PKIFailureInfo`` (RFC 3161, 2.4.2).
        reason: For people.

    Returns:
        The ``TimeStampResp``, DER.
    """
    bits = bytearray(failure // 8 + 1)
    bits[-1] = 0x80 >> failure % 8
    failure_info = der.tlv(der.BIT_STRING, bytes((7 - failure % 8,)), bytes(bits))
    return der.sequence(der.sequence(der.integer(2), der.sequence(der.utf8(reason)), failure_info))


def token_of(response: bytes) -> bytes:
    """Take the token out of a response.

    Args:
        response: The ``TimeStampResp``, DER.

    Returns:
        The token, DER, not verified.

    Raises:
        FormatError: ``timestamp-refused`` if the authority refused, with its reason and the first bit of
            ``PKIFailureInfo`` as ``failure``; ``timestamp-response`` or ``der`` if
            the response is malformed.
    """
    if len(response) > MAX_MESSAGE_BYTES:
        raise FormatError(
            "timestamp-response", f"a time-stamp response has at most {MAX_MESSAGE_BYTES} bytes"
        )
    cursor = der.read(response).cursor()
    status = cursor.take(der.SEQUENCE).cursor()
    value = status.take().as_integer()
    texts, failure = status.maybe(der.SEQUENCE), status.maybe(der.BIT_STRING)
    status.end()
    token = cursor.maybe(der.SEQUENCE)
    cursor.end()
    if value not in {0, 1}:
        bits = [] if failure is None else _bits(failure.body)
        reasons = [_FAILURES.get(bit, f"failure {bit}") for bit in bits]
        said = () if texts is None else texts.children()
        reasons += [text.as_text() for text in said[:4]]
        raise FormatError(
            "timestamp-refused",
            f"the time-stamp authority refused: {'; '.join(reasons) or 'no reason given'}",
            failure=bits[0] if bits else -1,
        )
    if token is None:
        raise FormatError(
            "timestamp-response", "the time-stamp authority granted the request but sent no token"
        )
    return token.raw


def parse_token(token: bytes) -> TimestampToken:
    """Parse a token.

    Args:
        token: The CMS, DER.

    Returns:
        Its parts, none of them verified.

    Raises:
        FormatError: ``timestamp-token``, ``cms`` or ``der`` if it is malformed.
    """
    signed_data = parse_signed_data(token)
    if signed_data.content_type != oids.TST_INFO or signed_data.content is None:
        raise FormatError("timestamp-token", "the CMS holds no time-stamp information")
    cursor = der.read(signed_data.content).cursor()
    if cursor.take().as_integer() != 1:
        raise FormatError("timestamp-token", "the time stamp has an unknown version")
    policy = cursor.take().as_oid()
    algorithm, imprint = _read_imprint(cursor.take())
    serial = cursor.take().as_integer()
    at = cursor.take(der.GENERALIZED_TIME).as_time()
    accuracy = cursor.maybe(der.SEQUENCE)
    ordering, nonce = cursor.maybe(der.BOOLEAN), cursor.maybe(der.INTEGER)
    authority = cursor.maybe(0xA0)
    cursor.maybe(0xA1)
    cursor.end()
    info = TstInfo(
        policy=policy,
        hash_algorithm=algorithm,
        imprint=imprint,
        serial=serial,
        at=at,
        accuracy_us=None if accuracy is None else _accuracy(accuracy),
        ordering=ordering is not None and ordering.as_boolean(),
        nonce=None if nonce is None else nonce.as_integer(),
        authority=b"" if authority is None else authority.only_child().raw,
    )
    return TimestampToken(info=info, signed_data=signed_data)


def encode_info(info: TstInfo) -> bytes:
    """Encode what a token says; the counterpart of :func:`parse_token` for an authority."""
    return der.sequence(
        der.integer(1),
        der.oid(info.policy),
        _imprint(info.hash_algorithm, info.imprint),
        der.integer(info.serial),
        der.generalized_time(info.at),
        b"" if info.accuracy_us is None else _encoded_accuracy(info.accuracy_us),
        der.TRUE if info.ordering else b"",
        b"" if info.nonce is None else der.integer(info.nonce),
        der.context(0, info.authority) if info.authority else b"",
    )


def _imprint(algorithm: str, imprint: bytes) -> bytes:
    return der.sequence(der.sequence(der.oid(algorithm), der.null()), der.octets(imprint))


def _read_imprint(element: der.Element) -> tuple[str, bytes]:
    cursor = element.cursor()
    algorithm = cursor.take(der.SEQUENCE).cursor()
    identifier = algorithm.take().as_oid()
    algorithm.maybe(der.NULL)
    algorithm.end()
    imprint = cursor.take().as_octets()
    cursor.end()
    if not 0 < len(imprint) <= _MAX_IMPRINT_BYTES:
        raise FormatError("timestamp-imprint", "a time stamp has an imprint of impossible length")
    return identifier, imprint


def _accuracy(element: der.Element) -> int:
    cursor = element.cursor()
    seconds, millis, micros = cursor.maybe(der.INTEGER), cursor.maybe(0x80), cursor.maybe(0x81)
    cursor.end()
    total = 0 if seconds is None else seconds.as_integer() * 1_000_000
    for part, unit in ((millis, 1_000), (micros, 1)):
        if part is not None:
            value = int.from_bytes(part.body, "big")
            if not 0 < len(part.body) <= 2 or not 1 <= value <= 999:
                raise FormatError("timestamp-token", "a time stamp states an impossible accuracy")
            total += value * unit
    if total < 0:
        raise FormatError("timestamp-token", "a time stamp states an impossible accuracy")
    return total


def _encoded_accuracy(microseconds: int) -> bytes:
    seconds, rest = divmod(microseconds, 1_000_000)
    millis, micros = divmod(rest, 1_000)
    return der.sequence(
        der.integer(seconds) if seconds else b"",
        der.context(0, der.integer(millis)[2:], constructed=False) if millis else b"",
        der.context(1, der.integer(micros)[2:], constructed=False) if micros else b"",
    )


def _bits(body: bytes) -> list[int]:
    return [
        8 * index + bit for index, octet in enumerate(body[1:]) for bit in range(8) if octet & 0x80 >> bit
    ]
