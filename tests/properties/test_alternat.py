from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.alternat import precedence
from paraph.domain.composition import canonical, compose, departures, recover
from paraph.domain.digests import canonical_text, text_digest
from paraph.domain.originals import Original
from paraph.domain.texts import Alternat, InstrumentText
from tests.support.specimens import text as made
from tests.support.specimens import texts


@given(texts())
@settings(max_examples=30)
def test_every_party_has_the_same_canonical_form_and_it_is_the_text(text: InstrumentText) -> None:
    for party in text.parties:
        original = compose(text, party.id)
        assert recover(original) == text
        assert canonical(original) == canonical_text(text)
        assert hashlib.sha256(canonical(original)).hexdigest() == original.digest == text_digest(text)


@given(st.integers(2, 34), st.data())
@settings(max_examples=8)
def test_any_number_of_parties_share_one_canonical_form(count: int, data: st.DataObject) -> None:
    text = made(tuple(f"p{number:02}" for number in range(count)), langs=("en", "he"))
    one, other = (data.draw(st.sampled_from(text.parties)).id for _ in range(2))
    assert canonical(compose(text, one)) == canonical(compose(text, other)) == canonical_text(text)


@given(texts(), st.data())
@settings(max_examples=20)
def test_precedence_is_a_permutation_with_the_right_party_first(
    text: InstrumentText, data: st.DataObject
) -> None:
    holder = data.draw(st.sampled_from(text.parties)).id
    for lang in text.versions:
        order = [party.id for party in precedence(text, holder, lang)]
        assert sorted(order) == [party.id for party in text.parties]
        neutral = [party.id for party in precedence(text, None, lang)]
        if text.declarations.alternat is Alternat.BY_COPY:
            assert order == [holder, *(party for party in neutral if party != holder)]
        else:
            own = {party.id for party in text.parties if party.signatory.script_lang == lang}
            assert order == [*(p for p in neutral if p in own), *(p for p in neutral if p not in own)]


@given(texts(), st.data())
@settings(max_examples=20)
def test_by_language_originals_differ_in_their_keeper_alone(
    text: InstrumentText, data: st.DataObject
) -> None:
    text = dataclasses.replace(
        text, declarations=dataclasses.replace(text.declarations, alternat=Alternat.BY_LANGUAGE)
    )
    one, other = (compose(text, party.id) for party in text.parties[:2])
    kept = tuple(
        dataclasses.replace(cover, kept_by=mine.kept_by)
        for cover, mine in zip(one.cover, other.cover, strict=True)
    )
    assert dataclasses.replace(one, holder=other.holder, cover=kept) == other


@given(texts(), st.data())
@settings(max_examples=70)
def test_one_changed_character_anywhere_changes_the_canonical_form(
    text: InstrumentText, data: st.DataObject
) -> None:
    original = compose(text, text.parties[0].id)
    places = [place for place in _strings(original, ()) if _at(original, place)]
    place = data.draw(st.sampled_from(places))
    words = _at(original, place)
    offset = data.draw(st.integers(0, len(words) - 1))
    put = data.draw(st.sampled_from(["x", "ק", " ", "", "{", "}", "{parties}"]))
    changed = words[:offset] + put + words[offset + 1 :]
    if changed == words:
        return
    tampered = _replace(original, place, changed)
    assert canonical(tampered) != canonical(original)
    assert departures(tampered)


@given(texts(), st.data())
@settings(max_examples=30)
def test_any_other_order_changes_the_canonical_form(text: InstrumentText, data: st.DataObject) -> None:
    original = compose(text, text.parties[0].id)
    field = data.draw(st.sampled_from(["blocks", "parties", "standing", "versions", "cover"]))
    values = getattr(original, field)
    shuffled = tuple(data.draw(st.permutations(values)))
    tampered = _with(original, field, shuffled)
    assert (canonical(tampered) == canonical(original)) == (shuffled == values)


@given(texts(), st.data())
@settings(max_examples=30)
def test_a_part_left_out_or_doubled_changes_the_canonical_form(
    text: InstrumentText, data: st.DataObject
) -> None:
    original = compose(text, text.parties[0].id)
    field = data.draw(st.sampled_from(["blocks", "parties", "standing", "versions", "cover"]))
    values = getattr(original, field)
    number = data.draw(st.integers(0, len(values) - 1))
    fewer_or_more = data.draw(
        st.sampled_from([values[:number] + values[number + 1 :], values[: number + 1] + values[number:]])
    )
    tampered = _with(original, field, fewer_or_more)
    assert canonical(tampered) != canonical(original)


def _with(original: Original, field: str, values: Any) -> Original:
    changed: dict[str, Any] = {field: values}
    return dataclasses.replace(original, **changed)


def _strings(value: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Paths of every string that an original holds."""
    if type(value) is str:  # an enumeration is no words
        return [path]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return [found for name in names for found in _strings(getattr(value, name), (*path, name))]
    if isinstance(value, tuple):
        return [found for index, one in enumerate(value) for found in _strings(one, (*path, index))]
    return []


def _at(value: Any, path: tuple[Any, ...]) -> str:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return str(value)


def _replace(value: Any, path: tuple[Any, ...], words: str) -> Any:
    """A copy with one string exchanged, made without asking any constructor."""
    if not path:
        return words
    step, *rest = path
    if isinstance(value, tuple):
        return (*value[:step], _replace(value[step], tuple(rest), words), *value[step + 1 :])
    copy = object.__new__(type(value))
    for field in dataclasses.fields(value):
        old = getattr(value, field.name)
        object.__setattr__(copy, field.name, _replace(old, tuple(rest), words) if field.name == step else old)
    return copy


def test_the_strings_of_an_original_include_all_that_is_printed() -> None:
    original: Original = compose(made(), made().parties[0].id)
    held = {_at(original, place) for place in _strings(original, ())}
    assert {"sig.aland", "Article 1", "Closing en.", "Original kept by EN formal aland"} <= held
