"""Officers and their passkeys: how they come, what they keep, how they go."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import transaction
from django.db.models import F

from paraph.errors import LocalActError
from paraph.node.people.invitations import Invitation
from paraph.node.people.journal import note
from paraph.node.people.models import Credential, Grant, Officer
from paraph.node.people.passkeys import NewPasskey, credential_digest
from paraph.node.people.roles import Role
from paraph.node.web.host import host

__all__ = [
    "administrators",
    "check_other_administrator",
    "end_sessions",
    "enrol",
    "handle",
    "keep_passkey",
    "remove_passkey",
    "set_active",
]

HANDLE_BYTES: Final = 32


def handle() -> str:
    """A new name for an officer, which passkeys keep; it says nothing."""
    return secrets.token_urlsafe(HANDLE_BYTES)


def administrators() -> list[Officer]:
    """Administrators who are active, in the order in which they came."""
    rows = Officer.objects.filter(active=True, grants__role=Role.ADMINISTRATOR)
    return list(rows.distinct().order_by("pk"))


def check_other_administrator(officer: Officer, code: str) -> None:
    """Check that there is an active administrator besides this officer.

    Raises:
        LocalActError: ``second-alone`` or ``role-last-administrator``, as named.
    """
    if any(one.pk != officer.pk for one in administrators()):
        return
    if code == "second-alone":
        raise LocalActError(
            "second-alone",
            "you are the only active administrator: operators invite a second one at the machine (paraph node invite)",
        )
    raise LocalActError(
        "role-last-administrator",
        "this is the last active administrator: make somebody else administrator first",
    )


def enrol(invitation: Invitation, new_handle: str, passkey: NewPasskey, label: str) -> Officer:
    """Make an officer from an invitation, or give one who lost everything a new beginning; then with the passkey.

    Raises:
        LocalActError: ``officer-unknown`` if the officer of the invitation is not here.
    """
    with transaction.atomic():
        if invitation.officer:
            return _begin_again(invitation, passkey, label)
        officer = Officer.objects.create(
            handle=new_handle,
            name=invitation.name,
            lang=invitation.lang,
            signatory=invitation.signatory,
            made_at=host().node.clock.now(),
        )
        now = host().node.clock.now()
        for role in invitation.roles:
            Grant.objects.create(
                officer=officer,
                role=role,
                dossier=invitation.dossier,
                given_by=_inviters(invitation),
                given_at=now,
            )
        keep_passkey(officer, passkey, label)
        detail = f"{', '.join(invitation.roles)}; invited by {_inviters(invitation)}"
        note(officer, "officer-enrolled", dossier=invitation.dossier, detail=detail)
        return officer


def _begin_again(invitation: Invitation, passkey: NewPasskey, label: str) -> Officer:
    officer = Officer.objects.filter(pk=invitation.officer, active=True).first()
    if officer is None:
        raise LocalActError("officer-unknown", "this officer is not here any more")
    dropped = Credential.objects.filter(officer=officer).delete()[0]
    end_sessions(officer)
    keep_passkey(officer, passkey, label)
    detail = f"{dropped} passkeys dropped; allowed by {_inviters(invitation)}"
    note(officer, "officer-re-enrolled", detail=detail)
    return officer


def _inviters(invitation: Invitation) -> str:
    return ", ".join(invitation.operators) or "paraph node init"


def keep_passkey(officer: Officer, passkey: NewPasskey, label: str) -> Credential:
    """Register a passkey of an officer."""
    return Credential.objects.create(
        officer=officer,
        credential=passkey.credential_id,
        digest=credential_digest(passkey.credential_id),
        key=passkey.key,
        count=passkey.count,
        synced=passkey.synced,
        label=label,
        made_at=host().node.clock.now(),
    )


def remove_passkey(officer: Officer, number: int) -> str:
    """Remove a passkey, never the last one; return its label.

    Raises:
        LocalActError: ``passkey-last``; ``passkey-unknown`` if it is not there.
    """
    with transaction.atomic():
        Officer.objects.select_for_update().get(pk=officer.pk)  # two at once would remove both
        kept = {one.pk: one for one in Credential.objects.filter(officer=officer)}
        found = kept.get(number)
        if found is None:
            raise LocalActError("passkey-unknown", "this passkey is not here any more")
        if len(kept) == 1:
            raise LocalActError("passkey-last", "this is your only passkey: register another one first")
        found.delete()
        note(officer, "passkey-removed", detail=found.label)
    return str(found.label)


def set_active(administrator: Officer, officer: Officer, *, active: bool) -> None:
    """Let an officer sign in no more, and end all sessions at once; or let him or her in again.

    Raises:
        LocalActError: ``role-last-administrator``.
    """
    with transaction.atomic():
        if not active and Grant.objects.filter(officer=officer, role=Role.ADMINISTRATOR).exists():
            check_other_administrator(officer, "role-last-administrator")
        Officer.objects.filter(pk=officer.pk).update(active=active)
        end_sessions(officer)
        note(administrator, "officer-reactivated" if active else "officer-deactivated", detail=officer.name)


def end_sessions(officer: Officer) -> None:
    """End every session of an officer, wherever it is open."""
    Officer.objects.filter(pk=officer.pk).update(epoch=F("epoch") + 1)
    officer.refresh_from_db()
