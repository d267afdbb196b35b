"""Verification of time-stamp tokens, inside a signature or as a document time stamp.

Source: RFC 3161; RFC 5816; ETSI EN 319 422.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from paraph.errors import FormatError
from paraph.verify.algorithms import digest_name
from paraph.verify.chain import ChainResult, Material, Purpose, judge_chain
from paraph.verify.cms import Cms, verify_cms
from paraph.verify.findings import Findings
from paraph.verify.verdict import Verdict
from paraph.wire.timestamp import TimestampToken, parse_token

__all__ = ["CLOCK_TOLERANCE", "Stamp", "read_stamp", "trust_stamp"]

# Clocks of an authority and of the verifier may differ by so much.
CLOCK_TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A token that was read; ``holds`` says whether its bindings hold, trust is judged apart.

    Attributes:
        token: The parsed token.
        cms: Its signature; None if there is no signer to judge.
        holds: Whether it is validly signed and over the expected bytes.
    """

    token: TimestampToken
    cms: Cms | None
    holds: bool

    @property
    def at(self) -> datetime:
        """The instant that the token states."""
        return self.token.info.at


def read_stamp(
    encoded: bytes, digest_of: Callable[[str], bytes], findings: Findings, *, covered: bool
) -> Stamp | None:
    """Read a token and check everything but the authority's trust.

    Args:
        encoded: The token, DER.
        digest_of: Gives the digest of what should have been stamped, by digest name.
        findings: Receives everything that is wrong.
        covered: Whether a later signature covers the token itself.

    Returns:
        The token; None if it cannot be read.
    """
    try:
        token = parse_token(encoded)
    except FormatError as error:
        findings.add("timestamp-malformed", error.message)
        return None
    cms = verify_cms(encoded, digest_of, findings, parsed=token.signed_data, is_token=True, covered=covered)
    name = digest_name(token.info.hash_algorithm, findings)
    holds = cms is not None and cms.holds
    if not holds:
        findings.add("timestamp-invalid", "the time stamp is not validly signed")
    if not name or not hmac.compare_digest(digest_of(name), token.info.imprint):
        findings.add("timestamp-imprint", "the time stamp is over other bytes than these")
        holds = False
    return Stamp(token=token, cms=cms, holds=holds)


def trust_stamp(
    stamp: Stamp, material: Material, moment: datetime, at: datetime, findings: Findings
) -> ChainResult | None:
    """Judge the authority behind a token.

    Args:
        stamp: The token.
        material: What paths are built from.
        moment: The time at which the token is known to have existed.
        at: The time of verification.
        findings: Receives everything that is wrong.

    Returns:
        The path of the authority; None if the token proves no time.
    """
    if stamp.at > at + CLOCK_TOLERANCE:
        findings.add(
            "timestamp-future",
            f"the time stamp says {stamp.at:%Y-%m-%dT%H:%M:%SZ}, after the time of verification",
        )
        return None
    if stamp.cms is None or not stamp.holds:
        return None
    result = judge_chain(
        stamp.cms.certificate,
        material,
        findings,
        moment=max(moment, stamp.at),
        at=at,
        purpose=Purpose.TIMESTAMP,
    )
    if result.trusted is not Verdict.PASS:
        findings.add(
            "timestamp-untrusted",
            f"the authority {stamp.cms.certificate.name} cannot be trusted with what is at hand",
        )
    return result
