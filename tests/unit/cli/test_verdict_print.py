from __future__ import annotations

from paraph.cli.verdict_print import lines
from paraph.verify.verdict import FileReport, Finding, SignatureReport, Verdict


def signature(
    verdict: Verdict, *, level: str = "B-T", source: str = "signature-timestamp"
) -> SignatureReport:
    return SignatureReport(
        field="sig.a", signer="A", verdict=verdict, integrity=Verdict.PASS, trust=verdict, covers="whole file",
        signed_at="2026-03-02T09:00:00Z", time_source=source, level=level,
    )  # fmt: skip


def report(*findings: Finding, verdict: Verdict = Verdict.PASS, signed: Verdict = Verdict.PASS) -> FileReport:
    return FileReport(
        path="a.pdf", kind="pdf", verdict=verdict, findings=findings, signatures=(signature(signed),),
        timestamps=(signature(signed, level="document-timestamp", source="document-timestamp"),),
    )  # fmt: skip


def finding(code: str, severity: str, where: str = "") -> Finding:
    return Finding(code=code, severity=severity, where=where, message=f"about {code}")  # type: ignore[arg-type]


def test_the_verdict_comes_first_then_what_moved_it() -> None:
    said = list(
        lines(
            [
                report(
                    finding("told", "info"),
                    finding("open", "warning"),
                    finding("bad", "error"),
                    verdict=Verdict.FAIL,
                )
            ],
            everything=False,
        )
    )
    assert said[0] == "fail           a.pdf"
    assert said[3:5] == ["  ✗ about bad [bad]", "  ! about open [open]"]
    assert "  · 1 remark that moved no verdict (--all shows them)" in said
    assert not any("about told" in line for line in said)


def test_remarks_are_shown_when_asked_for() -> None:
    said = list(lines([report(finding("told", "info"))], everything=True))
    assert "  · about told [told]" in said
    assert not any("--all" in line for line in said)


def test_one_reason_is_said_once_with_its_places() -> None:
    many = [finding("open", "warning", f"place {n}") for n in range(6)]
    said = list(lines([report(*many)], everything=False))
    assert said.count("  ! about open [open]") == 1
    assert [line for line in said if "place" in line] == [f"      place {n}" for n in range(4)]
    assert "      and 2 more" in said


def test_what_is_fine_is_short_and_what_is_not_is_taken_apart() -> None:
    fine = next(line for line in lines([report()], everything=False) if "sig.a" in line)
    assert fine == "    sig.a  A  pass  B-T  2026-03-02T09:00:00Z (time stamp)"
    open_one = [
        line for line in lines([report(signed=Verdict.INDETERMINATE)], everything=False) if "sig.a" in line
    ]
    assert "indeterminate (integrity pass, trust indeterminate)" in open_one[0]


def test_many_files_end_with_the_verdict_over_all() -> None:
    said = list(lines([report(), report(verdict=Verdict.INDETERMINATE)], everything=False))
    assert said[:2] == ["pass           a.pdf", "indeterminate  a.pdf"]
    assert said[-1] == "indeterminate  all 2 files together"
