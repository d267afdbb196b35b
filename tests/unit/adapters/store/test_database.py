from __future__ import annotations

import gc
import sqlite3
import stat
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from paraph.adapters.store import connections as pools
from paraph.adapters.store import location
from paraph.adapters.store.configuration import LABEL
from paraph.adapters.store.database import DjangoStore, open_store
from paraph.errors import AdapterError, PermanentError, TransientError
from tests.support.rows import D1, ISRAEL, act


def pragma(store: DjangoStore, name: str, *, reading: bool = False) -> object:
    pool = store.readers if reading else store.writers
    connection = pool.borrow()
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name}")
            return cursor.fetchone()[0]
    finally:
        pool.give_back(connection)


def test_acts_survive_closing(place: str):
    store = open_store(place)
    with store.write() as unit:
        unit.add_act(act(0))
    store.close()
    store = open_store(place if "://" in place else f"sqlite:///{place}")
    with store.read() as unit:
        assert list(unit.feed(D1, ISRAEL, 0, 9)) == [act(0)]
    store.close()


def test_commits_survive_a_power_cut_as_far_as_sqlite_can_say(store: DjangoStore):
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2  # FULL
    assert pragma(store, "foreign_keys") == 1
    assert pragma(store, "secure_delete") == 1
    assert pragma(store, "busy_timeout") == location.BUSY_TIMEOUT_S * 1000


def test_a_reading_connection_cannot_write_by_any_means(store: DjangoStore):
    assert pragma(store, "query_only", reading=True) == 1
    assert pragma(store, "query_only") == 0


def test_only_the_owner_can_read_the_files(store: DjangoStore, path: Path):
    with store.write() as unit:
        unit.set_setting("a", "1")
        names = {file.name for file in path.parent.iterdir()}
        assert {"store.sqlite3", "store.sqlite3-wal"} <= names
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_several_stores_in_one_process_do_not_mix(tmp_path: Path):
    stores = [open_store(tmp_path / f"{name}.sqlite3") for name in ("israel", "kosovo", "washington")]

    def fill(number: int) -> None:
        for _ in range(10):
            with stores[number].write() as unit:
                unit.set_setting("me", unit.setting("me") or str(number))

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(fill, range(3)))
    for number, store in enumerate(stores):
        with store.read() as unit:
            assert unit.setting("me") == str(number)
        store.close()


def test_one_store_may_be_read_while_another_is_written_in_the_same_thread(tmp_path: Path):
    one, two = open_store(tmp_path / "one"), open_store(tmp_path / "two")
    with one.write() as writer, two.write() as other, one.read() as reader:
        writer.set_setting("a", "1")
        other.set_setting("a", "2")
        assert reader.setting("a") is None
    one.close()
    two.close()


def test_threads_that_end_leave_no_connection_open(path: Path):
    store = open_store(path)

    def use() -> None:
        with store.read() as unit:
            unit.setting("a")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(20):
            thread = threading.Thread(target=use)
            thread.start()
            thread.join()
        gc.collect()
    assert len(store.readers.idle) == 1
    store.close()
    assert store.readers.idle == []
    assert store.readers.alias not in connections.settings


def test_no_more_connections_are_kept_than_are_useful(store: DjangoStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pools, "MAX_IDLE", 1)
    with store.read() as one, store.read() as two:
        used = [one._connection, two._connection]
    assert len(store.readers.idle) == 1
    assert [connection.connection is None for connection in used if connection] == [True, False]


def test_a_closed_store_cannot_be_used(path: Path):
    store = open_store(path)
    store.close()
    with pytest.raises(AssertionError), store.write():
        pass
    with pytest.raises(AssertionError), store.read():
        pass


def test_closing_folds_the_log_into_one_file(path: Path):
    store = open_store(path)
    with store.write() as unit:
        unit.set_setting("a", "1")
    with store.read() as unit:
        assert unit.setting("a") == "1"
    store.close()
    assert {file.name for file in path.parent.iterdir()} == {"store.sqlite3", "store.sqlite3.lock"}


