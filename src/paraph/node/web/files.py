"""Files that a page hands out."""

from __future__ import annotations

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

__all__ = ["as_file"]

Answer = TypeVar("Answer", bound=HttpResponseBase)


def as_file(answer: Answer, name: str) -> Answer:
    """Let a browser save an answer under a name instead of showing it (RFC 6266)."""
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
