"""The release: the mediator's time stamp over all deposits, and whether the deposits were made before it (S3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from paraph.domain.acts import ExchangeReleased, Mode
from paraph.verify.chain import Material
from paraph.verify.codes import Aspect
from paraph.verify.container_contents import ContainerContents
from paraph.verify.container_findings import ContainerFindings
from paraph.verify.container_members import proved_instant
from paraph.verify.findings import Findings
from paraph.verify.timestamps import CLOCK_TOLERANCE, Stamp, read_stamp, trust_stamp
from paraph.verify.verdict import SignatureReport, worst
from paraph.wire.container.guide import release_statement
from paraph.wire.container.layout import envelope_name

__all__ = ["check_release"]


def check_release(
    contents: ContainerContents,
    material_with: Callable[[tuple[bytes, ...]], Material],
    findings: ContainerFindings,
    *,
    moment: datetime,
    at: datetime,
) -> None:
    """Check the release of the concluded plan.

    Args:
        contents: The dossier.
        material_with: Gives what paths are built from, with some more certificates.
        findings: Receives what is wrong.
        moment: The time at which the release is known to have existed.
        at: The time of verification.
    """
    plan = contents.plan
    if plan.body.mode is Mode.DIRECT:
        findings.add(
            "no-mediator", "the signatures were exchanged without a mediator, one party after the other"
        )
        return
    for position, act in enumerate(contents.acts):
        body = act.body
        if isinstance(body, ExchangeReleased) and (body.plan, body.token) == (plan.body.plan, plan.token):
            where, token = envelope_name(position), contents.get(body.token)
            break
    else:
        findings.add("release-missing", "the plan has a mediator, and no act releases the signatures")
        return
    own = Findings(where)
    statement = release_statement(plan.body.plan, plan.proposal, body.deposits)
    # An act names the token by its digest, so not a byte of it can change: it counts as covered.
    stamp = read_stamp(token or b"", lambda name: hashlib.new(name, statement).digest(), own, covered=True)
    if stamp is not None:
        trust_stamp(stamp, material_with(stamp.token.signed_data.certificates), moment, at, own)
        _check_deposits(contents, stamp, where, findings)
    findings.take(own)
    findings.add_timestamp(_report(stamp, where, own))


def _check_deposits(
    contents: ContainerContents, stamp: Stamp, where: str, findings: ContainerFindings
) -> None:
    for slot, digest in sorted(contents.plan.revealed.items()):
        signed_at = proved_instant(contents.get(digest) or b"")
        if signed_at is not None and signed_at > stamp.at + CLOCK_TOLERANCE:
            findings.add(
                "release-order",
                f"the first signature on {slot[0]} kept by {slot[1]} is stamped after the release",
                where,
            )


def _report(stamp: Stamp | None, where: str, own: Findings) -> SignatureReport:
    integrity, trust = own.verdict(Aspect.INTEGRITY), own.verdict(Aspect.TRUST)
    return SignatureReport(
        field=f"{where}:release",
        signer="" if stamp is None or stamp.cms is None else stamp.cms.certificate.name,
        verdict=worst((integrity, trust)),
        integrity=integrity,
        trust=trust,
        covers="the plan and all deposits",
        signed_at="" if stamp is None else f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}",
        time_source="none" if stamp is None else "document-timestamp",
        level="document-timestamp",
    )
