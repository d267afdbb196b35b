"""From a first proposal to engrossed originals: T1, T2, T4, and the first half of T3."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain import acts
from paraph.domain.declarations import LanguageStatus, TextStatus
from paraph.domain.digests import PARTICULARS
from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import InstrumentState
from paraph.domain.texts import Clause, InstrumentText, Paragraph
from tests.support import bodies
from tests.support.correct import amended
from tests.support.proceedings import MEDIATOR, NUMBERS, TWO, Proceedings, reach, words
from tests.support.specimens import declarations, party, text, version

A, B = PartyId("aland"), PartyId("beland")
N = NUMBERS[0]


def proposal(table: Proceedings, one: InstrumentText) -> acts.TextProposed:
    return bodies.proposal(one, table.table.lay(one))


def state(table: Proceedings) -> InstrumentState:
    return table.standing.instruments[N].state


# --- proposing


def test_a_proposal_puts_a_text_on_the_table_with_its_proposer_behind_it() -> None:
    found = reach("proposed").standing.instruments[N]
    assert (found.state, found.proposed_by, found.accepted, found.versions) == (
        InstrumentState.NEGOTIATING, A, frozenset({A}), 1,
    )  # fmt: skip


def test_a_counter_proposal_replaces_the_text_and_every_acceptance() -> None:
    table = reach("agreed")
    table.say(B, proposal(table, amended(TWO, N)))
    found = table.standing.instruments[N]
    assert (found.state, found.proposed_by, found.accepted, found.versions) == (
        InstrumentState.NEGOTIATING, B, frozenset({B}), 2,
    )  # fmt: skip
    assert table.refused(A, bodies.acceptance(reach("agreed").standing, N)) == "text-other"
    table.say(A, bodies.acceptance(table.standing, N))
    assert state(table) is InstrumentState.AGREED


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (text(TWO, ("en",), number=InstrumentNumber("AB/9")), "text-number"),
        (text(("aland", "celand"), ("en",), number=N), "text-parties"),
        (text(("aland", "beland", "celand"), ("en",), number=N), "text-parties"),
        (text(TWO, ("en",), number=N, specimen="SPECIMEN"), "text-specimen"),
    ],
    ids=["number", "another party", "one party more", "specimen"],
)
def test_a_text_that_is_not_of_this_dossier_is_refused(made: InstrumentText, code: str) -> None:
    table = reach("described")
    body = acts.TextProposed(instrument=N, text=table.table.lay(made), note="")
    assert table.refused(A, body) == code


def test_bytes_that_are_no_text_are_refused() -> None:
    assert (
        reach("described").refused(A, acts.TextProposed(instrument=N, text=bodies.mark("noise"), note=""))
        == "text-unreadable"
    )


def test_the_text_on_the_table_is_not_proposed_again() -> None:
    table = reach("proposed")
    assert table.refused(B, proposal(table, words(TWO, N))) == "text-same"


def test_a_dossier_holds_a_bounded_number_of_instruments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.domain.negotiation.MAX_INSTRUMENTS", 2)
    table = reach("proposed")
    third = text(TWO, ("en",), number=InstrumentNumber("AB/2021/3"))
    assert table.refused(A, proposal(table, third)) == "too-many-instruments"
    table.say(A, proposal(table, amended(TWO, N)))  # another text of a known one is none more


@pytest.mark.parametrize("stage", ["initialled", "engrossed", "open", "concluded"])
def test_no_other_text_after_initials(stage: str) -> None:
    table = reach(stage)
    assert table.refused(B, proposal(table, amended(TWO, N))) == "instrument-state"


def test_one_initial_is_enough_to_fix_the_text() -> None:
    table = reach("agreed")
    table.say(A, bodies.initials(table.standing, N, words(TWO, N)))
    assert table.refused(B, proposal(table, amended(TWO, N))) == "instrument-state"


# --- names are their party's own: T4


def renamed(**changes: object) -> InstrumentText:
    made = words(TWO, N)
    own = replace(made.party("beland"), **changes)  # type: ignore[arg-type]
    return replace(made, parties=(made.party("aland"), own))


OTHER = party("beland", ("en",))


@pytest.mark.parametrize(
    "changes",
    [
        {"names": ByLanguage({"en": replace(OTHER.names["en"], short="B-land")})},
        {"names": ByLanguage({"en": replace(OTHER.names["en"], caption="For us")})},
        {"places": ByLanguage({"en": "elsewhere"})},
        {"signatory": replace(OTHER.signatory, id="beland.pm", script_lang="sq")},
        {"signatory": replace(OTHER.signatory, script_lang="en")},
        {"signatory": replace(OTHER.signatory, script_lang="sq", name=ByLanguage({"en": "A. N. Other"}))},
        {"signatory": replace(OTHER.signatory, script_lang="sq", title=ByLanguage({"en": "deputy"}))},
    ],
    ids=["name", "caption", "place", "signatory", "language", "signatory's name", "title"],
)
def test_a_text_that_spells_a_party_in_another_way_is_refused(changes: dict[str, object]) -> None:
    table = reach("described")
    assert table.refused(A, proposal(table, renamed(**changes))) == "names-not-own"


def test_before_a_party_described_itself_any_spelling_may_be_proposed_but_not_initialled() -> None:
    table = reach("joined")
    table.say(A, proposal(table, renamed(places=ByLanguage({"en": "elsewhere"}))))
    table.say(B, bodies.acceptance(table.standing, N))
    on_table = table.table.texts[table.standing.instruments[N].text]
    assert table.refused(A, bodies.initials(table.standing, N, on_table)) == "party-undescribed"
    for who in (A, B):
        table.say(who, bodies.description(words(TWO, N), who))
    assert table.refused(A, bodies.initials(table.standing, N, on_table)) == "names-not-own"


def test_an_agreed_date_of_signature_is_nobodys_name() -> None:
    table = reach("described")
    table.say(A, proposal(table, renamed(date="2021-02-02")))


# --- accepting


def test_a_text_is_agreed_when_the_last_party_accepts_it() -> None:
    table = reach("proposed", ("aland", "beland", "celand"))
    table.say(B, bodies.acceptance(table.standing, N))
    assert state(table) is InstrumentState.NEGOTIATING
    table.say("celand", bodies.acceptance(table.standing, N))
    assert state(table) is InstrumentState.AGREED


def test_nobody_accepts_twice_nor_its_own_proposal() -> None:
    table = reach("proposed", ("aland", "beland", "celand"))
    assert table.refused(A, bodies.acceptance(table.standing, N)) == "already-accepted"
    table.say(B, bodies.acceptance(table.standing, N))
    assert table.refused(B, bodies.acceptance(table.standing, N)) == "already-accepted"


def test_another_text_than_that_on_the_table_is_not_accepted() -> None:
    body = acts.TextAccepted(instrument=N, text=bodies.mark("another"))
    assert reach("proposed").refused(B, body) == "text-other"


# --- initialling: T1


def test_the_text_is_fixed_when_every_party_has_initialled() -> None:
    table = reach("agreed")
    table.say(A, bodies.initials(table.standing, N, words(TWO, N)))
    assert (state(table), table.standing.instruments[N].initialled) == (
        InstrumentState.AGREED,
        frozenset({A}),
    )
    table.say(B, bodies.initials(table.standing, N, words(TWO, N)))
    assert (state(table), table.standing.instruments[N].initialled) == (
        InstrumentState.INITIALLED,
        frozenset({A, B}),
    )
    assert not table.standing.orders  # initials are not consent, and order nothing


def initials_on(made: InstrumentText) -> tuple[Proceedings, acts.TextInitialled]:
    table = reach("described")
    table.say(A, proposal(table, made))
    table.say(B, bodies.acceptance(table.standing, N))
    return table, bodies.initials(table.standing, N, made)


@pytest.mark.parametrize(
    "changes",
    [
        {"nature": None},
        {"conclusion": None},
        {"method": None},
        {"entry_into_force": None},
        {"languages": (LanguageStatus(lang="en", status=None),)},
        {"languages": (LanguageStatus(lang="en", status=TextStatus.COURTESY),)},
    ],
    ids=["nature", "conclusion", "method", "entry", "status", "only courtesy"],
)
def test_a_missing_declaration_refuses_initialling(changes: dict[str, object]) -> None:
    table, body = initials_on(text(TWO, ("en",), number=N, declarations=declarations(("en",), **changes)))
    assert table.refused(A, body) == "declarations-missing"


def test_versions_of_another_structure_refuse_initialling() -> None:
    langs = ("en", "sq")
    short = replace(version("sq"), clauses=(Clause(heading="H", paragraphs=(Paragraph(text="One."),)),))
    made = text(TWO, langs, number=N, versions=ByLanguage({"en": version("en"), "sq": short}))
    table = reach("joined")
    for who in (A, B):
        table.say(who, bodies.description(made, who))
    table.say(A, proposal(table, made))
    table.say(B, bodies.acceptance(table.standing, N))
    assert table.refused(A, bodies.initials(table.standing, N, made)) == "concordance"


def test_the_initialled_digests_are_those_of_the_agreed_text() -> None:
    table = reach("agreed")
    body = bodies.initials(table.standing, N, words(TWO, N))
    for digests in (
        {},
        {**body.digests, "he": bodies.mark("he")},
        {**body.digests, "en": bodies.mark("en")},
        {PARTICULARS: body.digests[PARTICULARS]},
    ):
        assert table.refused(A, replace(body, digests=digests)) == "digests-differ"
    assert table.refused(A, replace(body, text=bodies.mark("another"))) == "text-other"


def test_nobody_initials_twice() -> None:
    table = reach("agreed")
    table.say(A, bodies.initials(table.standing, N, words(TWO, N)))
    assert table.refused(A, bodies.initials(table.standing, N, words(TWO, N))) == "already-initialled"


def test_a_text_whose_bytes_were_lost_is_not_initialled() -> None:
    table = reach("agreed")
    body = bodies.initials(table.standing, N, words(TWO, N))
    table.table.texts.clear()
    assert table.refused(A, body) == "text-unreadable"


# --- reopening: T2


@pytest.mark.parametrize("stage", ["agreed", "initialled", "engrossed", "authorised"])
def test_reopening_needs_every_party_and_voids_what_was_done(stage: str) -> None:
    table = reach(stage)
    before = table.standing.instruments[N]
    table.say(B, bodies.reopening(table.standing, N))
    assert table.standing.instruments[N] == replace(before, reopening=frozenset({B}))
    table.say(A, bodies.reopening(table.standing, N))
    found = table.standing.instruments[N]
    assert found == replace(
        before, state=InstrumentState.NEGOTIATING, accepted=frozenset(), initialled=frozenset(),
        reopening=frozenset(), engrossed={},
    )  # fmt: skip
    table.say(A, bodies.acceptance(table.standing, N))  # the same text may be agreed again
    table.say(B, bodies.acceptance(table.standing, N))
    assert state(table) is InstrumentState.AGREED


def test_the_go_for_a_text_ends_with_the_text() -> None:
    table = reach("authorised")
    assert {number for _, _, number in table.standing.orders} == set(NUMBERS)
    for who in (A, B):
        table.say(who, bodies.reopening(table.standing, N))
    assert {number for _, _, number in table.standing.orders} == {NUMBERS[1]}


@pytest.mark.parametrize("stage", ["planned", "open", "held"])
def test_a_text_under_a_signing_plan_is_not_reopened(stage: str) -> None:
    table = reach(stage)
    assert table.refused(A, bodies.reopening(table.standing, N)) == "plan-live"
    table.say(MEDIATOR, bodies.abort(table.standing))
    for who in (A, B):
        table.say(who, bodies.reopening(table.standing, N))
    assert state(table) is InstrumentState.NEGOTIATING


def test_a_text_outside_the_plan_can_be_reopened_while_it_runs() -> None:
    table = reach("authorised")
    body = bodies.plan(table.standing, bodies.plan_id(1))
    only = tuple(o for o in body.originals if o.instrument == N)
    table.say(A, replace(body, originals=only))
    table.say(A, bodies.reopening(table.standing, NUMBERS[1]))
    assert table.refused(A, bodies.reopening(table.standing, N)) == "plan-live"


def test_another_text_is_not_reopened() -> None:
    body = acts.TextReopened(instrument=N, text=bodies.mark("another"), reason="")
    assert reach("initialled").refused(A, body) == "text-other"


def test_whoever_goes_on_with_a_text_no_longer_asks_to_reopen_it() -> None:
    table = reach("agreed")
    table.say(A, bodies.reopening(table.standing, N))
    table.say(A, bodies.initials(table.standing, N, words(TWO, N)))
    assert not table.standing.instruments[N].reopening
    table.say(B, bodies.initials(table.standing, N, words(TWO, N)))
    table.say(A, bodies.reopening(table.standing, N))
    table.say(A, bodies.engrossing(table.standing, N))
    table.say(B, bodies.reopening(table.standing, N))
    assert state(table) is InstrumentState.INITIALLED
    assert table.standing.instruments[N].reopening == frozenset({B})


def test_planning_to_sign_withdraws_the_wish_to_reopen() -> None:
    table = reach("authorised", ("aland", "beland", "celand"))
    for who in (A, B):
        table.say(who, bodies.reopening(table.standing, N))
    table.say(B, bodies.plan(table.standing, bodies.plan_id(1)))
    assert table.standing.instruments[N].reopening == frozenset({A})
    table.say(A, bodies.plan_acceptance(table.standing))
    assert not table.standing.instruments[N].reopening


# --- engrossing: T3


def test_an_instrument_is_engrossed_when_every_party_rendered_the_same_bytes() -> None:
    table = reach("initialled")
    table.say(A, bodies.engrossing(table.standing, N))
    assert state(table) is InstrumentState.INITIALLED
    table.say(B, bodies.engrossing(table.standing, N))
    assert state(table) is InstrumentState.ENGROSSED


def test_other_bytes_do_not_engross_until_somebody_renders_again() -> None:
    table = reach("initialled")
    table.say(A, bodies.engrossing(table.standing, N))
    table.say(B, bodies.engrossing(table.standing, N, renderer="two"))
    assert state(table) is InstrumentState.INITIALLED
    table.say(B, bodies.engrossing(table.standing, N))
    assert state(table) is InstrumentState.ENGROSSED


def test_the_order_in_which_originals_are_listed_and_the_renderer_say_nothing() -> None:
    table = reach("initialled")
    table.say(A, bodies.engrossing(table.standing, N))
    body = bodies.engrossing(table.standing, N)
    table.say(B, replace(body, originals=body.originals[::-1], renderer="another machine"))
    assert state(table) is InstrumentState.ENGROSSED


def test_a_size_that_differs_is_a_difference() -> None:
    table = reach("initialled")
    table.say(A, bodies.engrossing(table.standing, N))
    body = bodies.engrossing(table.standing, N)
    table.say(B, replace(body, originals=tuple(replace(o, size=o.size + 1) for o in body.originals)))
    assert state(table) is InstrumentState.INITIALLED


def test_one_original_is_rendered_for_each_party() -> None:
    table = reach("initialled")
    body = bodies.engrossing(table.standing, N)
    first, second = body.originals
    for originals in (
        (),
        (first,),
        (first, first),
        (first, second, second),
        (first, replace(second, holder=MEDIATOR)),
    ):
        assert table.refused(A, replace(body, originals=originals)) == "originals-holders"
    assert table.refused(A, replace(body, text=bodies.mark("another"))) == "text-other"
