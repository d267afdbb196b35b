from __future__ import annotations

import gzip
import io
import json
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.store.backup import back_up
from paraph.adapters.store.backup_archive import MANIFEST
from paraph.adapters.store.database import open_store
from paraph.adapters.store.guard import FileGuard
from paraph.adapters.store.home import NodeHome
from paraph.adapters.store.restore import restore
from paraph.app.ports import PeerRow
from paraph.app.restoration import EVERYTHING, RESTORED_AT
from paraph.domain.ids import Digest, PartyId
from paraph.errors import FormatError, LocalActError, ParaphError, PermanentError
from tests.support.rows import D1, D2, ISRAEL, NOON, ONE, act

GOLDEN = Path(__file__).parents[3] / "golden"

A, B = "a" * 64, "b" * 64


@pytest.fixture
def home(tmp_path: Path) -> NodeHome:
    home = NodeHome(tmp_path / "node")
    home.folder.mkdir()
    home.config.write_text("party = 'israel'\n")
    (home.keys / "signatories").mkdir(parents=True)
    (home.keys / "node.json").write_text("secret")
    (home.keys / "signatories" / "fm.p12").write_bytes(b"p12")
    store = open_store(home.database)
    with store.write() as unit:
        unit.add_act(act(0, position=0))
        unit.put_secret("s", b"x")
    store.close()
    FileBlobs(home.blobs).put(b"a text")
    FileGuard(home.guard).record(D1, 1, A)
    return home


