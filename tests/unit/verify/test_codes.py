from __future__ import annotations

import re
from pathlib import Path

from paraph.verify.codes import CODES
from paraph.verify.verdict import Verdict

ROOT = Path(__file__).resolve().parents[3]
SPEC = ROOT / "docs" / "spec" / "verdict.md"


def test_the_specification_lists_every_code_with_its_effect() -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (\w+ \w+) \|", SPEC.read_text("utf-8"), re.MULTILINE))
    assert {name: rows.get(name) for name in CODES} == {
        name: f"{code.aspect} {code.verdict}" for name, code in CODES.items()
    }


def test_only_findings_that_move_no_verdict_are_information() -> None:
    assert all(code.verdict is Verdict.PASS for code in CODES.values() if code.severity == "info")
    assert all(code.verdict is Verdict.FAIL for code in CODES.values() if code.severity == "error")


def test_every_code_is_used() -> None:
    source = "\n".join(
        path.read_text("utf-8")
        for path in (ROOT / "src/paraph/verify").rglob("*.py")
        if path.name != "codes.py"
    )
    assert not [name for name in CODES if f'"{name}"' not in source]
