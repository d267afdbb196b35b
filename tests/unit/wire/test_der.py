from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import core

from paraph.wire import der
from tests.support.refused import refused


def unhex(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize("value", [0, 1, -1, 127, 128, -128, -129, 255, 256, 2**64, -(2**64), 2**159 - 1])
def test_integers_are_written_as_others_write_them(value: int) -> None:
    encoded = der.integer(value)
    assert encoded == core.Integer(value).dump()
    assert der.read(encoded).as_integer() == value


@pytest.mark.parametrize(
    "dotted",
    ["1.2.840.113549.1.9.16.2.47", "2.25.329800735698586629295641978511506172918", "0.9.2342", "2.999"],
)
def test_object_identifiers_are_written_as_others_write_them(dotted: str) -> None:
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()
    assert der.read(der.oid(dotted)).as_oid() == dotted


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_are_minimal(length: int) -> None:
    encoded = der.octets(bytes(length))
    assert encoded == core.OctetString(bytes(length)).dump()
    assert der.read(encoded).as_octets() == bytes(length)


def test_sets_are_sorted() -> None:
    items = [der.octets(b"bb"), der.octets(b"a"), der.integer(5)]
    assert der.set_of(items) == der.set_of(reversed(items)) == b"\x31\x0a" + items[2] + items[1] + items[0]


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2021, 2, 1, 15, 0, tzinfo=UTC), b"20210201150000Z"),
        (datetime(2021, 2, 1, 15, 0, 0, 120_000, tzinfo=UTC), b"20210201150000.12Z"),
        (datetime(2021, 2, 1, 16, 0, tzinfo=timezone(timedelta(hours=1))), b"20210201150000Z"),
    ],
)
def test_times_are_utc(instant: datetime, written: bytes) -> None:
    element = der.read(der.generalized_time(instant))
    assert element.body == written
    assert element.as_time() == instant


@pytest.mark.parametrize(("body", "year"), [(b"490101000000Z", 2049), (b"500101000000Z", 1950)])
def test_short_years_turn_in_fifty(body: bytes, year: int) -> None:
    assert der.read(der.tlv(0x17, body)).as_time().year == year


@pytest.mark.parametrize(
    "wrong",
    [
        "", "30", "3080", "30800000", "308100", "30817f" + "00" * 127, "30820080" + "00" * 128, "3084000000800000",
        "3085000000000100", "3001", "300000", "1f0100", "0000",
    ],
)  # fmt: skip
def test_what_is_not_der_is_refused(wrong: str) -> None:
    with refused("der"):
        der.read(unhex(wrong))


@pytest.mark.parametrize(
    ("encoded", "decode"),
    [
        ("0200", "as_integer"), ("02020001", "as_integer"), ("0202ff80", "as_integer"), ("0401", "as_octets"), ("020101", "as_octets"),
        ("010101", "as_boolean"), ("0102ffff", "as_boolean"), ("0600", "as_oid"), ("060180", "as_oid"), ("06028001", "as_oid"),
        ("060388", "as_oid"), ("0641" + "01" * 65, "as_oid"), ("0300", "as_bits"), ("03020780", "as_bits"), ("0c01ff", "as_text"),
        ("1301ff", "as_text"), ("0401aa", "as_text"), ("020101", "children"), ("3000", "only_child"), ("020101", "as_time"),
    ],
)  # fmt: skip
def test_each_value_has_one_encoding(encoded: str, decode: str) -> None:
    with refused("der"):
        getattr(der.read(unhex(encoded)), decode)()


@pytest.mark.parametrize(
    "body",
    [
        b"20210201150000",
        b"202102011500Z",
        b"20210201150000.Z",
        b"20210201150000.10Z",
        b"20210230150000Z",
        b"20210201156100Z",
        b"20210201150000+0100",
    ],
)
def test_each_instant_has_one_encoding(body: bytes) -> None:
    with refused("der"):
        der.read(der.tlv(der.GENERALIZED_TIME, body)).as_time()


def test_nesting_ends_somewhere() -> None:
    encoded = b""
    for _ in range(der.MAX_DEPTH + 2):
        encoded = der.sequence(encoded)
    element = der.read(encoded)
    with refused("der"):
        for _ in range(der.MAX_DEPTH + 2):
            (element,) = element.children()


def test_size_ends_somewhere() -> None:
    with refused("der"):
        der.read_first(bytes(der.MAX_BYTES + 1))


def test_the_first_value_may_be_followed_by_anything() -> None:
    element = der.read_first(der.integer(7) + bytes(20))
    assert (element.as_integer(), element.end, element.raw) == (7, 3, der.integer(7))


def test_a_cursor_sees_everything_in_order() -> None:
    element = der.read(der.sequence(der.integer(1), der.TRUE, der.null(), der.utf8("é")))
    cursor = element.cursor()
    assert cursor.take().as_integer() == 1
    assert cursor.maybe(der.OCTET_STRING) is None
    found = cursor.maybe(der.BOOLEAN)
    assert found is not None
    assert found.as_boolean()
    with refused("der"):
        cursor.end()
    assert [item.tag for item in cursor.rest()] == [der.NULL, der.UTF8]
    cursor.end()
    for beyond in (cursor.take, lambda: element.cursor().take(der.NULL), lambda: element.cursor(der.SET)):
        with refused("der"):
            beyond()
