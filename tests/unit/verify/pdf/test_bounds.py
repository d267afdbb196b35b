"""What the verifier does with things that are no PDF, too large, or cannot be read to the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from paraph.verify.anchors import TrustAnchors
from paraph.verify.pdf import file
from paraph.verify.pdf.file import verify_pdf
from tests.adversarial.pdf import craft
from tests.adversarial.pdf.pki import world
from tests.unit.verify.judging import NEXT_DAY, judge


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no-end-mark"),
        (b"%PDF-1.7\n", "no-end-mark"),
        (b"hello", "no-end-mark"),
        (b"%PDF-1.7\nstartxref\n9\n%%EOF", "cross-reference"),
        (b"%PDF-1.7\nstartxref\n999999999999\n%%EOF\n", "cross-reference"),
        (b"\n" + craft.signed(), "cross-reference"),
        (craft.signed()[:-1] + b" \n", "trailing-bytes"),
        (craft.base().replace(b"%PDF-1.7", b"%FDF-1.7"), "header"),
    ],
    ids=["empty", "header", "text", "loop", "outside", "shifted", "space", "other"],
)
def test_broken_files_are_named(data: bytes, code: str) -> None:
    report = judge(data)
    assert report.verdict == "fail"
    assert code in report.codes()


def test_a_file_above_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_FILE_BYTES", 100)
    report = judge(craft.signed())
    assert (report.verdict.value, set(report.codes())) == ("indeterminate", {"too-large"})


def test_more_signatures_than_the_limit_leave_the_question_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_SIGNATURES", 1)
    report = judge(craft.signed("ab"))
    assert "too-many-signatures" in report.codes()
    assert report.verdict != "pass"


def test_a_fault_of_the_verifier_is_a_finding_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(file, "find_restrictions", trip)
    report = judge(craft.signed())
    assert (report.verdict.value, set(report.codes())) == ("fail", {"verifier-fault"})


def test_times_without_zone_count_as_utc_and_other_zones_as_themselves() -> None:
    data = craft.signed()
    naive = NEXT_DAY.replace(tzinfo=None)
    east = NEXT_DAY.astimezone(timezone(timedelta(hours=9)))
    reports = [judge(data, at=at) for at in (NEXT_DAY, naive, east)]
    assert len({str(report.to_json()) for report in reports}) == 1


def test_nothing_but_the_arguments_decides() -> None:
    data = craft.signed("ab")
    first, second = judge(data), judge(data)
    assert first == second


def test_the_reference_time_is_the_callers() -> None:
    report = verify_pdf(
        craft.signed(),
        path="x",
        anchors=TrustAnchors.load([world().root.encoded]),
        at=datetime(2001, 1, 1, tzinfo=UTC),
    )
    assert "timestamp-future" in report.codes()
