"""Checkpoints of a dossier log, signed by the node that orders it and cosigned by every other.

A checkpoint says "this log has n acts and this root". Signed by the ordering node it is a proposal; **cosigned by a
node it is that node's receipt for every act in it**, because a node cosigns only bytes it holds, and never two
roots for one size. Each signature is made twice, Ed25519 and ML-DSA-65, and both must hold. The Ed25519 lines are
plain C2SP, so a stranger can check them with existing tools.

Source: C2SP tlog-checkpoint, tlog-cosignature (Ed25519, version 1) and signed-note (type 0xff); docs/spec/log.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from paraph.domain.ids import Digest, DossierId, Utc, check_digest, check_utc
from paraph.errors import FormatError
from paraph.wire import limits
from paraph.wire.keys import (
    ED25519_SIGNATURE,
    ML_DSA_65_SIGNATURE,
    HybridSignature,
    sign_hybrid,
    verify_again,
)
from paraph.wire.members import decode_base64, encode_base64
from paraph.wire.merkle import HASH_SIZE
from paraph.wire.note import Note, SignatureLine, key_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraph.wire.keys import NodeKeys, NodePublicKeys

    KnownKeys = NodePublicKeys | tuple[NodePublicKeys, ...]

__all__ = [
    "COSIGNATURE_ED25519",
    "COSIGNATURE_ML_DSA_65",
    "LOG_ED25519",
    "LOG_ML_DSA_65",
    "Checkpoint",
    "Cosignature",
    "cosign",
    "cosigners",
    "only_verified",
    "read_checkpoint",
    "sign_checkpoint",
    "signed_with",
    "verify_cosignature",
    "verify_log_signature",
]

LOG_ED25519: Final = b"\x01"
"""Signature type of the log's own Ed25519 line (C2SP signed-note)."""

LOG_ML_DSA_65: Final = b"\xff" + b"paraph/note/ml-dsa-65/1"
"""Signature type of the log's own ML-DSA-65 line: 0xff and an identifier of ours (C2SP signed-note)."""

COSIGNATURE_ED25519: Final = b"\x04"
"""Signature type of an Ed25519 cosignature with its time (C2SP tlog-cosignature)."""

COSIGNATURE_ML_DSA_65: Final = b"\xff" + b"paraph/cosignature/ml-dsa-65/1"
"""Signature type of the ML-DSA-65 half of a cosignature; C2SP assigns one for ML-DSA-44 only."""

_ORIGIN: Final = "paraph/dossier/"
_TIMESTAMP: Final = 8
"""Bytes of the time before a cosignature: seconds since 1970, big-endian."""

