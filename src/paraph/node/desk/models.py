# mypy: disable-error-code="var-annotated"
# ruff: noqa: DJ008 - rows are never shown as such
"""What the desk remembers of dossiers so that it can list a thousand of them at once (ADR 0022).

Everything here is derived from the store; all rows can be deleted at any time, and come back.
"""

from __future__ import annotations

from django.db import models

__all__ = ["Summary", "Waiting"]

ID = 64
"""Characters of a dossier's or act's id (SHA-256, hex) and of a party id."""

UTC = 20
"""Characters of an instant; they sort as instants."""


class Summary(models.Model):
    """One dossier in brief."""

    dossier = models.CharField(max_length=ID, primary_key=True)
    titles = models.JSONField()  # by language
    roles = models.JSONField()  # by participant
    search = models.TextField()  # titles, numbers, ids, parties and their names, in small letters
    state = models.CharField(max_length=24)
    waits = models.TextField()  # for whom it waits: ",north,south,"
    acts = models.BigIntegerField()
    final = models.BigIntegerField()
    void = models.BigIntegerField()
    failing = models.BigIntegerField()
    last_at = models.CharField(max_length=UTC)
    next_at = models.CharField(max_length=UTC, blank=True)
    stamp = models.CharField(max_length=400)
    chronicle = models.JSONField()

    class Meta:
        """Table name and order of the list."""

        db_table = "paraph_desk_summary"
        indexes = (
            models.Index(fields=["-last_at", "dossier"], name="paraph_desk_last"),
            models.Index(fields=["state", "-last_at"], name="paraph_desk_state"),
            models.Index(fields=["next_at"], name="paraph_desk_next"),
        )


class Waiting(models.Model):
    """One matter that waits in a dossier; see ``paraph.app.matters``."""

    dossier = models.CharField(max_length=ID, db_index=True)
    kind = models.CharField(max_length=32)
    party = models.CharField(max_length=ID)
    instrument = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=200, blank=True)
    since = models.CharField(max_length=UTC, blank=True)
    until = models.CharField(max_length=UTC, blank=True)

    class Meta:
        """Table name and order of the first page."""

        db_table = "paraph_desk_waiting"
        indexes = (
            models.Index(fields=["party", "kind", "since"], name="paraph_desk_waits"),
            models.Index(fields=["since", "id"], name="paraph_desk_oldest"),
        )
