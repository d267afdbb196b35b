"""What roles are called on pages, and what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from paraph.node.people.roles import Role

__all__ = ["ROLE_HINTS", "ROLE_NAMES"]

ROLE_NAMES: Final[Mapping[str, str | Promise]] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.TREATY_OFFICER: _("Treaty officer"),
    Role.PROTOCOL_OFFICER: _("Protocol officer"),
    Role.LEGAL_ADVISER: _("Legal adviser"),
    Role.REVISER: _("Reviser"),
    Role.SIGNATORY: _("Signatory"),
    Role.WITNESS: _("Witness"),
    Role.PRESS_OFFICER: _("Press officer"),
    Role.AUDITOR: _("Auditor"),
}

ROLE_HINTS: Final[Mapping[str, str | Promise]] = {
    Role.ADMINISTRATOR: _(
        "Invites people and gives roles, in the whole node; sees no dossier. Two administrators."
    ),
    Role.TREATY_OFFICER: _("Opens dossiers, negotiates, initials, plans the signing."),
    Role.PROTOCOL_OFFICER: _("Meets peers, confirms names, flags and precedence."),
    Role.LEGAL_ADVISER: _("Presents and verifies full powers, gives the order to sign."),
    Role.REVISER: _("Compares the languages paragraph by paragraph."),
    Role.SIGNATORY: _("Signs for the party. Two administrators."),
    Role.WITNESS: _("Attests to what was seen and heard."),
    Role.PRESS_OFFICER: _("Publishes what was concluded."),
    Role.AUDITOR: _("Reads everything, and who did what; changes nothing."),
}
