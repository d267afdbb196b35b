"""What the journal calls what officers do here. Acts of a dossier keep the names that the log has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["DEEDS"]

DEEDS: Final[Mapping[str, str | Promise]] = {
    "signed-in": _("Signed in"),
    "signed-out": _("Signed out"),
    "officer-enrolled": _("Enrolled"),
    "officer-re-enrolled": _("Enrolled again, all passkeys dropped"),
    "re-enrolment-allowed": _("Leave to enrol again, given at the machine"),
    "officer-renamed": _("Changed the name"),
    "officer-invited": _("Invited a person"),
    "officer-invited-proposed": _("Proposed to invite a person"),
    "officer-invited-confirmed": _("Confirmed the invitation of a person"),
    "officer-invited-withdrawn": _("Withdrew the proposal to invite a person"),
    "invitation-withdrawn": _("Withdrew an invitation"),
    "role-given": _("Gave a role"),
    "role-given-proposed": _("Proposed to give a role"),
    "role-given-confirmed": _("Confirmed that a role is given"),
    "role-given-withdrawn": _("Withdrew the proposal to give a role"),
    "role-taken": _("Took a role away"),
    "officer-deactivated": _("Deactivated an officer"),
    "officer-reactivated": _("Let an officer in again"),
    "passkey-registered": _("Registered a passkey"),
    "passkey-removed": _("Removed a passkey"),
    "passkey-count-went-back": _("A passkey was refused because it may have been copied"),
    "recovery-code-used": _("Used a recovery code"),
    "recovery-codes-made": _("Made recovery codes anew"),
    "journal-exported": _("Exported the journal"),
}
