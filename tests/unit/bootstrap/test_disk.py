"""The disk under a node: what an operator is told, and what is swept away."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from paraph.adapters.store.home import NodeHome
from paraph.bootstrap.disk import FULL_BYTES, LEFT_AFTER_S, LOW_BYTES, disk_status, sweep


@pytest.mark.parametrize(
    ("free", "flag", "inodes", "word", "failing"),
    [
        (LOW_BYTES, 0, 9, "", False),
        (LOW_BYTES - 1, 0, 9, "make room", False),
        (FULL_BYTES - 1, 0, 9, "is full", True),
        (LOW_BYTES, 0, 0, "is full", True),
        (LOW_BYTES, os.ST_RDONLY, 9, "read-only", True),
    ],
)
def test_what_is_said_of_a_disk(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    free: int,
    flag: int,
    inodes: int,
    word: str,
    failing: bool,
) -> None:
    found = SimpleNamespace(f_bavail=free, f_frsize=1, f_flag=flag, f_files=10, f_favail=inodes)
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _path: found)
        status = disk_status(tmp_path)
    assert (status.free_bytes, status.failing) == (free, failing)
    assert word in status.trouble and bool(word) == bool(status.trouble)


def test_a_file_system_without_inodes_of_its_own_is_not_full(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = SimpleNamespace(f_bavail=LOW_BYTES, f_frsize=1, f_flag=0, f_files=0, f_favail=0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _path: found)
        assert not disk_status(tmp_path).trouble


def test_what_crashes_left_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    home = NodeHome(tmp_path)
    names = ["blobs/ab/.unfinished-old", "guard/.unfinished-old", "blobs/ab/.unfinished-new", "blobs/ab/cd"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        if not name.endswith("new"):
            os.utime(path, (0, time.time() - LEFT_AFTER_S - 60))
    assert sweep(home) == 2
    assert [name for name in names if (tmp_path / name).exists()] == names[2:]
