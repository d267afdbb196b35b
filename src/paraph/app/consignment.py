"""What is under way to a peer: for each dossier, and in each bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from paraph.app.ports import Due, PeerView
from paraph.domain.ids import PartyId
from paraph.wire.sections import Section

__all__ = ["Line", "Load", "Sent"]


@dataclass(slots=True)
class Line:
    """What is under way to one peer about one dossier.

    Attributes:
        under_way: Bundles without an answer yet.
        assumed: What the peer holds once they arrive.
        version: State of the outbox entry that the last of them was made from.
        own: How many acts of this node the peer holds then.
        gathering: Since when news of others gathers, or None.
        rest_until: Before this nothing is sent, because the store could not take the outcome of the last attempt.
    """

    under_way: int = 0
    assumed: PeerView | None = None
    version: int = -1
    own: int = -1
    gathering: float | None = None
    rest_until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a bundle brought.

    Attributes:
        weight: That of its heaviest note.
        full: Whether something had to be left for the next one.
        section: The section itself, if there was one.
        asked: Whether it was made after the peer had been asked for everything.
        before: What the peer was known to hold when it was made.
    """

    weight: int
    full: bool
    section: Section | None = None
    asked: bool = False
    before: PeerView | None = None

    @property
    def size(self) -> int:
        """Bytes of acts and files."""
        return 0 if self.section is None else self.section.content_bytes

    def showed(self, digests: str) -> bool:
        """Whether all of some acts and notes, named by their SHA-256 with spaces between, were in it."""
        if self.section is None:
            return False
        section = self.section
        everything = (*section.acts, *section.notes, *section.proofs)
        brought = {sha256(data).hexdigest() for data in everything}
        return set(digests.split()) <= brought


@dataclass(slots=True, kw_only=True)
class Load:
    """What goes to one peer in one bundle.

    Attributes:
        peer: To whom.
        items: The entries, and what is sent for each.
        size: Bytes of acts and files in it.
        held: Entries that wait to see whether the peer is there, before anything is made for them.
    """

    peer: PartyId
    items: list[tuple[Due, Sent]] = field(default_factory=list)
    size: int = 0
    held: Sequence[Due] = ()
