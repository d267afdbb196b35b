# mypy: disable-error-code="var-annotated"
"""Tables of what is not said yet: drafts of texts, and ticks of a reviser who is still reading.

They belong to one node and never travel. What was said is in the log.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from paraph.domain.texts import MAX_LANGUAGES

__all__ = ["NUMBER", "Draft", "SetAside", "TickSheet"]

ID = 64
"""Characters of a dossier's id, and of a digest."""

NUMBER = 600
"""Characters of an instrument's number."""

LANGS = MAX_LANGUAGES * 36
"""Characters of all language tags of a text, each with what parts it from the next."""

NAME = 120
"""Characters of an officer's name."""

INSTANT = 20
"""Characters of an instant."""


class Draft(models.Model):
    """A text that somebody at this node is writing; everybody here who negotiates this dossier can go on with it."""

    dossier = models.CharField(max_length=ID)
    instrument = models.CharField(max_length=NUMBER, blank=True)  # empty while a new one has no number
    base = models.CharField(max_length=ID, blank=True)  # digest of the text on the table that it began with
    contents = models.JSONField(default=dict)  # Markdown by language
    choices = models.JSONField(default=dict)  # signatory and date by party
    given = models.TextField(blank=True)  # particulars of parties that have not described themselves
    note = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="drafts"
    )
    by_name = models.CharField(max_length=NAME)
    made_at = models.CharField(max_length=INSTANT)
    saved_by = models.CharField(max_length=NAME)
    saved_at = models.CharField(max_length=INSTANT)
    proposed = models.CharField(max_length=ID, blank=True)  # the act that put it on the table

    class Meta:
        """Table name and order of reading."""

        db_table = "paraph_draft"
        indexes = (models.Index(fields=["dossier", "instrument"], name="paraph_draft_of"),)

    def __str__(self) -> str:
        return f"{self.instrument} {self.version}"


class SetAside(models.Model):
    """A version of a draft that somebody replaced by another one on purpose."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="set_aside")
    contents = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by_name = models.CharField(max_length=NAME)
    at = models.CharField(max_length=INSTANT)

    class Meta:
        """Table name and order of reading."""

        db_table = "paraph_draft_set_aside"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at} {self.by_name}"


class TickSheet(models.Model):
    """What a reviser ticked in one text and has not said yet."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tick_sheets"
    )
    dossier = models.CharField(max_length=ID)
    text = models.CharField(max_length=ID)
    langs = models.CharField(max_length=LANGS)  # the languages compared, joined by spaces
    places = models.JSONField(default=list)
    saved_at = models.CharField(max_length=INSTANT)

    class Meta:
        """Table name and key."""

        db_table = "paraph_tick_sheet"
        constraints = (
            models.UniqueConstraint(
                fields=["officer", "dossier", "text", "langs"], name="paraph_tick_sheet_key"
            ),
        )

    def __str__(self) -> str:
        return f"{self.langs} {len(self.places)}"
