"""Decoding of the streams that the verifier has to read itself: cross-reference and object streams.

Page content is never decoded here: it is hashed as stored, and what it says is for readers.

Source: ISO 32000-1:2008, 7.4.4 (Flate and the PNG predictors).
"""

from __future__ import annotations

import zlib

from paraph.errors import FormatError
from paraph.verify.pdf.objects import Dictionary, Stream, Value

__all__ = ["MAX_DECODED_BYTES", "decoded"]

# An object stream of a thousand-page file decodes to some hundred kilobytes; a bomb stops here.
MAX_DECODED_BYTES = 64 << 20


def decoded(data: bytes, stream: Stream, limit: int = MAX_DECODED_BYTES) -> bytes:
    """Undo the filters of a stream.

    Args:
        data: The file.
        stream: The stream.
        limit: Most bytes that may come out.

    Returns:
        The decoded data.

    Raises:
        FormatError: ``pdf-filter`` for a filter other than Flate, ``pdf-stream`` for damaged or too much data.
    """
    raw = data[stream.start : stream.end]
    filters = _as_list(stream.dictionary.get("Filter"))
    parameters = _as_list(stream.dictionary.get("DecodeParms"))
    if len(filters) > 1 or "F" in stream.dictionary:
        raise FormatError("pdf-filter", "a structural stream has several filters or lies outside the file")
    if not filters:
        return raw
    if filters[0] not in {"FlateDecode", "Fl"}:
        raise FormatError("pdf-filter", f"a structural stream is coded with {_shown(filters[0])}")
    engine = zlib.decompressobj()
    try:
        out = engine.decompress(raw, limit)
    except zlib.error as error:
        raise FormatError("pdf-stream", f"a structural stream is damaged: {error}") from error
    if engine.unconsumed_tail:
        raise FormatError("pdf-stream", f"a structural stream decodes to more than {limit} bytes")
    if not engine.eof:
        raise FormatError("pdf-stream", "a structural stream ends before its data does")
    if parameters and isinstance(parameters[0], Dictionary):
        return _unpredicted(out, parameters[0])
    return out


def _shown(value: Value) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _as_list(value: Value) -> list[Value]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _unpredicted(out: bytes, parameters: Dictionary) -> bytes:
    predictor = parameters.get("Predictor", 1)
    if predictor == 1:
        return out
    columns = parameters.get("Columns", 1)
    plain = parameters.get("Colors", 1) == 1 and parameters.get("BitsPerComponent", 8) == 8
    if type(predictor) is not int or not 10 <= predictor <= 15 or type(columns) is not int or not plain:
        raise FormatError("pdf-filter", f"a structural stream uses predictor {_shown(predictor)}")
    width = columns + 1
    if columns < 1 or len(out) % width:
        raise FormatError("pdf-stream", "a structural stream is no whole number of rows")
    rows = bytearray()
    before = bytes(columns)
    for start in range(0, len(out), width):
        before = _row(out[start], out[start + 1 : start + width], before)
        rows += before
    return bytes(rows)


def _row(kind: int, row: bytes, above: bytes) -> bytes:
    if kind == 0:
        return row
    if kind == 2:  # Up: what nearly every writer uses
        return bytes([(byte + up) & 0xFF for byte, up in zip(row, above, strict=True)])
    if kind not in {1, 3, 4}:
        raise FormatError("pdf-stream", f"a structural stream uses row filter {kind}")
    done = bytearray(len(row))
    left = corner = 0
    for index, byte in enumerate(row):
        up = above[index]
        guess = left if kind == 1 else (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
        left = done[index] = (byte + guess) & 0xFF
        corner = up
    return bytes(done)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    distances = (abs(guess - left), abs(guess - up), abs(guess - corner))
    return (left, up, corner)[distances.index(min(distances))]
