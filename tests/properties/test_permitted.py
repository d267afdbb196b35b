"""What is listed as permitted is all in which two originals differ: taken back, they are the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.composition import compose
from paraph.domain.originals import Original
from paraph.domain.permitted import Permitted, Reason, permitted_differences
from paraph.domain.texts import InstrumentText
from tests.support.specimens import text as made
from tests.support.specimens import texts


def lines(original: Original) -> dict[tuple[str, str], list[str]]:
    """All that is printed, by language and kind of place, without order of languages and positions."""
    found: dict[tuple[str, str], list[str]] = {}
    for cover in original.cover:
        found[cover.lang, "cover"] = [cover.kept_by, cover.title.text, cover.parties]
    for version in original.versions:
        rest: list[str] = []
        for value in version.to_json().values():
            rest += flat(value)
        found[version.lang, "text"] = rest
    return found


def flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for one in value.values() for line in flat(one)]
    if isinstance(value, list):
        return [line for one in value for line in flat(one)]
    return [str(value)]


@given(texts(), st.data())
@settings(max_examples=50)
def test_every_line_that_differs_is_listed_and_no_other(text: InstrumentText, data: st.DataObject) -> None:
    holders = [party.id for party in text.parties]
    a, b = (compose(text, data.draw(st.sampled_from(holders))) for _ in range(2))
    found = permitted_differences(a, b)
    changes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in found:
        if one.lang and one.where != "signatures":
            key = (one.lang, "cover" if one.where == "cover" else "text")
            changes.setdefault(key, []).append((one.one, one.other))
    mine, theirs = lines(a), lines(b)
    for key, said in mine.items():
        listed = changes.get(key, [])
        differing = [pair for pair in zip(said, theirs[key], strict=True) if pair[0] != pair[1]]
        assert sorted(listed) == sorted(differing)
    assert [v.lang for v in a.versions] == [v.lang for v in b.versions] or any(
        one.reason is Reason.LANGUAGE_ORDER and one.where == "languages" for one in found
    )
    moved = {
        x.party
        for x in a.blocks
        for y in b.blocks
        if x.party == y.party and (x.row, x.column) != (y.row, y.column)
    }
    assert {one.one.partition(":")[0] for one in found if one.reason is Reason.POSITION} == moved


def test_an_original_differs_from_itself_in_nothing() -> None:
    one = compose(made(), made().parties[0].id)
    assert permitted_differences(one, one) == ()


def test_two_originals_differ_in_cover_order_of_names_order_of_languages_and_positions() -> None:
    found: set[Reason] = set()
    for langs in (("en", "he", "sq"), ("en", "sq")):
        text = made(langs=langs)
        a, b = (compose(text, party.id) for party in text.parties)
        found |= {one.reason for one in permitted_differences(a, b)}
    assert found == set(Reason)


def test_the_order_of_languages_is_said_once() -> None:
    a, b = (compose(made(), party.id) for party in made().parties)
    (said,) = (one for one in permitted_differences(a, b) if one.where == "languages")
    assert said == Permitted(
        reason=Reason.LANGUAGE_ORDER, lang="", where="languages", one="he, en, sq", other="sq, en, he"
    )
