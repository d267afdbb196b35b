"""The thread that keeps the desk's rows up to date between the pages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connections

from paraph.errors import ParaphError
from paraph.node.desk.projection import projection

__all__ = ["following"]

PAUSE_S: Final = 2.0
"""Between two looks: a page looks for itself, so this only keeps its work small."""

_LOG = logging.getLogger("paraph.node")


@contextmanager
def following() -> Iterator[None]:
    """Follow the store of the node whose pages are served, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_follow, args=(stop,), name="paraph-desk")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _follow(stop: threading.Event) -> None:
    try:
        while not stop.wait(PAUSE_S):
            try:
                projection().catch_up()
            except ParaphError as error:
                _LOG.warning("the desk cannot follow the store, and tries again: %s", error.message)
            except Exception:  # noqa: BLE001 - a bug must be seen, and must not end the thread
                _LOG.exception("the desk could not follow the store; it tries again")
    finally:
        connections.close_all()
