"""How operations are declared: their names in the table, their parameters, their problems."""

from __future__ import annotations

from typing import Annotated, Any, Final

from ninja import Path, Query

from paraph.node.api.schemas import Problem

__all__ = ["PROBLEMS", "DigestPath", "DossierPath", "InstrumentQuery", "PositionPath", "binary"]

DossierPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="Id of the dossier.")]
DigestPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hexadecimal.")]
PositionPath = Annotated[int, Path(ge=0, le=2**53 - 1, description="Position in the log, from 0.")]
InstrumentQuery = Annotated[str, Query(max_length=200, description="Only this instrument; all if empty.")]

PROBLEMS: Final[dict[int, Any]] = dict.fromkeys((401, 403, 404, 409, 422, 429, 503), Problem)
"""What every operation may answer instead."""


def binary(kind: str, what: str) -> dict[str, Any]:
    """Description of an answer that is bytes and not JSON."""
    return {
        "responses": {
            200: {"description": what, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
        }
    }
