"""Comments and ticks: about one exact text, at places that it has, and without a say in what is agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraph.domain.acts import ConcordanceTicked
from paraph.domain.digests import text_digest
from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.domain.places import paragraph_places
from paraph.domain.revision import MAX_COMMENT_CHARS, all_ticked, unticked
from paraph.domain.standing import InstrumentState, Tick
from paraph.errors import LocalActError
from tests.support import bodies
from tests.support.correct import amended, correct
from tests.support.proceedings import MEDIATOR, NUMBERS, TWO, WITNESS, Proceedings, reach, words
from tests.support.specimens import text

A, B = PartyId("aland"), PartyId("beland")
NUMBER = InstrumentNumber("AB/2021/9")
THREE = text(TWO, ("en", "he", "sq"), number=NUMBER)
PLACES = paragraph_places(THREE.versions["en"])


def table() -> Proceedings:
    """Three languages of one instrument are on the table."""
    here = reach("described")
    here.current = replace(here.standing, described={})  # whose names these are is not asked here
    here.say(A, bodies.proposal(THREE, here.table.lay(THREE)))
    return here


def ticks(here: Proceedings, **changes: object) -> ConcordanceTicked:
    return bodies.ticks(here.standing, NUMBER, THREE, **changes)


# --- comments


def test_a_comment_changes_nothing_but_that_there_is_one_more() -> None:
    here = table()
    before = here.standing.instruments[NUMBER]
    here.say(B, bodies.comment(here.standing, NUMBER))
    here.say(MEDIATOR, bodies.comment(here.standing, NUMBER, lang="", where=""))
    assert here.standing.instruments[NUMBER] == replace(before, comments=2)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lang": "fr"}, "comment-place"),
        ({"where": "clause 99"}, "comment-place"),
        ({"where": "clause 1 "}, "comment-place"),
        ({"words": ""}, "comment-words"),
        ({"words": "\n"}, "comment-words"),
        ({"words": "read \u202ethis"}, "comment-words"),
        ({"words": "a\0b"}, "comment-words"),
        ({"words": "x" * (MAX_COMMENT_CHARS + 1)}, "comment-words"),
        ({"text": bodies.mark("another text")}, "text-other"),
        ({"instrument": "AB/2021/77"}, "instrument-unknown"),
    ],
)
def test_a_comment_that_says_nothing_or_nowhere_is_void(changes: dict[str, object], code: str) -> None:
    here = table()
    assert here.refused(B, bodies.comment(here.standing, NUMBER, **changes)) == code


def test_a_comment_may_have_lines_and_answer_another() -> None:
    here = table()
    first = here.say(B, bodies.comment(here.standing, NUMBER, lang="he", words="מילה\n\nand more"))
    here.say(A, bodies.comment(here.standing, NUMBER, in_reply_to=first.id))
    here.say(A, bodies.comment(here.standing, NUMBER, in_reply_to=bodies.mark("not arrived yet")))
    assert here.standing.instruments[NUMBER].comments == 3


def test_comments_are_about_the_text_on_the_table_and_are_counted_on() -> None:
    here = reach("proposed")
    old = bodies.comment(here.standing, NUMBERS[0])
    here.say(B, old)
    newer = amended(TWO, NUMBERS[0])
    here.say(B, bodies.proposal(newer, here.table.lay(newer)))
    assert here.refused(A, old) == "text-other"
    assert here.standing.instruments[NUMBERS[0]].comments == 1


def test_witnesses_do_not_comment_and_mediators_do_not_tick() -> None:
    here = table()
    assert here.refused(WITNESS, bodies.comment(here.standing, NUMBER)) == "act-role"
    assert here.refused(MEDIATOR, ticks(here)) == "act-role"


# --- ticks


def test_ticks_of_a_party_add_up_until_all_is_compared() -> None:
    here = table()
    half = PLACES[:2]
    here.say(A, ticks(here, langs=("he", "en"), paragraphs=PLACES, complete=False))
    here.say(A, ticks(here, langs=("en", "sq"), paragraphs=half, complete=False))
    assert here.standing.instruments[NUMBER].revised == frozenset()
    here.say(A, ticks(here, langs=("sq", "he"), paragraphs=PLACES[2:]))
    assert here.standing.instruments[NUMBER].revised == {A}
    here.say(B, ticks(here))
    assert here.standing.instruments[NUMBER].revised == {A, B}
    assert here.standing.instruments[NUMBER].state is InstrumentState.NEGOTIATING


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"langs": ("en",)}, "concordance-langs"),
        ({"langs": ("en", "en")}, "concordance-langs"),
        ({"langs": ("en", "fr")}, "concordance-langs"),
        ({"langs": ()}, "concordance-langs"),
        ({"paragraphs": ("clause 99, paragraph 1",)}, "concordance-place"),
        ({"paragraphs": ("clause 1",)}, "concordance-place"),
        ({"paragraphs": (), "complete": False}, "already-ticked"),
        ({"complete": False}, "concordance-complete"),
        ({"paragraphs": PLACES[:1]}, "concordance-complete"),
        ({"langs": ("en", "he")}, "concordance-complete"),
        ({"reviser": ""}, "reviser"),
        ({"reviser": "a\u202eb"}, "reviser"),
        ({"text": bodies.mark("another text")}, "text-other"),
    ],
)
def test_a_tick_that_says_more_or_less_than_was_compared_is_void(
    changes: dict[str, object], code: str
) -> None:
    here = table()
    assert here.refused(A, ticks(here, **changes)) == code


def test_a_tick_adds_something() -> None:
    here = table()
    here.say(A, ticks(here, langs=("en", "he"), complete=False))
    assert here.refused(A, ticks(here, langs=("he", "en"), complete=False)) == "already-ticked"


def test_a_new_text_takes_the_ticks_away_and_reopening_leaves_them() -> None:
    here = reach("initialled")
    for number in NUMBERS:
        body = correct(here, "concordance-ticked", A, number)
        assert body is not None
        here.say(A, body)
    for who in (A, B):
        here.say(who, bodies.reopening(here.standing, NUMBERS[0]))
    assert here.standing.instruments[NUMBERS[0]].revised == {A}
    newer = amended(TWO, NUMBERS[0])
    here.say(A, bodies.proposal(newer, here.table.lay(newer)))
    first, second = (here.standing.instruments[number] for number in NUMBERS)
    assert (first.revised, first.ticked) == (frozenset(), {})
    assert second.revised == {A}


def test_a_text_in_one_language_is_compared_with_nothing_and_can_still_be_revised() -> None:
    here = reach("proposed")
    one = words(TWO, NUMBERS[0])
    assert unticked(one, ()) == paragraph_places(one.versions["en"])
    here.say(A, bodies.ticks(here.standing, NUMBERS[0], one))
    assert here.standing.instruments[NUMBERS[0]].revised == {A}


def test_a_text_that_cannot_be_read_is_not_spoken_about() -> None:
    here = table()
    body = bodies.comment(here.standing, NUMBER)
    here.table.texts.clear()
    assert here.refused(B, body) == "text-unreadable"


# --- a model: what is compared is a graph of languages at each paragraph


LANGS = THREE.declarations.langs
TICKS = st.sets(
    st.tuples(
        st.sampled_from(PLACES),
        st.sets(st.sampled_from(LANGS), min_size=2).map(lambda langs: tuple(sorted(langs))),
    ),
    max_size=30,
)


def reachable(ticked: set[Tick], where: str) -> set[str]:
    """Languages that can be walked to from the first one, an edge at a time."""
    edges = {(a, b) for place, langs in ticked if place == where for a in langs for b in langs}
    seen = {LANGS[0]}
    for _ in LANGS:
        seen |= {b for a, b in edges if a in seen}
    return seen


@given(TICKS)
def test_what_is_not_compared_is_what_cannot_be_walked_to(ticked: set[Tick]) -> None:
    expected = tuple(where for where in PLACES if reachable(ticked, where) != set(LANGS))
    assert unticked(THREE, ticked) == expected
    assert all_ticked(THREE, ticked) is not expected


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tick", "comment", "other", "back"]),
        st.sampled_from([A, B]),
        st.sampled_from([("en", "he"), ("en", "sq"), ("he", "sq"), ("en", "he", "sq")]),
        st.sets(st.sampled_from(PLACES), min_size=1),
        st.booleans(),
    ),
    max_size=12,
)
OTHER = replace(THREE, declarations=replace(THREE.declarations, nature=None))


@given(STEPS)
def test_acts_are_void_exactly_where_a_simple_model_says_so(
    steps: list[tuple[str, PartyId, tuple[str, ...], set[str], bool]],
) -> None:
    here = table()
    digests: Mapping[str, Digest] = {"other": here.table.lay(OTHER), "back": text_digest(THREE)}
    current, held, comments = "back", {A: set[Tick](), B: set[Tick]()}, 0
    for kind, who, langs, chosen, on_current in steps:
        named = digests[current] if on_current else digests["other" if current == "back" else "back"]
        if kind in digests:
            possible = kind != current
            body = bodies.proposal(THREE if kind == "back" else OTHER, digests[kind])
            if possible:
                current, held = kind, {A: set(), B: set()}
        elif kind == "comment":
            possible = on_current
            body = bodies.comment(here.standing, NUMBER, text=named)  # type: ignore[assignment]
            comments += possible
        else:
            new = held[who] | {(where, tuple(sorted(langs))) for where in chosen}
            complete = all(reachable(new, where) == set(LANGS) for where in PLACES)
            possible = on_current and new != held[who]
            body = ticks(here, text=named, langs=langs, paragraphs=tuple(sorted(chosen)), complete=complete)  # type: ignore[assignment]
            if possible:
                held[who] = new
        try:
            here.say(who, body)
        except LocalActError:
            assert not possible
        else:
            assert possible
        found = here.standing.instruments[NUMBER]
        assert found.comments == comments
        assert {p: set(found.ticked.get(p, ())) for p in (A, B)} == held
