# mypy: disable-error-code="var-annotated"
"""Tables of people: they belong to one node, and never travel.

What an officer did *in a dossier* is an act of the node; that this officer caused it stands in the journal.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.crypto import salted_hmac

from paraph.node.people.roles import Role

__all__ = ["Credential", "Grant", "JournalEntry", "Officer", "Proposal", "RecoveryCode"]

ID = 64
"""Characters of a dossier's id."""

NAME = 120
"""Characters of an officer's name."""

REMARK = 500
"""Characters of what a second officer remarks."""


class Officer(AbstractBaseUser):
    """Somebody who works at this node. There are no passwords."""

    password = None  # type: ignore[assignment]
    handle = models.CharField(max_length=64, unique=True)  # the WebAuthn user handle, base64url
    name = models.CharField(max_length=NAME)
    lang = models.CharField(max_length=8, blank=True)
    signatory = models.CharField(
        max_length=ID, blank=True
    )  # id of the signatory whom this officer is, if any
    active = models.BooleanField(default=True)
    made_at = models.CharField(max_length=20)
    epoch = models.IntegerField(default=0)  # counted up to end all sessions of this officer

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS = ()  # type: ignore[assignment]

    class Meta:
        """Table name."""

        db_table = "paraph_officer"

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether this officer may sign in."""
        return bool(self.active)

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session has to hold to go on: changes with ``epoch``; Django takes the password here."""
        value = f"{self.handle} {self.epoch}"
        return salted_hmac("paraph.people.session", value, secret=secret, algorithm="sha256").hexdigest()


class Grant(models.Model):
    """A role of an officer, in one dossier or (``dossier`` empty) in all."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=[(role, role) for role in Role])
    dossier = models.CharField(max_length=ID, blank=True)
    given_by = models.TextField()  # the names of one or two
    given_at = models.CharField(max_length=20)

    class Meta:
        """Table name and key."""

        db_table = "paraph_grant"
        constraints = (
            models.UniqueConstraint(fields=["officer", "role", "dossier"], name="paraph_grant_key"),
        )

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role} {self.dossier}"  # type: ignore[attr-defined]


class Credential(models.Model):
    """A passkey of an officer."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="credentials")
    credential = models.BinaryField()
    digest = models.CharField(max_length=ID, unique=True)  # SHA-256 of the credential id: what it is found by
    key = models.BinaryField()  # COSE, as the authenticator gave it
    count = models.BigIntegerField(default=0)
    synced = models.BooleanField(default=False)  # the authenticator may copy it to other devices
    label = models.CharField(max_length=NAME)
    made_at = models.CharField(max_length=20)
    used_at = models.CharField(max_length=20, blank=True)

    class Meta:
        """Table name."""

        db_table = "paraph_credential"

    def __str__(self) -> str:
        return str(self.label)


class RecoveryCode(models.Model):
    """A code that works once, kept as a digest."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=ID, unique=True)
    used_at = models.CharField(max_length=20, blank=True)

    class Meta:
        """Table name."""

        db_table = "paraph_recovery_code"

    def __str__(self) -> str:
        return str(self.pk)


class JournalEntry(models.Model):
    """What an officer did here; only ever added to."""

    at = models.CharField(max_length=20)
    officer = models.CharField(max_length=NAME)  # the name as it was then
    officer_id_then = models.BigIntegerField(null=True)
    dossier = models.CharField(max_length=ID, blank=True)
    what = models.CharField(max_length=64)
    detail = models.TextField(blank=True)

    class Meta:
        """Table name and order of reading."""

        db_table = "paraph_journal"
        indexes = (
            models.Index(fields=["dossier", "id"], name="paraph_journal_order"),
            models.Index(fields=["what", "id"], name="paraph_journal_what"),
        )

    def __str__(self) -> str:
        return f"{self.at} {self.officer} {self.what}"


class Proposal(models.Model):
    """Something that one officer proposed and another one has to confirm: four eyes."""

    what = models.CharField(max_length=64)
    dossier = models.CharField(max_length=ID, blank=True)
    detail = models.TextField(blank=True)
    may = models.CharField(max_length=32)  # what the second officer has to be permitted
    where = models.TextField(blank=True)  # the page that shows it and lets one confirm it
    by = models.ForeignKey(Officer, null=True, on_delete=models.SET_NULL, related_name="proposals")
    by_name = models.CharField(max_length=NAME)
    at = models.CharField(max_length=20)
    expires_at = models.CharField(max_length=20)
    second_by = models.ForeignKey(Officer, null=True, on_delete=models.SET_NULL, related_name="confirmations")
    second_name = models.CharField(max_length=NAME, blank=True)
    second_at = models.CharField(max_length=20, blank=True)
    remark = models.CharField(max_length=REMARK, blank=True)
    withdrawn_at = models.CharField(max_length=20, blank=True)

    class Meta:
        """Table name and order of reading."""

        db_table = "paraph_proposal"
        indexes = (models.Index(fields=["what", "dossier", "id"], name="paraph_proposal_order"),)

    def __str__(self) -> str:
        return f"{self.at} {self.by_name} {self.what}"
