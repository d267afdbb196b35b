"""What a process used, read from the system."""

from __future__ import annotations

import os
import time

import pytest

from paraph.cli.bench.usage import Usage, is_counted, look
from paraph.errors import PermanentError

pytestmark = pytest.mark.skipif(not is_counted(), reason="this system does not tell")


def test_work_is_seen_and_memory_is_known() -> None:
    before = look(os.getpid())
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    used = look(os.getpid()).since(before)
    assert 0.05 <= used.cpu_s < 5
    assert used.resident > 1_000_000
    assert used.written >= 0


def test_a_process_that_has_ended_is_told_apart() -> None:
    with pytest.raises(PermanentError) as ended:
        look(2**22 + 1)
    assert ended.value.code == "bench-gone"


def test_for_each_minute() -> None:
    used = Usage(at=30.0, cpu_s=2.0, wakeups=10, written=5, resident=1)
    assert used.per_minute(used.cpu_s) == 4.0
