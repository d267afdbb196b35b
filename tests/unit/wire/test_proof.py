from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import DossierId, PartyId
from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.card import card_digest
from paraph.wire.members import encode_base64
from paraph.wire.proof import Proof, check_proof, prove_equivocation, prove_fork, read_proof
from paraph.wire.proof.checking import Contradiction
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

YES, NO = act("yes"), act("no")


def equivocation() -> Proof:
    return read_proof(prove_equivocation(accused("south"), YES.envelope.data, NO.envelope.data))


def refusal(proof: Proof) -> str:
    with pytest.raises(FormatError) as refused:
        check_proof(proof)
    return refused.value.code


def refused_fork(*args, **kwargs) -> str:
    with pytest.raises(FormatError) as refused:
        prove_fork(*args, **kwargs)
    return refused.value.code


# --- two acts


def test_two_acts_in_one_place_prove_a_contradiction():
    proved = check_proof(equivocation())
    assert (proved.accused, proved.dossier) == ("south", dossier())
    assert proved.contradiction is Contradiction.PLACE
    assert (proved.first.says, proved.second.says) == (YES.act.id, NO.act.id)
    assert (proved.first.place, proved.first.time) == (3, NOON)


def test_one_act_in_two_envelopes_is_a_contradiction():
    again = act("yes")
    assert again.act.id == YES.act.id
    proof = prove_equivocation(accused("south"), YES.envelope.data, again.envelope.data)
    assert check_proof(read_proof(proof)).contradiction is Contradiction.ENVELOPES


def test_the_opener_s_first_act_has_one_place_too():
    other = act("in its place", "north", author_seq=0, author_prev="")
    proof = prove_equivocation(accused("north"), opening().envelope.data, other.envelope.data)
    assert check_proof(read_proof(proof)).first.says == dossier()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (YES, "proof-unproven"),
        (act("no", author_seq=4), "proof-unproven"),
        (act("no", author_seq=4, author_prev="cd" * 32), "proof-unproven"),
        (act("no", "north"), "proof-statement"),
        (act("no", dossier="cd" * 32), "proof-statement"),
        (act("no", dossier=""), "proof-statement"),
        (act("no", keys=liar("north").keys), "proof-statement"),
        (act("no", keys=generate_node_keys()), "proof-statement"),
    ],
    ids=["the same", "another place", "no follower", "another author", "another dossier", "no dossier", "other's keys", "strange keys"],
)  # fmt: skip
def test_an_honest_author_cannot_be_accused(second, code):
    assert refusal(replace(equivocation(), second=second.envelope.data)) == code
    assert refusal(replace(equivocation(), first=second.envelope.data, second=YES.envelope.data)) == code


def test_bytes_that_are_no_act_prove_nothing():
    for data in (b"", b"{}", note(HONEST, 3).write(), YES.envelope.payload, liar("south").card):
        assert refusal(replace(equivocation(), second=data)) == "proof-statement"


# --- two states of the log


@pytest.mark.parametrize(("party", "as_log"), [("north", True), ("south", False)])
def test_two_roots_for_one_size_prove_a_fork(party, as_log):
    data = prove_fork(accused(party), note(HONEST, 7), note(FORKED, 7), as_log=as_log)
    proved = check_proof(read_proof(data))
    assert proved.contradiction is Contradiction.ROOTS
    assert (proved.first.says, proved.second.says) == (HONEST.root(7).hex(), FORKED.root(7).hex())
    assert proved.first.time == ("" if as_log else NOON)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7, 8])
def test_a_smaller_tree_that_is_not_the_beginning_proves_a_fork(size):
    prefix = (FORKED.root(size), FORKED.consistency(size, 9))
    data = prove_fork(accused("north"), note(HONEST, size), note(FORKED, 9), as_log=True, prefix=prefix)
    proved = check_proof(read_proof(data))
    assert proved.contradiction is Contradiction.BEGINNING
    assert (proved.first.place, proved.second.place) == (size, 9)


