"""A tap on the shoulder of a running node, so that it need not wait for its next look at the store.

Only a comfort: the store is the truth, and a node that misses the tap sees the change half a second later.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import Final

__all__ = ["WakeListener", "tap"]

_FILE: Final = "wake"


def tap(folder: Path) -> None:
    """Wake the node that runs on this home, if one does."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.settimeout(0)
        sender.sendto(b"1", _address(folder))


class WakeListener:
    """Sets an event whenever somebody taps; use it in ``with``."""

    def __init__(self, folder: Path, event: threading.Event) -> None:
        """Listen on the node's home; does nothing where such sockets cannot be made."""
        self._folder = folder
        self._event = event
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        """Start listening."""
        try:
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            (self._folder / _FILE).unlink(missing_ok=True)
            listener.bind(_address(self._folder))
            (self._folder / _FILE).chmod(0o600)
        except OSError:  # the path is too long, or the file system has no sockets: polling is enough
            return
        self._socket = listener
        self._thread = threading.Thread(target=self._listen, name="paraph-wake", daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        if self._socket is None:
            return
        socket_, self._socket = self._socket, None
        tap(self._folder)
        if self._thread is not None:
            self._thread.join(1)
        socket_.close()
        (self._folder / _FILE).unlink(missing_ok=True)

    def _listen(self) -> None:
        while self._socket is not None:
            try:
                self._socket.recv(16)
            except OSError:
                return
            self._event.set()


def _address(folder: Path) -> str:
    """A path short enough for a socket address: relative to the current directory where that is shorter."""
    absolute = str((folder / _FILE).absolute())
    relative = os.path.relpath(absolute)
    return min(absolute, relative, key=len)
