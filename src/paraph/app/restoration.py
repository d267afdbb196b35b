"""A node whose store came from a backup, or is empty: whom it has to hear before it speaks again.

It may have told any participant what nobody else knows: an act, an order, a cosignature. So it asks everybody for
everything, and says nothing new in a dossier until each participant has shown what it holds of this node's words, or two
officers have decided to go on without one.

Only an answer to what this node asked counts. A bundle that comes by itself may have been made before the restoration, and
clocks are no way to tell. And an answer counts only after the peer was asked for everything: from then on the peer takes
no older bundle of this node's any more, so nothing that is still on its way can change what it answered.

Everything here is kept as settings, by the name of the restoration: what was heard after an earlier one does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from paraph.app.clocks import skew_of
from paraph.app.ports import PeerRow, Store, UnitOfWork
from paraph.domain.ids import DossierId, PartyId, Utc
from paraph.domain.instants import after

__all__ = [
    "EVERYTHING",
    "RESTORED_AT",
    "Absence",
    "absences",
    "asked_at",
    "asked_everything",
    "awaited",
    "begin_again",
    "claim_of",
    "go_on_without",
    "is_awaited",
    "mark_restored",
    "note_asked",
    "note_claim",
    "note_opened",
    "note_told",
    "restored_at",
]

EVERYTHING: Final = DossierId("")
"""Dossier of an outbox entry that asks a peer for everything: a restored node does not know what it has forgotten."""

RESTORED_AT: Final = "restored-at"
"""Setting: when the store came from a backup, or was made anew."""

_RESTORATION: Final = "restoration"
"""Setting: a name for that, since a store can be restored twice within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A participant that officers decided not to wait for.

    Attributes:
        party: Whom.
        at: When they decided.
        officers: Who decided.
    """

    party: PartyId
    at: Utc
    officers: tuple[str, ...]


def begin_again(store: Store, peers: Iterable[PeerRow], at: Utc, token: str = "") -> None:
    """Make an empty store the store of a node that has lost everything but its keys.

    Args:
        store: The empty store.
        peers: Peers as they were known, with the officers who verified them; may be none.
        at: The current instant.
        token: Tells this restoration from others within the same second.
    """
    with store.write() as uow:
        for row in peers:
            uow.save_peer(row)
        mark_restored(uow, at, token)


def mark_restored(uow: UnitOfWork, at: Utc, token: str = "") -> None:
    """Note that the store may have forgotten something, and ask every peer for everything."""
    uow.set_setting(RESTORED_AT, at)
    uow.set_setting(_RESTORATION, f"{at} {token}".rstrip())
    for dossier in uow.dossiers():
        # Since the backup its ordering node may have lost what nobody's log had reached, and asked everybody to forget it.
        # Where it did not, the note comes again with its acts.
        if not uow.setting(f"frozen:{dossier}"):
            uow.forget_notes(dossier, uow.size(dossier))
    for peer in uow.peers():
        if peer.state != "suspended":
            uow.make_due(peer.party, EVERYTHING, at)


def restored_at(uow: UnitOfWork) -> str:
    """When the store was restored, or ""."""
    return uow.setting(RESTORED_AT) or ""


def _restoration(uow: UnitOfWork) -> str:
    """The name of the latest restoration, or "" if there was none."""
    at = restored_at(uow)
    name = uow.setting(_RESTORATION) or ""
    return name if name.startswith(at) else at


def asked_everything(uow: UnitOfWork, peer: PartyId) -> bool:
    """Whether a peer has answered, since the restoration, that it was asked for everything."""
    return bool(name := _restoration(uow)) and uow.setting(f"asked:{peer}") == name


def note_asked(uow: UnitOfWork, peer: PartyId, now: Utc) -> None:
    """A peer has answered that it was asked for everything; what it says from now on counts, so ask it again."""
    name = _restoration(uow)
    if not name or uow.setting(f"asked:{peer}") == name:
        return
    uow.set_setting(f"asked:{peer}", name)
    skew = skew_of(uow, peer)  # that of the peer's clock, seen in this very answer
    uow.set_setting(f"asked-at:{peer}", after(now, min(0, skew)))
    for dossier in uow.dossiers():
        if is_awaited(uow, dossier, peer):
            uow.make_due(peer, dossier, now)


def asked_at(uow: UnitOfWork, peer: PartyId) -> Utc:
    """When a peer was asked for everything, by the slower of both clocks, or "".

    It takes no bundle that was made before. So none is said to be, even if this node's clock is set back.
    """
    return Utc(uow.setting(f"asked-at:{peer}") or "")


def note_opened(uow: UnitOfWork, dossier: DossierId) -> None:
    """A dossier that was opened here and now: nothing can have been forgotten in it."""
    if name := _restoration(uow):
        uow.set_setting(f"caught-up:{dossier}", name)


def note_told(uow: UnitOfWork, dossier: DossierId, peer: PartyId) -> None:
    """A peer has shown everything that it holds of this node's words in a dossier."""
    uow.set_setting(f"caught-up:{dossier}:{peer}", _restoration(uow))
    if claim_of(uow, dossier, peer):
        uow.set_setting(f"claim:{dossier}:{peer}", "")


def note_claim(uow: UnitOfWork, dossier: DossierId, peer: PartyId, claim: str) -> None:
    """A peer says that it holds more than it shows."""
    if claim_of(uow, dossier, peer) != claim:
        uow.set_setting(f"claim:{dossier}:{peer}", claim)


def claim_of(uow: UnitOfWork, dossier: DossierId, peer: PartyId) -> str:
    """What a peer says it holds and did not show, or ""."""
    return uow.setting(f"claim:{dossier}:{peer}") or ""


def is_awaited(uow: UnitOfWork, dossier: DossierId, peer: PartyId) -> bool:
    """Whether this node has to hear a participant before it speaks in a dossier."""
    name = _restoration(uow)
    if not name or dossier == EVERYTHING or uow.setting(f"caught-up:{dossier}") == name:
        return False
    return uow.setting(f"caught-up:{dossier}:{peer}") != name


def awaited(
    uow: UnitOfWork, dossier: DossierId, participants: Iterable[PartyId], own: PartyId
) -> tuple[PartyId, ...]:
    """The participants of a dossier that this node has to hear before it speaks in it."""
    return tuple(p for p in sorted(participants) if p != own and is_awaited(uow, dossier, p))


def go_on_without(
    uow: UnitOfWork, dossier: DossierId, party: PartyId, officers: tuple[str, ...], now: Utc
) -> None:
    """Do not wait for a participant any longer, and remember who decided that."""
    note = {"at": now, "officers": list(officers), "restoration": _restoration(uow)}
    uow.set_setting(f"without:{dossier}:{party}", json.dumps(note, sort_keys=True))
    uow.set_setting(f"caught-up:{dossier}:{party}", _restoration(uow))


def absences(uow: UnitOfWork, dossier: DossierId, participants: Iterable[PartyId]) -> tuple[Absence, ...]:
    """The participants that officers decided not to wait for, ever since this store was made."""
    found: list[Absence] = []
    for party in sorted(participants):
        kept = uow.setting(f"without:{dossier}:{party}")
        if kept:
            note = json.loads(kept)
            found.append(Absence(party=party, at=Utc(note["at"]), officers=tuple(note["officers"])))
    return tuple(found)
