"""What the updates after a signature mean for it, under its own permissions and those of the certification.

Source: docs/spec/verdict.md, "What may follow a signature"; ISO 32000-1:2008, 12.8.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from paraph.verify.findings import Findings
from paraph.verify.pdf.judge import Change, Update
from paraph.verify.pdf.signatures import SignatureValue

__all__ = ["apply_updates", "coverage"]


def apply_updates(
    value: SignatureValue, signatures: Sequence[SignatureValue], updates: Sequence[Update], findings: Findings
) -> None:
    """Report what happened after a signature.

    Args:
        value: The signature.
        signatures: All of them, oldest first.
        updates: All updates that were judged.
        findings: The findings about this signature.
    """
    stamps = {other.field for other in signatures if other.is_timestamp}
    level = next((other.permissions.certifies for other in signatures if other.permissions.certifies), 0)
    for update in updates:
        if update.index <= value.revision:
            continue
        where = f"revision {update.index}"
        for change in update.changes:
            findings.add(_code(change, level), change.message, where=change.where)
            if change.code == "form-filled" and value.permissions.locks(change.name):
                findings.add(
                    "field-locked", f"the field {change.name} was locked by {value.field}", where=change.where
                )
        for name in update.filled:
            if name in stamps:
                continue
            if value.permissions.certifies == 1:
                findings.add(
                    "certification-violated",
                    f"{value.field} certifies that nothing follows, but {name} was signed",
                    where=where,
                )
            if value.permissions.locks(name):
                findings.add("field-locked", f"the field {name} was locked by {value.field}", where=where)
    if value.permissions.certifies:
        first = next((other for other in signatures if not other.is_timestamp), value)
        if first.revision < value.revision:
            findings.add(
                "certification-not-first",
                f"{value.field} certifies the document after {first.field} had signed it",
            )


def _code(change: Change, level: int) -> str:
    if change.code == "form-filled" and level < 2:
        return "form-filled-unpermitted"
    return change.code


def coverage(
    value: SignatureValue,
    signatures: Sequence[SignatureValue],
    updates: Sequence[Update],
    revisions: int,
    size: int,
) -> str:
    """Say what a signature covers, and what came later.

    Args:
        value: The signature.
        signatures: All of them.
        updates: All updates that were judged.
        revisions: Number of revisions.
        size: Size of the file in bytes.

    Returns:
        ``whole file`` or ``revision k of n; later: …``.
    """
    if value.end == size:
        return "whole file"
    stamps = {other.field for other in signatures if other.is_timestamp}
    later: list[str] = []
    for update in updates:
        if update.index <= value.revision:
            continue
        later += [f"{'time stamp' if name in stamps else 'signature'} {name}" for name in update.filled]
        later += update.added
        codes = {change.code for change in update.changes}
        if "metadata-changed" in codes:
            later.append("metadata")
        if "form-filled" in codes:
            later.append("form fields")
        if codes - _HARMLESS:
            later.append("other changes")
    told = ", ".join(dict.fromkeys(later)) or "nothing that shows"
    return f"revision {value.revision} of {revisions}; later: {told}"


_HARMLESS = {
    "metadata-changed",
    "form-filled",
    "signature-field-added",
    "object-rewritten",
    "version-changed",
}
