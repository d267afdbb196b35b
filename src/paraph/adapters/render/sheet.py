"""What the page templates need beside the original itself: sizes, digests in groups, marker, date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

from paraph.adapters.render import marker
from paraph.domain.originals import Original

__all__ = ["document_date", "grouped", "sheet", "side_by_side"]

# Groups of four digits are what people read to each other without losing their place.
_GROUP_CHARS: Final = 4
# More than three languages side by side leave lines too short to set without rivers.
_MAX_COLUMNS: Final = 3
# Stands for "no date was agreed beforehand": both nodes must write the same one and neither clock may decide.
UNDATED: Final = datetime.date(1970, 1, 1)


def grouped(digits: str) -> str:
    """Write digits in groups of four.

    Args:
        digits: Hexadecimal digits.

    Returns:
        The same digits with a space after every fourth.
    """
    return " ".join(digits[at : at + _GROUP_CHARS] for at in range(0, len(digits), _GROUP_CHARS))


def side_by_side(languages: int) -> int:
    """Languages that share a page in columns.

    Args:
        languages: Number of language versions, at least 1.

    Returns:
        At most 3; four languages are set two by two rather than three and one.
    """
    if languages == _MAX_COLUMNS + 1:
        return 2
    return min(languages, _MAX_COLUMNS)


def document_date(original: Original) -> datetime.date:
    """Date that the PDF carries as its own.

    Args:
        original: The original.

    Returns:
        The latest agreed date of signature; 1 January 1970 if none was agreed.
    """
    dates = [datetime.date.fromisoformat(party.date) for party in original.standing if party.date]
    return max(dates, default=UNDATED)


def sheet(original: Original, families: Sequence[str]) -> dict[str, Any]:
    """Gather what the templates need beside ``original.to_json()``.

    Args:
        original: The original.
        families: Typeface families, best first.

    Returns:
        Strings, integers, lists and objects only.
    """
    date = document_date(original)
    half = len(original.digest) // 2
    words = marker.payload(original.number, original.holder, original.digest)
    return {
        "families": list(families),
        "columns": side_by_side(len(original.versions)) if original.layout == "columns" else 1,
        "digest_short": grouped(original.digest[: marker.DIGEST_PREFIX_CHARS]),
        "digest_lines": [grouped(original.digest[:half]), grouped(original.digest[half:])],
        "marker": marker.svg(words),
        "date": {"year": date.year, "month": date.month, "day": date.day},
    }
