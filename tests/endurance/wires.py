"""Wires: what one node's connections to another go through, so that a test can cut, stall or break them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.endurance.officers import fork

__all__ = ["Wire", "wired"]

_LOOK_S: Final = 0.02
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends a reset."""


@dataclass(slots=True, kw_only=True)
class Wire:
    """A forwarder of TCP connections, a process of its own.

    States: ``whole``; ``cut``: connections are refused and those there are are reset; ``stalled``: connections are taken
    and nothing passes, either way; ``torn``: a connection is reset when some bytes of an answer have passed.

    Attributes:
        port: Where it listens; the system chooses.
        target: Port of the node behind it.
        state_file: Says what state it is in.
    """

    target: int
    state_file: Path
    port: int = 0
    pid: int = 0
    _listener: socket.socket = field(init=False)

    def start(self) -> None:
        self.set("whole")
        with socket.socket() as probe:  # the port stays the same when it is cut and whole again
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.pid = fork(self._run, self.state_file.with_suffix(".log"))

    def set(self, state: str) -> None:
        """Change the state; it is so within a few hundredths of a second."""
        new = self.state_file.with_suffix(".new")
        new.write_text(state, "ascii")
        new.replace(self.state_file)

    def end(self) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def _run(self) -> int:
        asyncio.run(_Forwarder(self).run())
        return 0


class _Forwarder:
    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.state = "whole"
        self.lines: set[asyncio.StreamWriter] = set()
        self.passing = asyncio.Event()

    async def run(self) -> None:
        server: asyncio.Server | None = None
        while True:
            self.state = self.wire.state_file.read_text("ascii")
            if self.state in ("whole", "torn"):
                self.passing.set()
            else:
                self.passing.clear()
            if self.state == "cut":
                if server is not None:
                    server.close()
                    server = None
                for writer in list(self.lines):
                    self.reset(writer)
            elif server is None:
                server = await asyncio.start_server(
                    self.take, "127.0.0.1", self.wire.port, reuse_address=True
                )
            await asyncio.sleep(_LOOK_S)

    def reset(self, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writer.transport.abort()
        self.lines.discard(writer)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.add(writer)
        try:
            await self.passing.wait()
            there_reader, there = await asyncio.open_connection("127.0.0.1", self.wire.target)
        except OSError:
            self.reset(writer)
            return
        self.lines.add(there)
        await asyncio.gather(
            self.pump(reader, there, None), self.pump(there_reader, writer, 3000), return_exceptions=True
        )
        for each in (writer, there):
            self.reset(each)

    async def pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, torn_after: int | None
    ) -> None:
        passed = 0
        while data := await reader.read(4096):
            await self.passing.wait()
            writer.write(data)
            await writer.drain()
            passed += len(data)
            if self.state == "torn" and torn_after is not None and passed > torn_after:
                break
        self.reset(writer)


@contextmanager
def wired(folder: Path, ports: dict[str, int]) -> Iterator[dict[tuple[str, str], Wire]]:
    """A wire from each node to each other, by (from, to)."""
    wires = {
        (here, there): Wire(target=port, state_file=folder / f"{here}-{there}.wire")
        for here in ports
        for there, port in ports.items()
        if here != there
    }
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for wire in wires.values():
            wire.start()
        yield wires
    finally:
        for wire in wires.values():
            wire.end()
