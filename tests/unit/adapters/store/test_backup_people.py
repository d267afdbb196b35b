"""Officers and their passkeys are in a backup; their sessions are not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from paraph.adapters.store.backup import back_up
from paraph.adapters.store.database import open_store
from paraph.adapters.store.home import NodeHome
from paraph.adapters.store.restore import restore
from paraph.domain.ids import Utc
from paraph.errors import PermanentError

NOON = Utc("2026-03-01T12:00:00Z")
SECRET = "the-name-of-a-session"


@pytest.fixture
def home(tmp_path: Path) -> NodeHome:
    home = NodeHome(tmp_path / "node")
    home.folder.mkdir()
    home.config.write_text("party = 'israel'\n")
    open_store(home.database).close()
    with closing(sqlite3.connect(home.people)) as people:
        people.execute("PRAGMA journal_mode = WAL")
        people.execute("CREATE TABLE paraph_officer (name TEXT)")
        people.execute("CREATE TABLE django_session (session_key TEXT)")
        people.execute("INSERT INTO paraph_officer VALUES ('A treaty officer')")
        people.execute("INSERT INTO django_session VALUES (?)", [SECRET])
        people.commit()
    return home


def test_people_come_back_and_sessions_do_not(home: NodeHome, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar", now=NOON)
    assert SECRET.encode() not in (tmp_path / "b.tar").read_bytes()
    again = NodeHome(tmp_path / "again")
    restore(tmp_path / "b.tar", again, now=NOON)
    with closing(sqlite3.connect(again.people)) as people:
        assert people.execute("SELECT name FROM paraph_officer").fetchall() == [("A treaty officer",)]
        assert people.execute("SELECT * FROM django_session").fetchall() == []
    with closing(sqlite3.connect(home.people)) as people:
        assert people.execute("SELECT * FROM django_session").fetchall() == [(SECRET,)]


def test_a_node_without_pages_has_none(home: NodeHome, tmp_path: Path) -> None:
    home.people.unlink()
    back_up(home, tmp_path / "b.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    restore(tmp_path / "b.tar", again, now=NOON)
    assert not again.people.exists()


def test_a_damaged_one_is_not_backed_up(home: NodeHome, tmp_path: Path) -> None:
    home.people.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    with pytest.raises(PermanentError) as refused:
        back_up(home, tmp_path / "b.tar", now=NOON)
    assert refused.value.code == "store-corrupt"
    assert not (tmp_path / "b.tar").exists()
