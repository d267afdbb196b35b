"""Rooms: networks (and process and mount tables) of their own, so that nodes with the same ports run side by side."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
from functools import cache
from typing import Final

__all__ = ["ROOM", "can_part", "enter", "entered", "in_room"]

ROOM: Final = ("unshare", "--net", "--pid", "--mount", "--fork", "--kill-child")
"""A room: its own loopback, and everything that runs in it ends with its first process."""

_MARK: Final = "PARAPH_ROOM"
_SIOCSIFFLAGS: Final = 0x8914
_IFF_UP_RUNNING: Final = 0x41
"""Source: Linux, netdevice(7)."""


@cache
def can_part() -> bool:
    """Whether this user may make rooms (root may)."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*ROOM, "true"], capture_output=True, check=False).returncode == 0


def in_room(command: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command and environment that run a program in a room of its own, or as it is where there are none."""
    if not can_part():
        return command, dict(os.environ)
    return [*ROOM, *command], {**os.environ, _MARK: "1"}


def entered() -> bool:
    """Whether this program runs in a room."""
    return os.environ.get(_MARK) == "1"


def enter() -> None:
    """In a room that was just made: let loopback work. Elsewhere nothing."""
    if not entered():
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP_RUNNING))
