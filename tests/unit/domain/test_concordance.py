from __future__ import annotations

import dataclasses

import pytest

from paraph.domain.concordance import concordance, require_ready
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Clause, Paragraph
from paraph.errors import LocalActError
from tests.support.specimens import declarations, text, version


def remarks(**changes):
    made = text()
    albanian = dataclasses.replace(made.versions["sq"], **changes)
    made = dataclasses.replace(made, versions=ByLanguage({**dict(made.versions), "sq": albanian}))
    return [(one.lang, one.where, one.message) for one in concordance(made)]


def test_versions_of_one_structure_agree():
    assert concordance(text()) == ()


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        ({"clauses": version("sq", clauses=3).clauses}, "clauses", "3 clauses, but 2 in en"),
        ({"closing": ()}, "closing", "0 paragraphs, but 1 in en"),
        ({"title": "Title"}, "title", "{parties} does not stand here as often as in en"),
        ({"preamble": (Paragraph(text="{parties:short} {places}"),)}, "preamble, paragraph 1", "{places}"),
    ],
)
def test_each_difference_is_named(changes, where, message):
    ((lang, at, said),) = remarks(**changes)
    assert (lang, at) == ("sq", where)
    assert message in said


def test_points_headings_and_tokens_inside_a_clause_are_compared():
    first = version("sq").clauses[0]
    bare = Clause(heading="", paragraphs=(Paragraph(text="Words in {places}:", points=("{parties}",)),))
    found = remarks(clauses=(bare, version("sq").clauses[1]))
    assert [where for _, where, _ in found] == [
        "clause 1",
        "clause 1, paragraph 1",
        "clause 1, paragraph 1, point 1",
    ]
    assert first.heading in version("sq").clauses[0].heading


def test_another_form_of_a_name_is_no_difference():
    assert remarks(preamble=(Paragraph(text="{parties:short} preamble"),)) == []


def test_initialling_needs_declarations_and_concordance():
    require_ready(text())
    with pytest.raises(LocalActError, match="AB/2021/1 does not declare nature, method") as caught:
        require_ready(text(declarations=declarations(nature=None, method=None)))
    assert caught.value.code == "declarations-missing"
    broken = ByLanguage({"en": version("en"), "he": version("he", clauses=1), "sq": version("sq")})
    with pytest.raises(LocalActError, match="he, clauses: 1 clauses, but 2 in en") as caught:
        require_ready(text(versions=broken))
    assert caught.value.code == "concordance"
