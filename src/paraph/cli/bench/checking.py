"""Checking results before they are timed: what is fast and wrong is not measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from paraph.cli.bench.bureau import Bureau
from paraph.cli.bench.peers import PYHANKO, HankoValidator
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import FileReport, Verdict

__all__ = ["check_ours", "check_peer", "judge", "validator"]


def judge(bureau: Bureau, data: bytes, base: bytes | None = None) -> FileReport:
    """Verify a file with the bureau's anchors, as of now."""
    return verify_pdf(
        data, path="bench.pdf", anchors=bureau.anchors, at=datetime.now(UTC), expected_base=base
    )


def check_ours(bureau: Bureau, data: bytes, fields: Sequence[str], base: bytes) -> None:
    """Make sure that a file we signed is whole, signed by these, and good in pyHanko's eyes too.

    Raises:
        AssertionError: It is not; nothing is worth timing then.
    """
    _check(judge(bureau, data, base), fields)
    if PYHANKO:
        good = validator(bureau).validate(data)
        assert good == [True] * len(fields), f"pyHanko does not accept what we signed: {good}"


def check_peer(bureau: Bureau, data: bytes, fields: Sequence[str]) -> None:
    """Make sure that a file a peer signed is signed by these, intact.

    Raises:
        AssertionError: It is not.
    """
    _check(judge(bureau, data), fields)


def validator(bureau: Bureau) -> HankoValidator:
    """Give pyHanko the bureau's anchors, and its authority's certificates and revocation lists."""
    signer = bureau.signer(next(iter(bureau.opened.configuration.signing)))
    return HankoValidator(
        [certificate.encoded for certificate in bureau.anchors.certificates],
        signer.chain,
        bureau.opened.node.desk.crls(),
    )


def _check(report: FileReport, fields: Sequence[str]) -> None:
    signed = {s.field: s.integrity for s in report.signatures}
    wrong = [
        f"{finding.code}: {finding.message}" for finding in report.findings if finding.severity == "error"
    ]
    assert list(signed) == list(fields), f"signed are {list(signed)}, not {list(fields)}: {wrong}"
    assert all(integrity is Verdict.PASS for integrity in signed.values()), f"not intact: {wrong}"
