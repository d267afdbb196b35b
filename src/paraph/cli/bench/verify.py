"""``bench verify``: an original with three signatures, a security store and a document time stamp.

Ours proves that nothing else was added: by accounting for every byte and judging every revision, and, in rows
of their own, also by replaying the signatures onto the agreed original. Programs are compared as programs, with
their start; ``pdfsig`` makes no such proof and trusts nobody.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from paraph.bootstrap.clock import SystemClock
from paraph.cli.bench.bureau import Bureau, Engrossed, neutral_parties, open_bureau, text_of
from paraph.cli.bench.checking import judge, validator
from paraph.cli.bench.measuring import Samples, race
from paraph.cli.bench.peers import PYHANKO, pdfsig
from paraph.cli.bench.row import Goal, Row
from paraph.verify.originals import ARCHIVE_FIELD, field_of
from paraph.verify.verdict import Verdict
from paraph.wire.card import unpack_card
from paraph.wire.pdf.dss import with_dss
from paraph.wire.pdf.openfile import OpenFile, open_file
from paraph.wire.pdf.replay import DssStep, SignedStep, Step, TimestampStep, replay
from paraph.wire.pdf.signature import embedded, prepare_signature
from paraph.wire.pdf.stamp import prepare_timestamp
from paraph.wire.signed_data import parse_signed_data
from paraph.wire.timestamp import parse_token

__all__ = ["run"]

PARTIES: Final = 3
ROUNDS: Final = 25
BUDGET_S: Final = 7.0
PROCESS_ROUNDS: Final = 9
FILES: Final = 50
FILE_ROUNDS: Final = 3

_HANKO: Final = "pyHanko, shared ValidationContext"
_TOKEN_RESERVED: Final = 16 * 1024


def run(folder: Path, _tell: Callable[[str], None]) -> list[Row]:
    """Measure verification in process, as a program, and of many files."""
    with open_bureau(folder, PARTIES) as bureau:
        original = bureau.engross(text_of(neutral_parties(PARTIES)))
        data, steps = sealed(bureau, original)
        path = folder / "sealed.pdf"
        path.write_bytes(data)
        trust = folder / "trust.pem"
        trust.write_text("".join(unpack_card(bureau.opened.node.card).anchors))
        return [
            *_in_process(bureau, original, data, steps, path),
            _program(path, trust),
            _many(bureau, original, folder, trust),
        ]


def sealed(bureau: Bureau, original: Engrossed) -> tuple[bytes, list[Step]]:
    """Sign for every party, B-T, and seal: one security store and one document time stamp."""
    now = SystemClock().now()
    file = open_file(original.data)
    steps: list[Step] = []
    certificates: set[bytes] = set()
    for party in original.text.parties:
        field = field_of(party.id)
        signer = bureau.signer(field)
        step = bureau.step(party, original.boxes[field], now)
        prepared = prepare_signature(file, step)
        cms = bureau.cms(prepared, signer, stamped=True)
        file = embedded(prepared, cms)
        steps.append(SignedStep(step=step, cms=cms))
        certificates |= {signer.certificate, *signer.chain, *_stamped_by(cms)}
    crls = bureau.opened.node.desk.crls()
    file = with_dss(file, certificates=certificates, crls=crls, ocsps=())
    steps.append(DssStep(certificates=tuple(certificates), crls=crls))
    return _archived(bureau, file, steps)


def _archived(bureau: Bureau, file: OpenFile, steps: list[Step]) -> tuple[bytes, list[Step]]:
    prepared = prepare_timestamp(file, field=ARCHIVE_FIELD, reserved=_TOKEN_RESERVED)
    token = bureau.timestamper.timestamp(prepared.digest)
    steps.append(TimestampStep(field=ARCHIVE_FIELD, reserved=_TOKEN_RESERVED, token=token))
    return embedded(prepared, token).data, steps


def _stamped_by(cms: bytes) -> set[bytes]:
    found: set[bytes] = set()
    for tokens in parse_signed_data(cms).unsigned.values():
        for token in tokens:
            found.update(parse_token(token).signed_data.certificates)
    return found


def _in_process(
    bureau: Bureau, original: Engrossed, data: bytes, steps: Sequence[Step], path: Path
) -> list[Row]:
    def ours(_: int) -> object:
        return judge(bureau, data)

    def replayed(_: int) -> object:
        report = judge(bureau, data, original.data)
        assert replay(original.data, steps) == data
        return report

    report = judge(bureau, data, original.data)
    problems = [f"{f.code}: {f.message}" for f in report.findings if f.severity == "error"]
    assert report.verdict is Verdict.PASS, f"what we sealed does not pass: {problems}"
    assert len(report.signatures) == PARTIES
    runners: list[Callable[[int], object]] = [ours, replayed]
    says = pdfsig(path)
    if says:
        assert says.count("Signature is Valid") == PARTIES, says
        runners.append(lambda _: pdfsig(path))
    if PYHANKO:
        peer = validator(bureau)
        assert peer.validate(data) == [True] * PARTIES, "pyHanko does not accept what we sealed"
        runners.append(lambda _: peer.validate(data))
    samples = race(*runners, rounds=ROUNDS, budget_s=BUDGET_S)
    mine, again = samples[:2]
    hanko = samples[-1] if PYHANKO else None
    program = samples[2] if says else None
    return [
        _row("3 signatures, nothing else changed", mine, hanko, _HANKO, Goal(ratio=10.0)),
        _row(
            "3 signatures, nothing else changed",
            mine,
            program,
            "pdfsig (no such proof), started",
            Goal(ratio=1.0),
        ),
        _row("3 signatures, and replayed from base", again, hanko, _HANKO, Goal(ratio=10.0)),
    ]


def _row(case: str, mine: Samples, peer: Samples | None, peer_name: str, goal: Goal) -> Row:
    return Row(
        name="verify", case=case, unit="ms", n=mine.n, ours=mine.median, peer=peer.median if peer else None,
        peer_name=peer_name, spread=mine.spread, goal=goal,
    )  # fmt: skip


def _program(path: Path, trust: Path) -> Row:
    """``paraph verify FILE`` with everything a program costs, beside ``pdfsig FILE``."""
    runners: list[Callable[[int], object]] = [lambda _: _paraph([path], trust)]
    if pdfsig(path):
        runners.append(lambda _: pdfsig(path))
    samples = race(*runners, rounds=PROCESS_ROUNDS, budget_s=BUDGET_S)
    return _row(
        "1 file, as a program", samples[0], samples[1] if len(samples) > 1 else None, "pdfsig", Goal()
    )


def _many(bureau: Bureau, original: Engrossed, folder: Path, trust: Path) -> Row:
    """Different files, all in one run of ours; pdfsig takes one file a run."""
    paths = []
    for number in range(FILES):
        path = folder / f"{number:03}.pdf"
        path.write_bytes(sealed(bureau, original)[0])
        paths.append(path)
    runners: list[Callable[[int], object]] = [lambda _: _paraph(paths, trust)]
    if pdfsig(paths[0]):
        runners.append(lambda _: [pdfsig(path) for path in paths])
    samples = race(*runners, rounds=FILE_ROUNDS, budget_s=BUDGET_S)
    peer = samples[1] if len(samples) > 1 else None
    return _row(
        f"{FILES} files, as programs, together", samples[0], peer, f"pdfsig, {FILES} runs", Goal(ratio=1.0)
    )


def _paraph(paths: Sequence[Path], trust: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "paraph", "verify", "--trust", str(trust), *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"paraph verify ended with {done.returncode}: {done.stdout}{done.stderr}"
