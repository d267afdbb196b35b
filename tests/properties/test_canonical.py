from __future__ import annotations

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from paraph.errors import FormatError
from paraph.wire import canonical, limits

strings = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    .map(lambda text: unicodedata.normalize("NFC", text))
)  # fmt: skip
integers = st.integers(-limits.MAX_INTEGER, limits.MAX_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | strings,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=30,
)


@given(values)
def test_what_is_written_is_read_back_and_is_canonical(value):
    data = canonical.dump(value)
    assert canonical.load(data) == value
    assert canonical.is_canonical(data)
    assert data == rfc8785.dumps(value)


@given(values)
def test_any_other_spelling_of_a_value_has_the_same_canonical_form(value):
    loose = json.dumps(value, indent=1, ensure_ascii=True).encode()
    assert canonical.dump(canonical.load(loose)) == canonical.dump(value)


@given(
    st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ue0123456789-+.aE \n', max_size=60).map(str.encode)
)
@example(b'"\\"[[[[')
def test_only_format_errors_leave_the_reader(data):
    try:
        value = canonical.load(data)
    except FormatError:
        return
    assert value == json.loads(data)


def _depth(value):
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


@given(st.text(alphabet='{[]}"\\a:,1', max_size=120), st.integers(0, 40))
def test_the_depth_seen_before_parsing_is_the_depth_after(text, extra):
    wrapped = "[" * extra + json.dumps(text) + "]" * extra
    data = wrapped.encode()
    if extra <= limits.MAX_NESTING:
        assert _depth(canonical.load(data)) == extra
        return
    with pytest.raises(FormatError) as refused:
        canonical.load(data)
    assert refused.value.code == "json-depth"
