"""Disks that are full, or cannot be written, while a node is backed up and restored. Real ones, where a test may mount them."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.store import backup
from paraph.adapters.store.backup import back_up, back_up_keys
from paraph.adapters.store.configuration import LABEL
from paraph.adapters.store.database import open_store
from paraph.adapters.store.guard import FileGuard
from paraph.adapters.store.home import NodeHome
from paraph.adapters.store.restore import restore
from paraph.errors import ParaphError, PermanentError
from tests.support.rows import D1, NOON, ONE, act

Mount = Callable[..., Path]

BIG = 600 * 1024
"""Bytes of a blob that a small disk cannot hold twice."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Mount]:
    """Mounts small disks in memory; such a test is left out where nothing may be mounted."""
    mounted: list[Path] = []

    def mount(name: str, size: str = "1m") -> Path:
        point = tmp_path / name
        point.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(point)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("nothing may be mounted here")
        mounted.append(point)
        return point

    yield mount
    for point in reversed(mounted):
        subprocess.run(["umount", str(point)], check=True)


def read_only(point: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(point)], check=True)


def make(folder: Path) -> NodeHome:
    home = NodeHome(folder)
    home.keys.mkdir(parents=True)
    home.config.write_text('[node]\nparty = "north"\n')
    (home.keys / "node.json").write_text("secret")
    store = open_store(home.database)
    with store.write() as unit:
        unit.add_act(act(0, position=0))
    store.close()
    FileBlobs(home.blobs).put(b"x" * BIG)
    FileGuard(home.guard).record(D1, 1, "a" * 64)
    return home


def content(home: NodeHome) -> list[object]:
    store = open_store(home.database, create=False)
    try:
        with store.read() as unit:
            return [
                list(unit.log(D1, 0, 9)),
                sorted(FileBlobs(home.blobs).all()),
                FileGuard(home.guard).last(D1),
            ]
    finally:
        store.close()


def test_a_full_disk_of_the_node_does_not_keep_it_from_being_backed_up(disk: Mount, tmp_path: Path):
    home = make(disk("node", "2m") / "home")
    with pytest.raises(OSError, match="No space"):
        (home.folder / "filler").write_bytes(b"x" * (4 << 20))
    back_up(home, tmp_path / "b.tar", now=NOON)
    restore(tmp_path / "b.tar", NodeHome(tmp_path / "again"), now=ONE)
    (home.folder / "filler").unlink()
    assert content(NodeHome(tmp_path / "again")) == content(home)


def test_a_disk_that_can_only_be_read_is_backed_up_keys_and_all(disk: Mount, tmp_path: Path):
    point = disk("node", "8m")
    home = make(point / "home")
    live = open_store(home.database)
    with live.write() as unit:
        unit.add_act(act(1, position=1))
    copy = point / "copy"
    shutil.copytree(
        home.folder, copy
    )  # as it lies there while the node runs: the last act is in the write-ahead log
    live.close()
    read_only(point)
    assert (copy / "store.sqlite3-wal").stat().st_size > 0
    back_up(NodeHome(copy), tmp_path / "b.tar", now=NOON, include_keys=True)
    back_up_keys(NodeHome(copy), tmp_path / "k.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    restore(tmp_path / "b.tar", again, now=ONE)
    assert content(again)[0] == [act(0, position=0), act(1, position=1)]
    assert not list(tmp_path.glob(".backup-*"))


@pytest.mark.parametrize("make_backup", [back_up, back_up_keys])
def test_a_full_medium_is_named_and_holds_no_half_backup(disk: Mount, tmp_path: Path, make_backup):
    home = make(tmp_path / "home")
    medium = disk("medium", "64k")
    with pytest.raises(PermanentError, match="make room or name another disk") as caught:
        make_backup(home, medium / "b.tar", now=NOON)
    assert caught.value.code == "disk-full"
    assert list(medium.iterdir()) == []


def test_a_medium_that_cannot_be_written_is_named(disk: Mount, tmp_path: Path):
    home = make(tmp_path / "home")
    medium = disk("medium")
    read_only(medium)
    with pytest.raises(PermanentError, match="Read-only") as caught:
        back_up(home, medium / "b.tar", now=NOON)
    assert caught.value.code == "backup-write"


@pytest.mark.parametrize("make_backup", [back_up, back_up_keys])
def test_restoring_to_a_full_disk_leaves_nothing_there(disk: Mount, tmp_path: Path, make_backup):
    home = make(tmp_path / "home")
    make_backup(home, tmp_path / "b.tar", now=NOON)
    small = disk("small", "128k")
    with pytest.raises(PermanentError, match="make room") as caught:
        restore(tmp_path / "b.tar", NodeHome(small / "again"), now=ONE)
    assert caught.value.code == "disk-full"
    assert list(small.iterdir()) == []


def test_restoring_to_a_disk_that_cannot_be_written_says_so(disk: Mount, tmp_path: Path):
    home = make(tmp_path / "home")
    back_up(home, tmp_path / "b.tar", now=NOON)
    point = disk("point")
    read_only(point)
    with pytest.raises(PermanentError, match="can be written") as caught:
        restore(tmp_path / "b.tar", NodeHome(point / "again"), now=ONE)
    assert caught.value.code == "restore-write"


def test_a_guard_on_a_disk_of_its_own_that_is_full_stops_the_restoration_as_a_whole(
    disk: Mount, tmp_path: Path
):
    home = make(tmp_path / "home")
    back_up(home, tmp_path / "b.tar", now=NOON, include_keys=True)
    again = NodeHome(tmp_path / "again")
    again.folder.mkdir()
    small = disk("guard-disk", "16k")
    with pytest.raises(OSError, match="No space"):
        (small / "filler").write_bytes(b"x" * 65_536)
    again.guard.symlink_to(small)
    with pytest.raises(PermanentError) as caught:
        restore(tmp_path / "b.tar", again, now=ONE)
    assert caught.value.code == "disk-full"
    assert [path.name for path in again.folder.iterdir()] == ["guard"]
    (small / "filler").unlink()
    restore(tmp_path / "b.tar", again, now=ONE)
    assert content(again) == content(home)


def test_a_full_disk_is_not_taken_for_a_damaged_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whoever believes that the store is damaged restores an old backup over a good one."""
    home = make(tmp_path / "home")

    def full(*_arguments: object, **_more: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    monkeypatch.setattr(backup, "check_intact", full)
    with pytest.raises(PermanentError) as caught:
        back_up(home, tmp_path / "b.tar", now=NOON)
    assert caught.value.code == "disk-full"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_a_backup_of_a_later_version_is_refused_and_says_what_to_do(tmp_path: Path):
    home = make(tmp_path / "home")
    with closing(sqlite3.connect(home.database)) as connection, connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, '9999_later', '2030-01-01')",
            (LABEL,),
        )
    for use in (
        lambda: open_store(home.database),
        lambda: back_up_keys(home, tmp_path / "k.tar", now=NOON),
    ):
        with pytest.raises(PermanentError, match="later version of Paraph: install that version") as caught:
            use()
        assert caught.value.code == "store-newer"
    back_up(home, tmp_path / "b.tar", now=NOON)  # what it holds is for that version
    with pytest.raises(ParaphError, match="later version") as caught_again:
        restore(tmp_path / "b.tar", NodeHome(tmp_path / "again"), now=ONE)
    assert caught_again.value.code == "store-newer"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "home"]
