"""Answers of the node to peers, and what each error family becomes on the wire."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass

from paraph.errors import ConflictError, FormatError, LocalActError, ParaphError, PeerActError, TransientError

__all__ = ["Answer", "busy", "of_error", "refusal"]

MAX_MESSAGE = 500
"""Characters of a reason; a peer reads no more."""

RETRY_AFTER_S = 5
"""What a peer is told to wait when the error does not say: shorter than a person would notice."""

_log = logging.getLogger("paraph.node")

_STATUS: dict[type[ParaphError], int] = {FormatError: 400, LocalActError: 409, PeerActError: 422}
"""Families that say something about what the peer sent. All others are our own trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer.

    Attributes:
        status: HTTP status.
        body: Content.
        content_type: Its media type.
        headers: Further headers, lower-case names.
        close: Whether the connection ends, because the request was not read to its end.
    """

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False

    def head(self) -> list[tuple[bytes, bytes]]:
        """All headers, for ASGI."""
        headers = [
            ("content-type", self.content_type),
            ("content-length", str(len(self.body))),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            *self.headers,
        ]
        if self.close:
            headers.append(("connection", "close"))
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]


def refusal(status: int, code: str, message: str, *headers: tuple[str, str], close: bool = False) -> Answer:
    """Refuse a request with a reason that the peer's officer can act on.

    Args:
        status: HTTP status.
        code: Stable kebab-case name.
        message: What is wrong and what to do.
        *headers: Further headers.
        close: Whether the connection ends.
    """
    content = {"code": code, "message": message[:MAX_MESSAGE]}
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    return Answer(status=status, body=body, content_type="application/json", headers=headers, close=close)


def busy(status: int, code: str, message: str, wait_s: float, *, close: bool = False) -> Answer:
    """Refuse for now, and say how long to wait."""
    return refusal(status, code, message, ("retry-after", str(max(1, math.ceil(wait_s)))), close=close)


def of_error(error: Exception) -> Answer:
    """Return what a peer is told about an error; what only the operator may know goes to the log."""
    for family, status in _STATUS.items():
        if isinstance(error, family):
            _log.info("refused: %s: %s", error.code, error.message)
            return refusal(status, error.code, error.message)
    if isinstance(error, TransientError):
        _log.warning("cannot now: %s: %s", error.code, error.message)
        after = error.params.get("retry_after_s", RETRY_AFTER_S)
        return busy(503, error.code, "the node cannot take this now; try again later", float(after))
    if isinstance(error, ConflictError):
        return busy(503, error.code, "the node was changed at the same moment; try again", 1)
    if isinstance(error, ParaphError):
        _log.error("an operator has to act: %s: %s", error.code, error.message)
    else:
        _log.error("bug while answering a peer", exc_info=error)
    return refusal(500, "internal", "the node failed; its operator finds the reason in its log")
