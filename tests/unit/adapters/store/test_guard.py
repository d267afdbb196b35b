from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from paraph.adapters.store.guard import FORMAT, FileGuard
from paraph.domain.ids import DossierId
from paraph.errors import FormatError, PermanentError
from tests.support.rows import D1, D2

A, B = "a" * 64, "b" * 64


def test_a_new_process_remembers(tmp_path: Path):
    FileGuard(tmp_path / "guard").record(D1, 5, A)
    FileGuard(tmp_path / "guard").record_seq(D1, 3)
    guard = FileGuard(tmp_path / "guard")
    assert (guard.last(D1), guard.last_seq(D1)) == ((5, A), 3)
    with pytest.raises(PermanentError):
        guard.record(D1, 5, B)


def test_the_file_is_readable_by_people_and_by_the_owner_only(tmp_path: Path):
    FileGuard(tmp_path / "guard").record(D1, 5, A)
    path = tmp_path / "guard" / f"{D1}.json"
    assert json.loads(path.read_text()) == {"format": FORMAT, "dossier": D1, "size": 5, "root": A, "seq": 0}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


GOOD = {"format": FORMAT, "dossier": D1, "size": 5, "root": A, "seq": 0}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b" " * 5000,
        json.dumps({**GOOD, "dossier": D2}).encode(),
        json.dumps({**GOOD, "format": "paraph.guard/2"}).encode(),
        json.dumps({**GOOD, "size": -1}).encode(),
        json.dumps({**GOOD, "size": True}).encode(),
        json.dumps({**GOOD, "size": "5"}).encode(),
        json.dumps({**GOOD, "seq": 1.5}).encode(),
        json.dumps({**GOOD, "root": "A" * 64}).encode(),
        json.dumps({**GOOD, "root": None}).encode(),
        json.dumps({**GOOD, "more": 1}).encode(),
    ],
)
def test_a_damaged_file_stops_cosigning_instead_of_starting_anew(tmp_path: Path, content: bytes):
    guard = FileGuard(tmp_path)
    (tmp_path / f"{D1}.json").write_bytes(content)
    for attempt in (
        lambda: guard.last(D1),
        lambda: guard.last_seq(D1),
        lambda: guard.record(D1, 9, A),
        lambda: guard.record_seq(D1, 9),
    ):
        with pytest.raises(PermanentError) as caught:
            attempt()
        assert caught.value.code == "guard-corrupt"
    assert (tmp_path / f"{D1}.json").read_bytes() == content
    guard.record(D2, 1, A)  # other dossiers go on


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "A" * 64, "x" * 65])
def test_a_dossier_id_cannot_lead_elsewhere(tmp_path: Path, name: str):
    with pytest.raises(FormatError):
        FileGuard(tmp_path / "guard").record(DossierId(name), 1, A)


def test_an_unwritable_directory_stops_cosigning(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PermanentError) as caught:
        FileGuard(tmp_path / "file" / "guard")
    assert caught.value.code == "guard-missing"


def test_of_several_processes_only_one_gets_a_root_through(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from paraph.adapters.store.guard import FileGuard\n"
        "from paraph.errors import PermanentError\n"
        "guard = FileGuard(Path(sys.argv[1])); done = []\n"
        "for size in range(40):\n"
        "    try: guard.record(sys.argv[2], size, sys.argv[3] * 64); done.append(size)\n"
        "    except PermanentError: pass\n"
        "print(*done)\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), D1, root], stdout=subprocess.PIPE, text=True
        )
        for root in "abc"
    ]
    sizes = [int(size) for process in started for size in process.communicate(timeout=60)[0].split()]
    assert len(sizes) == len(set(sizes))
    assert max(sizes) == 39
