from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from paraph.adapters.transport import folder as folders
from paraph.adapters.transport.folder import FolderTransport
from paraph.domain.ids import PartyId
from paraph.errors import FormatError, PermanentError, TransientError
from tests.support.rows import ISRAEL, KOSOVO, peer


def test_the_newest_bundle_takes_the_place_of_the_one_before(tmp_path: Path):
    here, there = FolderTransport(ISRAEL, tmp_path), FolderTransport(KOSOVO, tmp_path)
    here.deliver(KOSOVO, b"one")
    path = here.deliver(KOSOVO, b"two")
    assert path.name == "israel.to.kosovo.paraph"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert list(there.waiting()) == [(ISRAEL, b"two")]


def test_a_bundle_is_taken_once(tmp_path: Path):
    here, there = FolderTransport(ISRAEL, tmp_path), FolderTransport(KOSOVO, tmp_path)
    here.deliver(KOSOVO, b"one")
    assert list(there.waiting()) == [(ISRAEL, b"one")]
    assert list(there.waiting()) == []
    here.deliver(KOSOVO, b"two")
    assert list(there.waiting()) == [(ISRAEL, b"two")]


def test_while_there_is_no_answer_the_bundle_lies_ready(tmp_path: Path):
    with pytest.raises(TransientError) as caught:
        FolderTransport(ISRAEL, tmp_path / "new").exchange(peer(), b"one")
    assert caught.value.code == "answer-pending"
    assert (tmp_path / "new" / "israel.to.kosovo.paraph").read_bytes() == b"one"


def test_only_what_is_for_us_is_taken(tmp_path: Path):
    for name in (
        "kosovo.to.israel.paraph.bak",
        "kosovo.to.washington.paraph",
        "x.paraph",
        "Kosovo.to.israel.paraph",
    ):
        (tmp_path / name).write_bytes(b"x")
    assert list(FolderTransport(ISRAEL, tmp_path).waiting()) == []


@pytest.mark.parametrize("party", ["../x", "", "A", "a/b"])
def test_a_party_cannot_lead_elsewhere(tmp_path: Path, party: str):
    with pytest.raises(FormatError):
        FolderTransport(PartyId(party), tmp_path)
    with pytest.raises(FormatError):
        FolderTransport(ISRAEL, tmp_path).exchange(replace(peer(), party=PartyId(party)), b"x")


def test_what_is_larger_than_any_bundle_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folders, "MAX_BUNDLE", 10)
    (tmp_path / "kosovo.to.israel.paraph").write_bytes(b"x" * 11)
    with pytest.raises(PermanentError) as caught:
        list(FolderTransport(ISRAEL, tmp_path).waiting())
    assert caught.value.code == "answer-size"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PermanentError) as caught:
        FolderTransport(ISRAEL, tmp_path / "file").deliver(KOSOVO, b"x")
    assert caught.value.code == "folder-write"
    assert "file" in caught.value.message
