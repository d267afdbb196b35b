"""``bench render``: one original of the joint declaration in three languages, new content each time.

There is no peer that does the same: the floor shown is typst alone on the bare words, without alternat, columns,
attachment, accessibility or fields. What is above it is what a treaty costs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Final

import typst

from paraph.cli.bench.bureau import Bureau, case_text, open_bureau
from paraph.cli.bench.measuring import race
from paraph.cli.bench.row import Row
from paraph.domain.ids import InstrumentNumber
from paraph.domain.texts import InstrumentText
from paraph.wire.pdf.fields import field_names
from paraph.wire.pdf.openfile import open_file

__all__ = ["run"]

ROUNDS: Final = 40
BUDGET_S: Final = 6.0

_FLOOR: Final = "typst alone, bare words (floor)"


def run(folder: Path, _tell: Callable[[str], None]) -> list[Row]:
    """Measure composing and rendering, with reserved fields."""
    text = case_text()
    bare = _Bare()
    with open_bureau(folder) as bureau:
        assert field_names(open_file(_rendered(bureau, text, 0)))
        mine, floor = race(
            lambda n: _rendered(bureau, text, n),
            lambda n: bare.compile(text, n),
            rounds=ROUNDS,
            budget_s=BUDGET_S,
        )
    return [
        Row(name="render", case="one original, 3 languages", unit="ms", n=mine.n, ours=mine.median,
            peer=floor.median, peer_name=_FLOOR, spread=mine.spread),
    ]  # fmt: skip


def _rendered(bureau: Bureau, text: InstrumentText, number: int) -> bytes:
    new = dataclasses.replace(text, number=InstrumentNumber(f"BENCH/{number}"))
    return bureau.engross(new).data


class _Bare:
    """The same words in the same fonts, and nothing else."""

    def __init__(self) -> None:
        folder = resources.files("paraph") / "adapters" / "render" / "fonts"
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )

    def compile(self, text: InstrumentText, number: int) -> None:
        lines = ['#set text(font: ("Noto Serif", "Noto Serif Hebrew"))', f"#{number}"]
        for version in text.versions.values():
            paragraphs = [*version.preamble, *(p for c in version.clauses for p in c.paragraphs)]
            for paragraph in (*paragraphs, *version.closing):
                for words in (paragraph.text, *paragraph.points):
                    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
                    lines.append(f'#"{quoted}"\n')
        typst.compile("\n".join(lines).encode(), font_paths=self._fonts)
