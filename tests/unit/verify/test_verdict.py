from __future__ import annotations

import pytest

from paraph.verify.verdict import FileReport, Finding, SignatureReport, Verdict, to_json, worst

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("parts", "whole"),
    [([], PASS), ([PASS], PASS), ([PASS, OPEN], OPEN), ([OPEN, FAIL, PASS], FAIL), ([PASS, PASS], PASS)],
)
def test_the_whole_is_as_good_as_its_worst_part(parts, whole) -> None:
    assert worst(parts) is whole


def test_reports_have_the_promised_keys() -> None:
    finding = Finding(code="c", severity="error", where="w", message="m")
    signature = SignatureReport(
        field="f", signer="s", verdict=FAIL, integrity=FAIL, trust=PASS, covers="whole file",
        signed_at="2021-02-01T15:00:00Z", time_source="claimed", level="B-B",
    )  # fmt: skip
    report = FileReport(path="p", kind="pdf", verdict=FAIL, findings=(finding,), signatures=(signature,))
    good = FileReport(path="q", kind="pdf", verdict=PASS, findings=(), signatures=())
    assert to_json([good, report]) == {
        "verdict": "fail",
        "files": [
            {
                "path": "q",
                "kind": "pdf",
                "verdict": "pass",
                "findings": [],
                "signatures": [],
                "timestamps": [],
            },
            {
                "path": "p",
                "kind": "pdf",
                "verdict": "fail",
                "findings": [{"code": "c", "severity": "error", "where": "w", "message": "m"}],
                "signatures": [
                    {
                        "field": "f",
                        "signer": "s",
                        "verdict": "fail",
                        "integrity": "fail",
                        "trust": "pass",
                        "covers": "whole file",
                        "signed_at": "2021-02-01T15:00:00Z",
                        "time_source": "claimed",
                        "level": "B-B",
                    }
                ],
                "timestamps": [],
            },
        ],
    }
    assert report.codes() == {"c"}
