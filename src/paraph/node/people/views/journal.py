"""The journal: who caused what at this node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from paraph.node.people.gate import dossiers_where, officer_of
from paraph.node.people.journal import note
from paraph.node.people.models import JournalEntry
from paraph.node.people.roles import May
from paraph.node.web.files import as_file
from paraph.node.web.numbers import number_in

__all__ = ["entries", "lines"]

PAGE: Final = 50

CHUNK: Final = 500
"""Rows that an export fetches at once."""


def entries(request: HttpRequest) -> HttpResponse:
    """Show entries, the newest first; older ones on further pages."""
    rows, asked = _asked(request)
    before = number_in(request.GET.get("before", ""))
    page = rows.filter(pk__lt=before) if before else rows
    shown = list(page.order_by("-pk")[: PAGE + 1])
    more = len(shown) > PAGE
    shown = shown[:PAGE]
    context: dict[str, Any] = {
        "entries": shown,
        "asked": asked,
        "older": urlencode({**asked, "before": shown[-1].pk}) if more else "",
        "newest": urlencode(asked) if before else "",
        "lines": urlencode(asked),
    }
    return render(request, "people/journal.html", context)


def lines(request: HttpRequest) -> HttpResponseBase:
    """Everything that was asked for as JSON, one entry a line, the oldest first."""
    rows, asked = _asked(request)
    note(officer_of(request), "journal-exported", detail=urlencode(asked))
    answer = StreamingHttpResponse(_lines(rows), content_type="application/jsonl; charset=utf-8")
    return as_file(answer, "journal.jsonl")


def _asked(request: HttpRequest) -> tuple[QuerySet[JournalEntry], dict[str, str]]:
    """The entries that this officer may see, and of those the ones that were asked for."""
    rows = JournalEntry.objects.all()
    permitted = dossiers_where(officer_of(request), May.AUDIT)
    if permitted is not None:
        rows = rows.filter(dossier__in=permitted)
    asked = {
        name: value
        for name in ("dossier", "officer", "what")
        if (value := request.GET.get(name, "").strip()[:120])
    }
    if dossier := asked.get("dossier"):
        rows = rows.filter(dossier__startswith=dossier)
    if officer := asked.get("officer"):
        rows = rows.filter(officer__icontains=officer)
    if what := asked.get("what"):
        rows = rows.filter(what=what)
    return rows, asked


def _lines(rows: QuerySet[JournalEntry]) -> Iterator[bytes]:
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for one in chunk:
            value = {
                "number": one.pk,
                "at": one.at,
                "officer": one.officer,
                "officer_number": one.officer_id_then,
                "dossier": one.dossier,
                "what": one.what,
                "detail": one.detail,
            }
            yield json.dumps(value, ensure_ascii=False).encode() + b"\n"
        last = int(chunk[-1].pk)
