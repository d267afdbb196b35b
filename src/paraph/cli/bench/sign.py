"""``bench sign``: one PAdES B-B signature with visible appearance on a real original.

Ours is everything between the agreed original and the signed file in memory: drawing the appearance with
embedded fonts, laying out the revision, digest, CMS, embedding. Drawing takes most of it, and one drawing serves all
instruments that are signed in one go, so there are rows for a package of three and for an appearance that is ready.
pyHanko is used as its users write it: ``PdfSigner`` with a text stamp, in this process.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from paraph import case
from paraph.app.ports import Signer
from paraph.bootstrap.clock import SystemClock
from paraph.cli.bench.bureau import RSA, Bureau, Engrossed, case_text, open_bureau
from paraph.cli.bench.checking import check_ours, check_peer
from paraph.cli.bench.measuring import race
from paraph.cli.bench.peers import PYHANKO, Hanko, openssl_signatures_per_second
from paraph.cli.bench.row import NO_GOAL, Goal, Row
from paraph.verify.originals import field_of
from paraph.wire.pdf.openfile import open_file

__all__ = ["run"]

ROUNDS: Final = 25
BUDGET_S: Final = 6.0
RAW_ROUNDS: Final = 200

_STAMPED: Final = "pyHanko PdfSigner with TextStampStyle"
_MESSAGE: Final = bytes(range(256))
"""As long as the signed attributes of a CMS."""


def run(folder: Path, _tell: Callable[[str], None]) -> list[Row]:
    """Measure signing with P-256 and RSA-3072."""
    rows: list[Row] = []
    with open_bureau(folder) as bureau:
        package = [bureau.engross(case_text(index)) for index in range(len(case.INSTRUMENTS))]
        own = field_of(package[0].text.parties[0].id)
        for key, signatory in (("P-256", own), ("RSA-3072", RSA)):
            rows += _signatures(bureau, package, key, signatory)
        for key, signatory in (("P-256", own), ("RSA-3072", RSA)):
            rows.append(_raw(key, bureau.signer(signatory)))
    return rows


def _signatures(bureau: Bureau, package: list[Engrossed], key: str, signatory: str) -> list[Row]:
    signer = bureau.signer(signatory)
    original = package[0]
    party = original.text.parties[0]
    field = field_of(party.id)
    now = SystemClock().now()
    drawn = [bureau.appearance(party, original.boxes[field], _minute(now, n)) for n in range(ROUNDS + 1)]

    def whole(number: int) -> bytes:
        step = bureau.step(party, original.boxes[field], _minute(now, number))
        return bureau.sign(open_file(original.data), step, signer).data

    def together(number: int) -> list[bytes]:
        at = _minute(now, number + ROUNDS)
        return [
            bureau.sign(open_file(each.data), bureau.step(party, each.boxes[field], at), signer).data
            for each in package
        ]

    def ready(number: int) -> bytes:
        step = bureau.step(party, original.boxes[field], now, drawn[number])
        return bureau.sign(open_file(original.data), step, signer).data

    for data, each in zip((whole(0), ready(0), *together(0)), (original, original, *package), strict=True):
        check_ours(bureau, data, [field], each.data)
    runners: list[Callable[[int], object]] = [whole, together, ready]
    if PYHANKO:
        hanko = Hanko(*bureau.key_file(signatory))
        check_peer(bureau, hanko.sign(original.data, field), [field])
        runners.append(lambda _: hanko.sign(original.data, field))
    samples = race(*runners, rounds=ROUNDS, budget_s=BUDGET_S)
    peer = samples[3].median if PYHANKO else None
    goal = Goal(ratio=10.0) if key == "P-256" else NO_GOAL
    cases = (
        (f"B-B visible, {key}", samples[0], 1, goal),
        (f"B-B visible, {key}, each of a package of {len(package)}", samples[1], len(package), goal),
        (f"B-B visible, {key}, appearance drawn before", samples[2], 1, goal),
    )
    return [
        Row(name="sign", case=what, unit="ms", n=mine.n, ours=mine.median / share, peer=peer,
            peer_name=_STAMPED, spread=mine.spread, goal=aim)
        for what, mine, share, aim in cases
    ]  # fmt: skip


def _minute(now: str, number: int) -> str:
    """Another minute each time, so that nothing is drawn from a cache."""
    return f"{now[:14]}{number % 60:02}:00Z"


def _raw(key: str, signer: Signer) -> Row:
    """The floor: what the key alone costs, here and in OpenSSL's own loop."""
    (mine,) = race(lambda _: signer.sign(_MESSAGE), rounds=RAW_ROUNDS, budget_s=1.0)
    speed = openssl_signatures_per_second("p256" if key == "P-256" else "rsa3072")
    return Row(
        name="sign", case=f"raw key, {key}", unit="ms", n=mine.n, ours=mine.median,
        peer=None if speed is None else 1000 / speed, peer_name="openssl speed", spread=mine.spread,
    )  # fmt: skip
