"""Who signed, and when: the cryptographic and temporal half of the judgement.

The file is read backwards. The last document time stamp is judged at the time of verification; what it proves to
have existed is judged at the time that it states, and so on down to the first signature. The time of a signature
is that of its own time stamp, else of the earliest document time stamp that covers it, else it is only claimed
and the certificate has to be good now.

Source: ETSI EN 319 102-1, 5.5 and 5.6 (proof of existence); ETSI EN 319 142-1, 6 (levels).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from paraph.errors import FormatError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.certificates import Certificate, confirms, load_certificate
from paraph.verify.chain import ChainResult, Material, Purpose, judge_chain
from paraph.verify.cms import Cms, verify_cms
from paraph.verify.codes import Aspect
from paraph.verify.findings import Findings
from paraph.verify.pdf.ranges import Range, RangeDigests
from paraph.verify.pdf.signatures import SignatureValue
from paraph.verify.pdf.store import Store
from paraph.verify.revocation import Evidence
from paraph.verify.timestamps import CLOCK_TOLERANCE, Stamp, read_stamp, trust_stamp
from paraph.verify.verdict import Verdict
from paraph.wire import der, oids
from paraph.wire.signed_data import SignedData

__all__ = ["Proof", "Prover", "utc"]

_ADOBE_REVOCATION = "1.2.840.113583.1.1.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What could be proved about one signature or document time stamp.

    Attributes:
        signer: Name in the certificate, or "".
        signed_at: When, if anything says so.
        time_source: ``signature-timestamp``, ``document-timestamp``, ``claimed`` or ``none``.
        level: PAdES level reached, ``none``, or ``document-timestamp``.
    """

    signer: str
    signed_at: datetime | None
    time_source: str
    level: str


@dataclass(slots=True, kw_only=True)
class _Read:
    """A signature read but not yet trusted."""

    value: SignatureValue
    findings: Findings
    cms: Cms | None = None
    stamp: Stamp | None = None
    covered: bool = False


