"""A section of a bundle: one dossier, as its sender holds it.

Synchronisation is by state, not by message (rule D3): "of each author I hold this many acts, my log has this size
and this root, these files I lack". The rest of a section is what the recipient was last known to lack.

Source: docs/spec/bundle.md, "Sections".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.errors import FormatError
from paraph.wire import limits
from paraph.wire.members import MemberReader, encode_base64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraph.wire.canonical import Value

__all__ = ["Blob", "Order", "Section", "read_section", "write_section"]

_MEMBERS: Final = ("acts", "blobs", "dossier", "feeds", "notes", "order", "root", "size", "wants_blobs")
_SOMETIMES: Final = ("proofs",)
"""Members that stand in a section only if they hold something."""

_READ = MemberReader(code="bundle-format")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A stretch of the log as the ordering node laid it out.

    Each entry names an author, and stands for that author's next act: feeds are already in order, so positions in
    the log need nothing more than whose turn it is.

    Attributes:
        start: Position of the first entry in the log, from 0 (``from`` in JSON).
        authors: Whose act stands at each position.
    """

    start: int = 0
    authors: tuple[PartyId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file, with the digest under which acts refer to it.

    Attributes:
        sha256: Digest of the data; verified when read.
        data: The file.
    """

    sha256: Digest
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """Name a file by its digest."""
        return cls(sha256=Digest(hashlib.sha256(data).hexdigest()), data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One dossier in a bundle.

    Attributes:
        dossier: Which dossier.
        feeds: For each author, how many of its acts the sender holds, without gaps.
        size: Acts in the sender's log.
        root: Root of the sender's log, hexadecimal.
        wants_blobs: Files that acts refer to and the sender lacks.
        acts: Exact bytes of envelopes.
        order: Part of the order of the log, from the ordering node.
        notes: Exact bytes of checkpoint notes.
        blobs: Files.
        proofs: Proofs that a participant contradicted itself, for which the sender froze the dossier.
    """

    dossier: DossierId
    feeds: Mapping[PartyId, int]
    size: int
    root: Digest
    wants_blobs: tuple[Digest, ...] = ()
    acts: tuple[bytes, ...] = ()
    order: Order = Order()
    notes: tuple[bytes, ...] = ()
    blobs: tuple[Blob, ...] = ()
    proofs: tuple[bytes, ...] = ()

    @property
    def content_bytes(self) -> int:
        """Bytes of the acts and files in it."""
        return sum(map(len, self.acts)) + sum(len(blob.data) for blob in self.blobs)


def write_section(section: Section) -> dict[str, Any]:
    """Write a section as the members of a JSON object.

    Raises:
        FormatError: ``bundle-format`` if an act or a note is not text; they always are when made by this package.
    """
    proofs = {"proofs": [_text(proof, "proofs") for proof in section.proofs]} if section.proofs else {}
    return {
        **proofs,
        "acts": [_text(act, "acts") for act in section.acts],
        "blobs": [{"data": encode_base64(blob.data), "sha256": blob.sha256} for blob in section.blobs],
        "dossier": section.dossier,
        "feeds": dict(section.feeds),
        "notes": [_text(note, "notes") for note in section.notes],
        "order": {"authors": list(section.order.authors), "from": section.order.start},
        "root": section.root,
        "size": section.size,
        "wants_blobs": list(section.wants_blobs),
    }


def read_section(value: Value, where: str) -> Section:
    """Read a section strictly.

    Args:
        value: The JSON value.
        where: Its path, for errors.

    Raises:
        FormatError: ``bundle-format`` if a member is missing, unknown, too large or of another form, or if a file
            does not have the digest under which it is sent.
    """
    members = _READ.members(value, where, _MEMBERS, optional=_SOMETIMES)
    feeds = _READ.mapping(members["feeds"], f"{where}.feeds", maximum=limits.MAX_AUTHORS)
    wants = _READ.array(members["wants_blobs"], f"{where}.wants_blobs", maximum=limits.MAX_BLOBS)
    blobs = _READ.array(members["blobs"], f"{where}.blobs", maximum=limits.MAX_BLOBS)
    return Section(
        dossier=DossierId(_READ.digest(members["dossier"], f"{where}.dossier")),
        feeds={
            _READ.party(author, f"{where}.feeds"): _READ.integer(
                held, f"{where}.feeds.{author}", maximum=limits.MAX_LOG_SIZE
            )
            for author, held in feeds.items()
        },
        size=_READ.integer(members["size"], f"{where}.size", maximum=limits.MAX_LOG_SIZE),
        root=_READ.digest(members["root"], f"{where}.root"),
        wants_blobs=tuple(_READ.digest(item, f"{where}.wants_blobs") for item in wants),
        acts=_texts(members["acts"], f"{where}.acts", count=limits.MAX_ACTS, size=limits.MAX_ENVELOPE),
        order=_read_order(members["order"], f"{where}.order"),
        notes=_texts(members["notes"], f"{where}.notes", count=limits.MAX_NOTES, size=limits.MAX_NOTE),
        blobs=tuple(_read_blob(item, f"{where}.blobs[{place}]") for place, item in enumerate(blobs)),
        proofs=_texts(
            members.get("proofs", []), f"{where}.proofs", count=limits.MAX_PROOFS, size=limits.MAX_PROOF_FILE
        ),
    )


def _read_order(value: Value, where: str) -> Order:
    members = _READ.members(value, where, ("authors", "from"))
    authors = _READ.array(members["authors"], f"{where}.authors", maximum=limits.MAX_ORDER)
    return Order(
        start=_READ.integer(members["from"], f"{where}.from", maximum=limits.MAX_LOG_SIZE),
        authors=tuple(_READ.party(author, f"{where}.authors") for author in authors),
    )


def _read_blob(value: Value, where: str) -> Blob:
    members = _READ.members(value, where, ("data", "sha256"))
    blob = Blob.of(_READ.base64(members["data"], f"{where}.data", maximum=limits.MAX_BLOB))
    if members["sha256"] != blob.sha256:
        raise _READ.fail(where, "the file does not have the digest under which it is sent")
    return blob


def _texts(value: Value, where: str, *, count: int, size: int) -> tuple[bytes, ...]:
    items = _READ.array(value, where, maximum=count)
    found = tuple(_READ.text(item, where, maximum=size).encode("utf-8") for item in items)
    if any(len(item) > size for item in found):
        raise _READ.fail(where, f"an element has more than {size} bytes")
    return found


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("bundle-format", f"{where}: not text, so not made by this package") from error
