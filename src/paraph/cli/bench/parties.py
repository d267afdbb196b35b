"""``bench parties``: 34 parties sign one original, one after the other, PAdES B-B with visible appearance.

One gap and one signer per signature make this sequential for everybody. pyHanko is given its best case: the key
stays parsed and the size is known, so that it signs once and not twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from paraph.bootstrap.clock import SystemClock
from paraph.cli.bench.bureau import RESERVED, Bureau, Engrossed, neutral_parties, open_bureau, text_of
from paraph.cli.bench.checking import check_ours, check_peer
from paraph.cli.bench.measuring import Samples, race
from paraph.cli.bench.peers import PYHANKO, Hanko
from paraph.cli.bench.row import Goal, Row
from paraph.verify.originals import field_of
from paraph.wire.pdf.openfile import open_file

__all__ = ["run"]

PARTIES: Final = 34
ROUNDS: Final = 5
BUDGET_S: Final = 12.0

_HANKO: Final = "pyHanko, key kept parsed"


def run(folder: Path, _tell: Callable[[str], None]) -> list[Row]:
    """Measure the whole round of signatures, and the file it leaves."""
    with open_bureau(folder, PARTIES) as bureau:
        original = bureau.engross(text_of(neutral_parties(PARTIES)))
        fields = [field_of(party.id) for party in original.text.parties]
        for field in fields:
            bureau.signer(field)  # keys are opened once, before anybody signs
        ours = _ours(bureau, original, 0)
        check_ours(bureau, ours, fields, original.data)
        if not PYHANKO:
            (mine,) = race(lambda n: _ours(bureau, original, n), rounds=ROUNDS, budget_s=BUDGET_S)
            return _rows(mine, len(ours))
        hankos = [(field, Hanko(*bureau.key_file(field), cached=True)) for field in fields]
        theirs = _theirs(hankos, original.data)
        check_peer(bureau, theirs, fields)
        mine, peer = race(
            lambda n: _ours(bureau, original, n),
            lambda _: _theirs(hankos, original.data),
            rounds=ROUNDS,
            budget_s=BUDGET_S,
        )
        return _rows(mine, len(ours), peer.median, len(theirs))


def _ours(bureau: Bureau, original: Engrossed, number: int) -> bytes:
    now = SystemClock().now()
    file = open_file(original.data)
    for party in original.text.parties:
        field = field_of(party.id)
        step = bureau.step(party, original.boxes[field], f"{now[:14]}{number % 60:02}:00Z")
        file = bureau.sign(file, step, bureau.signer(field))
    return file.data


def _theirs(hankos: list[tuple[str, Hanko]], data: bytes) -> bytes:
    for field, hanko in hankos:
        data = hanko.sign(data, field, reserved=RESERVED)
    return data


def _rows(mine: Samples, size: int, peer: float | None = None, peer_size: int | None = None) -> list[Row]:
    return [
        Row(name="parties", case=f"{PARTIES} sign one original", unit="ms", n=mine.n, ours=mine.median, peer=peer,
            peer_name=_HANKO, spread=mine.spread, goal=Goal(ours=800)),
        Row(name="parties", case="final size", unit="bytes", n=1, ours=size, peer=peer_size, peer_name=_HANKO),
    ]  # fmt: skip
