"""The parties' seals on a container: what each covers, whether it holds, and whose it is.

Source: ETSI EN 319 162-1, 4.4; ETSI EN 319 122-1, 5 and 6; docs/spec/container.md §4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from paraph.domain.ids import PartyId
from paraph.errors import FormatError
from paraph.verify.certificates import Certificate, confirms, load_certificate
from paraph.verify.chain import ChainResult, Material, Purpose, judge_chain
from paraph.verify.cms import Cms, verify_cms
from paraph.verify.codes import Aspect
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.container_shelves import Shelves
from paraph.verify.dossier_issuers import own_authority
from paraph.verify.findings import Findings
from paraph.verify.timestamps import Stamp, read_stamp, trust_stamp
from paraph.verify.verdict import SignatureReport, Verdict, worst
from paraph.wire import der, oids
from paraph.wire.card import PeerCard
from paraph.wire.container.archive import Member
from paraph.wire.container.manifest import manifest_name, read_manifest, signature_name, write_manifest
from paraph.wire.signed_data import SignedData

__all__ = ["check_manifests", "check_seals"]

_SEALED = "every file in the container"
_PADES_ONLY = "signing-time-attribute"
"""A signing time is forbidden inside PDFs only; the baseline of CAdES demands it."""


def check_manifests(shelves: Shelves, findings: ContainerFindings) -> None:
    """Compare every manifest with the members that are here."""
    members = [Member(name, data) for name, data in shelves.members.items()]
    for number, manifest in shelves.manifests.items():
        if write_manifest(number, members) == manifest:
            continue
        where = manifest_name(number)
        try:
            listed = read_manifest(number, manifest)
        except FormatError as error:
            findings.add("manifest-differs", error.message, where)
            continue
        findings.add("manifest-differs", _difference(listed, shelves.members), where)


def _difference(listed: Mapping[str, bytes], members: Mapping[str, bytes]) -> str:
    for name, digest in listed.items():
        if name not in members:
            return f"it lists {name}, which is not here"
        if hashlib.sha512(members[name]).digest() != digest:
            return f"{name} is not the file that it lists"
    return "it does not list every file, or lists them in another order"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seal:
    """A seal that was read."""

    cms: Cms
    stamp: Stamp | None


def check_seals(
    shelves: Shelves,
    parties: tuple[PartyId, ...],
    cards: Mapping[PartyId, tuple[PeerCard, ...]],
    findings: ContainerFindings,
    *,
    material_with: Callable[[tuple[bytes, ...]], Material],
    at: datetime,
) -> datetime:
    """Check the seal of each party.

    Args:
        shelves: The members.
        parties: In the order of their seals.
        cards: Of the participants.
        findings: Receives what is wrong, and one signature report for each seal.
        material_with: Gives what paths are built from, with some more certificates.
        at: The time of verification.

    Returns:
        The earliest proved instant at which everything in the container existed; ``at`` if none is proved.
    """
    earliest = at
    authorities: dict[bytes, list[PartyId]] = {}
    for number, party in enumerate(parties, 1):
        name, manifest = signature_name(number), shelves.manifests.get(number)
        encoded = shelves.seals.get(number)
        if encoded is None or manifest is None:
            findings.add("seal-missing", f"{party} has not sealed the container", name)
            continue
        own = Findings(name)
        seal = _read(encoded, manifest, own)
        proved = None
        if seal is not None:
            material = material_with(_certificates(seal))
            proved = _judge(seal, material, at, own)
            authority = _authority(seal, cards.get(party, ()))
            if authority is None:
                message = f"the seal was not made under an authority that the card of {party} names"
                findings.add("seal-other-party", message, name)
            else:
                authorities.setdefault(authority.encoded, []).append(party)
        if proved is not None and own.verdict(Aspect.INTEGRITY) is Verdict.PASS:
            earliest = min(earliest, proved)
        findings.take(own, without=_PADES_ONLY)
        findings.add_signature(_report(name, seal, proved, own))
    for shared in authorities.values():
        if len(shared) > 1:
            message = f"one authority certifies {' and '.join(shared)}: it could have made all their seals"
            findings.add("authority-shared", message)
    for number in sorted(shelves.seals.keys() - set(range(1, len(parties) + 1))):
        findings.add("member-unknown", "there is no party for this seal", signature_name(number))
    return earliest


def _read(encoded: bytes, manifest: bytes, own: Findings) -> _Seal | None:
    cms = verify_cms(
        encoded,
        lambda name: hashlib.new(name, manifest).digest(),
        own,
        is_token=False,
        cades=True,
        covered=False,
    )
    if cms is None:
        return None
    tokens = cms.signed_data.unsigned.get(oids.SIGNATURE_TIMESTAMP, ())
    if not tokens:
        return _Seal(cms=cms, stamp=None)
    signature = cms.signed_data.signature
    stamp = read_stamp(tokens[0], lambda name: hashlib.new(name, signature).digest(), own, covered=False)
    return _Seal(cms=cms, stamp=stamp)


def _judge(seal: _Seal, material: Material, at: datetime, own: Findings) -> datetime | None:
    """Judge time and signer; return the proved instant, if there is one."""
    stamped = None if seal.stamp is None else trust_stamp(seal.stamp, material, at, at, own)
    proved = None
    if seal.stamp is not None and stamped is not None and stamped.trusted is Verdict.PASS:
        proved = seal.stamp.at
    else:
        own.add("time-claimed", "nothing but the signer's own word says when this was sealed")
    result = judge_chain(
        seal.cms.certificate, material, own, moment=proved or at, at=at, purpose=Purpose.DOCUMENT
    )
    _check_strays(seal.cms.signed_data, result, material, own)
    if seal.stamp is not None and seal.stamp.cms is not None:
        _check_strays(seal.stamp.cms.signed_data, stamped, material, own)
    return proved


def _check_strays(data: SignedData, result: ChainResult | None, material: Material, own: Findings) -> None:
    """Demand that somebody's signature confirms every certificate and list that the seal brings along."""
    used = set() if result is None else {item.encoded for item in result.path}
    for encoded in data.certificates:
        if encoded in used:
            continue
        try:
            certificate = load_certificate(encoded)
        except FormatError:
            own.add("stray-certificate", "the seal holds a certificate that cannot be read")
            continue
        known = material.is_anchor(certificate) or any(
            confirms(issuer, certificate) for issuer in material.issuers(certificate)
        )
        if not known:
            own.add(
                "stray-certificate", f"nothing confirms the certificate of {certificate.name} in the seal"
            )
    for crl in data.crls:
        if not material.evidence.list_is_genuine(crl, material.pool):
            own.add("stray-certificate", "nothing confirms a revocation list in the seal")


