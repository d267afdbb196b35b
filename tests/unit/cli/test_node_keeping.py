"""``paraph node backup``, ``restore`` and ``caught-up``, as an operator types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from paraph.cli import main as command_line
from paraph.simulation.equipment import identity

NAMES = {"en": {"formal": "North", "short": "North", "in_title": "North"}}


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    particulars = tmp_path / "north.json"
    particulars.write_text(json.dumps({"names": NAMES}))
    run(
        capsys, "node", "init", "--party", "north", "--particulars", str(particulars), home=tmp_path / "north"
    )
    return tmp_path / "north"


def run(capsys: pytest.CaptureFixture[str], *arguments: str, home: Path, expected: int = 0) -> Any:
    code = command_line.main([*arguments, "--home", str(home), "--json"])
    told = capsys.readouterr()
    assert code == expected, told.out + told.err
    return json.loads(told.out) if not code else told.out + told.err


def test_what_a_backup_of_keys_leaves_out_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    config = home / "paraph.toml"
    config.write_text(
        config.read_text().replace("crls = []", 'crls = ["/srv/crls/north.crl"]')
        + '\n[signing."north.fm"]\npkcs11 = "/usr/lib/x.so"\ntoken = "t"\npin_file = "/run/credentials/pin"\n'
    )
    said = run(capsys, "node", "backup", "--keys-only", str(tmp_path / "k.tar"), home=home)
    assert (said["keys"], said["whole"]) == (True, False)
    assert said["elsewhere"] == ["/run/credentials/pin", "/srv/crls/north.crl"]
    assert (
        command_line.main(["node", "backup", "--keys-only", str(tmp_path / "2.tar"), "--home", str(home)])
        == 0
    )
    assert "keep it otherwise: /run/credentials/pin" in capsys.readouterr().out


def test_two_kinds_of_backup_at_once_are_refused(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    command = ("node", "backup", "--keys-only", "--with-keys", str(tmp_path / "k.tar"))
    assert "name one" in run(capsys, *command, home=home, expected=64)


def test_restore_needs_a_file_or_to_be_told_that_there_is_none(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    for arguments in ((), (str(tmp_path / "k.tar"), "--keys-only")):
        told = run(capsys, "node", "restore", *arguments, home=tmp_path / "new", expected=64)
        assert "say --keys-only" in told
    assert not (tmp_path / "new").exists()


def test_a_node_with_its_keys_only_begins_again(home: Path, capsys: pytest.CaptureFixture[str]):
    (home / "store.sqlite3").unlink()
    assert "store-lost" in run(capsys, "node", "status", home=home, expected=69)
    assert not (home / "store.sqlite3").exists()
    run(capsys, "node", "restore", "--keys-only", home=home)
    assert run(capsys, "node", "status", home=home)["restored_at"]
    assert (home / "RESTORED").exists()


def test_peers_come_back_verified_with_their_officers(
    home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    card = tmp_path / "south.card"
    card.write_bytes(identity("south").card)
    run(capsys, "peer", "add", str(card), "--url", "https://south.example:7400", home=home)
    words = run(capsys, "peer", "words", "south", home=home)["words"]
    run(capsys, "peer", "words", "south", "--confirm", *words, "--officer", "A", "--officer", "B", home=home)
    known = run(capsys, "peer", "list", home=home)
    run(capsys, "node", "backup", "--keys-only", str(tmp_path / "k.tar"), home=home)
    shutil.rmtree(home)
    run(capsys, "node", "restore", str(tmp_path / "k.tar"), home=home)
    assert run(capsys, "peer", "list", home=home) == known
    assert known[0]["officers"] == ["A", "B"]


def test_a_store_that_came_back_by_other_means_is_marked_by_command(
    home: Path, capsys: pytest.CaptureFixture[str]
):
    assert not run(capsys, "node", "caught-up", home=home)["restored_at"]
    marked = run(capsys, "node", "caught-up", "--ask-again", home=home)
    assert marked["restored_at"]
    assert marked["waits"] == {}


def test_nobody_is_left_out_without_two_officers_or_without_need(
    home: Path, capsys: pytest.CaptureFixture[str]
):
    run(capsys, "node", "caught-up", "--ask-again", home=home)
    one = run(capsys, "node", "caught-up", "--without", "south", "--officer", "A", home=home, expected=1)
    assert "officers" in one
    both = ("--officer", "A", "--officer", "B")
    none = run(capsys, "node", "caught-up", "--without", "south", *both, home=home, expected=1)
    assert "does not wait for south" in none
