"""Declared types are the schema: nothing missing, nothing unknown, nothing of another type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from paraph.domain.ids import (
    ActId,
    Digest,
    DigestOrEmpty,
    InstrumentNumber,
    PartyId,
    PartyIdOrEmpty,
    PlanId,
    Utc,
    UtcOrEmpty,
)
from paraph.domain.language import ByLanguage
from paraph.wire.record import MAX_MEMBERS, from_json, to_json
from tests.support.refused import refused


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    yes: bool
    colour: Colour
    parts: tuple[Part, ...]
    names: ByLanguage[str]
    digests: Mapping[str, Digest]
    party: PartyId
    perhaps: DigestOrEmpty


WHOLE = Whole(
    yes=True,
    colour=Colour.BLUE,
    parts=(Part(name="a", size=1), Part(name="", size=-2)),
    names=ByLanguage({"en": "one", "he": "אחת"}),
    digests={"en": Digest("ab" * 32)},
    party=PartyId("aland"),
    perhaps="",
)
VALUE: dict[str, Any] = {
    "yes": True,
    "colour": "blue",
    "parts": [{"name": "a", "size": 1}, {"name": "", "size": -2}],
    "names": {"en": "one", "he": "אחת"},
    "digests": {"en": "ab" * 32},
    "party": "aland",
    "perhaps": "",
}


def test_a_record_is_an_object_of_all_its_members_and_comes_back() -> None:
    assert to_json(WHOLE) == VALUE
    assert from_json(Whole, VALUE) == WHOLE


@pytest.mark.parametrize("name", VALUE)
def test_a_missing_member_is_refused(name: str) -> None:
    with refused("record-format") as error:
        from_json(Whole, {k: v for k, v in VALUE.items() if k != name})
    assert name in error.value.message


def test_an_unknown_member_is_refused_at_any_depth() -> None:
    with refused("record-format"):
        from_json(Whole, VALUE | {"more": 1})
    with refused("record-format") as error:
        from_json(Whole, VALUE | {"parts": [{"name": "a", "size": 1, "more": 1}]})
    assert error.value.params["path"] == "body.parts[0]"


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("yes", 1, "body.yes"),
        ("yes", "true", "body.yes"),
        ("yes", None, "body.yes"),
        ("colour", "green", "body.colour"),
        ("colour", "RED", "body.colour"),
        ("colour", 1, "body.colour"),
        ("parts", {}, "body.parts"),
        ("parts", [[]], "body.parts[0]"),
        ("parts", [{"name": "a", "size": True}], "body.parts[0].size"),
        ("parts", [{"name": "a", "size": "1"}], "body.parts[0].size"),
        ("parts", [{"name": 1, "size": 1}], "body.parts[0].name"),
        ("parts", [{}] * (MAX_MEMBERS + 1), "body.parts"),
        ("names", [], "body.names"),
        ("names", {"english": "one"}, "body.names"),
        ("names", {"EN": "one"}, "body.names"),
        ("names", {"en": 1}, "body.names"),
        ("digests", [], "body.digests"),
        ("digests", {"en": "short"}, "body.digests.en"),
        ("digests", dict.fromkeys(map(str, range(MAX_MEMBERS + 1)), "ab" * 32), "body.digests"),
        ("party", "", "body.party"),
        ("party", "Aland", "body.party"),
        ("party", 1, "body.party"),
        ("perhaps", "short", "body.perhaps"),
        ("perhaps", 0, "body.perhaps"),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_stands(name: str, value: object, path: str) -> None:
    with refused("record-format") as error:
        from_json(Whole, VALUE | {name: value})
    assert error.value.params["path"] == path


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Digest, "ab" * 32, ["", "ab" * 31, "AB" * 32, "ab" * 32 + "\n", "../" * 20 + "abcd"]),
        (ActId, "ab" * 32, ["", "ab"]),
        (PlanId, "ab" * 16, ["", "ab" * 32, "AB" * 16, "ab" * 15 + "\0a"]),
        (PartyId, "a-1", ["", "-a", "1a", "a" * 64, "a\n", "a_b"]),
        (Utc, "2021-02-01T12:00:00Z", ["", "2021-02-01", "2021-02-01T24:00:00Z", "2021-02-01T12:00:00Z\n"]),
        (DigestOrEmpty, "", ["ab"]),
        (DigestOrEmpty, "ab" * 32, [None]),
        (PartyIdOrEmpty, "", ["A"]),
        (UtcOrEmpty, "", ["soon"]),
        (InstrumentNumber, "IL-KS/2021/1", [1, None]),
    ],
)
def test_named_strings_are_what_their_names_say(kind: Any, good: str, bad: list[object]) -> None:
    assert from_json(kind, good) == good
    for value in bad:
        with refused("record-format"):
            from_json(kind, value)


def test_only_what_json_has_is_written() -> None:
    with pytest.raises(AssertionError):
        to_json(1.5)
    with pytest.raises(AssertionError):
        to_json(None)
    with pytest.raises(AssertionError):
        to_json(b"bytes")
