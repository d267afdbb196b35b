# mypy: disable-error-code="var-annotated"
# ruff: noqa: DJ008 - rows are never shown as such
"""The tables of a node's store.

One table per row type of ``paraph.app.ports``; the columns are named like the attributes. The models
exist for migrations and for reading by the web pages; the unit of work speaks SQL (ADR 0010). Rules of
practice never belong here. Tables refer to each other by id only, without foreign keys: what was
derived can be dropped and rebuilt, the acts cannot.
"""

from __future__ import annotations

from django.db import models

__all__ = ["Act", "Dossier", "Due", "Evidence", "Feed", "Note", "Peer", "PeerView", "Secret", "Setting"]

ID = 64
"""Characters of a dossier, act or blob id (SHA-256, hex) and of a party id (at most 63)."""

UTC = 20
"""Characters of an instant like ``2021-02-01T12:00:00Z``; strings sort as instants."""


class Dossier(models.Model):
    """A dossier with at least one act; the key gives the order of arrival."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.CharField(max_length=ID, unique=True)

    class Meta:
        """Table name."""

        db_table = "paraph_dossier"


class Feed(models.Model):
    """An author with at least one act in a dossier, so that authors are found without a scan."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.CharField(max_length=ID)
    author = models.CharField(max_length=ID)

    class Meta:
        """Table name and key."""

        db_table = "paraph_feed"
        constraints = (models.UniqueConstraint(fields=["dossier", "author"], name="paraph_feed_key"),)


class Act(models.Model):
    """One act; append-only by triggers, except that ``position`` is set once.

    Counts are maxima of the two unique indexes: neither feeds nor positions have gaps.
    """

    id = models.BigAutoField(primary_key=True)
    dossier = models.CharField(max_length=ID)
    author = models.CharField(max_length=ID)
    author_seq = models.BigIntegerField()
    act = models.CharField(max_length=ID)
    envelope = models.BinaryField()
    position = models.BigIntegerField(null=True)

    class Meta:
        """Table name and keys."""

        db_table = "paraph_act"
        constraints = (
            models.UniqueConstraint(fields=["dossier", "author", "author_seq"], name="paraph_act_feed"),
            models.UniqueConstraint(fields=["dossier", "position"], name="paraph_act_log"),
        )


class Note(models.Model):
    """The merged signed note of one size."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.CharField(max_length=ID)
    size = models.BigIntegerField()
    note = models.BinaryField()
    final = models.BooleanField(default=False)

    class Meta:
        """Table name, key, and the order in which final notes and the others are found apart."""

        db_table = "paraph_note"
        constraints = (models.UniqueConstraint(fields=["dossier", "size"], name="paraph_note_key"),)
        indexes = (models.Index(fields=["dossier", "final", "size"], name="paraph_note_final"),)


class Peer(models.Model):
    """A peer; ``officers`` is a JSON list of names."""

    party = models.CharField(max_length=ID, primary_key=True)
    card = models.BinaryField()
    state = models.CharField(max_length=16)
    officers = models.TextField()
    url = models.TextField()

    class Meta:
        """Table name."""

        db_table = "paraph_peer"


class PeerView(models.Model):
    """What a peer holds of a dossier; ``feeds`` is a JSON object, ``wants`` a JSON list."""

    id = models.BigAutoField(primary_key=True)
    peer = models.CharField(max_length=ID)
    dossier = models.CharField(max_length=ID)
    feeds = models.TextField()
    size = models.BigIntegerField()
    cosigned = models.BigIntegerField()
    wants = models.TextField()

    class Meta:
        """Table name and key."""

        db_table = "paraph_peer_view"
        constraints = (models.UniqueConstraint(fields=["peer", "dossier"], name="paraph_peer_view_key"),)


class Due(models.Model):
    """An outbox entry; done when ``not_before`` is null.

    A finished entry keeps its row, so that its version never starts again from one: an attempt that is
    still under way can then never clear a reason newer than itself.
    """

    id = models.BigAutoField(primary_key=True)
    peer = models.CharField(max_length=ID)
    dossier = models.CharField(max_length=ID)
    version = models.BigIntegerField()
    not_before = models.CharField(max_length=UTC, null=True)  # noqa: DJ001 - null means "not due", "" would sort first
    attempts = models.BigIntegerField()

    class Meta:
        """Table name, key and the order of work."""

        db_table = "paraph_due"
        constraints = (models.UniqueConstraint(fields=["peer", "dossier"], name="paraph_due_key"),)
        indexes = (models.Index(fields=["not_before", "id"], name="paraph_due_order"),)


class Evidence(models.Model):
    """Something refused, with its reason; the key gives the order of arrival."""

    id = models.BigAutoField(primary_key=True)
    at = models.CharField(max_length=UTC)
    peer = models.CharField(max_length=ID)
    dossier = models.CharField(max_length=ID)
    code = models.TextField()
    message = models.TextField()
    data = models.BinaryField()

    class Meta:
        """Table name and the order of reading."""

        db_table = "paraph_evidence"
        indexes = (models.Index(fields=["dossier", "id"], name="paraph_evidence_order"),)


class Secret(models.Model):
    """Private bytes, never served."""

    name = models.TextField(primary_key=True)
    data = models.BinaryField()

    class Meta:
        """Table name."""

        db_table = "paraph_secret"


class Setting(models.Model):
    """A small value."""

    name = models.TextField(primary_key=True)
    value = models.TextField()

    class Meta:
        """Table name."""

        db_table = "paraph_setting"
