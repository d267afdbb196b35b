"""Any act comes back from its bytes as it was; anything else is refused, and never in another way."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.acts import BODIES, TYPE_PREFIX, attachments_of
from paraph.domain.ids import ActId, check_digest
from paraph.errors import FormatError
from paraph.wire import canonical
from paraph.wire.act import read_payload
from paraph.wire.record import from_json, to_json
from tests.support.drawn import drawn

HEADER: dict[str, Any] = {
    "v": 1, "dossier": "ab" * 32, "author": "aland", "author_seq": 1, "author_prev": "cd" * 32, "seen": {"beland": 2},
    "time": "2021-02-01T12:00:00Z",
}  # fmt: skip


def act_id(payload: bytes) -> ActId:
    return ActId(hashlib.sha256(payload).hexdigest())


@pytest.mark.parametrize("kind", BODIES)
@settings(max_examples=12)
@given(data=st.data())
def test_every_body_comes_back(kind: str, data: st.DataObject) -> None:
    body = data.draw(drawn(BODIES[kind]))
    value = to_json(body)
    assert from_json(BODIES[kind], value) == body
    payload = canonical.dump({**HEADER, "type": TYPE_PREFIX + kind, "body": value})
    made = read_payload(payload, act_id(payload))
    assert made.body == body
    assert canonical.dump(to_json(made.body)) == canonical.dump(value)
    for digest in attachments_of(body):
        check_digest(digest)  # whatever is asked of a store is a digest


def members(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything inside a JSON value."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path, *(p for key, item in inside for p in members(item, (*path, key)))]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", "x", "ab" * 32, "en", "aland", "1"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["en", "x", "body"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("kind", BODIES)
@settings(max_examples=15)
@given(data=st.data())
def test_a_changed_act_is_read_as_what_it_says_or_refused(kind: str, data: st.DataObject) -> None:
    value = {**HEADER, "type": TYPE_PREFIX + kind, "body": to_json(data.draw(drawn(BODIES[kind])))}
    value = json.loads(canonical.dump(value))
    path = data.draw(st.sampled_from(members(value)[1:]))
    holder: Any = value
    for key in path[:-1]:
        holder = holder[key]
    if isinstance(holder, dict) and data.draw(st.booleans()):
        del holder[path[-1]]
    else:
        holder[path[-1]] = data.draw(ANYTHING)
    payload = canonical.dump(value)
    try:
        made = read_payload(payload, act_id(payload))
    except FormatError:
        return
    if made.body is not None:  # a type that became unknown has none
        assert canonical.dump(to_json(made.body)) == canonical.dump(value["body"])


@given(st.binary(max_size=200))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_payload(data, act_id(data))
