"""Deposits: first signatures, kept private from signing to release, and destroyed when nobody may use them any more.

What is sealed to the mediator leaves its party's node for the mediator only. Neither that nor what was opened or kept
in clear is a blob: blobs are shared with every participant and kept for ever.

Source: docs/spec/exchange.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from paraph.app.ports import UnitOfWork
from paraph.domain.acts import SignatureDeposited
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Dossier, Plan, PlanState
from paraph.errors import FormatError
from paraph.wire import canonical, hpke
from paraph.wire.members import decode_base64, encode_base64

__all__ = [
    "MAX_SEALED_BYTES",
    "deposit_info",
    "destroy_deposits",
    "digest_of",
    "disclose",
    "has_remains",
    "is_oversized",
    "is_withheld",
    "note_oversized",
    "open_deposit",
    "sealed_deposit",
    "sealed_name",
    "secret_name",
    "withhold",
    "write_deposit",
]

MAX_DEPOSIT_BYTES: Final = 8 * 1024 * 1024
"""An opened deposit: some hundred signatures of at most 24 KiB each."""

MAX_SEALED_BYTES: Final = MAX_DEPOSIT_BYTES + hpke.OVERHEAD
"""A sealed deposit."""

_REVEALED: Final = frozenset({PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED})


def deposit_info(plan: Plan, party: PartyId) -> bytes:
    """The context to which a sealed deposit is bound: it opens for this plan and this party only."""
    return b"paraph/deposit/1\0" + f"{plan.body.plan}\0{party}\0{plan.proposal}".encode()


def secret_name(plan: str, party: PartyId) -> str:
    """Where a party's first signatures are kept in clear before they are revealed."""
    return f"deposit:{plan}:{party}"


def sealed_name(plan: str, party: PartyId) -> str:
    """Where a party's sealed deposit is kept, on its own node and on the mediator's."""
    return f"sealed:{plan}:{party}"


def sealed_deposit(uow: UnitOfWork, author: PartyId, body: SignatureDeposited) -> bytes | None:
    """The sealed deposit that an act names, if it is here."""
    data = uow.secret(sealed_name(body.plan, author)) if body.sealed else None
    return data if data is not None and digest_of(data) == body.sealed else None


def note_oversized(uow: UnitOfWork, body: SignatureDeposited) -> None:
    """Remember that what a deposit names was here and is larger than any: it is not kept, and never asked for again."""
    uow.set_setting(_oversized(body), "1")


def is_oversized(uow: UnitOfWork, body: SignatureDeposited) -> bool:
    """Whether what a deposit names is known to be larger than any."""
    return bool(body.sealed) and bool(uow.setting(_oversized(body)))


def _oversized(body: SignatureDeposited) -> str:
    return f"oversized:{body.sealed}"


def write_deposit(signatures: Mapping[Digest, bytes]) -> bytes:
    """Write signatures, by the SHA-256 under which they are deposited."""
    return canonical.dump({digest: encode_base64(cms) for digest, cms in signatures.items()})


def open_deposit(content: bytes) -> Mapping[str, bytes]:
    """Read an opened deposit: signatures by the SHA-256 under which they were deposited.

    Raises:
        FormatError: ``deposit-format`` if it is anything else.
    """
    values = canonical.load_object(content, limit=MAX_DEPOSIT_BYTES)
    opened: dict[str, bytes] = {}
    for digest, value in values.items():
        if not isinstance(value, str):
            raise FormatError("deposit-format", "a deposit holds signatures in base64")
        cms = decode_base64(value, maximum=MAX_DEPOSIT_BYTES)
        if digest_of(cms) != digest:
            raise FormatError(
                "deposit-format", "a deposited signature does not have the digest it was named by"
            )
        opened[digest] = cms
    return opened


def withhold(uow: UnitOfWork, digests: Iterable[Digest]) -> None:
    """Never hand out bytes with these digests, whoever names them in whatever dossier, until they are disclosed.

    The digests of deposited signatures are known to everybody before the release; an act can name any digest, and
    blobs that acts name are handed out.
    """
    for digest in digests:
        uow.set_setting(f"withheld:{digest}", "1")


def disclose(uow: UnitOfWork, digests: Iterable[Digest]) -> None:
    """Hand out bytes with these digests from now on: an act that is durable with this transaction reveals them."""
    for digest in digests:
        uow.set_setting(f"withheld:{digest}", "")


def is_withheld(uow: UnitOfWork, digest: Digest) -> bool:
    """Whether bytes with this digest are withheld."""
    return bool(uow.setting(f"withheld:{digest}"))


def has_remains(uow: UnitOfWork, ordered: Dossier) -> bool:
    """Whether something is left of an exchange that is over."""
    return any(not uow.setting(f"destroyed:{name}") for name in _ended(ordered))


def destroy_deposits(uow: UnitOfWork, ordered: Dossier) -> None:
    """Destroy what is left of exchanges that are over, without effect or with.

    Args:
        uow: A writing transaction.
        ordered: The standing of ordered acts only: an abort that has no place yet may still turn out to be void.
    """
    for name in sorted(_ended(ordered)):
        for party in ordered.parties:
            uow.delete_secret(secret_name(name, party))
            uow.delete_secret(sealed_name(name, party))
        uow.set_setting(f"destroyed:{name}", "1")


def _ended(ordered: Dossier) -> set[str]:
    plan = ordered.plan
    over = plan is not None and (plan.state is PlanState.ABORTED or plan.state in _REVEALED)
    return set(ordered.ended_plans) | ({plan.body.plan} if plan is not None and over else set())


def digest_of(data: bytes) -> Digest:
    """SHA-256 in hexadecimal."""
    return Digest(hashlib.sha256(data).hexdigest())
