"""What pages about signing do alike: show a form, act or show why not, go on; and come again while something is still to come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paraph.domain.acts import Act
from paraph.errors import ParaphError
from paraph.node.people.gate import officer_of
from paraph.node.people.journal import note
from paraph.node.signing.scene import Scene
from paraph.node.web.notices import notice

__all__ = ["REFRESH_S", "attempt", "done", "form_page", "go_to", "journal", "looks_again"]

REFRESH_S: Final = 20
"""How often a page that waits is loaded again where there is no JavaScript: long enough to read it (WCAG 2.2.1)."""


def form_page(
    request: HttpRequest,
    scene: Scene,
    template: str,
    *,
    errors: dict[str, str] | None = None,
    refusal: ParaphError | None = None,
    **more: object,
) -> HttpResponse:
    """A page with forms; with what was refused or entered wrongly, everything entered stays in its field."""
    context = scene.context(
        errors=errors or {},
        refusal=refusal,
        entered=request.POST if errors or refusal else None,
        **more,
    )
    status = 409 if refusal is not None else 422 if errors else 200
    return render(request, template, context, status=status)


def attempt(
    request: HttpRequest,
    scene: Scene,
    work: Callable[[], Iterable[Act]],
    said: object,
    page: Callable[[HttpRequest, Scene, ParaphError], HttpResponse],
    name: str,
) -> HttpResponse:
    """Act, and go on; what is refused is told on the page where it was asked for.

    Args:
        request: The request.
        scene: Where it is done.
        work: Makes the acts.
        said: What the next page says.
        page: Shows a refusal.
        name: Of the next page.
    """
    try:
        acts = work()
    except ParaphError as error:
        return page(request, scene, error)
    return done(request, scene.dossier, acts, said, name)


def done(request: HttpRequest, dossier: str, acts: Iterable[Act], said: object, name: str) -> HttpResponse:
    """Note the acts, have the next page say a sentence, and go there."""
    journal(request, dossier, acts)
    notice(request, said)
    return go_to(name, dossier)


def journal(request: HttpRequest, dossier: str, acts: Iterable[Act]) -> None:
    """Write down which officer caused these acts."""
    officer = officer_of(request)
    for act in acts:
        note(officer, act.kind, dossier=dossier, detail=act.id)


def go_to(name: str, dossier: str) -> HttpResponse:
    """Go on to a page about the dossier."""
    return HttpResponseRedirect(reverse(f"signing:{name}", kwargs={"dossier": dossier}), status=303)


def looks_again(response: HttpResponse) -> HttpResponse:
    """Have a page loaded again by itself."""
    response["Refresh"] = str(REFRESH_S)
    return response
