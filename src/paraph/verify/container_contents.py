"""What a container is made of: the log up to its checkpoint, and everything its acts name.

A node collects these from its store, the verifier from the members of a container. From there both use the same code
(:mod:`paraph.verify.container_members`), so what a verifier expects is what a node writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paraph.domain.acts import Act, attachments_of
from paraph.domain.ids import Digest, PartyId
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError
from paraph.verify.attachments import AttachedBytes, read_card
from paraph.verify.log import LogView, work_in
from paraph.wire.act import SealedAct
from paraph.wire.card import PeerCard
from paraph.wire.checkpoint import Checkpoint, read_checkpoint
from paraph.wire.note import Note

__all__ = ["ContainerContents", "Folded", "attached_to", "digest_of", "fold", "read_card"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A log that was worked in, and the texts read on the way.

    Attributes:
        view: Where it leads.
        texts: Attached texts; each is read once.
    """

    view: LogView
    texts: AttachedBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerContents:
    """Everything from which a container follows.

    Attributes:
        sealed: The acts in log order, with their envelopes.
        note: The checkpoint over them with its signatures, exact bytes.
        attachments: What the acts name, by SHA-256.
        bases: The agreed bytes of each planned original, before any signature.
        folded: The acts, worked in.
        package: Id of the concluded plan whose originals it holds; the acts may have led further.
    """

    sealed: tuple[SealedAct, ...]
    note: bytes
    attachments: Mapping[Digest, bytes]
    bases: Mapping[Slot, bytes]
    folded: Folded
    package: str

    @property
    def acts(self) -> tuple[Act, ...]:
        """The acts in log order."""
        return tuple(one.act for one in self.sealed)

    @property
    def standing(self) -> Dossier:
        """Where the dossier stands after the acts."""
        standing = self.folded.view.dossier
        assert standing is not None  # whoever makes contents has worked in the opening act
        return standing

    @property
    def plan(self) -> Plan:
        """The concluded plan."""
        return self.standing.package(self.package)

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says."""
        return read_checkpoint(Note.read(self.note))

    def text(self, digest: Digest) -> InstrumentText:
        """An attached text.

        Raises:
            FormatError: ``attachment-missing`` if it is not here or not a text.
        """
        text = self.folded.texts.text(digest)
        if text is None:
            raise FormatError(
                "attachment-missing", f"the bytes with digest {digest} are not a text that is here"
            )
        return text

    def get(self, digest: Digest) -> bytes | None:
        """An attachment, or None."""
        return self.attachments.get(digest)

    def cards(self) -> Mapping[PartyId, tuple[PeerCard, ...]]:
        """Every participant's cards, the one in force last.

        Raises:
            FormatError: ``attachment-missing``, or what is wrong with a card.
        """
        standing = self.standing
        return {
            party: tuple(read_card(self._need(digest)) for digest in standing.cards_of(party))
            for party in sorted(standing.cards)
        }

    def _need(self, digest: Digest) -> bytes:
        data = self.get(digest)
        if data is None:
            raise FormatError("attachment-missing", f"the bytes with digest {digest} are not here")
        return data


def fold(envelopes: Iterable[bytes], attachments: Mapping[Digest, bytes]) -> Folded:
    """Work acts in, in order."""
    texts = AttachedBytes(attachments.get, attachments.__contains__)
    return Folded(view=work_in(LogView(), envelopes, texts), texts=texts)


def attached_to(acts: Iterable[Act]) -> tuple[Digest, ...]:
    """What acts name, each once, in the order of the digests."""
    return tuple(sorted({d for act in acts for d in attachments_of(act.body)}))


def digest_of(data: bytes) -> Digest:
    """SHA-256 in hexadecimal."""
    return Digest(hashlib.sha256(data).hexdigest())