def members(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return set(archive.getnames())


def test_a_backup_becomes_a_node_again(home: NodeHome, tmp_path: Path):
    made = back_up(home, tmp_path / "b.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    assert restore(tmp_path / "b.tar", again, now=ONE) == made
    store = open_store(again.database)
    with store.read() as unit:
        assert list(unit.log(D1, 0, 9)) == [act(0, position=0)]
        assert unit.secret("s") == b"x"
        assert unit.setting(RESTORED_AT) == ONE
    store.close()
    assert list(FileBlobs(again.blobs).all()) == list(FileBlobs(home.blobs).all())
    assert again.config.read_text() == home.config.read_text()
    assert FileGuard(again.guard).last(D1) == (1, A)
    assert ONE in again.restored.read_text()
    assert not again.keys.exists()
    assert sorted(path.name for path in again.folder.iterdir()) == [
        "RESTORED", "blobs", "guard", "paraph.toml", "store.sqlite3", "store.sqlite3.lock",
    ]  # fmt: skip


def test_the_backed_up_node_itself_is_not_marked(home: NodeHome, tmp_path: Path):
    back_up(home, tmp_path / "b.tar", now=NOON)
    store = open_store(home.database)
    with store.read() as unit:
        assert unit.setting(RESTORED_AT) is None
    store.close()
    assert not list(home.folder.glob(".backup-*"))


def test_keys_are_taken_only_when_asked_for(home: NodeHome, tmp_path: Path):
    assert not back_up(home, tmp_path / "without.tar", now=NOON).keys
    assert not any("keys" in name for name in members(tmp_path / "without.tar"))
    assert back_up(home, tmp_path / "with.tar", now=NOON, include_keys=True).keys
    again = NodeHome(tmp_path / "again")
    restore(tmp_path / "with.tar", again, now=ONE)
    assert (again.keys / "node.json").read_text() == "secret"
    assert (again.keys / "signatories" / "fm.p12").read_bytes() == b"p12"
    assert stat.S_IMODE((again.keys / "node.json").stat().st_mode) == 0o600


def test_only_the_owner_can_read_a_backup(home: NodeHome, tmp_path: Path):
    back_up(home, tmp_path / "b.tar", now=NOON)
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600


def test_a_backup_is_never_overwritten(home: NodeHome, tmp_path: Path):
    (tmp_path / "b.tar").write_bytes(b"precious")
    with pytest.raises(LocalActError) as caught:
        back_up(home, tmp_path / "b.tar", now=NOON)
    assert caught.value.code == "backup-exists"
    assert (tmp_path / "b.tar").read_bytes() == b"precious"


def test_a_backup_that_fails_leaves_nothing(home: NodeHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", fail)
    with pytest.raises(PermanentError) as caught:
        back_up(home, tmp_path / "b.tar", now=NOON)
    assert caught.value.code == "disk-full"
    assert not (tmp_path / "b.tar").exists()


def test_no_store_no_backup(tmp_path: Path):
    with pytest.raises(LocalActError) as caught:
        back_up(NodeHome(tmp_path), tmp_path / "b.tar", now=NOON)
    assert caught.value.code == "home-missing"


def test_every_act_in_a_backup_of_a_busy_node_finds_its_blob(home: NodeHome, tmp_path: Path):
    stop = threading.Event()
    store, blobs = open_store(home.database), FileBlobs(home.blobs)

    def work() -> None:
        number = 1
        while not stop.is_set():
            digest = blobs.put(b"blob %d" % number)
            with store.write() as unit:
                unit.add_act(act(number, position=number))
                unit.set_setting(f"blob {number}", digest)
            number += 1

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(3):
            back_up(home, tmp_path / f"{number}.tar", now=NOON)
    finally:
        stop.set()
        worker.join()
        store.close()
    for number in range(3):
        again = NodeHome(tmp_path / f"again-{number}")
        restore(tmp_path / f"{number}.tar", again, now=ONE)
        restored, held = open_store(again.database), FileBlobs(again.blobs)
        with restored.read() as unit:
            size = unit.size(D1)
            assert unit.feeds(D1) == {ISRAEL: size}
            for position in range(1, size):
                assert held.get(Digest(unit.setting(f"blob {position}") or "")) == b"blob %d" % position
        restored.close()


def test_the_guard_is_never_rolled_back(home: NodeHome, tmp_path: Path):
    back_up(home, tmp_path / "b.tar", now=NOON, include_keys=True)
    guard = FileGuard(home.guard)
    guard.record(D1, 7, B)
    guard.record_seq(D1, 4)
    (home.keys / "node.json").write_text("renewed")
    # The disk with the store is lost; guard and keys, which lie elsewhere, are not.
    again = NodeHome(tmp_path / "again")
    again.folder.mkdir()
    home.guard.rename(again.guard)
    home.keys.rename(again.keys)
    FileGuard(again.guard).record(D2, 1, A)
    restore(tmp_path / "b.tar", again, now=ONE)
    guard = FileGuard(again.guard)
    assert (guard.last(D1), guard.last_seq(D1), guard.last(D2)) == ((7, B), 4, (1, A))
    assert (again.keys / "node.json").read_text() == "renewed"
    with pytest.raises(PermanentError):
        guard.record(D1, 2, A)


def test_the_guard_may_lie_on_another_disk(home: NodeHome, tmp_path: Path):
    elsewhere = tmp_path / "other disk"
    home.guard.rename(elsewhere)
    home.guard.symlink_to(elsewhere)
    back_up(home, tmp_path / "b.tar", now=NOON)
    assert f"guard/{D1}.json" in members(tmp_path / "b.tar")
    again = NodeHome(tmp_path / "again")
    again.folder.mkdir()
    (tmp_path / "new disk").mkdir()
    again.guard.symlink_to(tmp_path / "new disk")
    restore(tmp_path / "b.tar", again, now=ONE)
    assert FileGuard(tmp_path / "new disk").last(D1) == (1, A)


@pytest.mark.parametrize("name", ["store.sqlite3", "paraph.toml", "blobs", "something"])
def test_nothing_is_restored_over_anything(home: NodeHome, tmp_path: Path, name: str):
    back_up(home, tmp_path / "b.tar", now=NOON)
    again = NodeHome(tmp_path / "again")
    again.folder.mkdir()
    (again.folder / name).write_text("here before")
    with pytest.raises(LocalActError) as caught:
        restore(tmp_path / "b.tar", again, now=ONE)
    assert caught.value.code == "home-not-empty"
    assert [path.name for path in again.folder.iterdir()] == [name]


def rewrite(source: Path, target: Path, change) -> None:
    """Write a backup anew with ``change(name, data) -> list of (TarInfo or name, data)``."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            file = old.extractfile(info)
            assert file is not None
            for name, data in change(info.name, file.read()):
                entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
                if not isinstance(name, tarfile.TarInfo):
                    entry.size = len(data)
                new.addfile(entry, io.BytesIO(data))


def link(name: str, data: bytes):
    entry = tarfile.TarInfo("blobs/aa/" + "b" * 62)
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return [(entry, b""), (name, data)]


def in_manifest(change):
    def apply(name: str, data: bytes):
        if name != MANIFEST:
            return [(name, data)]
        content = json.loads(data)
        return [(name, json.dumps(change(content)).encode())]

    return apply


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: [] if name == MANIFEST else [(name, data)],
        lambda name, data: [] if name == "store.sqlite3" else [(name, data)],
        lambda name, data: [] if name.startswith("guard/") else [(name, data)],
        lambda name, data: [("../" + name, data)] if name.startswith("blobs/") else [(name, data)],
        lambda name, data: [("/tmp/" + name, data)] if name.startswith("blobs/") else [(name, data)],
        lambda name, data: [(name, data), (name, data)] if name == "paraph.toml" else [(name, data)],
        lambda name, data: [(name, data + b" ")] if name == "paraph.toml" else [(name, data)],
        lambda name, data: [(name, b"[" * 100_000)] if name == MANIFEST else [(name, data)],
        lambda name, data: [(name, data), ("paraph.toml", b"")] if name == MANIFEST else [(name, data)],
        lambda name, data: [(name, data), ("keys/../../x", b"")] if name == "paraph.toml" else [(name, data)],
        link,
        in_manifest(lambda content: {**content, "format": "other/1"}),
        in_manifest(lambda content: {**content, "files": None}),
        in_manifest(lambda content: []),
        in_manifest(lambda content: {**content, "files": content["files"][1:]}),
    ],
)
def test_an_archive_that_is_not_ours_or_damaged_is_refused(home: NodeHome, tmp_path: Path, change):
    back_up(home, tmp_path / "b.tar", now=NOON)
    rewrite(tmp_path / "b.tar", tmp_path / "odd.tar", change)
    again = NodeHome(tmp_path / "again")
    with pytest.raises(FormatError) as caught:
        restore(tmp_path / "odd.tar", again, now=ONE)
    assert caught.value.code == "backup-format"
    assert not again.folder.exists()


def test_every_truncated_or_flipped_backup_is_refused_or_whole(home: NodeHome, tmp_path: Path):
    back_up(home, tmp_path / "b.tar", now=NOON)
    data = (tmp_path / "b.tar").read_bytes()
    odd = tmp_path / "odd.tar"
    for number, position in enumerate(range(0, len(data), len(data) // 40)):
        for content in (
            data[:position],
            data[:position] + bytes([data[position] ^ 0x20]) + data[position + 1 :],
        ):
            odd.write_bytes(content)
            again = NodeHome(tmp_path / f"again-{number}-{len(content)}")
            try:
                restore(odd, again, now=ONE)
            except ParaphError:
                assert not again.database.exists()
            else:
                # A flip in padding or in a time of the archive changes nothing that matters.
                assert FileBlobs(again.blobs).get(next(iter(FileBlobs(home.blobs).all()))) == b"a text"


def test_a_damaged_database_is_not_backed_up(home: NodeHome, tmp_path: Path):
    data = bytearray(home.database.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    home.database.write_bytes(data)
    with pytest.raises(PermanentError) as caught:
        back_up(home, tmp_path / "b.tar", now=NOON)
    assert caught.value.code == "store-corrupt"
    assert not (tmp_path / "b.tar").exists()


def test_restoring_twice_keeps_the_latest_instant(home: NodeHome, tmp_path: Path):
    back_up(home, tmp_path / "1.tar", now=NOON)
    restore(tmp_path / "1.tar", NodeHome(tmp_path / "one"), now=NOON)
    back_up(NodeHome(tmp_path / "one"), tmp_path / "2.tar", now=NOON)
    restore(tmp_path / "2.tar", NodeHome(tmp_path / "two"), now=ONE)
    with closing(sqlite3.connect(tmp_path / "two" / "store.sqlite3")) as connection:
        assert connection.execute(
            "SELECT value FROM paraph_setting WHERE name = ?", (RESTORED_AT,)
        ).fetchall() == [(ONE,)]


def test_a_backup_of_the_first_format_is_restored_by_this_version(tmp_path: Path):
    """The file was written when the format was new; later versions bring its store up to date."""
    (tmp_path / "b.tar").write_bytes(gzip.decompress((GOLDEN / "backup-1.tar.gz").read_bytes()))
    again = NodeHome(tmp_path / "again")
    restore(tmp_path / "b.tar", again, now=ONE)
    store = open_store(again.database, create=False)
    with store.read() as unit:
        assert list(unit.log(D1, 0, 9)) == [act(0, position=0)]
        assert list(unit.unordered(D1)) == [act(1)]
        assert unit.peer(PartyId("kosovo")) == PeerRow(
            party=PartyId("kosovo"),
            card=b"no real card",
            state="verified",
            officers=("A", "B"),
            url="https://kosovo:7400",
        )
        assert (unit.setting("mine"), unit.secret("s"), unit.setting(RESTORED_AT)) == ("1", b"x", ONE)
        assert {due.dossier for due in unit.due(ONE, 9)} == {D1, EVERYTHING}
    store.close()
    assert [FileBlobs(again.blobs).get(digest) for digest in FileBlobs(again.blobs).all()] == [b"a text"]
    assert FileGuard(again.guard).last(D1) == (1, A)
