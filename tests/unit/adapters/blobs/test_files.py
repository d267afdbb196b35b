from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from paraph.adapters.blobs import files
from paraph.adapters.blobs.files import FileBlobs
from paraph.domain.ids import Digest
from paraph.errors import FormatError, PermanentError


def test_a_file_is_named_by_its_digest(tmp_path: Path):
    digest = FileBlobs(tmp_path).put(b"a")
    path = tmp_path / digest[:2] / digest[2:]
    assert path.read_bytes() == b"a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_changed_file_is_found_out_and_named(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    digest = blobs.put(b"a text")
    blobs.path(digest).write_bytes(b"another")
    with pytest.raises(PermanentError) as caught:
        blobs.get(digest)
    assert caught.value.code == "blob-corrupt"
    assert str(blobs.path(digest)) in caught.value.message
    assert "backup" in caught.value.message


def test_putting_the_good_bytes_again_mends_it(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    digest = blobs.put(b"a text")
    blobs.path(digest).write_bytes(b"")
    blobs.put(b"a text")
    assert blobs.get(digest) == b"a text"


def test_a_write_that_was_cut_off_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    blobs = FileBlobs(tmp_path)

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(PermanentError) as caught:
            blobs.put(b"a text")
    assert caught.value.code == "disk-full"
    assert list(blobs.all()) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_is_durable_before_the_digest_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """File, new name and new folder are each made durable, in that order."""
    synced = []
    real = os.fsync

    def note(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").resolve())
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    digest = FileBlobs(tmp_path).put(b"a")
    assert synced[0] == tmp_path.resolve()
    assert synced[1].name.startswith(".unfinished-")
    assert synced[2] == (tmp_path / digest[:2]).resolve()


def test_strangers_in_the_folder_are_no_blobs(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    digest = blobs.put(b"a")
    (tmp_path / digest[:2] / ".unfinished-x").write_bytes(b"")
    (tmp_path / digest[:2] / "README").write_bytes(b"")
    (tmp_path / "ab.txt").write_bytes(b"")
    (tmp_path / "zz").mkdir(exist_ok=True)
    assert list(blobs.all()) == [digest]


@pytest.mark.parametrize("name", ["", "../" + "a" * 61, "A" * 64, "a" * 63, "a" * 65, "/" * 64])
def test_a_digest_cannot_lead_elsewhere(tmp_path: Path, name: str):
    for attempt in (FileBlobs(tmp_path).get, FileBlobs(tmp_path).has):
        with pytest.raises(FormatError):
            attempt(Digest(name))


def test_more_than_peers_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_BLOB", 10)
    blobs = FileBlobs(tmp_path)
    blobs.put(b"x" * 10)
    with pytest.raises(FormatError) as caught:
        blobs.put(b"x" * 11)
    assert caught.value.code == "blob-size"


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PermanentError) as caught:
        FileBlobs(tmp_path / "file" / "blobs")
    assert caught.value.code == "blobs-missing"