_MAX_TIME: Final = 253402300799
"""9999-12-31T23:59:59Z, the last instant with four digits of year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log.

    Attributes:
        dossier: Which log.
        size: Number of acts.
        root: RFC 6962 root, 32 bytes.
    """

    dossier: DossierId
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written."""
        check_digest(self.dossier)
        if not 0 <= self.size <= limits.MAX_LOG_SIZE or len(self.root) != HASH_SIZE:
            raise FormatError("checkpoint-format", "a checkpoint has a size and a root of 32 bytes")

    @property
    def origin(self) -> str:
        """Name of the log: ``paraph/dossier/<id>``."""
        return f"{_ORIGIN}{self.dossier}"

    @property
    def root_hex(self) -> Digest:
        """The root in hexadecimal, as bundles and people write it."""
        return Digest(self.root.hex())

    def text(self) -> str:
        """Write the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A verified statement by a node: at this time this was my newest view of the log, and I hold all of it.

    Attributes:
        name: The node.
        time: When it says so, by its own clock.
    """

    name: str
    time: Utc


def read_checkpoint(note: Note) -> Checkpoint:
    """Read the text of a note as a checkpoint. No signature is verified.

    Raises:
        FormatError: ``checkpoint-format`` if the text is not exactly the three lines.
    """
    return _read(note.text)


@lru_cache(maxsize=256)
def _read(text: str) -> Checkpoint:
    """Read what was read before: the newest checkpoint of a dossier is compared with whatever is said about it."""
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0].startswith(_ORIGIN):
        raise FormatError("checkpoint-format", "a checkpoint has three lines: origin, size, root")
    if not lines[1].isascii() or not lines[1].isdecimal() or len(lines[1]) > len(str(limits.MAX_LOG_SIZE)):
        raise FormatError("checkpoint-format", "the second line of a checkpoint is its size")
    try:
        found = Checkpoint(
            dossier=DossierId(check_digest(lines[0].removeprefix(_ORIGIN))),
            size=int(lines[1]),
            root=decode_base64(lines[2], maximum=HASH_SIZE),
        )
    except FormatError as error:
        raise FormatError("checkpoint-format", error.message) from error
    if found.text() != text:
        raise FormatError("checkpoint-format", "a checkpoint is not in canonical form")
    return found


def sign_checkpoint(private: NodeKeys, checkpoint: Checkpoint) -> Note:
    """Make a note of a checkpoint, as the node that orders the log. The key name is the origin (C2SP)."""
    signature = sign_hybrid(private, checkpoint.text().encode("utf-8"))
    lines = _lines(checkpoint.origin, private.public, (LOG_ED25519, LOG_ML_DSA_65), signature, prefix=b"")
    return Note(text=checkpoint.text(), lines=()).add(lines)


def verify_log_signature(note: Note, public: NodePublicKeys) -> Checkpoint:
    """Check that the node that orders the log signed a checkpoint.

    Returns:
        The checkpoint.

    Raises:
        FormatError: ``checkpoint-format``, or ``checkpoint-signature`` if a half is missing or does not hold.
    """
    checkpoint = read_checkpoint(note)
    found = _halves(note, checkpoint.origin, public, (LOG_ED25519, LOG_ML_DSA_65), prefix=0)
    if found is None or not verify_again(public, note.text.encode("utf-8"), found[1]):
        raise FormatError(
            "checkpoint-signature", "the checkpoint is not signed by the node that orders this log"
        )
    return checkpoint


def cosign(private: NodeKeys, name: str, checkpoint: Checkpoint, time: Utc) -> tuple[SignatureLine, ...]:
    """Cosign a checkpoint. The caller must hold every act in it and must never have cosigned anything else.

    Args:
        private: The cosigning node's keys.
        name: The cosigning node.
        checkpoint: What it cosigns.
        time: Its clock.

    Returns:
        Two lines, for ``Note.add``.
    """
    seconds = _seconds(time)
    signature = sign_hybrid(private, _cosigned(checkpoint.text(), seconds))
    kinds = (COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_65)
    return _lines(name, private.public, kinds, signature, prefix=seconds.to_bytes(_TIMESTAMP, "big"))


def verify_cosignature(note: Note, name: str, public: NodePublicKeys) -> Cosignature:
    """Check that a node cosigned the checkpoint in a note.

    Raises:
        FormatError: ``cosignature-missing`` if the node has not (completely) cosigned, ``cosignature`` if it has
            and the signatures do not hold or were made at different times.
    """
    kinds = (COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_65)
    found = _halves(note, name, public, kinds, prefix=_TIMESTAMP)
    if found is None:
        raise FormatError("cosignature-missing", f"“{name}” has not cosigned this checkpoint", name=name)
    seconds = int.from_bytes(found[0], "big")
    if seconds > _MAX_TIME or not verify_again(public, _cosigned(note.text, seconds), found[1]):
        raise FormatError("cosignature", f"the cosignature of “{name}” does not hold", name=name)
    return Cosignature(name=name, time=_utc(seconds))


def cosigners(note: Note, nodes: Mapping[str, KnownKeys]) -> dict[str, Cosignature]:
    """Find which of some nodes have cosigned; a cosignature that does not hold counts as none."""
    return {name: found for name, (_, found) in _cosigned_with(note, nodes).items()}


def _cosigned_with(
    note: Note, nodes: Mapping[str, KnownKeys]
) -> dict[str, tuple[NodePublicKeys, Cosignature]]:
    """Find which of some nodes have cosigned, and with which of their keys."""
    found = {}
    for name, known in nodes.items():
        for public in known if isinstance(known, tuple) else (known,):
            with suppress(FormatError):
                found[name] = (public, verify_cosignature(note, name, public))
                break
    return found


def signed_with(note: Note, orderer: KnownKeys) -> NodePublicKeys:
    """Find with which of its keys the ordering node signed a checkpoint.

    Raises:
        FormatError: ``checkpoint-format``; ``checkpoint-signature`` if none of them fits.
    """
    *others, last = orderer if isinstance(orderer, tuple) else (orderer,)
    for public in others:
        with suppress(FormatError):
            verify_log_signature(note, public)
            return public
    verify_log_signature(note, last)
    return last


def only_verified(note: Note, orderer: KnownKeys, nodes: Mapping[str, KnownKeys]) -> Note:
    """Drop every signature line that does not hold, so that a forged line cannot keep a genuine one out.

    Args:
        note: A note from anywhere.
        orderer: Keys of the node that orders the log; several where it is not known yet which of them count.
        nodes: Keys of those whose cosignatures are wanted, likewise.

    Raises:
        FormatError: ``checkpoint-format`` or ``checkpoint-signature``, as ``verify_log_signature``.
    """
    checkpoint, log = read_checkpoint(note), signed_with(note, orderer)
    kept = {
        (checkpoint.origin, key_hash(checkpoint.origin, LOG_ED25519, log.ed25519)),
        (checkpoint.origin, key_hash(checkpoint.origin, LOG_ML_DSA_65, log.ml_dsa_65)),
    }
    for name, (public, _) in _cosigned_with(note, nodes).items():
        kept.add((name, key_hash(name, COSIGNATURE_ED25519, public.ed25519)))
        kept.add((name, key_hash(name, COSIGNATURE_ML_DSA_65, public.ml_dsa_65)))
    return Note(text=note.text, lines=tuple(line for line in note.lines if (line.name, line.key_id) in kept))


def _cosigned(text: str, seconds: int) -> bytes:
    """The message of a cosignature (C2SP tlog-cosignature, "Signed message"); both algorithms sign the same."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _lines(
    name: str,
    public: NodePublicKeys,
    kinds: tuple[bytes, bytes],
    signature: HybridSignature,
    *,
    prefix: bytes,
) -> tuple[SignatureLine, ...]:
    return (
        SignatureLine(
            name=name, key_id=key_hash(name, kinds[0], public.ed25519), signature=prefix + signature.ed25519
        ),
        SignatureLine(
            name=name,
            key_id=key_hash(name, kinds[1], public.ml_dsa_65),
            signature=prefix + signature.ml_dsa_65,
        ),
    )


def _halves(
    note: Note, name: str, public: NodePublicKeys, kinds: tuple[bytes, bytes], *, prefix: int
) -> tuple[bytes, HybridSignature] | None:
    """Find both lines of a signer with the same prefix, or None."""
    first = note.of(name, key_hash(name, kinds[0], public.ed25519))
    second = note.of(name, key_hash(name, kinds[1], public.ml_dsa_65))
    if first is None or second is None or first.signature[:prefix] != second.signature[:prefix]:
        return None
    halves = HybridSignature(ed25519=first.signature[prefix:], ml_dsa_65=second.signature[prefix:])
    if len(halves.ed25519) != ED25519_SIGNATURE or len(halves.ml_dsa_65) != ML_DSA_65_SIGNATURE:
        return None
    return first.signature[:prefix], halves


def _seconds(time: Utc) -> int:
    try:
        seconds = int(datetime.fromisoformat(check_utc(time)).timestamp())
    except ValueError as error:
        raise FormatError("utc", f"“{time}” is not a date of the calendar") from error
    if seconds < 0:
        raise FormatError("utc", "a cosignature cannot be older than 1970")
    return seconds


@lru_cache(maxsize=512)
def _utc(seconds: int) -> Utc:
    return Utc(datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
