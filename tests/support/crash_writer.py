"""Kills writers in the middle of their work, again and again, and checks what they left.

Run as a program: ``crash_writer.py DATABASE GUARD ROUNDS SEED``. Each round forks a writer, kills it with
SIGKILL after a few milliseconds, and forks a checker. Prints ``units of work, rounds that added some``.
"""

from __future__ import annotations

import importlib
import os
import random
import signal
import sys
import time
from pathlib import Path

from paraph.adapters.store.configuration import set_up
from paraph.adapters.store.database import open_store
from paraph.adapters.store.guard import FileGuard
from tests.support.rows import D1, ISRAEL, KOSOVO, NOON, TWO, act

PER_UNIT = 5


def write(database: str, guard: FileGuard, ready: int) -> None:
    store = open_store(database)
    os.write(ready, b".")
    while True:
        with store.write() as unit:
            done = int(unit.setting("units") or "0")
            start = done * PER_UNIT
            for seq in range(start, start + PER_UNIT):
                unit.add_act(act(seq, position=2 * seq))
                unit.add_act(act(seq, author=KOSOVO, position=2 * seq + 1))
            unit.save_note(D1, 2 * (start + PER_UNIT), b"note %d" % done)
            unit.mark_final(D1, 2 * (start + PER_UNIT))
            unit.make_due(KOSOVO, D1, NOON)
            unit.set_setting("units", str(done + 1))
        guard.record(D1, 2 * (start + PER_UNIT), f"{done:064x}")
        guard.record_seq(D1, start + PER_UNIT)


def check(database: str, guard: FileGuard) -> int:
    store = open_store(database)
    with store.read() as unit:
        done = int(unit.setting("units") or "0")
        acts = done * PER_UNIT
        assert unit.feeds(D1) == ({ISRAEL: acts, KOSOVO: acts} if done else {})
        assert unit.size(D1) == 2 * acts
        assert [row.position for row in unit.log(D1, 0, 1_000_000)] == list(range(2 * acts))
        assert unit.final_note(D1) == unit.latest_note(D1) == (b"note %d" % (done - 1) if done else None)
        assert [entry.version for entry in unit.due(TWO, 9)] == ([done] if done else [])
        # The guard is written after the commit here, so it may be behind, never ahead, and is always readable.
        size, root = guard.last(D1) or (0, "0" * 64)
        assert size <= 2 * acts
        assert int(root, 16) == max(size // (2 * PER_UNIT) - 1, 0)
        assert guard.last_seq(D1) <= acts
    store.close()
    return done


def main() -> None:
    database, guard_directory, rounds, seed = sys.argv[1:]
    guard = FileGuard(Path(guard_directory))
    dice = random.Random(int(seed))
    set_up()  # before the forks, so that each starts at once; nothing is opened yet
    if "://" in database:
        importlib.import_module("django.db.backends.postgresql.base")  # likewise
    total = productive = 0
    for _ in range(int(rounds)):
        waiting, ready = os.pipe()
        writer = os.fork()
        if writer == 0:
            write(database, guard, ready)
        os.close(ready)
        os.read(waiting, 1)  # a busy machine may take long to come so far
        os.close(waiting)
        time.sleep(dice.uniform(0, 0.08))
        os.kill(writer, signal.SIGKILL)
        _, status = os.waitpid(writer, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        reading, writing = os.pipe()
        checker = os.fork()
        if checker == 0:
            os.write(writing, str(check(database, guard)).encode())
            os._exit(0)
        _, status = os.waitpid(checker, 0)
        os.close(writing)
        assert status == 0, "a unit of work is there in part"
        with os.fdopen(reading) as answer:
            now = int(answer.read())
        productive += now > total
        total = now
    print(total, productive)  # noqa: T201 - the answer to the test


if __name__ == "__main__":
    main()
