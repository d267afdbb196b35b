"""From a signer's certificate to something the caller trusts, at one time, for one purpose.

Paths are short and few, so they are searched depth first and each is judged completely; the best one counts. A
missing piece (no anchor, no revocation data, an expired certificate without proof of time) makes trust
indeterminate; a wrong one (revoked, not meant for signing) makes it fail.

Source: RFC 5280, 6.1; ETSI EN 319 102-1, 5.2.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from paraph.errors import FormatError
from paraph.verify.algorithms import check_key
from paraph.verify.anchors import TrustAnchors
from paraph.verify.certificates import Certificate, issued_by, load_certificate
from paraph.verify.codes import Aspect
from paraph.verify.findings import Findings
from paraph.verify.revocation import Evidence, Status
from paraph.verify.verdict import Verdict

__all__ = ["ChainResult", "Material", "Purpose", "judge_chain"]

# Leaf, issuers, anchor; public hierarchies have four.
MAX_PATH = 8

# Paths tried for one certificate; cross-certificates double them a few times.
MAX_PATHS = 16

# Issuers considered on all paths of one certificate.
MAX_STEPS = 256

# Certificates that one file may bring along.
MAX_POOL = 1024

_ANY = "2.5.29.37.0"
_TIMESTAMPING = "1.3.6.1.5.5.7.3.8"

# Purposes whose certificates people sign documents with.
_DOCUMENT_PURPOSES = {
    _ANY,
    "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
    "1.3.6.1.5.5.7.3.4",  # e-mail protection
    "1.3.6.1.5.5.7.3.2",  # client authentication: most national identity cards
    "1.2.840.113583.1.1.5",  # Adobe authentic documents
    "1.3.6.1.4.1.311.10.3.12",  # Microsoft document signing
}


class Purpose(StrEnum):
    """What the signer's certificate has to be good for."""

    DOCUMENT = "document"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainResult:
    """What was found out about one certificate.

    Attributes:
        path: From the certificate to the anchor; the certificate alone if there is no path.
        trusted: Whether the path holds at the time asked for, for the purpose.
        evidenced: Whether every certificate on it has revocation data, or none on offer.
        sources: The lists and responses that were used.
    """

    path: tuple[Certificate, ...]
    trusted: Verdict
    evidenced: bool
    sources: frozenset[bytes]


class Material:
    """What paths are built from: the certificates and revocation data at hand."""

    def __init__(self, anchors: TrustAnchors, certificates: Iterable[bytes], evidence: Evidence) -> None:
        """Load what can be loaded.

        Args:
            anchors: The caller's trust.
            certificates: From the file, DER; unreadable ones are left out.
            evidence: Revocation data.
        """
        self.anchors = anchors
        self.evidence = evidence
        self._by_subject: dict[bytes, list[Certificate]] = {}
        self._anchored = {anchor.encoded for anchor in anchors.certificates}
        pool = {anchor.encoded: anchor for anchor in anchors.certificates}
        for encoded in list(dict.fromkeys(certificates))[:MAX_POOL]:
            try:
                pool.setdefault(encoded, load_certificate(encoded))
            except FormatError:
                continue
        self.pool = tuple(pool.values())
        for certificate in self.pool:
            self._by_subject.setdefault(certificate.subject, []).append(certificate)

    def is_anchor(self, certificate: Certificate) -> bool:
        """Whether the caller trusts this certificate itself."""
        return certificate.encoded in self._anchored

    def issuers(self, certificate: Certificate) -> list[Certificate]:
        """Certificates that may have issued it, anchors first."""
        named = self._by_subject.get(certificate.issuer, [])
        return sorted(named, key=lambda item: not self.is_anchor(item)) if len(named) > 1 else named


def judge_chain(
    leaf: Certificate,
    material: Material,
    findings: Findings,
    *,
    moment: datetime,
    at: datetime,
    purpose: Purpose,
) -> ChainResult:
    """Judge whether ``leaf`` could be trusted at ``moment``.

    Args:
        leaf: The signer's certificate.
        material: What paths are built from.
        findings: Receives what is wrong with the best path.
        moment: The time in question.
        at: The time of verification.
        purpose: What the certificate has to be good for.

    Returns:
        The best path.
    """
    _judge_leaf(leaf, purpose, findings)
    if not material.anchors.certificates:
        findings.add(
            "no-trust-anchor", "no trust anchor was given, so nobody can be trusted; name one with --trust"
        )
        return ChainResult(path=(leaf,), trusted=Verdict.INDETERMINATE, evidenced=False, sources=frozenset())
    best: tuple[ChainResult, Findings] | None = None
    for path in _paths(leaf, material):
        own = Findings(findings.where)
        result = _judge_path(path, material, moment, at, own)
        if best is None or _order(result.trusted) < _order(best[0].trusted):
            best = result, own
        if result.trusted is Verdict.PASS:
            break
    if best is None:
        findings.add("no-path", f"no path leads from the certificate of {leaf.name} to a trust anchor")
        return ChainResult(path=(leaf,), trusted=Verdict.INDETERMINATE, evidenced=False, sources=frozenset())
    findings.extend(best[1])
    return best[0]


