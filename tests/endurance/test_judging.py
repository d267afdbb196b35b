"""The judge of killed runs notices what must not be: it is shown homes that were tampered with."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from paraph.wire.merkle import Tree, leaf_hash
from tests.endurance.homes import STORE, Prepared
from tests.endurance.judging import Witness

pytestmark = pytest.mark.slow


@pytest.fixture
def home(prepared: Prepared, tmp_path: Path) -> Path:
    return prepared.copy("planned", tmp_path) / "nodes" / "israel"


def seen(prepared: Prepared, *homes: Path) -> Witness:
    witness = Witness(prepared.dossier)
    for home in homes:
        witness.look("israel", home)
    return witness


def log(home: Path) -> tuple[Tree, dict[tuple[str, int], str]]:
    query = "SELECT author, author_seq, act, envelope FROM paraph_act ORDER BY position"
    tree, acts = Tree(), {}
    with closing(sqlite3.connect(home / STORE)) as store:
        for author, seq, act, envelope in store.execute(query):
            tree.append(leaf_hash(envelope))
            acts[author, seq] = act
    return tree, acts


def test_a_home_agrees_with_itself(prepared: Prepared, home: Path) -> None:
    assert list(seen(prepared, home, home).compare(*log(home))) == []


def test_another_act_in_the_same_place_is_noticed(prepared: Prepared, home: Path) -> None:
    witness = seen(prepared, home)
    with closing(sqlite3.connect(home / STORE, isolation_level=None)) as store:
        names = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            store.execute(f'DROP TRIGGER "{name}"')
        store.execute("UPDATE paraph_act SET act = ? WHERE author = 'kosovo' AND author_seq = 3", ("0" * 64,))
    witness.look("israel", home)
    assert witness.faults == ["kosovo made two acts number 3; one of them is on israel"]


def test_another_root_in_the_guard_is_noticed(prepared: Prepared, home: Path) -> None:
    witness = seen(prepared, home)
    guard = home / "guard" / f"{prepared.dossier}.json"
    told = json.loads(guard.read_bytes())
    guard.write_text(json.dumps({**told, "root": "0" * 64}), "utf-8")
    witness.look("israel", home)
    assert witness.faults == [
        f"israel signed two roots for size {told['size']}; one of them is in the guard of israel"
    ]


def test_an_act_that_was_durable_and_is_lost_is_noticed(prepared: Prepared, home: Path) -> None:
    tree, acts = log(home)
    (author, seq), _ = acts.popitem()
    found = list(seen(prepared, home).compare(tree, acts))
    assert found == [f"act {seq} of {author} was durable once and is not in the log"]


def test_a_log_that_goes_another_way_is_noticed(prepared: Prepared, home: Path) -> None:
    tree, acts = log(home)
    other = Tree()
    for number in range(tree.size):
        other.append(leaf_hash(b"%d" % number))
    found = list(seen(prepared, home).compare(other, acts))
    assert found and all("signed another root" in fault for fault in found)
