"""Keys only: what lies in the safe, and what becomes of it."""

from __future__ import annotations

import json
import shutil
import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.store import backup
from paraph.adapters.store.backup import back_up, back_up_keys
from paraph.adapters.store.backup_archive import MANIFEST, PEERS, write_peers
from paraph.adapters.store.database import open_store
from paraph.adapters.store.guard import FileGuard
from paraph.adapters.store.home import NodeHome
from paraph.adapters.store.restore import restore, restore_keys
from paraph.app.ports import PeerRow
from paraph.app.restoration import EVERYTHING, RESTORED_AT
from paraph.errors import FormatError, LocalActError, PermanentError
from paraph.simulation.equipment import identity
from paraph.wire.card import card_digest, pack_card, unpack_card
from tests.support.rows import D1, NOON, ONE, act

SOUTH = identity("south")
PEER = PeerRow(
    party=SOUTH.party,
    card=SOUTH.card,
    state="verified",
    officers=("Ä. First", "B. Second"),
    url="https://south:7400",
)


@pytest.fixture
def home(tmp_path: Path) -> NodeHome:
    home = NodeHome(tmp_path / "node")
    (home.keys / "demo-authority").mkdir(parents=True)
    home.config.write_text('[node]\nparty = "north"\n')
    (home.keys / "node.json").write_text("secret")
    (home.keys / "former").mkdir()
    (home.keys / "former" / "1.json").write_text("older secret")
    (home.keys / "Ministère des affaires étrangères.p12").write_bytes(b"p12")
    store = open_store(home.database)
    with store.write() as unit:
        unit.save_peer(PEER)
        unit.add_act(act(0, position=0))
        unit.set_setting("mine", "1")
    store.close()
    FileBlobs(home.blobs).put(b"a text")
    FileGuard(home.guard).record(D1, 1, "a" * 64)
    return home


