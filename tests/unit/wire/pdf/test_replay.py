from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from paraph.errors import FormatError
from paraph.wire.pdf import DssStep, SignedStep, TimestampStep, replay
from tests.support.signed_pdfs import concluded, original, recorded

ELSEWHERE = """
import json, sys
from paraph.wire.pdf import DssStep, SignatureStep, SignedStep, TimestampStep, replay
import hashlib, pathlib
def step(s):
    kind = s.pop("kind")
    raw = bytes.fromhex
    if kind == "DssStep":
        return DssStep(**{k: tuple(map(raw, reversed(v))) for k, v in s.items()})
    if kind == "TimestampStep":
        return TimestampStep(field=s["field"], reserved=s["reserved"], token=raw(s["token"]))
    inner = s["step"]
    return SignedStep(step=SignatureStep(**{**inner, "appearance": raw(inner["appearance"])}), cms=raw(s["cms"]))
base, steps = sys.argv[1:]
data = replay(pathlib.Path(base).read_bytes(), [step(s) for s in json.loads(pathlib.Path(steps).read_text())])
print(hashlib.sha256(data).hexdigest())
"""


def test_the_recorded_steps_lead_to_the_signed_file() -> None:
    data, steps = concluded()
    assert replay(original(), steps) == data
    assert data.startswith(original())
    assert replay(original(), ()) == original()


@pytest.mark.parametrize(
    ("seed", "zone", "locale"),
    [("0", "UTC", "C"), ("4242", "Asia/Jerusalem", "C.UTF-8"), ("1", "America/New_York", "POSIX")],
)
def test_every_machine_gets_the_same_bytes(tmp_path, seed: str, zone: str, locale: str) -> None:
    data, steps = concluded()
    (tmp_path / "base.pdf").write_bytes(original())
    (tmp_path / "steps.json").write_text(recorded(steps))
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "TZ": zone,
        "LC_ALL": locale,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path / "base.pdf"), str(tmp_path / "steps.json")],
        capture_output=True, text=True, check=True, env=environment, timeout=60,
    )  # fmt: skip
    assert run.stdout.strip() == hashlib.sha256(data).hexdigest()


def test_every_recorded_byte_matters() -> None:
    data, steps = concluded()
    for index, step in enumerate(steps):
        other: SignedStep | DssStep | TimestampStep
        match step:
            case SignedStep():
                other = replace(step, step=replace(step.step, place="Elsewhere"))
            case DssStep():
                other = replace(step, crls=step.crls[1:])
            case TimestampStep():
                other = replace(step, reserved=step.reserved + 1)
        assert replay(original(), (*steps[:index], other, *steps[index + 1 :])) != data


def test_order_matters_and_steps_happen_once() -> None:
    data, steps = concluded()
    assert replay(original(), (steps[1], steps[0], *steps[2:])) != data
    with pytest.raises(FormatError):
        replay(original(), (*steps, steps[0]))
    with pytest.raises(FormatError):
        replay(original(), (*steps, steps[-1]))