class Prover:
    """Judges all signatures of one file."""

    def __init__(
        self,
        data: bytes,
        signatures: Sequence[tuple[SignatureValue, Findings]],
        store: Store,
        anchors: TrustAnchors,
        at: datetime,
    ) -> None:
        """Read every signature and collect what paths are built from.

        Args:
            data: The file.
            signatures: With the findings about each, oldest first.
            store: The document security store.
            anchors: The caller's trust.
            at: The time of verification.
        """
        self._at = at
        self._digests = RangeDigests(data, [Range(*value.gap, value.end) for value, _ in signatures])
        last = max((value.revision for value, _ in signatures), default=0)
        self._read = [
            self._one(value, findings, covered=value.revision < last) for value, findings in signatures
        ]
        held = [part for item in self._read for part in _signed_data(item)]
        lists = [crl for part in held for crl in part.crls]
        archived = [_archived(part) for part in held]
        in_file = Evidence(
            [*store.lists, *lists, *(crl for crls, _ in archived for crl in crls)],
            [*store.responses, *(response for _, responses in archived for response in responses)],
        )
        self.unusable = in_file.unusable
        self._known = in_file.sources()
        in_file.add_lists(anchors.crls)
        certificates = [certificate for part in held for certificate in part.certificates]
        self._material = Material(
            anchors, [*certificates, *store.certificates, *in_file.responder_certificates()], in_file
        )
        self._proofs: dict[int, Proof] = {}
        self._judge()

    def proof(self, value: SignatureValue) -> Proof:
        """Return what could be proved about one of the signatures."""
        return self._proofs[value.gap[0]]

    def _one(self, value: SignatureValue, findings: Findings, *, covered: bool) -> _Read:
        span = Range(*value.gap, value.end)

        def digest_of(name: str) -> bytes:
            return self._digests.of(span, name)

        item = _Read(value=value, findings=findings, covered=covered)
        if value.is_timestamp:
            item.stamp = read_stamp(value.contents, digest_of, findings, covered=covered)
            item.cms = None if item.stamp is None else item.stamp.cms
            return item
        cades = value.subfilter != "adbe.pkcs7.detached"
        item.cms = verify_cms(
            value.contents, digest_of, findings, is_token=False, cades=cades, covered=covered
        )
        tokens = () if item.cms is None else item.cms.signed_data.unsigned.get(oids.SIGNATURE_TIMESTAMP, ())
        if item.cms is not None and tokens:
            signature = item.cms.signed_data.signature

            def imprint_of(name: str) -> bytes:
                return hashlib.new(name, signature).digest()

            item.stamp = read_stamp(tokens[0], imprint_of, findings, covered=covered)
        return item

    def _judge(self) -> None:
        proved: ChainResult | None = None
        moment = self._at
        for item in reversed(self._read):
            if not item.value.is_timestamp:
                self._proofs[item.value.gap[0]] = self._signature(item, moment, proved)
                continue
            result = self._trusted(item, moment, moment if proved else None)
            signer = "" if item.cms is None else item.cms.certificate.name
            self._proofs[item.value.gap[0]] = Proof(
                signer=signer,
                signed_at=None if item.stamp is None else item.stamp.at,
                time_source="none" if item.stamp is None else "document-timestamp",
                level="document-timestamp",
            )
            whole = item.findings.verdict(Aspect.INTEGRITY) is Verdict.PASS
            if whole and item.stamp is not None and result is not None and result.trusted is Verdict.PASS:
                moment, proved = min(moment, item.stamp.at), result

    def _trusted(self, item: _Read, moment: datetime, later: datetime | None) -> ChainResult | None:
        """Judge the time stamp of an item; None if it has none or proves nothing."""
        if item.stamp is None:
            return None
        if later is not None and item.stamp.at > later + CLOCK_TOLERANCE:
            item.findings.add(
                "timestamp-order",
                f"the time stamp says {item.stamp.at:%Y-%m-%dT%H:%M:%SZ}, later than one that covers it",
            )
            return None
        result = trust_stamp(item.stamp, self._material, moment, self._at, item.findings)
        if item.stamp.cms is not None and not item.covered:
            self._stray(item.stamp.cms.signed_data, result, item.findings)
        return result

    def _signature(self, item: _Read, moment: datetime, proved: ChainResult | None) -> Proof:
        stamped = self._trusted(item, moment, moment if proved else None)
        claimed, findings = item.value.claimed, item.findings
        signed_at, source = claimed, "claimed" if claimed is not None else "none"
        reference = moment
        if item.stamp is not None and stamped is not None and stamped.trusted is Verdict.PASS:
            signed_at, source, reference = item.stamp.at, "signature-timestamp", min(item.stamp.at, moment)
        elif proved is not None:
            signed_at, source = moment, "document-timestamp"
        else:
            findings.add("time-claimed", "nothing but the signer's own word says when this was signed")
        if claimed is not None and claimed > reference + CLOCK_TOLERANCE:
            findings.add(
                "claimed-time-differs",
                f"the claimed time {claimed:%Y-%m-%dT%H:%M:%SZ} is later than the signature can be",
            )
        if item.cms is None:
            return Proof(signer="", signed_at=signed_at, time_source=source, level="none")
        certificate = item.cms.certificate
        result = judge_chain(
            certificate, self._material, findings, moment=reference, at=self._at, purpose=Purpose.DOCUMENT
        )
        if not item.covered:
            self._stray(item.cms.signed_data, result, findings)
        level = self._level(source, result, stamped if source == "signature-timestamp" else proved, proved)
        return Proof(signer=certificate.name, signed_at=signed_at, time_source=source, level=level)

    def _level(
        self, source: str, signer: ChainResult, authority: ChainResult | None, archive: ChainResult | None
    ) -> str:
        """The PAdES level that can be shown with what is in the file."""
        if source not in {"signature-timestamp", "document-timestamp"}:
            return "B-B"
        chains = [signer] if authority is archive else [signer, authority]
        complete = all(
            chain is not None
            and len(chain.path) > 0
            and chain.evidenced
            and chain.sources <= self._known
            and chain.sources
            for chain in chains
        )
        if not complete:
            return "B-T"
        return "B-LT" if archive is None else "B-LTA"

    def _stray(self, data: SignedData, result: ChainResult | None, findings: Findings) -> None:
        """Demand that every certificate and list in an uncovered CMS is confirmed by somebody's signature."""
        used = set() if result is None else {item.encoded for item in result.path}
        for encoded in data.certificates:
            if encoded in used:
                continue
            try:
                certificate = load_certificate(encoded)
            except FormatError:
                findings.add("stray-certificate", "the CMS holds a certificate that cannot be read")
                continue
            if not self._confirmed(certificate):
                findings.add(
                    "stray-certificate", f"nothing confirms the certificate of {certificate.name} in the CMS"
                )
        for crl in data.crls:
            if not self._material.evidence.list_is_genuine(crl, self._material.pool):
                findings.add("stray-certificate", "nothing confirms a revocation list in the CMS")

    def _confirmed(self, certificate: Certificate) -> bool:
        return self._material.is_anchor(certificate) or any(
            confirms(issuer, certificate) for issuer in self._material.issuers(certificate)
        )


def _signed_data(item: _Read) -> list[SignedData]:
    found = [] if item.cms is None else [item.cms.signed_data]
    if item.stamp is not None and not item.value.is_timestamp:
        found.append(item.stamp.token.signed_data)
    return found


def _archived(data: SignedData) -> tuple[list[bytes], list[bytes]]:
    """Revocation data among the signed attributes, as older Adobe signatures carry them.

    Source: ISO 32000-1:2008, 12.8.3.3.2.
    """
    lists: list[bytes] = []
    responses: list[bytes] = []
    for value in data.signed.get(_ADOBE_REVOCATION, ()):
        try:
            for part in der.read(value).children():
                if part.tag in {0xA0, 0xA1}:
                    target = lists if part.tag == 0xA0 else responses
                    target += [item.raw for item in part.only_child().children()]
        except FormatError:
            continue
    return lists, responses


def utc(moment: datetime | None) -> str:
    """Write a time as RFC 3339 UTC to the second; "" for None."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
