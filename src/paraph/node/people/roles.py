"""What officers are, and what each kind of them may do.

A role is given for one dossier, or for all of them. What a role may do is one table, ``MAY``; where it is asked for is
another, ``access.ACCESS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = ["ALL_DOSSIERS", "FOUR_EYES", "MAY", "NODE_WIDE", "May", "Role", "roles_that"]

ALL_DOSSIERS: Final = ""
"""In the place of a dossier's id: a role in all of them, also those still to come."""


class Role(StrEnum):
    """What an officer is."""

    ADMINISTRATOR = "administrator"
    TREATY_OFFICER = "treaty-officer"
    PROTOCOL_OFFICER = "protocol-officer"
    LEGAL_ADVISER = "legal-adviser"
    REVISER = "reviser"
    SIGNATORY = "signatory"
    WITNESS = "witness"
    PRESS_OFFICER = "press-officer"
    AUDITOR = "auditor"


NODE_WIDE: Final = frozenset({Role.ADMINISTRATOR})
"""Roles that are for the whole node, never for one dossier."""

FOUR_EYES: Final = frozenset({Role.ADMINISTRATOR, Role.SIGNATORY})
"""Roles that no administrator gives alone: who can give roles, and who binds the party."""


class May(StrEnum):
    """What can be permitted."""

    READ = "read"
    """Everything in a dossier: texts, originals, log, container."""
    COMMENT = "comment"
    NEGOTIATE = "negotiate"
    """Open and join dossiers, propose, accept, describe the party, engross."""
    TICK = "tick"
    """Say that paragraphs agree in two languages."""
    INITIAL = "initial"
    REOPEN = "reopen"
    AUTHORISE = "authorise"
    """Present and verify full powers and certificates; suspend and withdraw them."""
    ORDER = "order"
    """Give the separate go: the order to sign."""
    PLAN = "plan"
    """Propose and accept the signing plan; countersign at command; stop the exchange."""
    CONFIRM = "confirm"
    """Confirm names, flags and precedence."""
    SIGN = "sign"
    ATTEST = "attest"
    RECORD = "record"
    """Notes, statements, the unveiling, commitments."""
    PUBLISH = "publish"
    MEET_PEERS = "meet-peers"
    """Add and suspend peers, read out the twelve words."""
    MANAGE_PEOPLE = "manage-people"
    MANAGE_TOKENS = "manage-tokens"
    """Tokens of programs, and webhooks."""
    AUDIT = "audit"
    """See what each officer did here."""


_EVERYBODY: Final = frozenset(Role)

MAY: Final[Mapping[May, frozenset[Role]]] = {
    May.READ: _EVERYBODY - {Role.ADMINISTRATOR},
    May.COMMENT: frozenset({Role.TREATY_OFFICER, Role.LEGAL_ADVISER, Role.REVISER}),
    May.NEGOTIATE: frozenset({Role.TREATY_OFFICER}),
    May.TICK: frozenset({Role.REVISER}),
    May.INITIAL: frozenset({Role.TREATY_OFFICER}),
    May.REOPEN: frozenset({Role.TREATY_OFFICER}),
    May.AUTHORISE: frozenset({Role.LEGAL_ADVISER}),
    May.ORDER: frozenset({Role.LEGAL_ADVISER}),
    May.PLAN: frozenset({Role.TREATY_OFFICER}),
    May.CONFIRM: frozenset({Role.PROTOCOL_OFFICER, Role.REVISER, Role.TREATY_OFFICER}),
    May.SIGN: frozenset({Role.SIGNATORY}),
    May.ATTEST: frozenset({Role.WITNESS}),
    May.RECORD: frozenset({Role.TREATY_OFFICER, Role.PROTOCOL_OFFICER}),
    May.PUBLISH: frozenset({Role.PRESS_OFFICER}),
    May.MEET_PEERS: frozenset({Role.PROTOCOL_OFFICER, Role.TREATY_OFFICER, Role.ADMINISTRATOR}),
    May.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    May.MANAGE_TOKENS: frozenset({Role.ADMINISTRATOR}),
    May.AUDIT: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
}
"""Who may do what."""


def roles_that(may: May) -> frozenset[Role]:
    """The roles that are permitted something."""
    return MAY[may]
