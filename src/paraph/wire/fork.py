"""Proof that a node forked a log: two of its own signatures that cannot both be honest.

Either two roots for one size, or a smaller tree that is not the beginning of a larger one. The second kind carries
the root that the smaller tree really has inside the larger one, with its consistency proof: nobody can find two
beginnings of one tree, so the signed other root is the lie. Anybody who has the public keys can check a proof,
years later, without either log.

Source: docs/spec/log.md, "Fork proofs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.checkpoint import Checkpoint, read_checkpoint, verify_cosignature, verify_log_signature
from paraph.wire.members import MemberReader
from paraph.wire.merkle import verify_consistency
from paraph.wire.note import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraph.wire.keys import NodePublicKeys

__all__ = ["FORMAT", "ForkProof", "prove_fork", "verify_fork"]

FORMAT: Final = "paraph.fork/1"

_READ = MemberReader(code="fork-format")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkProof:
    """A proved fork.

    Attributes:
        signer: The origin of the log, if the ordering node forked; else the name of the cosigner who did.
        first: The smaller of the two checkpoints it signed.
        second: The larger, or the other of the same size.
    """

    signer: str
    first: Checkpoint
    second: Checkpoint


def prove_fork(
    first: Note,
    second: Note,
    signer: str,
    public: NodePublicKeys,
    *,
    prefix: tuple[bytes, Sequence[bytes]] | None = None,
) -> bytes:
    """Write a portable proof that one signer signed two checkpoints that exclude each other.

    Args:
        first: A note; the smaller one if sizes differ.
        second: The other note.
        signer: Origin of the log for its own signature, or the name of a cosigner.
        public: The signer's keys.
        prefix: If sizes differ: the root of the smaller tree inside the larger one, and its consistency proof.

    Returns:
        Canonical JSON that ``verify_fork`` accepts.

    Raises:
        FormatError: ``fork-unproven`` if the notes do not prove a fork: the signer may well be honest.
    """
    proof: dict[str, object] = {
        "first": first.write().decode("utf-8"),
        "format": FORMAT,
        "prefix": None
        if prefix is None
        else {"path": [item.hex() for item in prefix[1]], "root": prefix[0].hex()},
        "second": second.write().decode("utf-8"),
        "signer": signer,
    }
    data = canonical.dump(proof)
    verify_fork(data, public)
    return data


def verify_fork(data: bytes, public: NodePublicKeys) -> ForkProof:
    """Check a proof of a fork.

    Args:
        data: The proof.
        public: Keys of the signer whom it accuses.

    Raises:
        FormatError: ``fork-format`` if it is not a proof, ``fork-unproven`` if it does not prove what it says.
    """
    if not canonical.is_canonical(data, limit=limits.MAX_FORK_PROOF):
        raise FormatError("fork-format", "a fork proof is canonical JSON")
    value = canonical.load(data, limit=limits.MAX_FORK_PROOF)
    members = _READ.members(value, "fork", ("first", "format", "prefix", "second", "signer"))
    _READ.constant(members["format"], "format", FORMAT)
    signer = _READ.text(members["signer"], "signer", maximum=limits.MAX_NAME)
    first, second = (
        _signed(_READ.text(members[name], name, maximum=limits.MAX_NOTE), signer, public)
        for name in ("first", "second")
    )
    if first.dossier != second.dossier:
        raise FormatError("fork-unproven", "the two checkpoints are of different dossiers")
    prefix = members["prefix"]
    if prefix is None:
        if first.size != second.size or first.root == second.root:
            raise FormatError("fork-unproven", "these checkpoints do not exclude each other by themselves")
        return ForkProof(signer=signer, first=first, second=second)
    inner = _READ.members(prefix, "prefix", ("path", "root"))
    root = bytes.fromhex(_READ.digest(inner["root"], "prefix.root"))
    items = _READ.array(inner["path"], "prefix.path", maximum=limits.MAX_PROOF)
    path = [bytes.fromhex(_READ.digest(item, "prefix.path")) for item in items]
    holds = first.size < second.size and verify_consistency(
        first=first.size, second=second.size, first_root=root, second_root=second.root, path=path
    )
    if not holds or root == first.root:
        raise FormatError("fork-unproven", "the smaller checkpoint may be the beginning of the larger one")
    return ForkProof(signer=signer, first=first, second=second)


def _signed(text: str, signer: str, public: NodePublicKeys) -> Checkpoint:
    note = Note.read(text.encode("utf-8"))
    checkpoint = read_checkpoint(note)
    try:
        if signer == checkpoint.origin:
            verify_log_signature(note, public)
        else:
            verify_cosignature(note, signer, public)
    except FormatError as error:
        raise FormatError("fork-unproven", f"“{signer}” did not sign both checkpoints") from error
    return checkpoint
