from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from paraph.adapters.store.database import DjangoStore, open_store
from paraph.adapters.store.faults import translate
from paraph.errors import ConflictError, ParaphError, PermanentError, TransientError
from tests.support.rows import D1, ISRAEL, act


@contextmanager
def limited_to_pages(store: DjangoStore, pages: int) -> Iterator[None]:
    """The database cannot grow further, as on a full disk."""

    def limit(number: int) -> None:
        connection = store.writers.borrow()
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {number}")
            cursor.fetchone()
        store.writers.give_back(connection)

    limit(pages)
    yield
    limit(1_000_000)


def test_a_full_disk_is_the_operators_matter_and_loses_nothing(store: DjangoStore):
    with store.write() as unit:
        unit.add_act(act(0))
    with limited_to_pages(store, 1):
        with pytest.raises(PermanentError) as caught, store.write() as unit:  # noqa: PT012 - the block is the unit of work
            unit.add_act(act(1))
            unit.put_secret("s", b"x" * 1_000_000)
        assert caught.value.code == "disk-full"
        with store.read() as unit:
            assert list(unit.feed(D1, ISRAEL, 0, 9)) == [act(0)]
    with store.write() as unit:
        unit.add_act(act(1))


def test_a_damaged_file_is_reported_as_such(path: Path):
    store = open_store(path)
    with store.write() as unit:
        for number in range(200):
            unit.add_act(act(number))
    store.close()
    data = bytearray(path.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    path.write_bytes(data)

    def look() -> None:
        damaged = open_store(path)
        try:
            with damaged.read() as unit:
                unit.feed(D1, ISRAEL, 0, 1000)
        finally:
            damaged.close()

    with pytest.raises(PermanentError) as caught:
        look()
    assert caught.value.code == "store-corrupt"


class Postgres(Exception):  # noqa: N818 - stands for the driver's own
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def sqlite_error(run: Callable[[sqlite3.Connection], object]) -> sqlite3.Error:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.Error) as caught:
        run(connection)
    return caught.value


@pytest.mark.parametrize(
    ("state", "family", "code"),
    [
        ("55P03", TransientError, "store-busy"),
        ("40001", TransientError, "store-busy"),
        ("57014", TransientError, "store-busy"),
        ("57P01", TransientError, "store-unreachable"),
        ("08006", TransientError, "store-unreachable"),
        ("53300", TransientError, "store-unreachable"),
        ("53100", PermanentError, "disk-full"),
        ("25006", PermanentError, "store-read-only"),
        ("28P01", PermanentError, "store-refused"),
        ("3D000", PermanentError, "store-missing"),
        ("42P01", PermanentError, "store-failed"),
    ],
)
def test_postgresql_states(state: str, family: type[ParaphError], code: str):
    error = OperationalError("x")
    error.__cause__ = Postgres(state)
    assert (type(translate(error)), translate(error).code) == (family, code)


def test_constraints_are_conflicts():
    error = IntegrityError("UNIQUE constraint failed")
    error.__cause__ = sqlite_error(
        lambda connection: connection.executescript("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES (1), (1)")
    )
    assert isinstance(translate(error), ConflictError)


def test_what_is_unknown_is_for_the_operator():
    error = DatabaseError("no such table")
    error.__cause__ = sqlite_error(lambda connection: connection.execute("SELECT * FROM nothing"))
    assert (type(translate(error)), translate(error).code) == (PermanentError, "store-failed")
    assert translate(DatabaseError("x")).code == "store-failed"


def test_each_error_is_a_new_one():
    error = OperationalError("x")
    error.__cause__ = Postgres("55P03")
    assert translate(error) is not translate(error)
