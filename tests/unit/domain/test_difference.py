from __future__ import annotations

import dataclasses

from hypothesis import given, settings

from paraph.domain.difference import Kind, difference, format_difference
from paraph.domain.digests import text_digest
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Clause, InstrumentText, Method, Paragraph
from tests.support.specimens import declarations, text, texts, version


def edited(clauses=None, **changes) -> InstrumentText:
    """The specimen text with other clauses in English."""
    made = text(**changes)
    english = dataclasses.replace(made.versions["en"], clauses=tuple(clauses or made.versions["en"].clauses))
    return dataclasses.replace(made, versions=ByLanguage({**dict(made.versions), "en": english}))


def clause(heading: str, words: str) -> Clause:
    return Clause(heading=heading, paragraphs=(Paragraph(text=words),))


def test_equal_texts_do_not_differ():
    assert difference(text(), text()) == ()
    assert format_difference(()) == "No difference."


def test_a_changed_word_is_shown_in_its_clause():
    before = edited([clause("Costs", "Each side bears its own costs."), clause("End", "It ends in May.")])
    after = edited([clause("Costs", "Each side bears all costs."), clause("End", "It ends in May.")])
    (change,) = difference(before, after)
    assert (change.kind, change.lang, change.where) == (Kind.CHANGED, "en", "clause 1")
    assert [(run.kind, run.words) for run in change.runs if run.kind is not Kind.SAME] == [
        (Kind.REMOVED, "its own"),
        (Kind.ADDED, "all"),
    ]
    assert change.before.endswith("bears its own costs.")
    assert change.after.endswith("bears all costs.")


def test_an_inserted_clause_does_not_disturb_those_after_it():
    one, two, new = (
        clause("One", "First."),
        clause("Two", "Second."),
        clause("New", "Something else entirely."),
    )
    (added,) = difference(edited([one, two]), edited([one, new, two]))
    assert (added.kind, added.where) == (Kind.ADDED, "clause 2")
    (removed,) = difference(edited([one, new, two]), edited([one, two]))
    assert (removed.kind, removed.where) == (Kind.REMOVED, "clause 2")


def test_a_replaced_clause_is_removed_and_added():
    one = clause("One", "First.")
    changes = difference(
        edited([one, clause("Peace", "They meet yearly in spring.")]),
        edited([one, clause("Trade", "Goods move without duties.")]),
    )
    assert [(change.kind, change.where) for change in changes] == [
        (Kind.REMOVED, "clause 2"),
        (Kind.ADDED, "clause 2"),
    ]


def test_declarations_and_particulars_come_first():
    changes = difference(text(), edited(declarations=declarations(method=Method.HYBRID), specimen="SPECIMEN"))
    assert [(change.lang, change.where) for change in changes] == [
        ("", "specimen"),
        ("", "declarations, method"),
    ]
    assert changes[1].before == "electronic"
    assert changes[1].after == "hybrid"


def test_a_language_may_come_or_go():
    fewer = text(langs=("en",))
    more = text(langs=("en", "he"))
    assert {change.lang for change in difference(fewer, more) if change.lang} == {"he"}
    assert all(change.kind is Kind.REMOVED for change in difference(more, fewer) if change.lang == "he")
    assert len([change for change in difference(fewer, more) if change.lang == "he"]) == 6


def test_long_clauses_are_compared_by_paragraph():
    long = " ".join(f"word{number}" for number in range(3000))
    (change,) = difference(edited([clause("Long", long)]), edited([clause("Long", f"{long} more")]))
    assert [run.kind for run in change.runs] == [Kind.SAME, Kind.REMOVED, Kind.ADDED]


def test_the_terminal_form_marks_words():
    before, after = edited([clause("Costs", "Each pays half.")]), edited([clause("Costs", "Each pays all.")])
    shown = format_difference(difference(before, after))
    assert shown == "en, clause 1 (changed)\n    Costs\n    Each pays [-half-]{+all+}."
    assert "\033[31mhalf\033[0m\033[32mall\033[0m" in format_difference(
        difference(before, after), colour=True
    )


@given(texts(), texts())
@settings(max_examples=15)
def test_there_is_a_difference_exactly_if_the_digests_differ(
    one: InstrumentText, other: InstrumentText
) -> None:
    assert bool(difference(one, other)) == (text_digest(one) != text_digest(other))
    assert difference(one, one) == ()


def test_the_title_is_compared():
    made = text()
    changed = dataclasses.replace(version("he"), title="כותרת")
    (change,) = difference(
        made, dataclasses.replace(made, versions=ByLanguage({**dict(made.versions), "he": changed}))
    )
    assert (change.lang, change.where) == ("he", "title")
