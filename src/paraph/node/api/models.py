# mypy: disable-error-code="var-annotated"
"""Programs that may ask this node something, and those that it tells what happens."""

from __future__ import annotations

from django.db import models

from paraph.node.people.models import Officer

__all__ = ["FAILURE", "NAME", "URL", "Cursor", "Token", "Webhook"]

ID = 64
NAME = 120
URL = 500
FAILURE = 500
KINDS = 2000
SEALED = 200


class Token(models.Model):
    """A program's right to act for an officer; its secret is kept as a digest."""

    name = models.CharField(max_length=NAME)
    digest = models.CharField(max_length=ID, unique=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="tokens")
    scopes = models.CharField(max_length=NAME)  # names of ``tokens.SCOPES``, separated by spaces
    dossier = models.CharField(
        max_length=ID, blank=True
    )  # the only one in which it is worth anything, or empty
    made_by = models.CharField(max_length=NAME)
    made_at = models.CharField(max_length=20)
    expires_at = models.CharField(max_length=20)
    used_at = models.CharField(max_length=20, blank=True)
    revoked_by = models.CharField(max_length=NAME, blank=True)
    revoked_at = models.CharField(max_length=20, blank=True)

    class Meta:
        """Table name."""

        db_table = "paraph_token"

    def __str__(self) -> str:
        return str(self.name)


class Webhook(models.Model):
    """An address that is told of every act, and how that goes."""

    name = models.CharField(max_length=NAME)
    url = models.CharField(max_length=URL)
    sealed = models.CharField(max_length=SEALED)  # its secret; see ``sealing``
    kinds = models.CharField(max_length=KINDS, blank=True)  # kinds of acts, separated by spaces; all if empty
    made_by = models.CharField(max_length=NAME)
    made_at = models.CharField(max_length=20)
    ended_at = models.CharField(max_length=20, blank=True)
    attempts = models.IntegerField(default=0)  # in a row that failed
    not_before = models.CharField(max_length=20, blank=True)  # of the next attempt
    failure = models.CharField(max_length=FAILURE, blank=True)  # the last one, until something arrives
    failed_at = models.CharField(max_length=20, blank=True)
    delivered = models.BigIntegerField(default=0)
    delivered_at = models.CharField(max_length=20, blank=True)

    class Meta:
        """Table name."""

        db_table = "paraph_webhook"

    def __str__(self) -> str:
        return str(self.name)


class Cursor(models.Model):
    """How far a webhook was told of a dossier: the position of the next act."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="cursors")
    dossier = models.CharField(max_length=ID)
    position = models.BigIntegerField(default=0)

    class Meta:
        """Table name and key."""

        db_table = "paraph_webhook_cursor"
        constraints = (
            models.UniqueConstraint(fields=["webhook", "dossier"], name="paraph_webhook_cursor_key"),
        )

    def __str__(self) -> str:
        return f"{self.dossier} {self.position}"