def _order(verdict: Verdict) -> int:
    return (Verdict.PASS, Verdict.INDETERMINATE, Verdict.FAIL).index(verdict)


def _paths(leaf: Certificate, material: Material) -> Iterator[tuple[Certificate, ...]]:
    steps = found = 0
    waiting: list[tuple[Certificate, ...]] = [(leaf,)]
    while waiting and steps < MAX_STEPS and found < MAX_PATHS:
        path = waiting.pop()
        last = path[-1]
        if material.is_anchor(last):
            found += 1
            yield path
            continue
        if len(path) >= MAX_PATH:
            continue
        for issuer in reversed(material.issuers(last)):
            steps += 1
            if issuer not in path and issued_by(last, issuer):
                waiting.append((*path, issuer))


def _judge_leaf(leaf: Certificate, purpose: Purpose, findings: Findings) -> None:
    if leaf.usages is None:
        findings.add("key-usage-absent", f"the certificate of {leaf.name} does not say what its key is for")
    elif not leaf.usages & {"digital_signature", "content_commitment"}:
        findings.add("key-usage", f"the key of {leaf.name} is not for signatures")
    if purpose is Purpose.TIMESTAMP:
        if leaf.purposes != (_TIMESTAMPING,) or not leaf.purposes_critical:
            findings.add("extended-key-usage", f"the certificate of {leaf.name} is not for time stamps alone")
    elif leaf.purposes is not None and not _DOCUMENT_PURPOSES.intersection(leaf.purposes):
        findings.add(
            "extended-key-usage", f"the certificate of {leaf.name} is for something else than documents"
        )


def _judge_path(
    path: tuple[Certificate, ...], material: Material, moment: datetime, at: datetime, findings: Findings
) -> ChainResult:
    for position, certificate in enumerate(path):
        if not certificate.valid_at(moment):
            findings.add(
                "certificate-not-valid-then",
                f"the certificate of {certificate.name} is valid from {certificate.not_before:%Y-%m-%d} to "
                f"{certificate.not_after:%Y-%m-%d}, not on {moment:%Y-%m-%d}",
            )
        if certificate.not_understood:
            findings.add(
                "certificate-extension",
                f"the certificate of {certificate.name} has a critical extension that is unknown here: {certificate.not_understood[0]}",
            )
        check_key(certificate.key, findings)
        if position:
            _judge_issuer(certificate, path[1:position], findings)
    sources: set[bytes] = set()
    evidenced = True
    for certificate, issuer in pairwise(path):
        standing = material.evidence.standing(certificate, issuer, moment, at)
        if standing.status is Status.REVOKED:
            findings.add(
                "certificate-revoked",
                f"the certificate of {certificate.name} was revoked at {standing.since}",
            )
        elif standing.status is Status.GOOD:
            sources.add(standing.source)
            if standing.since is not None:
                findings.add(
                    "certificate-revoked-later",
                    f"the certificate of {certificate.name} was revoked at {standing.since}, after signing",
                )
        elif material.is_anchor(issuer) and not certificate.offers_revocation:
            findings.add(
                "revocation-not-offered",
                f"the anchor {issuer.name} issued the certificate of {certificate.name} without saying where revocations are published",
            )
        else:
            evidenced = False
            findings.add(
                "revocation-unknown",
                f"nothing at hand says whether the certificate of {certificate.name} was revoked",
            )
    return ChainResult(
        path=path, trusted=findings.verdict(Aspect.TRUST), evidenced=evidenced, sources=frozenset(sources)
    )


def _judge_issuer(certificate: Certificate, below: tuple[Certificate, ...], findings: Findings) -> None:
    followers = sum(not item.is_self_issued for item in below)
    if not certificate.is_ca or (
        certificate.usages is not None and "key_cert_sign" not in certificate.usages
    ):
        findings.add(
            "issuer-not-authority", f"the certificate of {certificate.name} may not issue certificates"
        )
    elif 0 <= certificate.path_length < followers:
        findings.add(
            "issuer-not-authority", f"{certificate.name} may not have {followers} authorities below it"
        )
    if certificate.constrained:
        findings.add(
            "name-constraints",
            f"{certificate.name} may issue for certain names only, which is not judged here",
        )
