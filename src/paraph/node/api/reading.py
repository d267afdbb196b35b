# ruff: noqa: ARG001 - every operation has the request; few look at it
"""Operations that read dossiers: which there are, who takes part, where they stand, what waits, their files."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from paraph import __version__
from paraph.app.container import finished_container
from paraph.app.dossiers import Current, load
from paraph.app.finished import finished_original
from paraph.app.matters import all_matters
from paraph.app.ports import UnitOfWork
from paraph.app.published import participants, title_of
from paraph.app.status import dossier_status
from paraph.app.texts import current_text
from paraph.domain.ids import DossierId
from paraph.errors import LocalActError, ParaphError
from paraph.node.api.bearer import token_of
from paraph.node.api.doors import PROBLEMS, Binary, DigestPath, DossierPath
from paraph.node.api.schemas import (
    DossierOut,
    DossierPage,
    InstrumentOut,
    MatterOut,
    NodeOut,
    OriginalOut,
    ParticipantOut,
    StatusOut,
)
from paraph.node.api.tokens import readable
from paraph.node.web.host import host

__all__ = ["current_of", "router"]

router: Final = Router(tags=["dossiers"])

ORIGINAL: Final = Binary("application/pdf", "The original.")
CONTAINER: Final = Binary("application/vnd.etsi.asic-e+zip", "The container.")

USUAL: Final = 25
"""Dossiers of one page, as on the desk, where a program does not ask for more or less."""

MOST: Final = 100
"""Dossiers of one page: each is loaded."""


def current_of(dossier: str) -> Current:
    """A dossier as this node sees it now.

    Raises:
        LocalActError: ``dossier-unknown``.
    """
    with host().node.store.read() as uow:
        return _read(uow, DossierId(dossier))


def _read(uow: UnitOfWork, dossier: DossierId) -> Current:
    """Load a dossier, and keep what was worked in: programs ask again and again."""
    node = host().node
    current = load(node, uow, dossier)
    node.keep(dossier, current.view)
    return current


@router.get("/node", url_name="node", response={200: NodeOut, **PROBLEMS})
def node_out(request: HttpRequest) -> dict[str, Any]:
    """Whose node this is, and its clock."""
    node = host().node
    names = node.peer_card(node.card).names
    return {
        "party": node.party,
        "names": {lang: one.formal for lang, one in names.items()},
        "time": node.clock.now(),
        "version": __version__,
    }


@router.get("/dossiers", url_name="dossiers", response={200: DossierPage, **PROBLEMS})
def dossiers(
    request: HttpRequest,
    after: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL,
) -> dict[str, Any]:
    """The dossiers that the token and its officer may read, oldest first."""
    node, where = host().node, readable(token_of(request))
    with node.store.read() as uow:
        known = [one for one in uow.dossiers() if where is None or one in where]
        start = known.index(DossierId(after)) + 1 if after in known else 0
        chosen = known[start : start + limit]
        items = []
        for dossier in chosen:
            try:
                current = _read(uow, dossier)
            except ParaphError:
                continue  # its cards have not arrived yet
            items.append(_short(current))
    return {"items": items, "next": chosen[-1] if start + limit < len(known) else ""}


@router.get("/dossiers/{dossier}", url_name="dossier", response={200: DossierOut, **PROBLEMS})
def dossier_out(request: HttpRequest, dossier: DossierPath) -> dict[str, Any]:
    """One dossier."""
    return _short(current_of(dossier))


@router.get(
    "/dossiers/{dossier}/participants",
    url_name="participants",
    response={200: list[ParticipantOut], **PROBLEMS},
)
def participants_out(request: HttpRequest, dossier: DossierPath) -> list[dict[str, Any]]:
    """Who takes part."""
    standing = current_of(dossier).standing
    return [
        {
            "party": one.party,
            "role": one.role,
            "joined": one.party in standing.joined,
            "names": one.names,
            "card": standing.cards[one.party],
        }
        for one in participants(host().node, standing)
    ]


@router.get(
    "/dossiers/{dossier}/instruments", url_name="instruments", response={200: list[InstrumentOut], **PROBLEMS}
)
def instruments(request: HttpRequest, dossier: DossierPath) -> list[dict[str, Any]]:
    """The instruments, and where the text of each stands."""
    node = host().node
    return [
        {
            "number": number,
            "state": one.state,
            "text": one.text,
            "title": dict(title_of(current_text(node, one)).items()),
            "proposed_by": one.proposed_by,
            "proposals": one.versions,
            "accepted": sorted(one.accepted),
            "initialled": sorted(one.initialled),
            "engrossed": sorted(one.engrossed),
        }
        for number, one in sorted(current_of(dossier).standing.instruments.items())
    ]


@router.get("/dossiers/{dossier}/status", url_name="status", response={200: StatusOut, **PROBLEMS})
def status(request: HttpRequest, dossier: DossierPath) -> Any:
    """How the dossier is at this node: how much is final, what fails, for whom it waits."""
    node = host().node
    with node.store.read() as uow:
        return dossier_status(node, uow, DossierId(dossier))


@router.get("/dossiers/{dossier}/matters", url_name="matters", response={200: list[MatterOut], **PROBLEMS})
def matters(request: HttpRequest, dossier: DossierPath) -> Any:
    """What waits for whom."""
    return all_matters(current_of(dossier).standing, host().node.clock.now())


@router.get(
    "/dossiers/{dossier}/originals", url_name="originals", response={200: list[OriginalOut], **PROBLEMS}
)
def originals(request: HttpRequest, dossier: DossierPath) -> list[dict[str, Any]]:
    """The finished originals; empty before they are sealed."""
    return [
        {"instrument": number, "holder": holder, "sha256": one.sha256, "size": one.size}
        for (number, holder), one in sorted(current_of(dossier).standing.sealed.items())
    ]


@router.get(
    "/dossiers/{dossier}/originals/{digest}",
    url_name="original",
    response=PROBLEMS,
    openapi_extra=ORIGINAL.described,
)
def original(request: HttpRequest, dossier: DossierPath, digest: DigestPath) -> HttpResponse:
    """The bytes of one original."""
    standing = current_of(dossier).standing
    for slot, one in standing.sealed.items():
        if one.sha256 == digest:
            return ORIGINAL.answer(finished_original(host().node, standing, slot))
    raise LocalActError("nothing-here", "no finished original of this dossier has this digest")


@router.get(
    "/dossiers/{dossier}/container",
    url_name="container",
    response=PROBLEMS,
    openapi_extra=CONTAINER.described,
)
def container(
    request: HttpRequest,
    dossier: DossierPath,
    instrument: Annotated[str, Query(description="A number in the package; the newest by default.")] = "",
) -> HttpResponse:
    """The container of a package, with every party's seal."""
    return CONTAINER.answer(finished_container(host().node, DossierId(dossier), instrument))


def _short(current: Current) -> dict[str, Any]:
    standing = current.standing
    return {
        "id": current.dossier,
        "title": dict(standing.title.items()),
        "specimen": standing.specimen,
        "acts": current.acts,
        "final": current.final,
        "concluded": standing.concluded,
        "frozen": current.frozen,
    }
