"""What was last seen of one node's disk, and what is new there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from paraph.domain.ids import PartyId
from paraph.simulation.invariants.broken import BrokenError
from paraph.simulation.member import Member

__all__ = ["Numbers", "Sight"]

NOTHING: Final = 0
"""Number of the log that holds nothing."""


@dataclass(slots=True)
class Numbers:
    """Gives equal things equal numbers: envelopes, and logs by what they held before and the act that came then.

    Two logs are equal if their numbers are, so beginnings are compared without comparing acts.
    """

    _known: dict[bytes | tuple[int, int], int] = field(default_factory=dict)

    def of(self, thing: bytes | tuple[int, int]) -> int:
        """The number of an envelope, or of a log and its next act."""
        return self._known.setdefault(thing, len(self._known) + 1)

    def acts(self) -> set[int]:
        """The numbers of all envelopes that were ever seen on a disk."""
        return {number for thing, number in self._known.items() if isinstance(thing, bytes)}


@dataclass(slots=True)
class Sight:
    """One node's durable state, as it was when it was last looked at.

    Attributes:
        member: Whose.
        numbers: Shared by all.
        feeds: Numbers of the envelopes of each author.
        log: Number of the log after each act.
        guarded: Likewise, of the log that its guard knows of; it outlives the disk, and may be on another branch than others.
        final: How many acts the node takes for final.
        proofs: The setting that names its proofs.
        new: Acts that came since it was looked at before: author, place in the feed, envelope.
        placed: Their places, likewise: those between these two have been filled since.
        anew: Whether the disk is another one than before.
    """

    member: Member
    numbers: Numbers
    feeds: dict[PartyId, list[int]] = field(default_factory=dict)
    log: list[int] = field(default_factory=list)
    guarded: list[int] = field(default_factory=list)
    final: int = 0
    proofs: str = ""
    new: list[tuple[PartyId, int, bytes]] = field(default_factory=list)
    placed: tuple[int, int] = (0, 0)
    anew: bool = False
    _state: Any = None
    _blobs: int = -1
    _dossier: Any = None
    _restored: int = 0

    def look(self) -> bool:
        """Take in what is durable now; say whether anything changed."""
        disk, dossier = self.member.disk, self.member.company.dossier
        state, blobs = disk.store.state, len(disk.blobs)
        if state is self._state and blobs == self._blobs:
            return False
        self._state, self._blobs = state, blobs
        self.new, self.placed = [], (len(self.log), len(self.log))
        self.anew = self._restored != self.member.restored
        held, before = state.dossiers.get(dossier), self.log
        if held is not self._dossier or self.anew:
            self._dossier = held
            self._take(held)
        last = disk.guard.last(dossier)
        self._remember(before, last[0] if last is not None else 0)
        self.final = int(state.settings.get(f"final:{dossier}") or 0)
        self.proofs = state.settings.get(f"proofs:{dossier}") or ""
        return True

    def _take(self, held: Any) -> None:
        if self.anew:
            self._restored = self.member.restored
            self.feeds, self.log, self.placed = {}, [], (0, 0)
        feeds = held.feeds if held is not None else {}
        order = held.log if held is not None else []
        if len(order) < len(self.log) or any(len(feeds.get(a, ())) < len(f) for a, f in self.feeds.items()):
            raise BrokenError("final-stays", f"{self.member.party} lost acts though its disk was not")
        for author, rows in feeds.items():
            known = self.feeds.setdefault(author, [])
            for seq in range(len(known), len(rows)):
                known.append(self.numbers.of(rows[seq].envelope))
                self.new.append((author, seq, rows[seq].envelope))
        for author, seq in order[len(self.log) :]:
            before = self.log[-1] if self.log else NOTHING
            self.log.append(self.numbers.of((before, self.feeds[author][seq])))
        self.placed = (self.placed[0], len(self.log))

    def _remember(self, before: list[int], size: int) -> None:
        """Note what the guard knows of: by the log of now, by that of before the disk was lost, or as it was known then."""
        if size != len(self.guarded) or self.anew:
            known = next((log for log in (self.log, before) if len(log) >= size), self.guarded)
            self.guarded = known[:size]

    def envelope(self, position: int) -> bytes:
        """The act in a place of the log."""
        author, seq = self._dossier.log[position]
        found: bytes = self._dossier.feeds[author][seq].envelope
        return found
