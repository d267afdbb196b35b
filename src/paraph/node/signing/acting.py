"""After an officer's act: the journal, one sentence, and where to go on."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from paraph.domain.acts import Act
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.web.notices import notice

__all__ = ["done", "go_to", "journal"]


def go_to(name: str, dossier: str, **more: object) -> HttpResponse:
    """Go on to a page about the dossier."""
    return HttpResponseRedirect(reverse(f"signing:{name}", kwargs={"dossier": dossier, **more}), status=303)


def journal(request: HttpRequest, dossier: str, acts: Iterable[Act]) -> None:
    """Write down which officer caused these acts."""
    officer = officer_of(request)
    for act in acts:
        note(officer, act.kind, dossier=dossier, detail=act.id)


def done(request: HttpRequest, dossier: str, acts: Iterable[Act], said: object, name: str) -> HttpResponse:
    """Note the acts, have the next page say a sentence, and go there."""
    journal(request, dossier, acts)
    notice(request, said)
    return go_to(name, dossier)
