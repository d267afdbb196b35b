"""Verifying a file of any kind: what it is, its first bytes say.

An archive is a container, JSON that begins like a proof is one, everything else is verified as a PDF. The command line
and the web page ask here, so they say the same.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from paraph.verify.anchors import TrustAnchors
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport
from paraph.wire.container.archive import is_archive

__all__ = ["verify_file"]

_CONTAINER_SUFFIX: Final = ".asice"

_PROOF_BEGINNING: Final = re.compile(rb"\s*\{\s*\"accused\"\s*:")
"""How a proof begins, and nothing else that is verified here: its first member, by the order of canonical JSON."""


def verify_file(data: bytes, *, path: str, anchors: TrustAnchors, at: datetime) -> FileReport:
    """Verify a signed PDF, a container or a proof.

    Args:
        data: The bytes.
        path: The name that the report shows; nothing is opened.
        anchors: What the caller trusts.
        at: The instant as of which to verify.

    Returns:
        The report; bad evidence is a verdict, never an error.
    """
    if is_archive(data) or path.endswith(_CONTAINER_SUFFIX):
        # Loaded when needed: a PDF is verified in half the time without the dossier's whole law.
        from paraph.verify.container import verify_container  # noqa: PLC0415

        return verify_container(data, path=path, anchors=anchors, at=at)
    if _PROOF_BEGINNING.match(data[:64]):
        from paraph.verify.proof import verify_proof  # noqa: PLC0415

        return verify_proof(data, path=path, anchors=anchors)
    return verify_pdf(data, path=path, anchors=anchors, at=at)
