"""Asking the confined verifier: at most a few at a time, each with an end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from paraph.domain.ids import Utc

__all__ = ["Answer", "Trouble", "verify_confined"]

AT_ONCE: Final = 2
"""Verifications at the same time: their memory together has to fit beside the node on a small machine."""

PATIENCE_S: Final = 10
"""How long a visitor waits for a place before being told to come back."""

MAX_WAIT_S: Final = 60
"""Longest time from asking to answering: on a busy machine a verification gets little of the processor."""

_PLACES: Final = threading.BoundedSemaphore(AT_ONCE)


class Trouble(StrEnum):
    """Why there is no report."""

    BUSY = "busy"
    """Others are being served; try again."""
    TOO_LARGE = "too-large"
    """The file needs more time or memory than a page gives; the command line has no such limit."""
    TRUST = "trust"
    """The trust file cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A report, or why there is none.

    Attributes:
        report: As ``FileReport.to_json``.
        trouble: None if there is a report.
        message: What is wrong with the trust file, in English.
    """

    report: dict[str, Any] | None = None
    trouble: Trouble | None = None
    message: str = ""


def verify_confined(data: bytes, *, path: str, trust: Sequence[bytes], at: Utc) -> Answer:
    """Verify a file of any kind in a process of its own.

    Args:
        data: The file.
        path: The name that the report shows.
        trust: Contents of trust files.
        at: As of when.

    Returns:
        The report that the command line gives too, or why there is none.
    """
    if not _PLACES.acquire(timeout=PATIENCE_S):
        return Answer(trouble=Trouble.BUSY)
    try:
        return _ask(data, path=path, trust=trust, at=at)
    finally:
        _PLACES.release()


def _ask(data: bytes, *, path: str, trust: Sequence[bytes], at: Utc) -> Answer:
    request = {"trust": [len(one) for one in trust], "size": len(data), "path": path, "at": at}
    head = json.dumps(request).encode("ascii") + b"\n"
    with subprocess.Popen(
        [sys.executable, "-I", "-B", "-m", "paraph.node.public.confined"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
    ) as process:
        try:
            written, _ = process.communicate(b"".join((head, *trust, data)), timeout=MAX_WAIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return Answer(trouble=Trouble.TOO_LARGE)
    if process.returncode != 0 or not written:
        return Answer(trouble=Trouble.TOO_LARGE)
    answer = json.loads(written)
    if "refused" in answer:
        return Answer(trouble=Trouble.TRUST, message=answer["message"])
    return Answer(report=answer["report"])
