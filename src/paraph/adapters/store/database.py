"""The durable store of a node, on SQLite or PostgreSQL, through Django.

``open_store`` may be called for several databases in one process: each becomes a pair of connection
aliases (one writes, one only reads). Connections belong to the store, not to threads: a unit of work
borrows one and gives it back, so that idle threads hold none and a thread that ends leaves none open.

Writers are kept apart twice: threads of one process by a lock, which wakes the next one at once, and
processes by the database (``BEGIN IMMEDIATE``, or an advisory lock on PostgreSQL).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.db.migrations.executor import MigrationExecutor

from paraph.adapters.store.configuration import LABEL, set_up
from paraph.adapters.store.connections import Connections, WriterLock
from paraph.adapters.store.faults import translate
from paraph.adapters.store.file_lock import one_at_a_time
from paraph.adapters.store.location import database_settings
from paraph.adapters.store.transaction import WRITER_KEY
from paraph.adapters.store.unit_of_work import DjangoUnitOfWork
from paraph.errors import PermanentError

__all__ = ["DjangoStore", "open_store"]

_numbers = itertools.count(1)


class DjangoStore:
    """A store (``paraph.app.ports.Store``). Made by ``open_store``."""

    def __init__(self, alias: str, writing: dict[str, object], reading: dict[str, object]) -> None:
        """Register the two kinds of connection."""
        self.writers = Connections(f"{alias}-write", writing)
        self.readers = Connections(f"{alias}-read", reading)
        self._lock = WriterLock()

    def write(self) -> DjangoUnitOfWork:
        """Return a writing transaction (see ``Store.write``)."""
        return DjangoUnitOfWork(self.writers, self._lock)

    def read(self) -> DjangoUnitOfWork:
        """Return a reading snapshot (see ``Store.read``)."""
        return DjangoUnitOfWork(self.readers)

    def close(self) -> None:
        """Close all connections; on SQLite the last one folds the write-ahead log into the file."""
        self.readers.close()
        self.writers.close()


def open_store(database: str | Path, *, create: bool = True) -> DjangoStore:
    """Open a store, creating and migrating it as needed.

    Args:
        database: A path, ``sqlite:///path`` or ``postgresql://user:password@host:port/name``.
        create: Whether to make a store where there is none. An empty store in the place of one that was lost would
            make a node forget what it said, and not know that it did.

    Returns:
        The store; ``close`` it when done.

    Raises:
        PermanentError: ``database-url``, ``network-file-system``, ``store-newer`` (written by a later
            version), ``store-missing``, ``store-corrupt``, ``database-driver``, ``store-lost`` if there is none.
        TransientError: ``store-busy``, ``store-unreachable``.
    """
    writing, reading = database_settings(database)
    set_up()
    store = DjangoStore(f"paraph-{next(_numbers)}", writing, reading)
    try:
        if writing["ENGINE"] == "django.db.backends.sqlite3":
            path = Path(str(writing["NAME"]))
            with _alone(path, create=create):
                _migrate(store, create=create)
        else:
            with _alone_at_server(store):
                _migrate(store, create=create)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def _alone(path: Path, *, create: bool) -> Iterator[None]:
    """Keep other processes from creating or migrating the same file at the same time."""
    if not create and not path.exists():
        raise _lost(str(path.parent))
    with ExitStack() as stack:
        try:
            # Created here so that only the node's own user can read it; SQLite gives its log files the same rights.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            stack.enter_context(one_at_a_time(path.with_name(path.name + ".lock")))
        except OSError as error:
            raise PermanentError(
                "store-missing",
                f"cannot create {path} ({error.strerror}): its folder must exist and be writable",
                path=str(path),
            ) from error
        yield


@contextmanager
def _alone_at_server(store: DjangoStore) -> Iterator[None]:
    """Keep other processes from creating or migrating the same store at the same time, and writers out meanwhile."""
    with _faults():
        connection = store.writers.borrow()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [WRITER_KEY])
            try:
                yield
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [WRITER_KEY])
        finally:
            store.writers.give_back(connection)


def _lost(where: str) -> PermanentError:
    return PermanentError(
        "store-lost",
        f"there is no store in {where}: restore a backup with `paraph node restore FILE`. If keys are all that is left, "
        "put keys/ and paraph.toml into an empty folder and say `paraph node restore --keys-only`",
    )


def _migrate(store: DjangoStore, *, create: bool) -> None:
    with _faults():
        connection = store.writers.borrow()
        try:
            executor = MigrationExecutor(connection)
            known = {name for app, name in executor.loader.disk_migrations or () if app == LABEL}
            applied = {name for app, name in executor.loader.applied_migrations or () if app == LABEL}
            if applied - known:
                raise PermanentError(
                    "store-newer",
                    "the store was written by a later version of Paraph: install that version, or restore a backup that "
                    "this version made",
                )
            if not applied and not create:
                raise _lost("the database that the configuration names")
            if known - applied:
                executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] == LABEL])
        finally:
            store.writers.give_back(connection)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except Error as error:
        raise translate(error) from error
    except ImproperlyConfigured as error:
        raise PermanentError(
            "database-driver", "PostgreSQL needs its driver: install psycopg beside Paraph"
        ) from error
