from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from paraph.domain import acts
from paraph.domain.ids import ActId, Utc
from paraph.verify.anchors import TrustAnchors
from paraph.verify.codes import CODES
from paraph.verify.container import verify_container
from paraph.verify.container_codes import CONTAINER_CODES
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire.container.archive import read_archive, write_archive
from tests.support.package import (
    FIRST,
    MEDIATOR,
    SECOND,
    Dossier,
    by_name,
    conclude,
    judge,
    replace_member,
    short_text,
)

SPECIFICATION = Path(__file__).parents[3] / "docs" / "spec" / "container.md"


def bad(report: FileReport) -> list[str]:
    return [f"{f.code} at {f.where}: {f.message}" for f in report.findings if f.severity != "info"]


def test_a_concluded_package_passes_and_every_signature_is_told() -> None:
    report = judge(conclude()[1])
    assert (report.verdict, bad(report)) == (Verdict.PASS, [])
    assert report.kind == "container"
    assert [s.field for s in report.signatures] == [
        "originals/N-S-2026-1.north.pdf:sig.north",
        "originals/N-S-2026-1.north.pdf:sig.south",
        "originals/N-S-2026-1.south.pdf:sig.south",
        "originals/N-S-2026-1.south.pdf:sig.north",
        "META-INF/signature001.p7s",
        "META-INF/signature002.p7s",
    ]
    assert {s.level for s in report.signatures} == {"B-LTA", "B-T"}
    assert {s.verdict for s in (*report.signatures, *report.timestamps)} == {Verdict.PASS}
    assert any(t.field.endswith(":release") for t in report.timestamps)


def test_it_says_who_signed_on_what_authority() -> None:
    told = [f.message for f in judge(conclude()[1]).findings if f.code == "authority"]
    assert told == [
        "north.fm signed for north by office (foreign-minister), from 2026-03-02T09:00:00Z",
        "south.fm signed for south by office (foreign-minister), from 2026-03-02T09:00:00Z",
    ]


def test_the_same_package_gives_the_same_content_wherever_it_is_built() -> None:
    dossier, container = conclude()
    note = by_name(read_archive(container))["log/checkpoint.txt"]
    inside = [m for m in read_archive(container) if not m.name.startswith("META-INF/")]
    assert list(dossier.members(note)) == inside


def test_without_anchors_nobody_is_trusted_and_integrity_is_still_judged() -> None:
    dossier, container = conclude()
    report = verify_container(container, path="c", anchors=TrustAnchors(), at=dossier.clock.at)
    assert report.verdict is Verdict.INDETERMINATE
    assert "no-trust-anchor" in report.codes()
    assert {s.integrity for s in report.signatures} == {Verdict.PASS}
    assert {s.trust for s in report.signatures} == {Verdict.INDETERMINATE}


def test_the_certificates_inside_are_never_trusted() -> None:
    dossier, container = conclude()
    north = TrustAnchors.load([dossier.people[FIRST].authority.root_pem])
    report = verify_container(container, path="c", anchors=north, at=dossier.clock.at)
    trusted = {s.field: s.trust for s in report.signatures}
    assert trusted["META-INF/signature001.p7s"] is Verdict.PASS
    assert trusted["META-INF/signature002.p7s"] is Verdict.INDETERMINATE
    assert report.verdict is Verdict.INDETERMINATE


def test_two_instruments_without_a_mediator() -> None:
    texts = (short_text(), short_text("N-S/2026/2", "The Parties will also telephone."))
    dossier = Dossier(texts=texts, mediated=False).run()
    report = judge(dossier.container(), dossier)
    assert (report.verdict, bad(report)) == (Verdict.PASS, [])
    assert len(report.signatures) == 2 * 2 * 2 + 2
    assert "no-mediator" in report.codes()


def test_what_surrounds_the_texts_is_carried_and_void_acts_are_told() -> None:
    dossier = Dossier(texts=(short_text(),))
    dossier.open()
    note = dossier.say(
        SECOND,
        acts.NoteSent(
            number="1", subject="Embassy", to=FIRST, text=dossier.texts[0].party(SECOND).places, source=""
        ),
    )
    dossier.say(
        MEDIATOR,
        acts.NoteAnswered(
            note=note, number="2", answer="yes", text=dossier.texts[0].party(FIRST).places, source=""
        ),
        void=True,
    )
    for step in (
        dossier.agree, dossier.plan_signing, dossier.exchange, dossier.countersign, dossier.seal, dossier.receive,
    ):  # fmt: skip
        step()
    report = judge(dossier.container(), dossier)
    assert (report.verdict, bad(report)) == (Verdict.PASS, [])
    (void,) = [f for f in report.findings if f.code == "act-void"]
    assert "note-answered of middle had no effect" in void.message