def test_an_honest_node_cannot_be_accused_of_a_fork():
    small, large = note(HONEST, 5), note(HONEST, 9)
    path, forked = HONEST.consistency(5, 9), FORKED.consistency(5, 9)
    north = accused("north")
    assert refused_fork(north, large, large, as_log=True) == "proof-unproven"
    assert refused_fork(north, small, large, as_log=True) == "proof-unproven"
    for prefix in ((HONEST.root(5), path), (FORKED.root(5), path), (FORKED.root(5), forked)):
        assert refused_fork(north, small, large, as_log=True, prefix=prefix) == "proof-unproven"
    assert refused_fork(north, large, small, as_log=True, prefix=(HONEST.root(5), path)) == "proof-unproven"


def test_two_roots_for_one_size_are_proved_in_one_way_only():
    pair = (note(HONEST, 7), note(FORKED, 7))
    prefix = (FORKED.root(7), ())
    assert refused_fork(accused("north"), *pair, as_log=True, prefix=prefix) == "proof-unproven"


def test_notes_of_two_dossiers_are_no_fork():
    other = note(FORKED, 7, of=dossier("11" * 16))
    for party, as_log in (("north", True), ("south", False)):
        assert refused_fork(accused(party), note(HONEST, 7), other, as_log=as_log) == "proof-statement"
    assert refused_fork(accused("north", "11" * 16), note(HONEST, 7), other, as_log=True) == "proof-statement"


def test_somebody_else_s_signatures_prove_nothing():
    pair = (note(HONEST, 7), note(FORKED, 7))
    assert refused_fork(accused("south"), *pair, as_log=True) == "proof-statement"
    assert refused_fork(accused("north"), *pair, as_log=False) == "proof-statement"
    stolen = replace(accused("north"), cards=(plain_card("north", generate_node_keys()),))
    assert refused_fork(stolen, *pair, as_log=True) == "proof-card"


def test_lines_of_others_are_no_part_of_a_proof():
    proof = read_proof(prove_fork(accused("north"), note(HONEST, 7), note(FORKED, 7), as_log=True))
    assert proof.first.count("— ".encode()) == 2
    assert refusal(replace(proof, first=note(HONEST, 7).write())) == "proof-statement"


def test_a_word_as_log_and_a_cosignature_do_not_go_together():
    both = accused("south")
    log = read_proof(prove_fork(accused("north"), note(HONEST, 7), note(FORKED, 7), as_log=True))
    cosigned = read_proof(prove_fork(both, note(HONEST, 7), note(FORKED, 7), as_log=False))
    assert refusal(replace(cosigned, second=log.second)) == "proof-statement"


# --- opening and cards


def test_the_opening_of_another_dossier():
    other = opening("11" * 16)
    assert refusal(replace(equivocation(), opening=other.envelope.payload)) == "proof-opening"
    moved = replace(equivocation(), opening=other.envelope.payload, dossier=dossier("11" * 16))
    assert refusal(moved) == "proof-statement"


def test_an_act_that_opens_nothing():
    named = replace(equivocation(), opening=YES.envelope.payload, dossier=DossierId(str(YES.act.id)))
    assert refusal(named) == "proof-opening"
    assert refusal(replace(named, opening=b"{}")) == "proof-opening"


def test_a_card_that_is_not_pinned_there():
    for card in (liar("north").card, plain_card("south", liar("south").keys), b"{}"):
        assert refusal(replace(equivocation(), cards=(card,))) == "proof-card"


def test_somebody_who_takes_no_part():
    assert refusal(replace(equivocation(), accused=PartyId("west"))) == "proof-card"
    assert refusal(replace(equivocation(), accused=PartyId("north"))) == "proof-card"


# --- renewed keys


def test_a_fork_with_old_keys_for_one_root_and_new_ones_for_the_other():
    north, keys = renewed("north")
    data = prove_fork(north, note(HONEST, 7), note(FORKED, 7, log=keys), as_log=True)
    assert len(check_proof(read_proof(data)).cards) == 2
    south, keys = renewed()
    data = prove_fork(south, note(HONEST, 7, south=keys), note(FORKED, 7), as_log=False)
    assert check_proof(read_proof(data)).accused == "south"


def test_an_act_is_signed_by_the_keys_in_force_in_its_place():
    south, new = renewed(at=5)
    old = liar("south").keys
    for seq, right, wrong in ((4, old, new), (5, old, new), (6, new, old)):
        pair = [act(words, author_seq=seq, keys=right).envelope.data for words in ("yes", "no")]
        assert check_proof(read_proof(prove_equivocation(south, *pair))).first.place == seq
        stolen = act("no", author_seq=seq, keys=wrong).envelope.data
        for two in ((pair[0], stolen), (stolen, act("yes", author_seq=seq, keys=wrong).envelope.data)):
            with pytest.raises(FormatError) as refused:
                prove_equivocation(south, *two)
            assert refused.value.code == "proof-statement"


