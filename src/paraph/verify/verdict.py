"""What the verifier says: a verdict, the findings behind it, and the report of one file.

Two questions are judged apart, each pass, fail or indeterminate. *Integrity*: are these the signed bytes, and
is there nothing else that shows? *Trust*: is there reason to believe this signer, at that time? A verdict over
several things is its worst part; nothing is averaged, and nobody's good signature outweighs a bad one.

Source: docs/spec/verdict.md; ETSI EN 319 102-1 for the three values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["FileReport", "Finding", "Severity", "SignatureReport", "Verdict", "to_json", "worst"]

Severity = Literal["error", "warning", "info"]


class Verdict(StrEnum):
    """The three answers; there is no fourth."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INDETERMINATE = "indeterminate"


_RANK = {Verdict.PASS: 0, Verdict.INDETERMINATE: 1, Verdict.FAIL: 2}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine verdicts: fail before indeterminate before pass; pass where there is none.

    Args:
        verdicts: Any number of verdicts.

    Returns:
        The worst of them.
    """
    return max(verdicts, key=_RANK.__getitem__, default=Verdict.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason for a verdict, or one thing that a careful reader wants to know.

    Attributes:
        code: Stable kebab-case name, listed in docs/spec/verdict.md.
        severity: ``error`` and ``warning`` may move the verdict, ``info`` never does.
        where: The part it is about: a field name, ``revision 3, object 12``, or empty for the whole file.
        message: One English sentence that says what is wrong.
    """

    code: str
    severity: Severity
    where: str
    message: str

    def to_json(self) -> dict[str, str]:
        """Return the keys that docs/spec/verdict.md promises."""
        return {"code": self.code, "severity": self.severity, "where": self.where, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """The judgement of one signature, or of one document time stamp.

    Attributes:
        field: Name of the signature field, or of the signature file in a container.
        signer: Common name in the certificate; empty if no certificate could be read.
        verdict: The worse of the two below.
        integrity: Are these the signed bytes, and nothing else that shows?
        trust: Is there reason to believe this signer at that time?
        covers: ``whole file`` or ``revision k of n; later: …``.
        signed_at: RFC 3339 UTC, or empty if nothing says when.
        time_source: ``signature-timestamp``, ``document-timestamp``, ``claimed`` or ``none``.
        level: ``B-B``, ``B-T``, ``B-LT``, ``B-LTA``, ``none``, or ``document-timestamp``.
    """

    field: str
    signer: str
    verdict: Verdict
    integrity: Verdict
    trust: Verdict
    covers: str
    signed_at: str
    time_source: str
    level: str

    def to_json(self) -> dict[str, str]:
        """Return the keys that docs/spec/verdict.md promises."""
        return {
            "field": self.field,
            "signer": self.signer,
            "verdict": self.verdict.value,
            "integrity": self.integrity.value,
            "trust": self.trust.value,
            "covers": self.covers,
            "signed_at": self.signed_at,
            "time_source": self.time_source,
            "level": self.level,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """The judgement of one file.

    Attributes:
        path: The name the caller gave the file; never opened here.
        kind: ``pdf`` or ``container``.
        verdict: The worst over all signatures, time stamps and findings.
        findings: All findings, of the file and of its signatures, in the order of the file.
        signatures: One report per signature, oldest first.
        timestamps: One report per document time stamp, oldest first.
    """

    path: str
    kind: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    signatures: tuple[SignatureReport, ...]
    timestamps: tuple[SignatureReport, ...] = ()

    def codes(self) -> frozenset[str]:
        """Return the codes of all findings."""
        return frozenset(finding.code for finding in self.findings)

    def to_json(self) -> dict[str, object]:
        """Return the keys that docs/spec/verdict.md promises."""
        return {
            "path": self.path,
            "kind": self.kind,
            "verdict": self.verdict.value,
            "findings": [finding.to_json() for finding in self.findings],
            "signatures": [signature.to_json() for signature in self.signatures],
            "timestamps": [timestamp.to_json() for timestamp in self.timestamps],
        }


def to_json(reports: Sequence[FileReport]) -> dict[str, object]:
    """Return what ``paraph verify --json`` prints for one run over several files.

    Args:
        reports: In the order in which the files were named.

    Returns:
        ``{"verdict": …, "files": […]}``; the verdict is the worst of all files.
    """
    return {
        "verdict": worst(report.verdict for report in reports).value,
        "files": [report.to_json() for report in reports],
    }
