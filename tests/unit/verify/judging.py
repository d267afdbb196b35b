"""Judging a file in tests: with the world's trust, a day after everything was signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from paraph.verify.anchors import TrustAnchors
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport
from tests.adversarial.pdf.pki import NOW, world

NEXT_DAY = NOW + timedelta(days=1)


def judge(
    data: bytes, *, at: datetime = NEXT_DAY, anchors: TrustAnchors | None = None, base: bytes | None = None
) -> FileReport:
    trust = world().anchors if anchors is None else anchors
    return verify_pdf(data, path="file.pdf", anchors=trust, at=at, expected_base=base)


def reasons(report: FileReport) -> set[str]:
    """Codes of the findings that are more than information."""
    return {finding.code for finding in report.findings if finding.severity != "info"}