def test_full_powers_by_document_are_told_with_who_accepted_them() -> None:
    dossier = Dossier(texts=(short_text(),))
    dossier.open()
    powers = dossier.say(
        FIRST,
        acts.FullPowersPresented(
            signatory="north.fm",
            basis=acts.Basis.BY_DOCUMENT,
            office=acts.Office.OTHER,
            valid_from=Utc("2026-03-01T00:00:00Z"),
            valid_until=Utc("2026-04-01T00:00:00Z"),
            instruments=(),
            document=dossier.put(b"full powers"),
            channel="note verbale",
        ),
    )
    dossier.say(SECOND, acts.FullPowersVerified(powers=ActId(powers), channel="telephone"))
    for step in (
        dossier.agree, dossier.plan_signing, dossier.exchange, dossier.countersign, dossier.seal, dossier.receive,
    ):  # fmt: skip
        step()
    report = judge(dossier.container(), dossier)
    assert report.verdict is Verdict.PASS
    assert any(
        "with full powers by-document (other)" in f.message and "south" in f.message for f in report.findings
    )


def test_a_package_that_is_not_concluded_is_indeterminate_and_says_where_it_stands() -> None:
    whole, _ = conclude()
    dossier = replace(whole, log=whole.log[:-1])
    members = [m for m in whole.members() if not m.name.startswith(f"acts/{len(dossier.log):04d}.")]
    # The receipt of the second party is missing.
    container = dossier.seal_members(replace_member(members, "log/checkpoint.txt", dossier.note()))
    report = judge(container)
    assert report.verdict is Verdict.INDETERMINATE
    (finding,) = [f for f in report.findings if f.code == "not-concluded"]
    assert "N-S/2026/1 is engrossed; its signing plan is sealed" in finding.message


def test_acts_that_a_party_has_not_cosigned_are_not_final() -> None:
    dossier, _ = conclude()
    container = dossier.seal_members(dossier.members(dossier.note(cosigners=(FIRST, MEDIATOR))))
    report = judge(container)
    assert report.verdict is Verdict.INDETERMINATE
    assert {f.code for f in report.findings if f.severity != "info"} == {"not-final"}


def test_the_mediator_need_not_cosign() -> None:
    dossier, _ = conclude()
    assert (
        judge(dossier.seal_members(dossier.members(dossier.note(cosigners=dossier.parties)))).verdict
        is Verdict.PASS
    )


@pytest.mark.parametrize("missing", ["META-INF/signature001.p7s", "META-INF/signature002.p7s"])
def test_a_container_that_a_party_has_not_sealed_is_indeterminate(missing: str) -> None:
    members = [m for m in read_archive(conclude()[1]) if m.name != missing]
    report = judge(write_archive(members))
    assert report.verdict is Verdict.INDETERMINATE
    assert "seal-missing" in report.codes()


def test_another_wording_of_the_guide_is_told_and_moves_no_verdict() -> None:
    """A later version may explain better; the parties sealed these words."""
    dossier, _ = conclude()
    container = dossier.seal_members(replace_member(dossier.members(), "README.txt", b"Other words.\n"))
    report = judge(container)
    assert report.verdict is Verdict.PASS
    assert [f.where for f in report.findings if f.code == "guide-differs"] == ["README.txt"]


def test_a_verdict_before_the_ceremony_finds_time_stamps_from_the_future() -> None:
    report = judge(conclude()[1], after_s=-86_400)
    assert report.verdict is Verdict.FAIL
    assert "timestamp-future" in report.codes()


def test_without_its_time_stamp_a_seal_is_dated_by_its_own_word() -> None:
    dossier, _ = conclude()
    report = judge(dossier.seal_members(dossier.members(), stamped=False))
    assert report.verdict is Verdict.PASS
    assert {s.level for s in report.signatures if s.field.startswith("META-INF")} == {"B-B"}
    assert {s.time_source for s in report.signatures if s.field.startswith("META-INF")} == {"claimed"}


def test_reports_have_the_promised_keys() -> None:
    value = judge(conclude()[1]).to_json()
    assert {"path", "kind", "verdict", "findings", "signatures"} <= value.keys()


def test_the_specification_lists_every_code_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", SPECIFICATION.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == {code: rule.verdict.value for code, rule in CONTAINER_CODES.items()}


def test_codes_of_containers_and_of_pdfs_do_not_collide() -> None:
    assert not CONTAINER_CODES.keys() & CODES.keys()
