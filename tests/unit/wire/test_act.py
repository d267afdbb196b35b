"""Acts to and from the exact bytes that are signed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.acts import BODIES, TYPE_PREFIX, DossierJoined, StatementMade
from paraph.domain.ids import ActId, PartyId, Utc
from paraph.errors import FormatError
from paraph.wire import canonical, limits
from paraph.wire.act import kind_of, read_act, read_payload, seal_act
from paraph.wire.envelope import verify
from paraph.wire.record import to_json
from tests.support.refused import refused

KEYS = generate_node_keys()
A, B = PartyId("aland"), PartyId("beland")
NOW = Utc("2021-02-01T12:00:00Z")
ACTS: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parents[2] / "golden" / "acts.json").read_text("utf-8")
)
SAID = StatementMade(speaker="A. B.", capacity="minister", lang="en", text="Words.", source="")


def read(value: dict[str, Any]) -> Any:
    payload = canonical.dump(value)
    return read_payload(payload, ActId(hashlib.sha256(payload).hexdigest()))


def act(**changes: Any) -> dict[str, Any]:
    """A well-formed act as JSON, with some members changed."""
    value: dict[str, Any] = json.loads(ACTS["statement-made"]["payload"])
    return value | changes


# --- golden acts: bytes that every later version has to read, and to write again


def test_there_is_a_golden_act_of_every_type() -> None:
    assert ACTS.keys() == BODIES.keys()


@pytest.mark.parametrize("kind", BODIES)
def test_a_golden_act_is_read_and_written_again_byte_for_byte(kind: str) -> None:
    payload = ACTS[kind]["payload"].encode()
    made = read_payload(payload, ActId(ACTS[kind]["id"]))
    assert made.id == hashlib.sha256(payload).hexdigest()
    assert (made.kind, type(made.body)) == (kind, BODIES[kind])
    assert made.body is not None
    value = json.loads(payload)
    again = canonical.dump(
        {
            "v": 1, "type": TYPE_PREFIX + kind_of(made.body), "dossier": made.dossier, "author": made.author,
            "author_seq": made.author_seq, "author_prev": made.author_prev, "seen": made.seen, "time": made.time,
            "body": to_json(made.body),
        }
    )  # fmt: skip
    assert again == payload
    assert not any(member in ([], {}) for member in value["body"].values()), "a golden act has every member"


# --- sealing


def test_a_sealed_act_says_what_was_asked_and_is_signed() -> None:
    sealed = seal_act(
        SAID,
        dossier="ab" * 32,
        author=A,
        author_seq=3,
        author_prev="cd" * 32,
        seen={B: 2},
        time=NOW,
        keys=KEYS,
    )
    verify(sealed.envelope, KEYS.public)
    assert read_act(sealed.envelope.data).act == sealed.act
    assert sealed.act.id == hashlib.sha256(sealed.envelope.payload).hexdigest()
    assert canonical.is_canonical(sealed.envelope.payload)
    assert (sealed.act.kind, sealed.act.body, sealed.act.author_seq) == ("statement-made", SAID, 3)


def test_what_was_not_seen_and_what_is_ones_own_is_not_counted() -> None:
    sealed = seal_act(
        SAID, dossier="ab" * 32, author=A, author_seq=0, author_prev="", seen={A: 7, B: 0, PartyId("c"): 1},
        time=NOW, keys=KEYS,
    )  # fmt: skip
    assert sealed.act.seen == {"c": 1}


def test_a_malformed_body_is_not_sealed() -> None:
    with refused("record-format"):
        seal_act(
            DossierJoined(opening=ActId("short")), dossier="ab" * 32, author=B, author_seq=0, author_prev="",
            seen={}, time=NOW, keys=KEYS,
        )  # fmt: skip


def test_an_act_is_bounded() -> None:
    huge = StatementMade(speaker="", capacity="", lang="en", text="x" * limits.MAX_ACT, source="")
    with pytest.raises(FormatError):
        seal_act(
            huge, dossier="ab" * 32, author=B, author_seq=0, author_prev="", seen={}, time=NOW, keys=KEYS
        )


# --- reading strictly


@pytest.mark.parametrize("name", sorted(act()))
def test_every_member_of_the_header_is_needed(name: str) -> None:
    with refused("act-format"):
        read({k: v for k, v in act().items() if k != name})


def test_an_unknown_member_is_refused() -> None:
    with refused("act-format"):
        read(act(extra=""))
    with refused("record-format"):
        read(act(body={**act()["body"], "extra": ""}))


@pytest.mark.parametrize("version", [0, 2, "1", True, None])
def test_another_version_is_not_guessed_at(version: object) -> None:
    with refused("act-format"):
        read(act(v=version))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", ""),
        ("type", "statement-made"),
        ("type", "paraph.act/2:statement-made"),
        ("type", "paraph.act/1:" + "x" * limits.MAX_NAME),
        ("type", 1),
        ("dossier", "ab"),
        ("dossier", "AB" * 32),
        ("dossier", None),
        ("author", ""),
        ("author", "Aland"),
        ("author", "a" * 64),
        ("author_seq", -1),
        ("author_seq", "0"),
        ("author_seq", True),
        ("author_prev", "ab"),
        ("author_prev", 0),
        ("seen", []),
        ("seen", {"aland": 1}),
        ("seen", {"beland": 0}),
        ("seen", {"beland": -1}),
        ("seen", {"beland": "1"}),
        ("seen", {"Beland": 1}),
        ("seen", {f"p{n}": 1 for n in range(limits.MAX_AUTHORS + 1)}),
        ("time", ""),
        ("time", "2021-02-01T12:00:00"),
        ("time", "2021-02-01T12:00:00.0Z"),
        ("time", "2021-02-01T14:00:00+02:00"),
        ("time", "2021-13-01T12:00:00Z"),
    ],
)  # fmt: skip
def test_a_header_of_another_form_is_refused(name: str, value: object) -> None:
    with refused("act-format"):
        try:
            read(act(**{name: value}))
        except FormatError as error:
            # A name or an instant that is not one says so in its own words.
            raise FormatError(
                "act-format" if error.code in {"party-id", "utc"} else error.code, error.message
            ) from error


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"1", b"{", b'{"v":1,"v":1}', b"\xff"])
def test_what_is_no_object_is_no_act(payload: bytes) -> None:
    with pytest.raises(FormatError):
        read_payload(payload, ActId("ab" * 32))


def test_another_spelling_of_the_same_act_is_read_and_is_another_act() -> None:
    value = act()
    spaced = json.dumps(value, ensure_ascii=False, indent=2).encode()
    made = read_payload(spaced, ActId(hashlib.sha256(spaced).hexdigest()))
    assert made.body == read(value).body
    assert made.id != read(value).id


def test_an_act_of_unknown_type_is_kept_without_a_body() -> None:
    made = read(act(type=TYPE_PREFIX + "treaty-denounced", body={"anything": [1, {"goes": None}]}))
    assert (made.kind, made.body, made.author) == ("treaty-denounced", None, "aland")
    assert made.seen == act()["seen"]


def test_the_header_of_an_act_of_unknown_type_is_read_as_strictly() -> None:
    with refused("act-format"):
        read(act(type=TYPE_PREFIX + "treaty-denounced", author_seq=-1))


def test_a_body_of_another_type_is_refused() -> None:
    body = json.loads(ACTS["text-accepted"]["payload"])["body"]
    with refused("record-format"):
        read(act(body=body))
