"""What happens to disks: full, and full again in the middle; read-only. Needs rooms, for mounts of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from paraph.cli.demo.stage import NODES
from tests.endurance.homes import Prepared
from tests.endurance.play import Play
from tests.endurance.rooms import entered

__all__ = ["DISKS"]

Told = dict[str, Any]

ROOM_BYTES: Final = 96 * 1024
"""What is left on a disk that is about to be full: enough to begin with, too little to deposit or to receive."""


def full(prepared: Prepared, folder: Path, *, whose: str) -> Told:
    """The disk of one node fills up while signatures change hands; then there is room again."""
    with Play(prepared=prepared, moment="planned", folder=folder) as play:
        disk = _Disk(play.home(whose), room=ROOM_BYTES)
        play.start()
        _look_until(play, lambda: "disk" in _trouble(play, whose), "the trouble is told")
        told = _trouble(play, whose)
        before = cpu_s(play.nodes[whose].pid)
        _look_until(play, _in(5), "time passes")
        busy = (cpu_s(play.nodes[whose].pid) - before) / 5
        sizes = {name: (play.home(name) / "store.sqlite3").stat().st_size for name in NODES}
        assert not any(c.standing.concluded for c in play.current.values()), sizes
        disk.grow()
        after = play.conclude()
        return {
            "told": told[:400],
            "busy_while_full": round(busy, 2),
            "concluded_after_s": after,
            **_good(play, disk),
        }


def read_only(prepared: Prepared, folder: Path) -> Told:
    """The disk of one node becomes read-only, as file systems do on errors; then it is mounted again for writing."""
    with Play(prepared=prepared, moment="one-deposit", folder=folder) as play:
        disk = _Disk(play.home("kosovo"), room=64 * 1024 * 1024)
        play.resting.add("kosovo")
        play.start()
        _look_until(play, lambda: "serves" in play.log("kosovo"), "it runs")
        _look_until(play, _in(1), "all have greeted")
        disk.protect()
        play.away.add("kosovo")  # its officers cannot even look
        deposit = ("dossier", "deposit", "--place", "Pristina", "--date", "1 February 2021")
        told = play.command("kosovo", *deposit, expected=69)
        assert "Read-only file system" in told and "Traceback" not in told, told
        _look_until(play, _in(3), "time passes")
        assert play.nodes["kosovo"].poll() is None
        disk.unprotect()
        play.away.discard("kosovo")
        play.resting.discard("kosovo")
        after = play.conclude()
        return {"told": told.strip(), "concluded_after_s": after, **_good(play, disk)}


DISKS: Final[dict[str, Callable[[Prepared, Path], Told]]] = {
    "disk-full-party": lambda prepared, folder: full(prepared, folder, whose="kosovo"),
    "disk-full-opener": lambda prepared, folder: full(prepared, folder, whose="israel"),
    "disk-full-mediator": lambda prepared, folder: full(prepared, folder, whose="mediator"),
    "disk-read-only": read_only,
}


class _Disk:
    """A small disk of its own under a folder; its content is moved onto it."""

    def __init__(self, folder: Path, *, room: int) -> None:
        assert entered(), "mounts are made in rooms only"
        self.folder = folder
        aside = folder.with_name(folder.name + ".aside")
        folder.rename(aside)
        folder.mkdir(mode=0o700)
        _run("mount", "-t", "tmpfs", "-o", "size=256m,mode=700", "tmpfs", str(folder))
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)
        used = os.statvfs(folder)
        held = (used.f_blocks - used.f_bfree) * used.f_frsize
        _run("mount", "-o", f"remount,size={(held + room) // 1024}k", str(folder))

    def grow(self) -> None:
        _run("mount", "-o", "remount,size=256m", str(self.folder))

    def protect(self) -> None:
        """Make the mount read-only; what is open for writing would keep the file system itself writable."""
        _run("mount", "--bind", str(self.folder), str(self.folder))
        _run("mount", "-o", "remount,bind,ro", str(self.folder))

    def unprotect(self) -> None:
        _run("umount", str(self.folder))

    def keep(self) -> None:
        """Take what is on it before the mount goes."""
        aside = self.folder.with_name(self.folder.name + ".aside")
        shutil.copytree(self.folder, aside, ignore=shutil.ignore_patterns("wake"))
        _run("umount", "-l", str(self.folder))
        self.folder.rmdir()
        aside.rename(self.folder)


def _good(play: Play, disk: _Disk) -> Told:
    found = play.judge()
    disk.keep()
    assert not found["faults"], found["faults"]
    return {"log": found["log"]}


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, f"{command}: {done.stderr}"


def _trouble(play: Play, name: str) -> str:
    """What a node's operator and officers read: status, the node's log, what commands printed."""
    commands = play.folder / f"{name}.commands.log"
    printed = commands.read_text("utf-8") if commands.exists() else ""
    told = play.command(name, "node", "status", expected=None) + play.log(name) + printed
    return "\n".join(line for line in told.splitlines() if "disk is full" in line or "it is full" in line)


def _in(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def _look_until(play: Play, so: Callable[[], bool], what: str) -> None:
    play.go_on(so, what)


def cpu_s(pid: int) -> float:
    """Processor time that a process has used. Source: Linux, proc(5), /proc/pid/stat, fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