def test_a_writer_in_another_process_is_waited_for_and_then_reported(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(location, "BUSY_TIMEOUT_S", 0.05)
    store = open_store(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError) as caught, store.write():
            pass
        assert caught.value.code == "store-busy"
        with store.read() as unit:  # readers do not care
            assert unit.setting("a") is None
        other.execute("ROLLBACK")
    with store.write() as unit:
        unit.set_setting("a", "1")
    store.close()


def test_a_writer_in_another_thread_is_waited_for_and_then_reported(
    store: DjangoStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pools, "BUSY_TIMEOUT_S", 0.05)

    def attempt() -> str:
        try:
            with store.write():
                return "entered"
        except TransientError as error:
            return error.code

    with ThreadPoolExecutor(1) as threads:
        with store.write():
            assert threads.submit(attempt).result() == "store-busy"
        assert threads.submit(attempt).result() == "entered"


def test_threads_may_create_the_same_store(path: Path):
    with ThreadPoolExecutor(8) as threads:
        for store in threads.map(lambda _: open_store(path), range(8)):
            store.close()


def test_two_processes_may_create_the_same_store(place: str):
    code = (
        "import sys; from paraph.adapters.store.database import open_store; open_store(sys.argv[1]).close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, place], stderr=subprocess.PIPE) for _ in range(3)
    ]
    for process in started:
        _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints


def test_the_migrations_describe_the_models(store: DjangoStore):
    call_command("makemigrations", LABEL, check=True, dry_run=True, verbosity=0)


def test_a_store_of_a_later_version_is_left_alone(path: Path):
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, '9999_later', '2031-01-01')",
            (LABEL,),
        )
    with pytest.raises(PermanentError) as caught:
        open_store(path)
    assert caught.value.code == "store-newer"


def test_a_file_that_is_no_store_is_left_alone(path: Path):
    path.write_bytes(b"%PDF-1.7 and so on, long enough to look like something" * 100)
    with pytest.raises(PermanentError) as caught:
        open_store(path)
    assert caught.value.code == "store-corrupt"
    assert path.read_bytes().startswith(b"%PDF")


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(PermanentError) as caught:
        open_store(tmp_path / "absent" / "store.sqlite3")
    assert caught.value.code == "store-missing"
    assert "absent" in caught.value.message


def test_a_database_that_cannot_be_reached_is_for_later_or_for_the_operator():
    with pytest.raises(AdapterError) as caught:
        open_store("postgresql://nobody@127.0.0.1:1/paraph")
    # Without the driver that has to be said first.
    assert caught.value.code in ("store-unreachable", "database-driver")


def test_counting_does_not_scan(store: DjangoStore):
    """The plans use the unique indexes; a scan would make every act dearer than the one before."""
    statements = [
        ("SELECT MAX(position) FROM paraph_act WHERE dossier = 'd'", "(dossier=?)"),
        (
            "SELECT MAX(author_seq) FROM paraph_act WHERE dossier = 'd' AND author = 'a'",
            "(dossier=? AND author=?)",
        ),
        ("SELECT * FROM paraph_act WHERE dossier = 'd' AND position IS NULL", "(dossier=? AND position=?)"),
        (
            "SELECT * FROM paraph_due WHERE not_before <= 'x' ORDER BY not_before, id LIMIT 9",
            "(not_before<?)",
        ),
        (
            "DELETE FROM paraph_note WHERE dossier = 'd' AND final = 0 AND size < 9",
            "(dossier=? AND final=? AND size<?)",
        ),
        ("SELECT * FROM paraph_evidence WHERE dossier = 'd' ORDER BY id", "(dossier=?)"),
    ]
    connection = store.writers.borrow()
    try:
        with connection.cursor() as cursor:
            for statement, key in statements:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
                plan = " / ".join(str(row[-1]) for row in cursor.fetchall())
                assert "INDEX " in plan, plan
                assert key in plan, plan
                assert "SCAN" not in plan, plan
                assert "B-TREE" not in plan, plan
    finally:
        store.writers.give_back(connection)
