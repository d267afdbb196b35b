"""What a process used of the machine, as Linux counts it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph.errors import PermanentError

__all__ = ["Usage", "is_counted", "look"]

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_KIB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process used since it began, or between two looks.

    Attributes:
        at: When, in seconds; or how long.
        cpu_s: Seconds of processor, in it and in the system for it.
        wakeups: How often one of its threads that live now went to sleep.
        written: Bytes written to the disk.
        resident: Bytes of memory in use at the end.
    """

    at: float
    cpu_s: float
    wakeups: int
    written: int
    resident: int

    def since(self, before: Usage) -> Usage:
        """What was used between two looks."""
        return Usage(
            at=self.at - before.at,
            cpu_s=self.cpu_s - before.cpu_s,
            wakeups=max(0, self.wakeups - before.wakeups),
            written=self.written - before.written,
            resident=self.resident,
        )

    def per_minute(self, value: float) -> float:
        """A value of this stretch of time, for each minute of it."""
        return value * 60 / self.at


def is_counted() -> bool:
    """Whether the system tells what a process uses in the way that is understood here."""
    return Path("/proc/self/io").exists()


def look(process: int) -> Usage:
    """Look at a process.

    Raises:
        PermanentError: ``bench-gone`` if it has ended.
    """
    folder = Path("/proc") / str(process)
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        status = _table(folder / "status")
        written = int(_table(folder / "io")["write_bytes"])
        wakeups = sum(_switches(thread) for thread in (folder / "task").iterdir())
    except OSError as error:
        raise PermanentError(
            "bench-gone", f"the node that was measured has ended: {error.strerror}"
        ) from error
    return Usage(
        at=time.monotonic(),
        cpu_s=(int(fields[11]) + int(fields[12])) / _TICKS,
        wakeups=wakeups,
        written=written,
        resident=int(status["VmRSS"].split()[0]) * _KIB,
    )


def _switches(thread: Path) -> int:
    try:
        return int(_table(thread / "status")["voluntary_ctxt_switches"])
    except OSError:  # it has ended since
        return 0


def _table(path: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return {name: value.strip() for name, _, value in lines}
