# mypy: disable-error-code="var-annotated"
"""What this party has decided to show to everybody."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

__all__ = ["Publication", "Shown", "publication_of", "publications"]

ID = 64
NAME = 120

REASON = 500
"""Characters of the reason for a withdrawal: a sentence or two, shown to everybody."""


class Shown(StrEnum):
    """What everybody sees of a publication."""

    EMBARGOED = "embargoed"
    """Nothing, until its instant."""
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"
    """That it was, and why it is not any more."""


class Publication(models.Model):
    """One decision of two officers to publish a dossier; a later one of the same dossier takes its place."""

    dossier = models.CharField(max_length=ID, db_index=True)
    not_before = models.CharField(max_length=20, blank=True)  # embargo, or ""
    proposed_by = models.CharField(max_length=NAME)
    confirmed_by = models.CharField(max_length=NAME)
    confirmed_at = models.CharField(max_length=20)
    withdrawn_by = models.CharField(max_length=NAME, blank=True)
    withdrawn_at = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=REASON, blank=True)

    class Meta:
        """Table name."""

        db_table = "paraph_publication"

    def __str__(self) -> str:
        return f"{self.dossier} {self.confirmed_at}"

    def shown(self, now: str) -> Shown:
        """What everybody sees at an instant."""
        if self.not_before and now < self.not_before:
            return Shown.EMBARGOED
        return Shown.WITHDRAWN if self.withdrawn_at else Shown.SHOWN

    @property
    def since(self) -> str:
        """Since when it is shown."""
        return max(str(self.confirmed_at), str(self.not_before))


def publication_of(dossier: str) -> Publication | None:
    """The last decision about a dossier."""
    return Publication.objects.filter(dossier=dossier).order_by("-pk").first()


def publications(now: str) -> list[Publication]:
    """What everybody may see a list of: shown or withdrawn, newest first, each dossier once."""
    latest = Publication.objects.values("dossier").annotate(last=models.Max("pk")).values("last")
    rows = Publication.objects.filter(pk__in=latest)
    return sorted(
        (row for row in rows if row.shown(now) is not Shown.EMBARGOED),
        key=lambda row: row.since,
        reverse=True,
    )
