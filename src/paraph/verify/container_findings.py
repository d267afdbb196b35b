"""Collecting what is found in a container: its own findings, and those of the signatures and PDFs inside."""

from __future__ import annotations

from paraph.verify.codes import CODES, Aspect
from paraph.verify.container_codes import CONTAINER_CODES
from paraph.verify.findings import Findings
from paraph.verify.verdict import FileReport, Finding, SignatureReport, Verdict, worst

__all__ = ["ContainerFindings"]

_BOTH = (Aspect.INTEGRITY, Aspect.TRUST)


class ContainerFindings:
    """Findings, signatures and time stamps of one container, in the order in which they were made."""

    __slots__ = ("_made", "_signatures", "_timestamps", "_verdicts")

    def __init__(self) -> None:
        """Begin with none."""
        self._made: dict[Finding, None] = {}
        self._verdicts: list[Verdict] = []
        self._signatures: list[SignatureReport] = []
        self._timestamps: list[SignatureReport] = []

    def add(self, code: str, message: str, where: str = "") -> None:
        """Record a finding about the container itself.

        Args:
            code: One of :data:`paraph.verify.container_codes.CONTAINER_CODES`, or of those that all kinds of files share.
            message: What is wrong, in one sentence.
            where: The member it is about.
        """
        rule = CONTAINER_CODES.get(code) or CODES[code]
        self._made[Finding(code=code, severity=rule.severity, where=where, message=message)] = None
        self._verdicts.append(rule.verdict)

    def take(self, findings: Findings, *, without: str = "") -> None:
        """Take over the findings about a signature or time stamp.

        Args:
            findings: Of one signature; its ``where`` names the member.
            without: A code that does not matter here.
        """
        self._made.update(dict.fromkeys(one for one in findings.made if one.code != without))
        self._verdicts += [findings.verdict(aspect) for aspect in _BOTH]

    def take_report(self, report: FileReport) -> None:
        """Take over the report of a PDF inside; its path names the member."""
        for one in report.findings:
            where = f"{report.path}:{one.where}" if one.where else report.path
            self._made[Finding(code=one.code, severity=one.severity, where=where, message=one.message)] = None
        self._verdicts.append(report.verdict)
        self._signatures += [_within(report.path, one) for one in report.signatures]
        self._timestamps += [_within(report.path, one) for one in report.timestamps]

    def add_signature(self, report: SignatureReport) -> None:
        """Record the judgement of a seal."""
        self._signatures.append(report)
        self._verdicts.append(report.verdict)

    def add_timestamp(self, report: SignatureReport) -> None:
        """Record the judgement of a time stamp that stands alone."""
        self._timestamps.append(report)
        self._verdicts.append(report.verdict)

    @property
    def failed(self) -> bool:
        """Whether the verdict can only be fail."""
        return Verdict.FAIL in self._verdicts

    def report(self, path: str) -> FileReport:
        """Sum up."""
        return FileReport(
            path=path,
            kind="container",
            verdict=worst(self._verdicts),
            findings=tuple(self._made),
            signatures=tuple(self._signatures),
            timestamps=tuple(self._timestamps),
        )


def _within(path: str, report: SignatureReport) -> SignatureReport:
    return SignatureReport(
        field=f"{path}:{report.field}",
        signer=report.signer,
        verdict=report.verdict,
        integrity=report.integrity,
        trust=report.trust,
        covers=report.covers,
        signed_at=report.signed_at,
        time_source=report.time_source,
        level=report.level,
    )
