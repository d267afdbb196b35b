"""Taking part, a party's own names, notes, statements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.ids import ActId, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import InstrumentState
from tests.support import bodies
from tests.support.correct import correct
from tests.support.proceedings import MEDIATOR, NUMBERS, TWO, WITNESS, Proceedings, reach, words

A, B = PartyId("aland"), PartyId("beland")


# --- joining


def test_whoever_is_named_joins_once_and_confirms_the_opening_it_saw() -> None:
    table = reach("opened")
    other = acts.DossierJoined(opening=ActId(bodies.mark("another opening")))
    assert table.refused(B, other) == "opening-differs"
    table.say(B, bodies.joining(table.standing))
    assert table.standing.joined == {A, B}
    assert table.refused(B, bodies.joining(table.standing)) == "already-joined"
    assert table.refused(A, bodies.joining(table.standing)) == "already-joined"


# --- describing: T4


def described(who: str) -> acts.PartyDescribed:
    return bodies.description(words(TWO, NUMBERS[0]), who)


def test_a_party_describes_itself_and_again_until_a_text_is_initialled() -> None:
    table = reach("agreed")
    other = replace(described("aland"), places=ByLanguage({"en": "elsewhere"}))
    table.say(A, other)
    assert table.standing.described[A] == other
    assert table.standing.described[B] == described("beland")
    table.say(A, described("aland"))
    table.say(B, bodies.initials(table.standing, NUMBERS[0], words(TWO, NUMBERS[0])))
    for who in (A, B):
        assert table.refused(who, described(who)) == "names-fixed"


@pytest.mark.parametrize("stage", ["initialled", "engrossed", "open", "released", "sealed"])
def test_names_are_fixed_from_initials_to_conclusion(stage: str) -> None:
    assert reach(stage).refused(A, described("aland")) == "names-fixed"


def test_names_thaw_when_the_text_is_reopened_or_concluded() -> None:
    table = reach("initialled", numbers=(NUMBERS[0],))
    for who in (A, B):
        table.say(who, bodies.reopening(table.standing, NUMBERS[0]))
    table.say(A, described("aland"))
    concluded = reach("concluded")
    successor = replace(described("aland").signatories[0], id="aland.successor")
    concluded.say(A, replace(described("aland"), signatories=(successor,)))
    assert {i.state for i in concluded.standing.instruments.values()} == {InstrumentState.CONCLUDED}


def test_one_initialled_text_is_enough_to_fix_names() -> None:
    table = reach("concluded", numbers=(NUMBERS[0],))
    second = Proceedings(table.names, table.mode, (NUMBERS[1],), table.table, table.made, 7, table.current)
    second.propose()
    second.accept()
    second.say(A, described("aland"))
    second.initial()
    assert second.refused(A, described("aland")) == "names-fixed"


def test_a_party_describes_at_least_one_signatory_each_with_an_id_of_its_own() -> None:
    body = described("aland")
    for signatories in ((), (body.signatories[0], body.signatories[0])):
        assert reach("joined").refused(A, replace(body, signatories=signatories)) == "signatories"


NAME = words(TWO, NUMBERS[0]).party("aland").names["en"]
SIGNATORY = words(TWO, NUMBERS[0]).party("aland").signatory


@pytest.mark.parametrize(
    "changes",
    [
        {"names": ByLanguage({})},
        {"names": ByLanguage({"en": replace(NAME, short="")})},
        {"names": ByLanguage({"en": replace(NAME, formal="A\u202eland")})},
        {"places": ByLanguage({"en": "two  spaces"})},
        {"signatories": (replace(SIGNATORY, id=""),)},
        {"signatories": (replace(SIGNATORY, name=ByLanguage({"en": "{done}"})),)},
        {"signatories": (SIGNATORY, replace(SIGNATORY, id="two", title=ByLanguage({"en": "x" * 601})))},
        {"signatories": (replace(SIGNATORY, script_lang="English"),)},
    ],
    ids=["none", "empty", "turned round", "spaces", "id", "brace", "long", "tag"],
)
def test_words_that_no_text_could_repeat_are_refused(changes: dict[str, object]) -> None:
    body = replace(described("aland"), **changes)  # type: ignore[arg-type]
    assert reach("joined").refused(A, body) == "description"


def test_several_signatories_can_be_described() -> None:
    table = reach("joined")
    body = described("aland")
    deputy = replace(body.signatories[0], id="aland.deputy")
    table.say(A, replace(body, signatories=(*body.signatories, deputy)))
    assert len(table.standing.described[A].signatories) == 2


# --- notes


def test_a_note_goes_to_another_party() -> None:
    table = reach("joined")
    for to in (A, MEDIATOR, WITNESS, "stranger"):
        assert table.refused(A, bodies.note(to)) == "note-to"
    act = table.say(A, bodies.note(B))
    assert table.standing.notes == {act.id: (A, B, False)}


def test_the_addressee_answers_a_note_once() -> None:
    table = reach("joined", ("aland", "beland", "celand"))
    assert table.refused(B, bodies.note_answer(table.standing, B)) == "note-unknown"
    act = table.say(A, bodies.note(B))
    body = bodies.note_answer(table.standing, B)
    for who in (A, "celand"):
        assert table.refused(who, body) == "note-addressee"
    table.say(B, body)
    assert table.standing.notes == {act.id: (A, B, True)}
    assert table.refused(B, body) == "note-answered"


# --- statements and attestations


@pytest.mark.parametrize("kind", ["statement-made", "unveiling-held", "commitment-made"])
def test_what_is_said_is_counted_and_moves_nothing(kind: str) -> None:
    table = reach("open")
    before = table.standing
    body = correct(table, kind, A)
    assert body is not None
    table.say(A, body)
    assert table.standing == replace(before, statements=before.statements + 1)


def test_attending_is_not_witnessing_and_parties_do_not_attest() -> None:
    table = reach("open")
    body = correct(table, "witness-attested", WITNESS)
    assert body is not None
    for who in (MEDIATOR, WITNESS):
        table.say(who, body)
    assert table.standing.statements == 2
    assert table.refused(A, body) == "act-role"
