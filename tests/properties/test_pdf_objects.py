"""The PDF writer and reader are each other's inverse, and the reader fails in one way only."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from paraph.errors import FormatError
from paraph.wire.pdf import open_file, prepare_signature, prepare_timestamp, reserve_fields
from paraph.wire.pdf.appearance import import_page
from paraph.wire.pdf.fields import FieldBox
from paraph.wire.pdf.objects import Dictionary, Name, Object, Real, Ref, Stream, serialise
from paraph.wire.pdf.parsing import indirect_object, parse
from tests.support.signed_pdfs import appearance, original, rendered, step

KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=255), min_size=1, max_size=8)
LEAVES: st.SearchStrategy[Object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.from_regex(r"-?[0-9]{1,6}\.[0-9]{0,6}", fullmatch=True).map(Real),
    KEYS.map(Name),
    st.binary(max_size=24),
    st.builds(Ref, st.integers(1, 10**9), st.integers(0, 99_999)),
)


def grown(inner: st.SearchStrategy[Object]) -> st.SearchStrategy[Object]:
    arrays: st.SearchStrategy[Object] = st.lists(inner, max_size=6).map(tuple)
    dictionaries: st.SearchStrategy[Object] = st.dictionaries(KEYS, inner, max_size=6).map(Dictionary)
    return st.one_of(arrays, dictionaries)


OBJECTS = st.recursive(LEAVES, grown, max_leaves=24)


@given(OBJECTS, st.sampled_from([b"", b" ", b"\n"]))
def test_what_is_written_is_read_back(value: Object, space: bytes) -> None:
    written = serialise(value)
    # A number in front of what looks like the rest of a reference would be one: something always stands between.
    found, end = parse(space + written + b"]")
    assert (found, type(found)) == (value, type(value))
    assert end == len(space + written)


@given(st.dictionaries(KEYS.filter(lambda key: key != "Length"), LEAVES, max_size=4), st.binary(max_size=200))
def test_streams_are_read_back_whatever_they_hold(entries: dict[str, Object], data: bytes) -> None:
    stream = Stream(Dictionary(entries), data)
    assert indirect_object(b"5 0 obj\n" + serialise(stream) + b"\nendobj\n", 0, 5) == stream


@given(st.binary(max_size=300))
def test_anything_is_parsed_or_refused(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        parse(data)
    with contextlib.suppress(FormatError):
        open_file(data)
    with contextlib.suppress(FormatError):
        indirect_object(b"5 0 obj " + data, 0, 5)


MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=4),
        st.sampled_from(["set", "put", "cut"]),
    ),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, mutations) -> bytes:
    """Bytes set, put in or cut out at some places."""
    changed = bytearray(data)
    for where, value, how in mutations:
        position = int(where * len(changed))
        span = len(value) if how != "put" else 0
        changed[position : position + span] = value if how != "cut" else b""
    return bytes(changed)


@given(MUTATIONS)
def test_a_damaged_original_is_used_or_refused(mutations) -> None:
    damaged = mutated(original(), mutations)
    for use in (
        lambda: prepare_signature(damaged, step("witness", appearance=b"")),
        lambda: prepare_timestamp(damaged, field="seal", reserved=2048),
    ):
        with contextlib.suppress(FormatError):
            use()


@given(MUTATIONS)
def test_a_damaged_rendering_or_appearance_is_used_or_refused(mutations) -> None:
    box = FieldBox(name="sig.x", tooltip="x", page=0, rect=(1.0, 1.0, 50.0, 50.0))
    with contextlib.suppress(FormatError):
        reserve_fields(mutated(rendered(), mutations), [box])
    with contextlib.suppress(FormatError):
        import_page(mutated(appearance("sig.first"), mutations), 100)


TOKENS = st.sampled_from(
    [b"/Kids", b"/Type", b"/Page", b"[", b"]", b"<<", b">>", b"1 0 R", b"3 0 R", b"null", b"0", b"-1", b"/Nums", b"/K", b"/Font",
     b"/FlateDecode", b"(", b")", b"true", b"99999999999"]
)  # fmt: skip


@given(st.data())
def test_a_damaged_structure_is_used_or_refused(data) -> None:
    """Replace whole tokens in place, padded or cut to the same length so that offsets still hold."""
    whole = bytearray(original())
    spots = [index for index, octet in enumerate(whole) if octet in b"/["]
    for _ in range(data.draw(st.integers(1, 6))):
        at = spots[int(data.draw(st.floats(0, 1, exclude_max=True)) * len(spots))]
        token = data.draw(TOKENS)
        whole[at : at + len(token)] = token
    with contextlib.suppress(FormatError):
        prepare_signature(bytes(whole), step("sig.first", appearance=b""))
    with contextlib.suppress(FormatError):
        prepare_timestamp(bytes(whole), field="seal", reserved=2048)
