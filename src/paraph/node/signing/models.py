# mypy: disable-error-code="var-annotated"
"""Tables of the signing pages: arrangements, confirmations and trials of one node; they never travel."""

from __future__ import annotations

from django.db import models

__all__ = ["Arrangement", "Confirmation", "Trial"]

ID = 64
"""Characters of a dossier's id, and of a digest."""

NAME = 120
"""Characters of an officer's name."""

INSTANT = 20
"""Characters of an instant in UTC."""

LINE = 200
"""Characters of a place, a time zone or telephone numbers."""


class Arrangement(models.Model):
    """What officers arranged for the day: where is signed, which numbers are called if the network fails, flags, precedence."""

    dossier = models.CharField(max_length=ID, primary_key=True)
    place = models.CharField(max_length=LINE, blank=True)
    zone = models.CharField(max_length=LINE, blank=True)
    telephone_here = models.CharField(max_length=LINE, blank=True)
    telephone_there = models.CharField(max_length=LINE, blank=True)
    flags = models.TextField(blank=True)
    precedence = models.TextField(blank=True)
    set_by = models.CharField(max_length=NAME)
    set_at = models.CharField(max_length=INSTANT)

    class Meta:
        """Table name."""

        db_table = "paraph_arrangement"

    def __str__(self) -> str:
        return str(self.dossier)


class Confirmation(models.Model):
    """An officer checked something; it counts for exactly what had this digest then."""

    dossier = models.CharField(max_length=ID)
    what = models.CharField(max_length=32)
    digest = models.CharField(max_length=ID)
    officer = models.CharField(max_length=NAME)
    officer_number = models.BigIntegerField()
    at = models.CharField(max_length=INSTANT)

    class Meta:
        """Table name and key."""

        db_table = "paraph_confirmation"
        constraints = (
            models.UniqueConstraint(
                fields=["dossier", "what", "digest", "officer_number"], name="paraph_confirmation_key"
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.officer}"


class Trial(models.Model):
    """Whether something outside answered when an officer had it tried: the time-stamp authority, the token."""

    what = models.CharField(max_length=LINE, primary_key=True)
    at = models.CharField(max_length=INSTANT)
    code = models.CharField(max_length=ID, blank=True)
    message = models.TextField(blank=True)
    skew_s = models.IntegerField(default=0)

    class Meta:
        """Table name."""

        db_table = "paraph_trial"

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
