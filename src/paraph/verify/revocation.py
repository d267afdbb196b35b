"""Was this certificate revoked at that time? From revocation lists and OCSP responses that are at hand.

Nothing is fetched. Evidence counts if its issuer signed it, it covers the certificate, and it is not older than the
time in question: it was still in force then, or was issued later.

Source: RFC 5280, 5 and 6.3; RFC 6960; ETSI EN 319 102-1, 5.2.5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtensionOID

from paraph.errors import FormatError
from paraph.verify.algorithms import check_key, check_signature
from paraph.verify.certificates import UNREADABLE, Certificate, check_shell, issued_by, load_certificate
from paraph.verify.findings import Findings
from paraph.wire import der

__all__ = ["Evidence", "Standing", "Status"]

# One list; the largest national ones reach a few megabytes.
MAX_LIST_BYTES = 8 << 20

# Lists and responses considered for one file.
MAX_ITEMS = 4096

# Lists and responses kept read between files; a hundred of the largest would fill the memory.
_CACHED = 32

_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_WEAK = (hashes.MD5, hashes.SHA1, hashes.SHA224)


class Status(StrEnum):
    """What is known."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one certificate.

    Attributes:
        status: At the time asked for.
        since: When it was revoked, if it ever was.
        source: The encoded list or response that says so, or b"".
    """

    status: Status
    since: datetime | None = None
    source: bytes = b""


_UNKNOWN = Standing(status=Status.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _List:
    encoded: bytes
    parsed: x509.CertificateRevocationList
    issuer: bytes
    since: datetime
    until: datetime | None
    users: bool
    authorities: bool


@lru_cache(maxsize=_CACHED)
def _load_list(encoded: bytes) -> _List | None:
    """Read a revocation list; None if it cannot be used (indirect, partial, weak or damaged)."""
    if len(encoded) > MAX_LIST_BYTES:
        return None
    try:
        fields = check_shell(encoded)
        parsed = x509.load_der_x509_crl(encoded)
        if isinstance(parsed.signature_hash_algorithm, _WEAK):
            return None
        users = authorities = True
        for extension in parsed.extensions:
            if extension.oid == ExtensionOID.ISSUING_DISTRIBUTION_POINT:
                point = extension.value
                assert isinstance(point, x509.IssuingDistributionPoint)  # the identifier says so
                if point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs:
                    return None
                users, authorities = not point.only_contains_ca_certs, not point.only_contains_user_certs
            elif extension.critical:
                return None
        offset = 1 if fields[0].tag == der.INTEGER else 0
        return _List(
            encoded=encoded,
            parsed=parsed,
            issuer=fields[offset + 1].raw,
            since=parsed.last_update_utc,
            until=parsed.next_update_utc,
            users=users,
            authorities=authorities,
        )
    except (FormatError, IndexError, *UNREADABLE):
        return None


@lru_cache(maxsize=_CACHED)
def _list_signed(encoded: bytes, issuer: Certificate) -> bool:
    loaded = _load_list(encoded)
    if loaded is None or not check_key(issuer.key, Findings()):
        return False
    try:
        return loaded.parsed.is_signature_valid(issuer.key)  # type: ignore[arg-type]
    except (InvalidSignature, *UNREADABLE):
        return False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Response:
    encoded: bytes
    parsed: ocsp.OCSPResponse
    signed: bytes
    algorithm: str
    parameters: bytes
    signature: bytes
    certificates: tuple[bytes, ...]
    produced: datetime
    serials: frozenset[int]


@lru_cache(maxsize=_CACHED)
def _load_response(encoded: bytes) -> _Response | None:
    """Read an OCSP response; None if it is not a successful basic response."""
    if len(encoded) > MAX_LIST_BYTES:
        return None
    try:
        outer = der.read(encoded).cursor()
        outer.take()
        wrapped = outer.take(0xA0).only_child().cursor()
        outer.end()
        wrapped.take()
        basic = der.read(wrapped.take().as_octets()).cursor()
        wrapped.end()
        signed = basic.take(der.SEQUENCE).raw
        algorithm = basic.take(der.SEQUENCE).children()
        signature = basic.take().as_bits()
        held = basic.maybe(0xA0)
        basic.end()
        parsed = ocsp.load_der_ocsp_response(encoded)
        if parsed.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        return _Response(
            encoded=encoded,
            parsed=parsed,
            signed=signed,
            algorithm=algorithm[0].as_oid(),
            parameters=b"".join(item.raw for item in algorithm[1:]),
            signature=signature,
            certificates=() if held is None else tuple(item.raw for item in held.only_child().children()),
            produced=parsed.produced_at_utc,
            serials=frozenset(one.serial_number for one in parsed.responses),
        )
    except (FormatError, IndexError, *UNREADABLE):
        return None


class Evidence:
    """All lists and responses at hand, indexed by who issued them."""

    def __init__(self, lists: Iterable[bytes], responses: Iterable[bytes]) -> None:
        """Read what can be read.

        Args:
            lists: Revocation lists, DER.
            responses: OCSP responses, DER.
        """
        self._lists: dict[bytes, list[_List]] = {}
        self._responses: list[_Response] = []
        self._by_serial: dict[int, list[_Response]] = {}
        self.unusable = 0
        self.add_lists(lists)
        for encoded in list(dict.fromkeys(responses))[:MAX_ITEMS]:
            response = _load_response(encoded)
            if response is None:
                self.unusable += 1
                continue
            self._responses.append(response)
            for serial in response.serials:
                self._by_serial.setdefault(serial, []).append(response)

    def add_lists(self, lists: Iterable[bytes]) -> None:
        """Take in more revocation lists.

        Args:
            lists: DER.
        """
        for encoded in list(dict.fromkeys(lists))[:MAX_ITEMS]:
            loaded = _load_list(encoded)
            if loaded is None:
                self.unusable += 1
            else:
                self._lists.setdefault(loaded.issuer, []).append(loaded)

    def sources(self) -> frozenset[bytes]:
        """The encodings of all lists and responses taken in so far."""
        lists = (item.encoded for items in self._lists.values() for item in items)
        return frozenset((*lists, *(item.encoded for item in self._responses)))

    def responder_certificates(self) -> tuple[bytes, ...]:
        """Certificates that travel inside OCSP responses."""
        return tuple(encoded for response in self._responses for encoded in response.certificates)

    def list_is_genuine(self, encoded: bytes, certificates: Iterable[Certificate]) -> bool:
        """Whether one of the certificates signed this revocation list."""
        loaded = _load_list(encoded)
        return loaded is not None and any(
            item.subject == loaded.issuer and _list_signed(encoded, item) for item in certificates
        )

    def standing(
        self, certificate: Certificate, issuer: Certificate, moment: datetime, at: datetime
    ) -> Standing:
        """Say whether ``certificate`` was revoked at ``moment``.

        Args:
            certificate: The certificate.
            issuer: Its issuer.
            moment: The time in question.
            at: The time of verification; evidence from after it does not count.

        Returns:
            The worst that the evidence says; unknown if there is none that counts.
        """
        known = [
            *self._from_lists(certificate, issuer, moment, at),
            *self._from_responses(certificate, issuer, moment, at),
        ]
        for status in (Status.REVOKED, Status.GOOD):
            for standing in known:
                if standing.status is status:
                    return standing
        return _UNKNOWN

    def _from_lists(
        self, certificate: Certificate, issuer: Certificate, moment: datetime, at: datetime
    ) -> Iterable[Standing]:
        for item in self._lists.get(certificate.issuer, ()):
            covers = item.authorities if certificate.is_ca else item.users
            if (
                not covers
                or item.since > at
                or not _may_sign_lists(issuer)
                or not _list_signed(item.encoded, issuer)
            ):
                continue
            entry = item.parsed.get_revoked_certificate_by_serial_number(certificate.serial)
            if entry is not None and not _is_removal(entry):
                since = entry.revocation_date_utc
                status = Status.REVOKED if since <= moment else Status.GOOD
                yield Standing(status=status, since=since, source=item.encoded)
            elif item.since >= moment or (item.until is not None and item.until >= moment):
                yield Standing(status=Status.GOOD, source=item.encoded)

    def _from_responses(
        self, certificate: Certificate, issuer: Certificate, moment: datetime, at: datetime
    ) -> Iterable[Standing]:
        for item in self._by_serial.get(certificate.serial, ()):
            try:
                singles = [one for one in item.parsed.responses if _is_about(one, certificate, issuer)]
            except UNREADABLE:
                continue
            if not singles or not _response_signed(item, issuer):
                continue
            for one in singles:
                since, until = one.this_update_utc, one.next_update_utc
                if since > at:
                    continue
                if one.certificate_status is ocsp.OCSPCertStatus.REVOKED:
                    revoked = one.revocation_time_utc or since
                    status = Status.REVOKED if revoked <= moment else Status.GOOD
                    yield Standing(status=status, since=revoked, source=item.encoded)
                elif one.certificate_status is ocsp.OCSPCertStatus.GOOD and (
                    since >= moment or (until is not None and until >= moment)
                ):
                    yield Standing(status=Status.GOOD, source=item.encoded)


def _may_sign_lists(issuer: Certificate) -> bool:
    return issuer.usages is None or "crl_sign" in issuer.usages


def _is_removal(entry: x509.RevokedCertificate) -> bool:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False
    return reason is x509.ReasonFlags.remove_from_crl


def _is_about(one: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate) -> bool:
    if one.serial_number != certificate.serial:
        return False
    names = _issuer_hashes(issuer.encoded, one.hash_algorithm.name, issuer)
    return names == (one.issuer_name_hash, one.issuer_key_hash)


@lru_cache(maxsize=256)
def _issuer_hashes(_encoded: bytes, algorithm: str, issuer: Certificate) -> tuple[bytes, bytes]:
    key = der.read(issuer.parsed.tbs_certificate_bytes).children()[6].children()[1].as_bits()
    name = algorithm.replace("-", "_")
    # SHA-1 only names the issuer here; the response is believed for its signature.
    return (
        hashlib.new(name, issuer.subject, usedforsecurity=False).digest(),
        hashlib.new(name, key, usedforsecurity=False).digest(),
    )


def _response_signed(item: _Response, issuer: Certificate) -> bool:
    """Whether the issuer, or a responder it appointed and that was valid then, signed the response."""
    candidates = [issuer]
    for encoded in item.certificates:
        try:
            held = load_certificate(encoded)
        except FormatError:
            continue
        if (
            held.purposes is not None
            and _OCSP_SIGNING in held.purposes
            and held.valid_at(item.produced)
            and issued_by(held, issuer)
        ):
            candidates.append(held)
    return any(_signed_by(item.encoded, candidate) for candidate in candidates)


@lru_cache(maxsize=_CACHED)
def _signed_by(encoded: bytes, candidate: Certificate) -> bool:
    item = _load_response(encoded)
    if item is None:
        return False
    algorithm = item.parsed.signature_hash_algorithm
    if algorithm is None or isinstance(algorithm, _WEAK):
        return False
    digest = algorithm.name.replace("-", "_")
    return check_signature(
        candidate.key,
        item.signed,
        item.signature,
        Findings(),
        algorithm=item.algorithm,
        parameters=item.parameters,
        digest=digest,
    )
