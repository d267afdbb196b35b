"""The verifier in a process of its own, which may use little time, little memory, and write nothing.

``python -m paraph.node.public.confined`` reads one request from standard input (a line of JSON, then the bytes it names) and
writes one line of JSON. Whatever a file does to the verifier, the node does not feel it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from datetime import datetime
from typing import Any, BinaryIO, Final

__all__ = ["MAX_MEMORY_BYTES", "MAX_REPORT_BYTES", "MAX_SECONDS", "main"]

MAX_SECONDS: Final = 20
"""Processor time of one verification: the reference package takes a quarter of a second."""

MAX_MEMORY_BYTES: Final = 1536 << 20
"""Memory of one verification: a container of the largest upload takes some 400 MiB."""

MAX_REPORT_BYTES: Final = 4 << 20
"""Longest report: ten thousand findings; nobody reads more on a page."""

NICENESS: Final = 5
"""Strangers' files wait for the node's own work."""


def confine() -> None:
    """Give up what a verification does not need; there is no way back."""
    os.nice(NICENESS)
    for what, limit in (
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def answer(source: BinaryIO) -> dict[str, Any]:
    """Read one request and verify.

    Returns:
        ``{"report": …}``, or ``{"refused": code, "message": …}`` for a trust file that cannot be used.
    """
    from paraph.errors import FormatError  # noqa: PLC0415 - after the limits are set
    from paraph.verify.anchors import TrustAnchors  # noqa: PLC0415
    from paraph.verify.kinds import verify_file  # noqa: PLC0415

    request = json.loads(source.readline())
    trust = [source.read(size) for size in request["trust"]]
    data = source.read(request["size"])
    try:
        anchors = TrustAnchors.load(trust)
    except FormatError as error:
        return {"refused": error.code, "message": error.message}
    at = datetime.fromisoformat(request["at"])
    report = verify_file(data, path=request["path"], anchors=anchors, at=at)
    return {"report": report.to_json()}


def main() -> int:
    """Answer the one request on standard input."""
    confine()
    written = json.dumps(answer(sys.stdin.buffer)).encode("ascii")
    if len(written) > MAX_REPORT_BYTES:
        return 1
    sys.stdout.buffer.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
