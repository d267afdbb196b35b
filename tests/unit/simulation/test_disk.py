from __future__ import annotations

import pytest

from paraph.domain.ids import DossierId
from paraph.simulation.disk import Crash, Disk

DOSSIER = DossierId("d")


def settings_of(disk: Disk) -> list[str]:
    with disk.store.read() as uow:
        return [name for name in ("one", "two", "three") if uow.setting(name)]


def write_three(disk: Disk) -> None:
    for name in ("one", "two", "three"):
        with disk.store.write() as uow:
            uow.set_setting(name, "1")


@pytest.mark.parametrize(("done", "left"), [(False, ["one"]), (True, ["one", "two"])])
def test_the_power_fails_before_or_after_a_transaction(done: bool, left: list[str]) -> None:
    disk = Disk(owner="north")
    disk.fuse.light(2, done=done)
    with pytest.raises(Crash):
        write_three(disk)
    assert settings_of(disk) == left
    assert disk.fuse.burnt == ["north"]
    write_three(disk)  # it burns once, and nothing is left locked
    assert settings_of(disk) == ["one", "two", "three"]


@pytest.mark.parametrize("done", [False, True])
def test_the_power_fails_at_blobs_and_at_the_guard(done: bool) -> None:
    disk = Disk()
    disk.fuse.light(2, done=done)
    with pytest.raises(Crash):
        disk.blobs.put_all([b"a", b"b", b"c"])
    assert len(list(disk.blobs.all())) == (2 if done else 1)
    disk.fuse.light(1, done=done)
    with pytest.raises(Crash):
        disk.guard.record_seq(DOSSIER, 4)
    assert disk.guard.last_seq(DOSSIER) == (4 if done else 0)


def test_a_backup_brings_back_what_was_and_leaves_the_guard_if_it_is_kept() -> None:
    disk = Disk()
    with disk.store.write() as uow:
        uow.set_setting("one", "1")
    disk.guard.record_seq(DOSSIER, 1)
    backup = disk.back_up()
    write_three(disk)
    disk.blobs.put(b"later")
    disk.guard.record_seq(DOSSIER, 2)
    disk.restore(backup, guard=False)
    assert settings_of(disk) == ["one"]
    assert not list(disk.blobs.all())
    assert disk.guard.last_seq(DOSSIER) == 2
    disk.restore(backup)
    assert disk.guard.last_seq(DOSSIER) == 1
