"""Clocks: how far those of the time-stamp authority and of peers are from this node's."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Final

from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.acts import Role
from paraph.domain.ids import PartyId, Utc
from paraph.domain.instants import MAX_CLOCK_SKEW_S
from paraph.domain.standing import Dossier
from paraph.errors import LocalActError
from paraph.wire.timestamp import parse_token

__all__ = ["check_clock", "check_peers_clocks", "skew_of"]

CONCLUDERS: Final = frozenset({Role.PARTY, Role.MEDIATOR})


def skew_of(uow: UnitOfWork, party: PartyId) -> int:
    """By how many seconds a peer's clock was ahead of this node's when it was last heard; 0 if it never was."""
    return int(uow.setting(f"skew:{party}") or 0)


def check_clock(token: bytes, now: Utc) -> None:
    """Refuse to go on when the time-stamp authority and this node's clock disagree.

    Raises:
        LocalActError: ``clock-off``.
    """
    stamped = parse_token(token).info.at
    own = datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    off = abs(int((stamped - own).total_seconds()))
    if off > MAX_CLOCK_SKEW_S:
        raise LocalActError(
            "clock-off",
            f"this node's clock is {off} s away from the time-stamp authority; set it and try again",
        )


def check_peers_clocks(
    uow: UnitOfWork, standing: Dossier, node: Node, *, roles: AbstractSet[Role] = CONCLUDERS
) -> None:
    """Refuse to go on when the clock of a peer was last heard to be away from this node's.

    Args:
        uow: A transaction.
        standing: Whose participants are meant.
        node: This node.
        roles: Only those of these roles; a witness concludes nothing, so its clock stops nobody.

    Raises:
        LocalActError: ``clock-off``.
    """
    for party, role in standing.roles.items():
        skew = abs(skew_of(uow, party)) if party != node.party else 0
        if skew > MAX_CLOCK_SKEW_S and role in roles:
            raise LocalActError(
                "clock-off",
                f"this node's clock and that of {party} are {skew} s apart; set them and try again",
            )
