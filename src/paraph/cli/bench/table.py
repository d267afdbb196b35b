"""The result for people: one line a row."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence

from paraph.cli.bench.row import Row

__all__ = ["lines", "machine"]

_HEADINGS = ("benchmark", "case", "ours", "", "peer", "", "ratio", "spread", "n", "goal", "met")
_RIGHT = frozenset({2, 4, 6, 7, 8})
"""Columns of numbers."""


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table, and what it was measured on."""
    cells = [_HEADINGS, *(_cells(row) for row in rows if not row.why_not)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    for line in cells:
        padded = (
            cell.rjust(width) if column in _RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(padded).rstrip()
    for row in rows:
        if row.why_not:
            yield f"not measured: {row.case}: {row.why_not}"
    yield ""
    yield f"Measured on {machine()}. Times are medians; ratio is peer over ours."


def machine() -> str:
    """What kind of machine this is."""
    count = os.cpu_count() or 1
    return f"{count} virtual cores, {_system()}, Python {platform.python_version()}"


def _system() -> str:
    try:
        words = platform.freedesktop_os_release()
    except OSError:
        return platform.system()
    return words.get("PRETTY_NAME") or words.get("NAME") or platform.system()


def _cells(row: Row) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[row.met]
    return (
        row.name,
        row.case,
        _number(row.ours),
        row.unit,
        _number(row.peer),
        row.peer_name,
        "" if row.ratio is None else f"{row.ratio:.1f}",
        f"{row.spread:.0%}" if row.spread else "",
        str(row.n),
        str(row.goal),
        met,
    )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
