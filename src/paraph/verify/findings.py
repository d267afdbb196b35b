"""Collecting findings, and what they add up to.

Every code is declared in :mod:`paraph.verify.codes` with the question it belongs to and the verdict it causes.
"""

from __future__ import annotations

from paraph.verify.codes import CODES, Aspect
from paraph.verify.verdict import Finding, Severity, Verdict, worst

__all__ = ["Findings"]


class Findings:
    """The findings about one thing, in the order in which they were made."""

    __slots__ = ("_made", "_verdicts", "where")

    def __init__(self, where: str = "") -> None:
        """Begin with none.

        Args:
            where: The part that findings are about if nothing nearer is said.
        """
        self.where = where
        self._made: list[Finding] = []
        self._verdicts: dict[Aspect, Verdict] = {}

    def add(self, code: str, message: str, *, where: str = "", harmless: bool = False) -> None:
        """Record a finding.

        Args:
            code: One of :data:`paraph.verify.codes.CODES`.
            message: What is wrong, in one sentence.
            where: The part it is about; the collector's own if empty.
            harmless: It is told but moves no verdict, for instance because a later signature covers these bytes.
        """
        rule = CODES[code]
        severity: Severity = "info" if harmless else rule.severity
        finding = Finding(code=code, severity=severity, where=where or self.where, message=message)
        if finding not in self._made:
            self._made.append(finding)
        if not harmless:
            self._verdicts[rule.aspect] = worst((rule.verdict, self._verdicts.get(rule.aspect, Verdict.PASS)))

    def extend(self, other: Findings) -> None:
        """Take over everything that another collector holds."""
        self._made.extend(finding for finding in other._made if finding not in self._made)
        for aspect, verdict in other._verdicts.items():
            self._verdicts[aspect] = worst((verdict, self._verdicts.get(aspect, Verdict.PASS)))

    def verdict(self, aspect: Aspect) -> Verdict:
        """Return what the findings so far mean for one of the two questions."""
        return self._verdicts.get(aspect, Verdict.PASS)

    @property
    def made(self) -> tuple[Finding, ...]:
        """All findings so far."""
        return tuple(self._made)
