from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paraph.adapters.blobs.files import FileBlobs
from paraph.adapters.store.database import open_store
from paraph.adapters.store.home import NodeHome
from paraph.app.ports import ActRow, PeerRow
from paraph.bootstrap.initial import init_node
from paraph.cli.dossier import proof
from paraph.domain.ids import PartyId
from paraph.errors import LocalActError
from paraph.wire.card import CardName
from paraph.wire.proof import prove_equivocation, prove_fork
from tests.support.lies import FORKED, HONEST, NOON, accused, act, dossier, liar, note, opening


def node(folder: Path, *proofs: bytes) -> Path:
    """A node that froze a dossier for some proofs."""
    name = CardName(formal="West", in_title="West", short="West")
    init_node(
        folder, party=PartyId("west"), role="party", names={"en": name}, host="127.0.0.1", port=1, now=NOON,
        demo=None,
    )  # fmt: skip
    home = NodeHome(folder)
    digests = [FileBlobs(home.blobs).put(data) for data in proofs]
    store = open_store(home.database)
    first = opening()
    with store.write() as uow:
        uow.save_peer(
            PeerRow(
                party=PartyId("south"), card=liar("south").card, state="verified", officers=("a", "b"), url=""
            )
        )
        uow.add_act(
            ActRow(
                dossier=dossier(), author=PartyId("north"), author_seq=0, act=first.act.id,
                envelope=first.envelope.data, position=None,
            )
        )  # fmt: skip
        uow.set_setting(f"proofs:{dossier()}", " ".join(digests))
    store.close()
    return folder


def run(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    proof.add_parsers(parser.add_subparsers())
    options = parser.parse_args(["proof", *map(str, arguments)])
    code: int = options.run(options)
    return code


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


EQUIVOCATION = prove_equivocation(accused("south"), act("yes").envelope.data, act("no").envelope.data)
FORK = prove_fork(accused("north"), note(HONEST, 7), note(FORKED, 7), as_log=True)


def test_the_proof_is_a_file_that_the_verifier_takes_in_a_process_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, out = node(tmp_path / "west", EQUIVOCATION), tmp_path / "why.json"
    assert run("--home", home, "--out", out, "--cards", tmp_path / "cards") == 0
    said = capsys.readouterr().out
    assert "This proves that the node of the Republic of South (south) signed two different acts" in said
    assert out.read_bytes() == EQUIVOCATION
    assert f"paraph verify --trust {tmp_path / 'cards'} {out}" in said
    command = [
        sys.executable,
        "-m",
        "paraph",
        "verify",
        str(out),
        "--trust",
        str(tmp_path / "cards"),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"][0]["kind"] == "proof"


def test_several_proofs_are_several_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = node(tmp_path / "west", EQUIVOCATION, FORK)
    assert run("--home", home, "--out", tmp_path / "why.json", "--json") == 0
    found = printed(capsys)
    assert [(one["accused"], one["kind"]) for one in found] == [("south", "equivocation"), ("north", "fork")]
    assert [Path(one["path"]).name for one in found] == ["why.json", "why-2.json"]
    assert (tmp_path / "why-2.json").read_bytes() == FORK
    monkeypatch.chdir(tmp_path)
    assert run("--home", home) == 0
    assert (tmp_path / "proof.north.fork.json").read_bytes() == FORK


def test_there_is_no_proof_where_nobody_lied(tmp_path: Path) -> None:
    home = node(tmp_path / "west")
    with pytest.raises(LocalActError, match="not frozen"):
        run("--home", home)
