"""Use cases run by hand: no time is spent waiting for the clock on the wall."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.app.runner.PAUSE_S", 0.0)
