"""DER is read back as it was written, and no evidence, however damaged, raises anything but a refusal."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from paraph.errors import FormatError
from paraph.wire import der, timestamp
from paraph.wire.cms import SignerProfile, to_be_signed
from paraph.wire.pdf import prepare_signature
from paraph.wire.signed_data import certificate_references, parse_signed_data
from tests.support.signed_pdfs import ministry, original, step

ARCS = st.tuples(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**70), max_size=5))
INSTANTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given


@given(st.integers(-(2**200), 2**200))
def test_integers(value: int) -> None:
    assert der.read(der.integer(value)).as_integer() == value


@given(ARCS)
def test_object_identifiers(arcs) -> None:
    dotted = ".".join(map(str, (arcs[0], arcs[1], *arcs[2])))
    assert der.read(der.oid(dotted)).as_oid() == dotted


@given(INSTANTS)
def test_times(instant: datetime) -> None:
    assert der.read(der.generalized_time(instant)).as_time() == instant


TREES = st.recursive(
    st.binary(max_size=40).map(der.octets)
    | st.integers().map(der.integer)
    | st.text(max_size=10).map(der.utf8),
    lambda inner: st.lists(inner, max_size=5).map(lambda items: der.sequence(*items)),
    max_leaves=20,
)


def rewritten(element: der.Element) -> bytes:
    if element.tag & 0x20:
        return der.tlv(element.tag, *map(rewritten, element.children()))
    return der.tlv(element.tag, element.body)


@given(TREES)
def test_structures(encoded: bytes) -> None:
    assert rewritten(der.read(encoded)) == encoded


@given(st.binary(max_size=200))
def test_what_is_accepted_is_the_one_encoding(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        assert rewritten(der.read(data)) == data


@given(st.binary(max_size=200))
def test_anything_is_parsed_or_refused(data: bytes) -> None:
    for parse in (
        parse_signed_data, timestamp.parse_request, timestamp.parse_token, timestamp.token_of,
        lambda raw: certificate_references({"1.2.840.113549.1.9.16.2.47": (raw,)}),
    ):  # fmt: skip
        with contextlib.suppress(FormatError):
            parse(data)


CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=3)


def damaged(data: bytes, changes) -> bytes:
    result = bytearray(data)
    for where, value in changes:
        result[int(where * len(result))] = value
    return bytes(result)


@given(CHANGES)
def test_a_damaged_signature_is_parsed_or_refused(changes) -> None:
    cms = ministry().cms(prepare_signature(original(), step("witness", appearance=b"")))
    with contextlib.suppress(FormatError):
        parsed = parse_signed_data(damaged(cms, changes))
        certificate_references(parsed.signed)
        assert parsed.message_digest is None or isinstance(parsed.message_digest, bytes)
        assert parsed.signed_content_type is None or isinstance(parsed.signed_content_type, str)


@given(CHANGES)
def test_a_damaged_stamp_is_parsed_or_refused(changes) -> None:
    imprint = hashlib.sha256(b"x").digest()
    with contextlib.suppress(FormatError):
        timestamp.parse_token(damaged(ministry().stamp(imprint), changes))
    with contextlib.suppress(FormatError):
        timestamp.token_of(damaged(timestamp.granted(ministry().stamp(imprint)), changes))
    with contextlib.suppress(FormatError):
        timestamp.parse_request(damaged(timestamp.request(imprint, 7), changes))


@given(CHANGES)
def test_a_damaged_certificate_is_named_or_refused(changes) -> None:
    signer = ministry().signer
    profile = SignerProfile(
        certificate=damaged(signer.certificate, changes), chain=(), algorithm=signer.algorithm
    )
    with contextlib.suppress(FormatError):
        to_be_signed(profile, hashlib.sha256(b"x").digest())