def _authority(seal: _Seal, cards: tuple[PeerCard, ...]) -> Certificate | None:
    return own_authority(seal.cms.certificate, seal.cms.signed_data.certificates, cards)


def _certificates(seal: _Seal) -> tuple[bytes, ...]:
    stamped = () if seal.stamp is None else seal.stamp.token.signed_data.certificates
    return (*seal.cms.signed_data.certificates, *stamped)


def _report(name: str, seal: _Seal | None, proved: datetime | None, own: Findings) -> SignatureReport:
    integrity, trust = own.verdict(Aspect.INTEGRITY), own.verdict(Aspect.TRUST)
    claimed = None if seal is None else _claimed(seal.cms.signed_data)
    shown = proved or claimed
    return SignatureReport(
        field=name,
        signer="" if seal is None else seal.cms.certificate.name,
        verdict=worst((integrity, trust)),
        integrity=integrity,
        trust=trust,
        covers=_SEALED,
        signed_at="" if shown is None else f"{shown:%Y-%m-%dT%H:%M:%SZ}",
        time_source="signature-timestamp" if proved else "claimed" if claimed else "none",
        level="none" if seal is None else "B-T" if proved else "B-B",
    )


def _claimed(data: SignedData) -> datetime | None:
    values = data.signed.get(oids.SIGNING_TIME, ())
    try:
        return der.read(values[0]).as_time() if len(values) == 1 else None
    except FormatError:
        return None
