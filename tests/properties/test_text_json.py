from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from paraph.domain.digests import canonical_text
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError
from paraph.wire.text_json import read_text, write_text
from tests.support.specimens import text as made
from tests.support.specimens import texts


@given(texts())
@settings(max_examples=30)
def test_what_is_written_is_read_as_the_same_text(text: InstrumentText) -> None:
    assert read_text(write_text(text)) == text


@given(texts())
@settings(max_examples=30)
def test_the_domain_writes_the_same_bytes_as_the_general_canonicaliser(text: InstrumentText) -> None:
    assert canonical_text(text) == write_text(text) == rfc8785.dumps(text.to_json())


@given(st.data())
@settings(max_examples=70)
def test_changed_bytes_are_refused_or_are_another_text(data: st.DataObject) -> None:
    text = made()
    whole = write_text(text)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 8)))
    put = data.draw(
        st.sampled_from([b"", b" ", b"x", b'"', b"\\u0041", b"\xe2\x80\xae", b"1", b"}", b"null"])
    )
    changed = whole[:start] + put + whole[end:]
    if changed == whole:
        return
    try:
        read = read_text(changed)
    except FormatError:
        return
    assert read != text
    assert write_text(read) == changed


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_any_bytes_leave_only_a_format_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_text(data)