def names(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return set(archive.getnames())


def test_a_backup_of_keys_holds_keys_configuration_and_peers_and_nothing_else(home: NodeHome, tmp_path: Path):
    made = back_up_keys(home, tmp_path / "k.tar", now=NOON)
    assert names(tmp_path / "k.tar") == {
        "paraph.toml", PEERS, MANIFEST, "keys/node.json", "keys/former/1.json",
        "keys/Ministère des affaires étrangères.p12",
    }  # fmt: skip
    assert made.keys
    assert not made.whole
    assert not made.skipped
    assert stat.S_IMODE((tmp_path / "k.tar").stat().st_mode) == 0o600


def test_an_empty_store_comes_out_of_it_that_knows_its_peers_and_that_it_forgot_everything(
    home: NodeHome, tmp_path: Path
):
    made = back_up_keys(home, tmp_path / "k.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    assert restore(tmp_path / "k.tar", again, now=ONE) == made
    assert sorted(path.name for path in again.folder.iterdir()) == [
        "RESTORED",
        "keys",
        "paraph.toml",
        "store.sqlite3",
    ]
    assert (again.keys / "former" / "1.json").read_text() == "older secret"
    store = open_store(again.database, create=False)
    with store.read() as unit:
        assert list(unit.peers()) == [PEER]
        assert not unit.dossiers()
        assert unit.setting(RESTORED_AT) == ONE
        assert unit.setting("mine") is None
        assert [(due.peer, due.dossier) for due in unit.due(ONE, 9)] == [(PEER.party, EVERYTHING)]
    store.close()


def test_cards_that_a_peer_has_renewed_are_kept_because_dossiers_name_them(home: NodeHome, tmp_path: Path):
    card = unpack_card(SOUTH.card)
    renewed = pack_card(replace(card, succeeds=card_digest(SOUTH.card)), SOUTH.keys)
    FileBlobs(home.blobs).put(SOUTH.card)
    store = open_store(home.database)
    with store.write() as unit:
        unit.save_peer(replace(PEER, card=renewed))
    store.close()
    back_up_keys(home, tmp_path / "k.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    restore(tmp_path / "k.tar", again, now=ONE)
    assert list(FileBlobs(again.blobs).all()) == [card_digest(SOUTH.card)]


def test_links_among_the_keys_are_named_because_they_were_not_taken(home: NodeHome, tmp_path: Path):
    (tmp_path / "pin").write_text("1234")
    (home.keys / "pin").symlink_to(tmp_path / "pin")
    (home.keys / ".hidden").write_text("x")
    made = back_up_keys(home, tmp_path / "k.tar", now=NOON)
    assert set(made.skipped) == {"keys/pin", "keys/.hidden"}
    assert back_up(home, tmp_path / "b.tar", now=NOON, include_keys=True).skipped == made.skipped


def test_with_keys_and_configuration_in_place_an_empty_store_is_made(home: NodeHome, tmp_path: Path):
    again = NodeHome(tmp_path / "again")
    again.folder.mkdir()
    with pytest.raises(LocalActError) as caught:
        restore_keys(again, now=ONE)
    assert caught.value.code == "home-no-keys"
    shutil.copytree(home.keys, again.keys)
    shutil.copytree(home.guard, again.guard)
    shutil.copy(home.config, again.config)
    restore_keys(again, now=ONE)
    store = open_store(again.database, create=False)
    with store.read() as unit:
        assert unit.setting(RESTORED_AT) == ONE
        assert not unit.peers()
    store.close()
    assert FileGuard(again.guard).last(D1) == (1, "a" * 64)
    with pytest.raises(LocalActError) as caught:
        restore_keys(again, now=ONE)
    assert caught.value.code == "home-not-empty"


def test_a_node_never_opens_an_empty_store_in_the_place_of_a_lost_one(home: NodeHome):
    home.database.unlink()
    with pytest.raises(PermanentError, match="restore --keys-only") as caught:
        open_store(home.database, create=False)
    assert caught.value.code == "store-lost"
    assert not home.database.exists()
    home.database.touch()
    with pytest.raises(PermanentError) as caught:
        open_store(home.database, create=False)
    assert caught.value.code == "store-lost"


def test_a_store_that_is_elsewhere_is_not_backed_up_by_mistake(home: NodeHome, tmp_path: Path):
    home.config.write_text('[store]\ndatabase = "postgresql://node@localhost/paraph"\n')
    with pytest.raises(LocalActError, match="own tools") as caught:
        back_up(home, tmp_path / "b.tar", now=NOON)
    assert caught.value.code == "backup-elsewhere"
    assert not (tmp_path / "b.tar").exists()


def test_keys_of_a_node_with_its_store_elsewhere_come_back_into_an_empty_one_only(
    home: NodeHome, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere.sqlite3"
    shutil.copy(home.database, elsewhere)
    home.config.write_text(f'[store]\ndatabase = "sqlite:///{elsewhere}"\n')
    back_up_keys(home, tmp_path / "k.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    with pytest.raises(LocalActError, match="--ask-again") as caught:
        restore(tmp_path / "k.tar", again, now=ONE)
    assert caught.value.code == "store-not-empty"
    assert not again.folder.exists()
    elsewhere.unlink()
    restore(tmp_path / "k.tar", again, now=ONE)
    assert not again.database.exists()
    store = open_store(elsewhere, create=False)
    with store.read() as unit:
        assert list(unit.peers()) == [PEER]
        assert unit.setting(RESTORED_AT) == ONE
    store.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda value: [],
        lambda value: {**value, "format": "paraph.peers/2"},
        lambda value: {**value, "peers": None},
        lambda value: {**value, "peers": [{**value["peers"][0], "card": "§"}]},
        lambda value: {**value, "peers": [{**value["peers"][0], "party": "../x"}]},
        lambda value: {**value, "peers": [{"party": "south"}]},
    ],
)
def test_peers_that_cannot_be_understood_are_refused_and_nothing_is_made(
    home: NodeHome, tmp_path: Path, change, monkeypatch: pytest.MonkeyPatch
):
    def write(peers):
        return json.dumps(change(json.loads(write_peers(peers)))).encode()

    monkeypatch.setattr(backup, "write_peers", write)
    back_up_keys(home, tmp_path / "k.tar", now=NOON)
    with pytest.raises(FormatError) as caught:
        restore(tmp_path / "k.tar", NodeHome(tmp_path / "again"), now=ONE)
    assert caught.value.code == "backup-format"
    assert not (tmp_path / "again").exists()
