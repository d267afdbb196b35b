"""Places are named as a text's own errors name them."""

from __future__ import annotations

from paraph.domain.places import paragraph_places, places
from paraph.domain.texts import Clause, LanguageVersion, Paragraph

VERSION = LanguageVersion(
    title="A title",
    preamble=(Paragraph(text="We,"),),
    clauses=(
        Clause(heading="One", paragraphs=(Paragraph(text="Words:", points=("a", "b")),)),
        Clause(heading="", paragraphs=(Paragraph(text="More."), Paragraph(text="Most."))),
    ),
)


def test_something_can_be_said_about_the_whole_its_parts_and_all_inside_them() -> None:
    assert places(VERSION) == {
        "", "title", "preamble", "preamble, paragraph 1", "clause 1", "clause 1, heading", "clause 1, paragraph 1",
        "clause 1, paragraph 1, point 1", "clause 1, paragraph 1, point 2", "clause 2", "clause 2, heading",
        "clause 2, paragraph 1", "clause 2, paragraph 2", "closing",
    }  # fmt: skip


def test_a_reviser_ticks_what_is_written_in_the_order_of_reading() -> None:
    assert paragraph_places(VERSION) == (
        "title", "preamble, paragraph 1", "clause 1, heading", "clause 1, paragraph 1", "clause 2, paragraph 1",
        "clause 2, paragraph 2",
    )  # fmt: skip
