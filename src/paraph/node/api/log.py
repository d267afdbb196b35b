# ruff: noqa: ARG001 - every operation has the request; few look at it
"""Operations on the log: acts as they were signed and decoded, the checkpoint, proofs of inclusion."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from paraph.app.ledger import Entry, checkpoint, entries, envelope, inclusion
from paraph.domain.ids import DossierId
from paraph.node.api.doors import PROBLEMS, Binary, DossierPath, PositionPath
from paraph.node.api.schemas import InclusionOut, LogPage
from paraph.node.web.host import host
from paraph.wire import canonical
from paraph.wire.envelope import open_envelope

__all__ = ["router"]

router: Final = Router(tags=["log"])

ENVELOPE: Final = Binary("application/vnd.dsse.envelope.v1+json", "The envelope, exactly as it was signed.")
NOTE: Final = Binary("text/plain; charset=utf-8", "The signed note, see docs/spec/log.md.")

MOST: Final = 200
"""Acts of one page."""


@router.get("/dossiers/{dossier}/log", url_name="log", response={200: LogPage, **PROBLEMS})
def log(
    request: HttpRequest,
    dossier: DossierPath,
    start: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> dict[str, Any]:
    """The acts in order, decoded; also those without effect."""
    found = entries(host().node, DossierId(dossier), start, limit)
    return {
        "items": [_told(one) for one in found],
        "next": found[-1].position + 1 if len(found) == limit else None,
    }


@router.get(
    "/dossiers/{dossier}/log/{position}",
    url_name="act",
    response=PROBLEMS,
    openapi_extra=ENVELOPE.described,
)
def act(request: HttpRequest, dossier: DossierPath, position: PositionPath) -> HttpResponse:
    """One act in its envelope: the exact leaf of the log."""
    return ENVELOPE.answer(envelope(host().node, DossierId(dossier), position))


@router.get(
    "/dossiers/{dossier}/log/{position}/inclusion",
    url_name="inclusion",
    response={200: InclusionOut, **PROBLEMS},
)
def inclusion_out(request: HttpRequest, dossier: DossierPath, position: PositionPath) -> dict[str, Any]:
    """Proof that an act is in the log of the newest checkpoint that every party cosigned."""
    proof = inclusion(host().node, DossierId(dossier), position)
    return {
        "leaf": proof.leaf.hex(),
        "index": proof.index,
        "size": proof.size,
        "path": [one.hex() for one in proof.path],
        "root": proof.root.hex(),
    }


@router.get(
    "/dossiers/{dossier}/checkpoint",
    url_name="checkpoint",
    response=PROBLEMS,
    openapi_extra=NOTE.described,
)
def checkpoint_out(request: HttpRequest, dossier: DossierPath) -> HttpResponse:
    """The newest checkpoint that every party cosigned."""
    return NOTE.answer(checkpoint(host().node, DossierId(dossier)))


def _told(one: Entry) -> dict[str, Any]:
    return {
        "position": one.position,
        "act": one.act.id,
        "type": one.act.kind,
        "author": one.act.author,
        "time": one.act.time,
        "final": one.final,
        "void": one.void,
        "body": canonical.load_object(open_envelope(one.envelope).payload)["body"],
    }
