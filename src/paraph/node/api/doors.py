"""How operations are declared: their names in the table, their parameters, their problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from django.http import HttpResponse
from ninja import Path, Query

from paraph.node.api.schemas import Problem

__all__ = ["PROBLEMS", "Binary", "DigestPath", "DossierPath", "InstrumentQuery", "PositionPath"]

DossierPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="Id of the dossier.")]
DigestPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hexadecimal.")]
PositionPath = Annotated[int, Path(ge=0, le=2**53 - 1, description="Position in the log, from 0.")]
InstrumentQuery = Annotated[str, Query(max_length=200, description="Only this instrument; all if empty.")]

PROBLEMS: Final[dict[int, Any]] = dict.fromkeys((401, 403, 404, 409, 422, 429, 503), Problem)
"""What every operation may answer instead."""


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is bytes and not JSON.

    Attributes:
        kind: Its media type.
        what: What it is.
    """

    kind: str
    what: str

    @property
    def described(self) -> dict[str, Any]:
        """What the description says of an operation that answers with it."""
        schema = {"schema": {"type": "string", "format": "binary"}}
        kind = self.kind.partition(";")[0]
        return {"responses": {200: {"description": self.what, "content": {kind: schema}}}}

    def answer(self, data: bytes) -> HttpResponse:
        """Answer with it."""
        return HttpResponse(data, content_type=self.kind)
