"""VERIFY.txt is followed to the letter, by a shell that knows nothing of Paraph."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from paraph.wire.container.archive import MIMETYPE_NAME, Member, read_archive, write_archive
from tests.support.package import Dossier, by_name, conclude, replace_member, short_text

TOOLS = ("bash", "unzip", "openssl", "basenc", "awk", "od", "sha256sum")
BLOCK = re.compile(r"^Type:\n((?:    .*\n)+)\n(?:Prints:\n((?:    .*\n)+))?", re.MULTILINE)


def blocks(container: bytes) -> list[tuple[str, str | None]]:
    """Commands of VERIFY.txt, and what they are said to print."""
    text = by_name(read_archive(container))["VERIFY.txt"].decode("ascii")
    found = [(_dedented(commands), _dedented(prints) or None) for commands, prints in BLOCK.findall(text)]
    assert len(found) == text.count("Type:\n") > 5
    return found


def _dedented(block: str) -> str:
    return "".join(f"{line[4:]}\n" for line in block.splitlines())


def follow(container: bytes, folder: Path, guide: bytes | None = None) -> list[tuple[str, str]]:
    """What is said and what is printed, for each block with an answer; typed into one shell."""
    (folder / "dossier.asice").write_bytes(container)
    said = blocks(guide or container)
    script = "".join(f"{commands}\necho '@@@'\n" for commands, _ in said)
    shell = subprocess.run(
        ["bash"], input=script, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    printed = shell.stdout.split("@@@\n")
    assert len(printed) == len(said) + 1, shell.stderr
    return [(prints, got) for (_, prints), got in zip(said, printed, strict=False) if prints is not None]


@pytest.mark.tools(*TOOLS)
def test_every_command_prints_what_it_is_said_to(tmp_path: Path) -> None:
    for said, printed in follow(conclude()[1], tmp_path):
        assert printed == said


@pytest.mark.tools(*TOOLS)
def test_it_works_without_a_mediator_and_with_two_instruments(tmp_path: Path) -> None:
    texts = (short_text(), short_text("N-S/2026/2", "The Parties will also telephone."))
    dossier = Dossier(texts=texts, mediated=False).run()
    for said, printed in follow(dossier.container(), tmp_path):
        assert printed == said


@pytest.mark.tools(*TOOLS)
@pytest.mark.parametrize(
    "name", ["originals/N-S-2026-1.north.pdf", pytest.param("acts/0012.dsse.json", marks=pytest.mark.slow)]
)
def test_a_changed_file_prints_something_else(name: str, tmp_path: Path) -> None:
    members = read_archive(conclude()[1])
    data = by_name(members)[name]
    changed = data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]
    altered = write_archive(replace_member(members, name, changed))
    assert any(said != printed for said, printed in follow(altered, tmp_path, conclude()[1]))


@pytest.mark.tools(*TOOLS)
def test_seals_of_others_print_something_else(tmp_path: Path) -> None:
    dossier, container = conclude()
    members = [m for m in read_archive(container) if not m.name.startswith("META-INF/signature")]
    person = dossier.people[dossier.parties[1]]
    seal = person.seal_over(by_name(members)["META-INF/ASiCManifest002.xml"])
    forged = (*members, Member("META-INF/signature001.p7s", seal), Member("META-INF/signature002.p7s", seal))
    results = follow(write_archive(forged), tmp_path, container)
    wrong = [(said, printed) for said, printed in results if said != printed]
    assert wrong == [("META-INF/signature001.p7s: good\n", "")]


def test_lines_fit_a_terminal_and_hold_no_other_characters() -> None:
    members = by_name(read_archive(conclude()[1]))
    for name in ("VERIFY.txt", "README.txt"):
        lines = members[name].decode("ascii" if name == "VERIFY.txt" else "utf-8").splitlines()
        assert max(map(len, lines)) <= 80
        assert all(line == line.rstrip() for line in lines)


def test_the_readme_names_every_original_and_says_that_it_is_a_specimen() -> None:
    members = by_name(read_archive(conclude()[1]))
    text = members["README.txt"].decode()
    originals = [name for name in members if name.startswith("originals/")]
    assert originals
    assert all(name in text for name in originals)
    assert "SPECIMEN" in text
    folders = {name.partition("/")[0] for name in members if "/" in name}
    assert all(f"{folder}/" in text for folder in folders)
    assert members[MIMETYPE_NAME]