def test_two_cards_in_the_place_of_one():
    (south, _), (other, _) = renewed(), renewed(keys=generate_node_keys())
    proof = prove_equivocation(accused("south"), south.renewals[0], other.renewals[0])
    assert check_proof(read_proof(proof)).contradiction is Contradiction.PLACE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"succeeds": "cd" * 32}, "proof-renewal"),
        ({"succeeds": ""}, "proof-renewal"),
        ({"signer": generate_node_keys()}, "proof-renewal"),
        ({"signer": liar("north").keys}, "proof-renewal"),
        ({"author": "north"}, "proof-renewal"),
        ({"dossier": "cd" * 32}, "proof-renewal"),
        ({"card_of": "north"}, "proof-card"),
    ],
    ids=["another card", "no card", "strange keys", "keys of another", "another author", "another dossier", "card of another"],
)  # fmt: skip
def test_a_card_that_nobody_brought_into_force(changes, code):
    broken, _ = renewed(**changes)
    assert refusal(replace(equivocation(), cards=broken.cards, renewals=broken.renewals)) == code


def test_a_renewal_that_names_another_card():
    (south, _), (other, _) = renewed(), renewed(keys=generate_node_keys())
    assert refusal(replace(equivocation(), cards=south.cards, renewals=other.renewals)) == "proof-renewal"
    assert (
        refusal(replace(equivocation(), cards=south.cards, renewals=(YES.envelope.data,))) == "proof-renewal"
    )
    assert refusal(replace(equivocation(), cards=south.cards, renewals=(b"",))) == "proof-renewal"


def test_renewals_go_forward_and_bring_no_keys_back():
    one, keys = renewed(at=5)
    last = card_digest(one.cards[-1])
    for at, later, code in (
        (5, generate_node_keys(), "proof-renewal"),
        (9, liar("south").keys, "proof-renewal"),
    ):
        two, _ = renewed(at=at, keys=later, succeeds=last, signer=keys)
        chain = replace(
            equivocation(), cards=(*one.cards, two.cards[-1]), renewals=(*one.renewals, *two.renewals)
        )
        assert refusal(chain) == code
    two, _ = renewed(at=9, keys=generate_node_keys(), succeeds=last, signer=keys)
    chain = replace(
        equivocation(), cards=(*one.cards, two.cards[-1]), renewals=(*one.renewals, *two.renewals)
    )
    assert len(check_proof(chain).cards) == 3


# --- the bytes


def test_a_proof_has_one_spelling():
    proof = prove_fork(accused("south"), note(HONEST, 7), note(FORKED, 7), as_log=False)
    assert read_proof(proof).write() == proof
    value: dict[str, Any] = canonical.load_object(proof)
    card = encode_base64(liar("south").card)
    wrong = [
        proof + b"\n",
        canonical.dump({**value, "extra": 1}),
        canonical.dump({**value, "format": "paraph.proof/2"}),
        canonical.dump({**value, "kind": "theft"}),
        canonical.dump({**value, "prefix": {"root": "00", "path": []}}),
        canonical.dump({**value, "prefix": {"root": "00" * 32, "path": ["00" * 32] * 1000}}),
        canonical.dump({key: item for key, item in value.items() if key != "accused"}),
        canonical.dump({**value, "accused": ""}),
        canonical.dump({**value, "cards": []}),
        canonical.dump({**value, "cards": [card, card]}),
        canonical.dump({**value, "cards": [card] * 17, "renewals": [card] * 16}),
        canonical.dump({**value, "first": value["first"] + "="}),
        b"",
        b"[]",
        b'{"accused":' * 40,
    ]
    for item in wrong:
        with pytest.raises(FormatError) as refused:
            read_proof(item)
        assert refused.value.code == "proof-format"


def test_a_file_that_is_too_long_is_not_parsed():
    with pytest.raises(FormatError) as refused:
        read_proof(b"[" * (limits.MAX_PROOF_FILE + 1))
    assert refused.value.code == "proof-size"
