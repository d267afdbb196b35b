"""Verdicts for people: one line per file first, then the reasons, then who signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paraph.verify.verdict import FileReport, Finding, Severity, SignatureReport, Verdict, worst

__all__ = ["lines"]

_SOURCES = {
    "signature-timestamp": "time stamp",
    "document-timestamp": "time stamp of the document",
    "claimed": "claimed",
    "none": "",
}
_MARKS = {"error": "✗", "warning": "!", "info": "·"}
_TOLD_WHOLE = frozenset({"proof"})
"""Kinds of files whose remarks are the point: what a proof proves, and what it does not."""

_MOST_PLACES = 4
"""Places listed under one reason; the rest is counted, and --json has them all."""


def lines(reports: Sequence[FileReport], *, everything: bool) -> Iterator[str]:
    """Write reports for people.

    Args:
        reports: One for each file.
        everything: Whether remarks that moved no verdict are shown too.

    Yields:
        Lines without their newline.
    """
    for report in reports:
        yield f"{report.verdict.value:<14} {report.path}"
    for report in reports:
        remarks = everything or report.kind in _TOLD_WHOLE
        shown = [f for f in report.findings if remarks or f.severity != "info"]
        if not (shown or report.signatures or report.timestamps):
            continue
        yield ""
        yield f"{report.path} ({report.kind}): {report.verdict.value}"
        yield from _reasons(report, shown)
        yield from _signatures("signatures", report.signatures)
        yield from _signatures("time stamps", report.timestamps)
    if len(reports) > 1:
        yield ""
        yield f"{worst(report.verdict for report in reports).value:<14} all {len(reports)} files together"


def _reasons(report: FileReport, shown: Sequence[Finding]) -> Iterator[str]:
    """Each reason once, with the places that it is about."""
    rank = ("error", "warning", "info")
    places: dict[tuple[Severity, str, str], list[str]] = {}
    for finding in sorted(shown, key=lambda one: rank.index(one.severity)):
        places.setdefault((finding.severity, finding.message, finding.code), []).append(finding.where)
    for (severity, message, code), where in places.items():
        yield f"  {_MARKS[severity]} {message} [{code}]"
        named = [place for place in where if place]
        yield from (f"      {place}" for place in named[:_MOST_PLACES])
        if len(named) > _MOST_PLACES:
            yield f"      and {len(named) - _MOST_PLACES} more"
    hidden = len(report.findings) - len(shown)
    if hidden:
        yield f"  · {hidden} remark{'s' if hidden > 1 else ''} that moved no verdict (--all shows them)"


def _signatures(title: str, reports: Sequence[SignatureReport]) -> Iterator[str]:
    if not reports:
        return
    yield f"  {title}"
    rows = [_row(report) for report in reports]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(report: SignatureReport) -> tuple[str, ...]:
    is_stamp = report.level == "document-timestamp"
    source = "" if is_stamp else _SOURCES.get(report.time_source, report.time_source)
    level = "" if is_stamp or report.level == "none" else report.level
    judged = report.verdict.value
    if report.verdict is not Verdict.PASS:
        judged += f" (integrity {report.integrity.value}, trust {report.trust.value})"
    return (
        report.field,
        report.signer or "(nobody)",
        judged,
        level,
        f"{report.signed_at} ({source})" if report.signed_at and source else report.signed_at,
    )
