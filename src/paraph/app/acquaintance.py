"""Whom this node has to do with, and in which dossiers."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from paraph.app.bundles import participants
from paraph.app.clocks import skew_of
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.instants import MAX_CLOCK_SKEW_S

__all__ = ["Key", "current_peers", "one_dossier_each", "peers_off", "shared_dossiers"]

Key = tuple[PartyId, DossierId]


def current_peers(uow: UnitOfWork) -> frozenset[PartyId]:
    """Peers that are not suspended."""
    return frozenset(peer.party for peer in uow.peers() if peer.state != "suspended")


def peers_off(uow: UnitOfWork) -> frozenset[PartyId]:
    """Peers whose clocks were last heard to be so far away that nothing can be signed with them."""
    return frozenset(p for p in current_peers(uow) if abs(skew_of(uow, p)) > MAX_CLOCK_SKEW_S)


def shared_dossiers(node: Node, uow: UnitOfWork, peers: AbstractSet[PartyId]) -> list[Key]:
    """Every dossier of these peers, with each of them that takes part."""
    found: list[Key] = []
    for dossier in uow.dossiers():
        # The opening act names them all; nothing else of the log has to be read for that.
        involved = participants(uow, dossier, node.view(dossier))
        found += ((party, dossier) for party in sorted(peers & involved))
    return found


def one_dossier_each(node: Node, uow: UnitOfWork, peers: AbstractSet[PartyId]) -> list[Key]:
    """One dossier for each of these peers, if there is any."""
    return list(dict(reversed(shared_dossiers(node, uow, peers))).items()) if peers else []
