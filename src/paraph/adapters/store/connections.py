"""Connections to one database, and the lock that keeps writers of one process apart."""

from __future__ import annotations

import threading

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from paraph.adapters.store.location import BUSY_TIMEOUT_S
from paraph.errors import TransientError

__all__ = ["Connections", "WriterLock"]

MAX_IDLE = 8
"""Open connections kept per kind. A store that is read by more threads at once opens some anew, in a millisecond each;
kept, each would cost its cache."""


class Connections:
    """Connections of one kind to one database, lent to one thread at a time."""

    def __init__(self, alias: str, settings: dict[str, object]) -> None:
        """Register ``alias`` with Django; nothing is opened yet."""
        self.alias = alias
        self.settings = settings
        self.idle: list[BaseDatabaseWrapper] = []
        self._lock = threading.Lock()
        self._closed = False
        self._lent = threading.local()
        # Django fills in the defaults only for databases it knew at the start, so they are given here.
        connections.settings[alias] = {
            "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False,
            "TIME_ZONE": None, "USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "TEST": {}, **settings,
        }  # fmt: skip

    def borrow(self) -> BaseDatabaseWrapper:
        """Bind a connection to this thread under the alias."""
        with self._lock:
            assert not self._closed, "the store was closed"
            connection = self.idle.pop() if self.idle else None
        if connection is None:
            connection = connections.create_connection(self.alias)
            connection.inc_thread_sharing()  # it moves between threads, but is never in two at once
        else:
            # Has one that broke while it was idle replaced when it is used, such as after a restart of the database.
            connection.close_if_unusable_or_obsolete()
        connections[self.alias] = connection
        self._lent_here().append(connection)
        return connection

    def give_back(self, connection: BaseDatabaseWrapper) -> None:
        """Unbind the connection from this thread."""
        lent = self._lent_here()
        assert lent[-1:] == [connection], "units of work of one thread end in the order of their nesting"
        lent.pop()
        if lent:
            connections[self.alias] = lent[-1]  # that of the unit of work around this one
        else:
            del connections[self.alias]
        with self._lock:
            keep = not self._closed and len(self.idle) < MAX_IDLE
            if keep:
                self.idle.append(connection)
        if not keep:
            connection.close()

    def _lent_here(self) -> list[BaseDatabaseWrapper]:
        """What this thread has borrowed, the innermost last."""
        lent: list[BaseDatabaseWrapper] | None = getattr(self._lent, "connections", None)
        if lent is None:
            lent = self._lent.connections = []
        return lent

    def close(self) -> None:
        """Close what is idle; what is lent closes when it comes back."""
        with self._lock:
            idle, self.idle, self._closed = self.idle, [], True
        for connection in idle:
            connection.close()
        connections.settings.pop(self.alias, None)


class WriterLock:
    """Keeps the writers of one process apart, so that the next one is woken at once."""

    def __init__(self) -> None:
        """Nobody writes yet."""
        self._lock = threading.Lock()
        self._holder: int | None = None

    def acquire(self) -> None:
        """Become the only writer of this process.

        Raises:
            TransientError: ``store-busy`` after ``BUSY_TIMEOUT_S``.
        """
        me = threading.get_ident()
        assert self._holder != me, "a writing transaction inside a writing transaction"
        if not self._lock.acquire(timeout=BUSY_TIMEOUT_S):
            raise TransientError("store-busy", "another writer holds the store too long; try again")
        self._holder = me

    def release(self) -> None:
        """Let the next writer in."""
        self._holder = None
        self._lock.release()
