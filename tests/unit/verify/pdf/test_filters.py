from __future__ import annotations

import zlib

import pytest

from paraph.errors import FormatError
from paraph.verify.pdf.filters import decoded
from paraph.verify.pdf.objects import Dictionary, Stream, parse


def stream(data: bytes, entries: bytes) -> Stream:
    dictionary = parse(b"<<" + entries + b">>")[0]
    assert isinstance(dictionary, Dictionary)
    return Stream(dictionary, 0, len(data))


FLATE = b"/Filter /FlateDecode"


def predicted(rows: list[tuple[int, bytes]]) -> bytes:
    return zlib.compress(b"".join(bytes([kind]) + row for kind, row in rows))


def test_every_row_filter_of_png() -> None:
    plain = [bytes([10, 20, 30]), bytes([11, 22, 33]), bytes([250, 1, 7]), bytes([3, 3, 3]), bytes([9, 8, 7])]
    rows = [(0, plain[0])]
    rows.append((1, bytes([11, 11, 11])))
    rows.append((2, bytes((p - a) & 255 for p, a in zip(plain[2], plain[1], strict=True))))
    left, row = 0, bytearray()
    for p, a in zip(plain[3], plain[2], strict=True):
        row.append((p - (left + a) // 2) & 255)
        left = p
    rows.append((3, bytes(row)))
    rows.append((4, bytes([6, 255, 255])))
    data = predicted(rows)
    found = decoded(data, stream(data, FLATE + b"/DecodeParms << /Predictor 15 /Columns 3 >>"))
    assert found == b"".join(plain)


@pytest.mark.parametrize(
    ("data", "entries"),
    [
        (b"x", b"/Filter /LZWDecode"),
        (b"x", b"/Filter [/FlateDecode /FlateDecode]"),
        (b"x", b"/F (elsewhere)"),
        (b"not flate", FLATE),
        (zlib.compress(b"abc")[:-6], FLATE),
        (zlib.compress(b"abc"), FLATE + b"/DecodeParms << /Predictor 2 >>"),
        (zlib.compress(b"abc"), FLATE + b"/DecodeParms << /Predictor 12 /Columns 5 >>"),
        (zlib.compress(b"\x07abc"), FLATE + b"/DecodeParms << /Predictor 12 /Columns 3 >>"),
        (zlib.compress(b"\x00abc"), FLATE + b"/DecodeParms << /Predictor 12 /Columns 3 /Colors 3 >>"),
    ],
)
def test_what_cannot_be_decoded_here_is_refused(data: bytes, entries: bytes) -> None:
    with pytest.raises(FormatError):
        decoded(data, stream(data, entries))


def test_a_bomb_stops_at_the_limit() -> None:
    data = zlib.compress(bytes(10_000))
    assert len(decoded(data, stream(data, FLATE), limit=10_000)) == 10_000
    with pytest.raises(FormatError):
        decoded(data, stream(data, FLATE), limit=9_999)
