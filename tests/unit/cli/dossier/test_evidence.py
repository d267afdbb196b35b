from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from paraph.adapters.store.database import open_store
from paraph.adapters.store.home import NodeHome
from paraph.app.ports import EvidenceRow
from paraph.bootstrap.initial import init_node
from paraph.cli.dossier import evidence
from paraph.domain.ids import PartyId, Utc
from paraph.errors import LocalActError
from paraph.wire.card import CardName

NOW = Utc("2026-03-02T09:00:00Z")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A node that refused something."""
    folder = tmp_path / "node"
    name = CardName(formal="North", in_title="North", short="North")
    init_node(
        folder, party=PartyId("north"), role="party", names={"en": name}, host="127.0.0.1", port=1, now=NOW,
        demo=None,
    )  # fmt: skip
    store = open_store(NodeHome(folder).database)
    with store.write() as uow:
        uow.keep_evidence(
            EvidenceRow(
                at=NOW, peer=PartyId("south"), dossier="", code="act-chain", message="it does not follow",
                data=b"\x00what came",
            )
        )  # fmt: skip
    store.close()
    return folder


def run(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    evidence.add_parsers(parser.add_subparsers())
    options = parser.parse_args(["evidence", *map(str, arguments)])
    code: int = options.run(options)
    return code


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_it_says_what_was_refused_and_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--home", home) == 0
    assert capsys.readouterr().out == f"{NOW}  from south: it does not follow [act-chain]\n"


def test_it_hands_out_the_bytes_as_they_came(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = home.parent / "out"
    assert run("--home", home, "--out", out, "--json") == 0
    (entry,) = printed(capsys)
    assert Path(entry["path"]).read_bytes() == b"\x00what came"
    assert entry["code"] == "act-chain"
    with pytest.raises(LocalActError, match="new folder"):
        run("--home", home, "--out", out)


def test_a_dossier_that_is_not_there_is_named(home: Path) -> None:
    with pytest.raises(LocalActError, match="no dossier"):
        run("--home", home, "--dossier", "abcdef")
