"""Names of things: identifiers and instants, as distinct types.

All are plain strings at run time, so they cost nothing and serialise as they are. Instants are RFC 3339
UTC with seconds and a ``Z`` (``2021-02-01T12:00:00Z``): of one fixed width, so that comparing strings
compares instants.
"""

from __future__ import annotations

import re
from typing import Annotated, NewType

from paraph.errors import FormatError

__all__ = [
    "ActId",
    "ActIdOrEmpty",
    "Digest",
    "DigestOrEmpty",
    "DossierId",
    "InstrumentNumber",
    "PartyId",
    "PartyIdOrEmpty",
    "PlanId",
    "Utc",
    "UtcOrEmpty",
    "check_digest",
    "check_party_id",
    "check_plan_id",
    "check_utc",
]

PartyId = NewType("PartyId", str)
"""A party, mediator or witness, and the node that speaks for it: ``[a-z][a-z0-9-]{0,62}``."""

DossierId = NewType("DossierId", str)
"""Act id of the opening act: its nonce makes it new, and nobody can choose it to collide."""

ActId = NewType("ActId", str)
"""SHA-256 (hex) of the exact payload bytes of an act."""

PlanId = NewType("PlanId", str)
"""Random name (hex, 32 digits) of one signing plan; binds deposits to it."""

Digest = NewType("Digest", str)
"""SHA-256 of some bytes, as 64 lower-case hexadecimal digits."""

InstrumentNumber = NewType("InstrumentNumber", str)
"""The parties' number of an instrument, such as ``IL-KS/2021/1``."""

Utc = NewType("Utc", str)
"""RFC 3339 UTC with seconds: ``2021-02-01T12:00:00Z``."""

# A member that may be left open: the codec accepts "" or what the name in brackets stands for, nothing else.
ActIdOrEmpty = Annotated[str, ActId]
DigestOrEmpty = Annotated[str, Digest]
PartyIdOrEmpty = Annotated[str, PartyId]
UtcOrEmpty = Annotated[Utc, Utc]

_PARTY_ID = re.compile(r"[a-z][a-z0-9-]{0,62}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_PLAN_ID = re.compile(r"[0-9a-f]{32}\Z")
_UTC = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z"
)


def check_party_id(value: str) -> PartyId:
    """Return ``value`` as a party id.

    Raises:
        FormatError: ``party-id`` if it is not lower-case letters, digits and hyphens.
    """
    if not _PARTY_ID.match(value):
        raise FormatError(
            "party-id",
            f"“{value[:80]}” is not a party id: use a–z, 0–9 and hyphens, a letter first",
            value=value[:80],
        )
    return PartyId(value)


def check_digest(value: str) -> Digest:
    """Return ``value`` as a SHA-256 digest.

    Raises:
        FormatError: ``digest`` if it is not 64 lower-case hexadecimal digits.
    """
    if not _DIGEST.match(value):
        raise FormatError("digest", f"“{value[:80]}” is not a SHA-256 digest of 64 lower-case hex digits")
    return Digest(value)


def check_plan_id(value: str) -> PlanId:
    """Return ``value`` as the name of a signing plan.

    Raises:
        FormatError: ``plan-id`` if it is not 32 lower-case hexadecimal digits.
    """
    if not _PLAN_ID.match(value):
        raise FormatError("plan-id", f"“{value[:40]}” is not the name of a plan: 32 lower-case hex digits")
    return PlanId(value)


def check_utc(value: str) -> Utc:
    """Return ``value`` as an instant.

    Raises:
        FormatError: ``utc`` if it is not RFC 3339 UTC with seconds and ``Z``.
    """
    if not _UTC.match(value):
        raise FormatError("utc", f"“{value[:40]}” is not an instant like 2021-02-01T12:00:00Z")
    return Utc(value)
