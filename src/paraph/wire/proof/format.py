"""The bytes of a proof: canonical JSON with a fixed set of members.

Source: docs/spec/proof.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from paraph.domain.cards import MAX_CARDS
from paraph.domain.ids import DossierId, PartyId
from paraph.wire import canonical, limits
from paraph.wire.members import MemberReader, encode_base64

if TYPE_CHECKING:
    from paraph.wire.canonical import Value

__all__ = ["FORMAT", "Prefix", "Proof", "ProofKind", "read_proof"]

FORMAT: Final = "paraph.proof/1"

_MEMBERS: Final = (
    "accused", "cards", "dossier", "first", "format", "kind", "opening", "prefix", "renewals", "second",
)  # fmt: skip
_READ = MemberReader(code="proof-format")


class ProofKind(StrEnum):
    """What the accused did.

    Attributes:
        FORK: It signed two states of one log that exclude each other.
        EQUIVOCATION: It signed two acts of its own that exclude each other.
    """

    FORK = "fork"
    EQUIVOCATION = "equivocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """What a larger tree really begins with, and the proof of that.

    Attributes:
        root: Root of the smaller tree inside the larger one.
        path: Consistency proof from it to the larger root (RFC 9162 §2.1.4).
    """

    root: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A proof as it was read; nothing in it has been checked yet.

    Attributes:
        kind: What the accused did.
        accused: Whose node it was.
        dossier: In which dossier.
        opening: Payload of the opening act: its SHA-256 is the dossier id, and it pins the accused's first card.
        cards: The accused's cards in this dossier, oldest first.
        renewals: Envelopes of the acts that renewed them, one for each card but the first.
        first: A note or the envelope of an act.
        second: Another.
        prefix: For two notes of different sizes only.
    """

    kind: ProofKind
    accused: PartyId
    dossier: DossierId
    opening: bytes
    cards: tuple[bytes, ...]
    renewals: tuple[bytes, ...]
    first: bytes
    second: bytes
    prefix: Prefix | None = None

    def write(self) -> bytes:
        """Write the one form of these members."""
        prefix = self.prefix
        return canonical.dump(
            {
                "accused": self.accused,
                "cards": [encode_base64(card) for card in self.cards],
                "dossier": self.dossier,
                "first": encode_base64(self.first),
                "format": FORMAT,
                "kind": str(self.kind),
                "opening": encode_base64(self.opening),
                "prefix": None
                if prefix is None
                else {"path": [item.hex() for item in prefix.path], "root": prefix.root.hex()},
                "renewals": [encode_base64(renewal) for renewal in self.renewals],
                "second": encode_base64(self.second),
            }
        )


def read_proof(data: bytes) -> Proof:
    """Read a proof strictly; nothing that it says is checked, see ``check_proof``.

    Raises:
        FormatError: ``proof-format`` if any byte is not as ``write`` would write it, ``proof-size``.
    """
    if len(data) > limits.MAX_PROOF_FILE:
        raise MemberReader(code="proof-size").fail(
            "proof", f"has {len(data)} bytes; at most {limits.MAX_PROOF_FILE} are read"
        )
    if not canonical.is_canonical(data, limit=limits.MAX_PROOF_FILE):
        raise _READ.fail("proof", "is not canonical JSON")
    members = _READ.members(canonical.load(data, limit=limits.MAX_PROOF_FILE), "proof", _MEMBERS)
    _READ.constant(members["format"], "format", FORMAT)
    cards = _READ.array(members["cards"], "cards", maximum=MAX_CARDS)
    renewals = _READ.array(members["renewals"], "renewals", maximum=MAX_CARDS)
    if len(cards) != len(renewals) + 1:
        raise _READ.fail("renewals", "every card but the first has one act that renewed it")
    return Proof(
        kind=_kind(members["kind"]),
        accused=_READ.party(members["accused"], "accused"),
        dossier=DossierId(_READ.digest(members["dossier"], "dossier")),
        opening=_READ.base64(members["opening"], "opening", maximum=limits.MAX_ACT),
        cards=tuple(_READ.base64(item, "cards", maximum=limits.MAX_CARD) for item in cards),
        renewals=tuple(_READ.base64(item, "renewals", maximum=limits.MAX_ENVELOPE) for item in renewals),
        first=_READ.base64(members["first"], "first", maximum=limits.MAX_ENVELOPE),
        second=_READ.base64(members["second"], "second", maximum=limits.MAX_ENVELOPE),
        prefix=_prefix(members["prefix"]),
    )


def _kind(value: Value) -> ProofKind:
    text = _READ.text(value, "kind", maximum=limits.MAX_NAME)
    if text not in set(ProofKind):
        raise _READ.fail("kind", "has to be fork or equivocation")
    return ProofKind(text)


def _prefix(value: Value) -> Prefix | None:
    if value is None:
        return None
    inner = _READ.members(value, "prefix", ("path", "root"))
    path = _READ.array(inner["path"], "prefix.path", maximum=limits.MAX_PROOF)
    return Prefix(
        root=bytes.fromhex(_READ.digest(inner["root"], "prefix.root")),
        path=tuple(bytes.fromhex(_READ.digest(item, "prefix.path")) for item in path),
    )
