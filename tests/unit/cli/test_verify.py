from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from paraph.cli import verify
from paraph.errors import LocalActError
from paraph.wire.container.archive import read_archive
from paraph.wire.limits import MAX_CARD
from paraph.wire.proof import prove_equivocation
from tests.support.lies import accused, act, liar
from tests.support.package import by_name, conclude

AT = "2026-03-02T12:00:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A container, one of its originals, and the anchors of its participants."""
    dossier, container = conclude()
    (tmp_path / "dossier.asice").write_bytes(container)
    members = by_name(read_archive(container))
    (tmp_path / "north.pdf").write_bytes(members["originals/N-S-2026-1.north.pdf"])
    trust = tmp_path / "trust"
    trust.mkdir()
    for party, person in dossier.people.items():
        (trust / f"{party}.pem").write_bytes(person.authority.root_pem)
        (trust / f"{party}.crl").write_bytes(person.crls[0])
    (trust / "notes.txt").write_text("not a certificate")
    return tmp_path


def run(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    verify.add_parser(parser.add_subparsers())
    options = parser.parse_args(["verify", *map(str, arguments)])
    code: int = options.run(options)
    return code


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_it_tells_containers_and_pdfs_apart_by_what_they_hold(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = folder / "renamed.pdf"
    odd.write_bytes((folder / "dossier.asice").read_bytes())
    files: Sequence[Path] = (folder / "dossier.asice", odd, folder / "north.pdf")
    assert run(*files, "--trust", folder / "trust", "--at", AT, "--json") == 0
    value = printed(capsys)
    assert value["verdict"] == "pass"
    assert [f["kind"] for f in value["files"]] == ["container", "container", "pdf"]
    assert [f["path"] for f in value["files"]] == [str(file) for file in files]
    assert {
        "field",
        "signer",
        "verdict",
        "integrity",
        "trust",
        "covers",
        "signed_at",
        "time_source",
        "level",
    } <= value["files"][0]["signatures"][0].keys()


def test_the_worst_file_decides(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = folder / "broken.asice"
    broken.write_bytes((folder / "dossier.asice").read_bytes()[:-1])
    assert run(folder / "dossier.asice", broken, "--trust", folder / "trust", "--at", AT) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].split() == ["pass", str(folder / "dossier.asice")]
    assert out[1].split() == ["fail", str(broken)]
    assert any("[archive-format]" in line for line in out)
    assert out[-1] == "fail           all 2 files together"


def test_without_trust_it_is_indeterminate_and_says_why_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder / "dossier.asice", "--at", AT) == 2
    out = capsys.readouterr().out
    assert out.count("[no-trust-anchor]") == 1
    assert "--trust" in out
    assert "and 5 more" in out


def test_trust_files_may_be_named_one_by_one(folder: Path) -> None:
    named = [
        a for party in ("north", "south", "middle") for a in ("--trust", folder / "trust" / f"{party}.pem")
    ]
    assert run(folder / "dossier.asice", *named, "--at", AT) == 0
    assert run(folder / "dossier.asice", *named[:2], "--at", AT) == 2


def test_remarks_are_counted_or_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (folder / "dossier.asice", "--trust", folder / "trust", "--at", AT)
    run(*arguments)
    short = capsys.readouterr().out
    assert "remarks that moved no verdict (--all shows them)" in short
    assert "[authority]" not in short
    run(*arguments, "--all")
    assert "north.fm signed for north by office" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.pdf",), "missing.pdf"),
        ((".",), "Is a directory"),
        (("dossier.asice", "--at", "yesterday"), "is not a time"),
        (("dossier.asice", "--trust", "nowhere"), "nowhere"),
        (("dossier.asice", "--trust", "north.pdf"), "trust file"),
        (("dossier.asice", "--trust", "empty"), "no certificate in"),
    ],
)
def test_wrong_usage_is_said_and_nothing_is_verified(
    arguments: tuple[str, ...],
    said: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder)
    with pytest.raises(LocalActError, match=said) as error:
        run(*arguments)
    assert error.value.code == "usage"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "at", ["2026-03-02T12:00:00Z", "2026-03-02T13:00:00+01:00", "2026-03-02T12:00:00", "2026-03-03"]
)
def test_times_are_utc_unless_they_say_otherwise(at: str, folder: Path) -> None:
    assert run(folder / "dossier.asice", "--trust", folder / "trust", "--at", at) == 0


def test_a_day_earlier_the_time_stamps_are_from_the_future(folder: Path) -> None:
    assert run(folder / "dossier.asice", "--trust", folder / "trust", "--at", "2026-03-01") == 1


# --- proofs


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """A proof against south, and a folder of trust with cards among other things."""
    path = tmp_path / "proof"  # what a file is its first bytes say
    path.write_bytes(prove_equivocation(accused("south"), act("yes").envelope.data, act("no").envelope.data))
    (trust := tmp_path / "cards").mkdir()
    for party in ("north", "south"):
        (trust / f"{party}.json").write_bytes(liar(party).card)
    (trust / "parties.json").write_text('{"parties": []}')
    (trust / "large.json").write_text(" " * (MAX_CARD + 1))
    return path


def test_a_proof_passes_and_says_what_it_proves(proof: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(proof, "--trust", proof.parent / "cards") == 0
    said = capsys.readouterr().out
    assert "This proves that the node of the Republic of South (south) signed two different acts" in said
    assert "It does not prove who sat at the node" in said
    assert run(proof, "--trust", proof.parent / "cards" / "south.json", "--json") == 0
    (file,) = printed(capsys)["files"]
    assert (file["kind"], file["verdict"]) == ("proof", "pass")
    assert [one["field"] for one in file["signatures"]] == ["first", "second"]


def test_a_proof_is_indeterminate_without_the_card_and_fails_when_it_was_changed(
    proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(proof) == 2
    assert run(proof, "--trust", proof.parent / "cards" / "north.json") == 2
    assert "the keys on its card could be anybody's" in capsys.readouterr().out
    proof.write_bytes(proof.read_bytes().replace(b'"kind":"equivocation"', b'"kind":"fork"'))
    assert run(proof, "--trust", proof.parent / "cards") == 1
    assert "[proof-statement]" in capsys.readouterr().out


def test_cards_and_certificates_may_lie_in_one_folder(folder: Path, proof: Path) -> None:
    for party in ("north", "south"):
        (folder / "trust" / f"{party}.card.json").write_bytes(liar(party).card)
    assert run(proof, folder / "dossier.asice", "--trust", folder / "trust", "--at", AT) == 0


def test_a_card_that_was_changed_is_no_trust(proof: Path) -> None:
    card = proof.parent / "cards" / "south.json"
    card.write_bytes(card.read_bytes().replace(b'"payload":"', b'"payload":"AAAA'))
    with pytest.raises(LocalActError, match="a trust file cannot be used"):
        run(proof, "--trust", card)
