"""Gathering what readiness looks at, as far as the node itself knows it; and trying out what is outside."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cryptography import x509

from paraph.app.clocks import skew_of
from paraph.app.dossiers import Current
from paraph.app.node import Node
from paraph.app.readiness import CertificateFacts, Facts, PeerFacts, Tried, likely_signatory
from paraph.app.signing import own_signer
from paraph.domain.acts import CertificatePresented
from paraph.domain.ids import PartyId, Utc
from paraph.domain.standing import Dossier, InstrumentState
from paraph.errors import FormatError, ParaphError
from paraph.verify.certificates import load_certificate
from paraph.wire.timestamp import parse_token

__all__ = ["gather", "try_key", "try_timestamps"]


def gather(node: Node, current: Current, *, final: bool) -> Facts:
    """What this node knows by itself; what people entered and confirmed, the caller adds."""
    standing = current.standing
    with node.store.read() as uow:
        peers = {
            party: PeerFacts(
                verified=(row := uow.peer(party)) is not None and row.state == "verified",
                heard=uow.setting(f"heard:{party}") or "",
                skew_s=skew_of(uow, party),
                failure=uow.setting(f"delivery:{party}") or "",
            )
            for party in standing.roles
            if party != node.party
        }
    certificates = {}
    for party in standing.parties:
        found = _certificate(node, standing, party)
        if found is not None:
            certificates[party] = found
    return Facts(
        standing=standing,
        party=node.party,
        now=node.clock.now(),
        final=final,
        frozen=current.frozen,
        lacking=_lacking(node, standing),
        certificates=certificates,
        peers=peers,
    )


def _lacking(node: Node, standing: Dossier) -> tuple[str, ...]:
    """Engrossed instruments of which this node does not hold every original."""
    return tuple(
        number
        for number, one in sorted(standing.instruments.items())
        if one.state is InstrumentState.ENGROSSED
        and not all(node.blobs.has(o.sha256) for o in next(iter(one.engrossed.values())))
    )


def _certificate(node: Node, standing: Dossier, party: PartyId) -> CertificateFacts | None:
    presented = standing.certificates.get((party, likely_signatory(standing, party)))
    data = node.blobs.get(presented.certificate) if presented is not None else None
    if presented is None or data is None:
        return None
    try:
        found = load_certificate(data)
    except FormatError:
        return None
    return CertificateFacts(
        valid_from=_utc(found.not_before),
        valid_until=_utc(found.not_after),
        lists_until=_lists_until(node, presented),
    )


def _lists_until(node: Node, presented: CertificatePresented) -> str:
    """Until when the first of the revocation lists is good; "" if there is none that can be read."""
    found = []
    for digest in presented.crls:
        data = node.blobs.get(digest)
        try:
            until = x509.load_der_x509_crl(data or b"").next_update_utc
        except ValueError:
            continue
        if until is not None:
            found.append(_utc(until))
    return min(found, default="")


def _utc(at: datetime) -> Utc:
    return Utc(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def try_timestamps(node: Node) -> Tried:
    """Have the time-stamp authority stamp something that means nothing, and compare clocks."""
    now = node.clock.now()
    if node.timestamper is None:
        return Tried(at=now, code="no-timestamper", message="no time-stamp authority is set")
    try:
        token = node.timestamper.timestamp(hashlib.sha256(b"paraph readiness").digest())
        stamped = parse_token(token).info.at
    except ParaphError as error:
        return Tried(at=now, code=error.code, message=error.message)
    own = datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Tried(at=now, skew_s=int((stamped - own).total_seconds()))


def try_key(node: Node, standing: Dossier) -> Tried:
    """Whether the key of this party's signatory can be opened and is the one that was presented; nothing is signed."""
    now, plan = node.clock.now(), standing.plan
    try:
        if plan is not None and plan.live:
            own_signer(node, standing, plan)
            return Tried(at=now)
        signatory = likely_signatory(standing, node.party)
        if node.desk.signer(signatory) is None:
            return Tried(at=now, code="no-key", message=f"this node has no key for {signatory or 'anybody'}")
    except ParaphError as error:
        return Tried(at=now, code=error.code, message=error.message)
    return Tried(at=now)
