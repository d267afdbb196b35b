from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.verify.anchors import TrustAnchors
from paraph.verify.proof import LIMITS_OF_A_PROOF, accusation, verify_proof
from paraph.verify.proof_codes import PROOF_CODES
from paraph.verify.verdict import FileReport, Verdict
from paraph.wire import limits
from paraph.wire.card import CardName
from paraph.wire.proof import Proof, check_proof, prove_equivocation, prove_fork, read_proof
from tests.support.lies import (
    FORKED,
    HONEST,
    NOON,
    accused,
    act,
    dossier,
    liar,
    note,
    opening,
    plain_card,
    renewed,
)

ROOT = Path(__file__).resolve().parents[3]
YES, NO = act("yes"), act("no")
EQUIVOCATION = prove_equivocation(accused("south"), YES.envelope.data, NO.envelope.data)
FORK = prove_fork(accused("north"), note(HONEST, 7), note(FORKED, 7), as_log=True)


def judge(data: bytes, *cards: bytes) -> FileReport:
    return verify_proof(data, path="proof.json", anchors=TrustAnchors.load(cards))


def said(report: FileReport, code: str) -> str:
    return next(finding.message for finding in report.findings if finding.code == code)


def test_a_proof_against_somebody_whose_card_is_known_passes() -> None:
    report = judge(EQUIVOCATION, liar("north").card, liar("south").card)
    assert (report.kind, report.verdict) == ("proof", Verdict.PASS)
    first, second = report.signatures
    assert (first.field, first.signer, first.integrity, first.trust) == ("first", "south", "pass", "pass")
    assert (second.covers, second.signed_at, second.time_source) == ("act number 3", NOON, "claimed")


def test_it_says_in_plain_words_what_is_proved_and_what_is_not() -> None:
    report = judge(EQUIVOCATION, liar("south").card)
    assert said(report, "proof-holds") == (
        "This proves that the node of the Republic of South (south) signed two different acts as its act number 3: "
        f"{YES.act.id} and {NO.act.id} in dossier {dossier()[:12]}… (“Letters”)."
    )
    assert said(report, "proof-reach") == f"{LIMITS_OF_A_PROOF}."
    assert "two different orders of the first 7 acts as the node that orders them" in said(
        judge(FORK), "proof-holds"
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (prove_equivocation(accused("south"), YES.envelope.data, act("yes").envelope.data), "twice, with two different envelopes"),
        (prove_fork(accused("south"), note(HONEST, 7), note(FORKED, 7), as_log=False), "as cosigner"),
        (
            prove_fork(
                accused("north"), note(HONEST, 5), note(FORKED, 9), as_log=True,
                prefix=(FORKED.root(5), FORKED.consistency(5, 9)),
            ),
            "two different beginnings of the log",
        ),
    ],
)  # fmt: skip
def test_every_contradiction_has_its_words(data: bytes, what: str) -> None:
    assert what in said(judge(data), "proof-holds")


def test_without_trust_the_contradiction_is_proved_and_the_name_is_not() -> None:
    report = judge(EQUIVOCATION)
    assert report.verdict is Verdict.INDETERMINATE
    assert {one.integrity for one in report.signatures} == {Verdict.PASS}
    assert "no-trust-anchor" in report.codes()
    report = judge(EQUIVOCATION, liar("north").card)
    assert report.verdict is Verdict.INDETERMINATE
    assert "proof-card-untrusted" in report.codes()


def test_another_card_with_the_same_keys_will_do_and_the_same_name_with_others_will_not() -> None:
    keys = liar("south").keys
    assert judge(EQUIVOCATION, plain_card("south", keys, endpoints=("folder:x",))).verdict is Verdict.PASS
    assert judge(EQUIVOCATION, plain_card("west", keys)).verdict is Verdict.INDETERMINATE
    stranger = plain_card("south", generate_node_keys())
    assert judge(EQUIVOCATION, stranger).verdict is Verdict.INDETERMINATE


def test_any_card_of_the_chain_makes_the_others_known() -> None:
    north, keys = renewed("north")
    data = prove_fork(north, note(HONEST, 7), note(FORKED, 7, log=keys), as_log=True)
    for card in north.cards:
        assert judge(data, card).verdict is Verdict.PASS
    assert judge(data, liar("south").card).verdict is Verdict.INDETERMINATE


def test_old_keys_without_their_renewal_do_not_convince_whoever_knows_the_new_card() -> None:
    """A thief of old keys leaves the renewal out: his proof holds for those alone who know nothing newer."""
    south, _ = renewed()
    stolen = [act(words, author_seq=9).envelope.data for words in ("yes", "no")]
    data = prove_equivocation(accused("south"), *stolen)
    assert judge(data, south.cards[1]).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"second": YES.envelope.data}, "proof-unproven"),
        ({"second": act("no", author_seq=4).envelope.data}, "proof-unproven"),
        ({"second": act("no", "north").envelope.data}, "proof-statement"),
        ({"second": b"\xff" * 40}, "proof-statement"),
        ({"opening": opening("11" * 16).envelope.payload}, "proof-opening"),
        ({"cards": (liar("north").card,)}, "proof-card"),
        ({"accused": "north"}, "proof-card"),
    ],
)
def test_what_proves_nothing_fails_and_says_why(changes: dict[str, object], code: str) -> None:
    proof: Proof = replace(read_proof(EQUIVOCATION), **changes)  # type: ignore[arg-type]
    report = judge(proof.write(), liar("north").card, liar("south").card)
    assert report.verdict is Verdict.FAIL
    assert report.codes() == {code}
    assert not report.signatures


def test_swapped_statements_prove_the_same() -> None:
    proof = read_proof(EQUIVOCATION)
    swapped = replace(proof, first=proof.second, second=proof.first)
    assert judge(swapped.write(), liar("south").card).verdict is Verdict.PASS


def test_a_file_that_is_too_long_is_not_read() -> None:
    report = judge(b"{" * (limits.MAX_PROOF_FILE + 1), liar("south").card)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.codes() == {"proof-size"}


def test_words_of_the_accused_cannot_pass_for_ours() -> None:
    proved = check_proof(read_proof(EQUIVOCATION))
    name = CardName(formal="x\npass \x1b[2J" + "y" * 200, short="x", in_title="x")
    words = accusation(replace(proved, cards=(replace(proved.cards[0], names={"sq": name}),)))
    assert words.startswith("the node of x pass  [2Jyy")
    assert "y" * 120 not in words


def test_the_specification_lists_every_code_with_its_effect() -> None:
    text = (ROOT / "docs/spec/proof.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| ((?:integrity|trust) \w+) \|", text, re.MULTILINE))
    assert rows == {name: f"{code.aspect} {code.verdict}" for name, code in PROOF_CODES.items()}
