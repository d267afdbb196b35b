"""What the databases themselves refuse, whoever asks."""

from __future__ import annotations

import pytest
from django.db import Error

from paraph.adapters.store.database import DjangoStore
from paraph.adapters.store.triggers import NAMES
from tests.support.rows import D1, ISRAEL, act


@pytest.fixture(autouse=True)
def acts(database: DjangoStore) -> None:
    with database.write() as unit:
        unit.add_act(act(0, position=0))
        unit.add_act(act(1))


def execute(store: DjangoStore, statement: str) -> list[tuple[object, ...]]:
    connection = store.writers.borrow()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
    finally:
        store.writers.give_back(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM paraph_act",
        "DELETE FROM paraph_act WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1 WHERE author_seq = 0",
        "UPDATE paraph_act SET position = NULL WHERE author_seq = 0",
        "UPDATE paraph_act SET position = 0 WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, act = 'x' WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, author = 'x' WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, dossier = 'x' WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, author_seq = 7 WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, id = 99 WHERE author_seq = 1",
        "UPDATE paraph_act SET act = 'x' WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, envelope = act::bytea WHERE author_seq = 1",
        "UPDATE paraph_act SET position = 1, envelope = x'00' WHERE author_seq = 1",
        "INSERT INTO paraph_act SELECT * FROM paraph_act",
        "INSERT OR REPLACE INTO paraph_act SELECT * FROM paraph_act",
        "INSERT OR REPLACE INTO paraph_act SELECT 99, dossier, author, author_seq, 'x', envelope, 7 FROM paraph_act",
        "INSERT OR REPLACE INTO paraph_act SELECT 99, dossier, author, 99, 'x', envelope, position FROM paraph_act",
        "UPDATE OR REPLACE paraph_act SET position = 0 WHERE author_seq = 1",
        "TRUNCATE paraph_act",
    ],
)
def test_acts_cannot_be_changed(database: DjangoStore, statement: str):
    # Some statements exist on one engine only; refused by the parser is refused, too.
    with pytest.raises(Error):
        execute(database, statement)
    with database.read() as unit:
        assert list(unit.feed(D1, ISRAEL, 0, 9)) == [act(0, position=0), act(1)]


def test_the_position_can_be_set_once(database: DjangoStore):
    execute(database, "UPDATE paraph_act SET position = 1 WHERE author_seq = 1")
    with pytest.raises(Error):
        execute(database, "UPDATE paraph_act SET position = 2 WHERE author_seq = 1")
    with database.read() as unit:
        assert unit.size(D1) == 2


def test_the_triggers_are_there_after_all_migrations(database: DjangoStore):
    if "sqlite" in str(database.writers.settings["ENGINE"]):
        found = execute(
            database, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'paraph_act'"
        )
    else:
        found = execute(
            database,
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'paraph_act'::regclass AND NOT tgisinternal",
        )
    assert sorted(str(row[0]) for row in found) == sorted(NAMES)
