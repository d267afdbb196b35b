"""Beginning and ending a transaction on the store, and stating something in it."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from paraph.adapters.store.connections import Connections, WriterLock
from paraph.adapters.store.faults import translate

__all__ = ["WRITER_KEY", "Transaction", "Value"]

WRITER_KEY = 0x70_61_72_61_70_68
"""Key of the advisory lock that makes writers exclude each other on PostgreSQL ("paraph" in ASCII)."""

Value = str | int | bytes | None
"""What a statement may carry."""


class Transaction:
    """One transaction and the ways to state something in it; use it in ``with``, once."""

    def __init__(self, connections: Connections, lock: WriterLock | None = None) -> None:
        """Remember where to begin; with ``lock`` it is a writer."""
        self._connections = connections
        self._lock = lock
        self._connection: BaseDatabaseWrapper | None = None
        self._atomic: transaction.Atomic | None = None
        self._begun = False

    def __enter__(self) -> Self:
        """Begin, as the only writer or with a snapshot."""
        assert not self._begun, "a unit of work is used once"
        self._begun = True
        if self._lock is not None:
            self._lock.acquire()
        try:
            self._connection = self._connections.borrow()
            # durable: to be nested would mean not to be durable on leaving
            atomic = transaction.atomic(using=self._connections.alias, durable=True)
            atomic.__enter__()
            self._atomic = atomic
            self._settle(self._connection)
        except Error as error:
            self._abandon(error)
            raise translate(error) from error
        except BaseException as error:
            self._abandon(error)
            raise
        return self

    def _settle(self, connection: BaseDatabaseWrapper) -> None:
        if self._lock is None:
            # A snapshot begins with the first read, so read.
            self._one("SELECT 1 FROM paraph_setting LIMIT 1")
        elif connection.vendor == "postgresql":
            self._one("SELECT pg_advisory_xact_lock(%s)", WRITER_KEY)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or roll back; errors of the database leave in the families of Paraph."""
        try:
            self._leave(kind, error, trace)
        except Error as fault:
            raise translate(fault) from fault
        if isinstance(error, Error):
            raise translate(error) from error

    def _leave(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._atomic is not None:
                atomic, self._atomic = self._atomic, None
                atomic.__exit__(kind, error, trace)
        finally:
            if self._connection is not None:
                connection, self._connection = self._connection, None
                self._connections.give_back(connection)
            if self._lock is not None:
                self._lock.release()

    def _abandon(self, error: BaseException) -> None:
        """Give up a transaction that could not begin, and the connection with it: its state is unknown."""
        if self._atomic is None and self._connection is not None:
            self._connection.close()
        self._leave(type(error), error, error.__traceback__)

    def _run(self, statement: str, *values: Value) -> int:
        """Execute a writing statement; the number of rows it touched."""
        assert self._lock is not None, "a reading unit of work cannot write"
        assert self._connection is not None, "a unit of work is used inside `with`"
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)

    def _all(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        assert self._connection is not None, "a unit of work is used inside `with`"
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _one(self, statement: str, *values: Value) -> tuple[Any, ...] | None:
        rows = self._all(statement, *values)
        return rows[0] if rows else None
