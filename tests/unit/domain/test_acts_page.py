"""docs/spec/acts.md and docs/generated/states.md say what the code does."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import pytest

from paraph.domain.acts import BODIES, Role
from paraph.domain.dossier import RULES
from paraph.domain.ids import Digest, DigestOrEmpty
from paraph.domain.language import ByLanguage

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "spec" / "acts.md").read_text("utf-8")
ROWS = {
    cells[0].strip("`"): cells
    for line in PAGE.splitlines()
    if line.startswith("| `")
    for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]
    if len(cells) == 5
}
LETTERS = {"P": Role.PARTY, "M": Role.MEDIATOR, "W": Role.WITNESS}


def fields(kind: type) -> dict[str, object]:
    hints = get_type_hints(kind, include_extras=True)
    return {one.name: hints[one.name] for one in dataclasses.fields(kind)}


def test_every_type_has_its_row() -> None:
    assert ROWS.keys() == BODIES.keys()


@pytest.mark.parametrize("kind", BODIES)
def test_the_row_names_who_may_make_it(kind: str) -> None:
    by = {role for letter, role in LETTERS.items() if letter in ROWS[kind][1].split(",")[0].split()}
    assert by == (RULES[kind].by if kind in RULES else {Role.PARTY})


def named(cell: str) -> list[str]:
    """Members that a cell names: the first word in code of each part, and those joined to it by a comma."""
    plain = re.sub(r"`\{[^}]*\}`", "", cell)
    found: list[str] = []
    for part in plain.split(";"):
        if "as above" not in part:
            found += re.findall(r"`([a-z_]+)`", part.split(":")[0])
    return found


@pytest.mark.parametrize("kind", BODIES)
def test_the_row_names_the_members_in_their_order(kind: str) -> None:
    assert named(ROWS[kind][3]) == list(fields(BODIES[kind]))


@pytest.mark.parametrize("kind", BODIES)
def test_the_row_spells_out_the_records_inside(kind: str) -> None:
    for name, hint in fields(BODIES[kind]).items():
        inner = get_args(hint)[0] if get_origin(hint) is tuple else None
        if not (isinstance(inner, type) and dataclasses.is_dataclass(inner)):
            continue
        (listed,) = re.findall(rf"`{name}`: `\{{([^}}]*)\}}", ROWS[kind][3])
        assert [word.split()[0] for word in listed.split(",")] == list(fields(inner)), name


@pytest.mark.parametrize("kind", BODIES)
def test_only_digests_are_marked_as_files(kind: str) -> None:
    marked = re.findall(r"`?([a-z_]+)`? \[files?\]", ROWS[kind][3])
    hints = {**fields(BODIES[kind])}
    for hint in list(hints.values()):
        inner = get_args(hint)[0] if get_origin(hint) is tuple else None
        if isinstance(inner, type) and dataclasses.is_dataclass(inner):
            hints |= fields(inner)
    for name in marked:
        assert hints[name] in (Digest, DigestOrEmpty, tuple[Digest, ...]), name
    assert ByLanguage not in [hints[name] for name in marked]


@pytest.mark.slow
def test_the_state_diagrams_are_current() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "state-diagrams"), "--check"]
    assert subprocess.run(check, check=False, timeout=120).returncode == 0, "run scripts/state-diagrams"
