"""The page that verifies: the same answer as the command line, whatever the bytes, and nothing is kept."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.adversarial.pdf import craft
from tests.adversarial.pdf_corpus import ATTACKS
from tests.support.nodes import World
from tests.support.site import signed_in, site_of

pytestmark = pytest.mark.engines("sqlite")  # the page keeps nothing, so it asks for no rows


@pytest.fixture
def world(people: None) -> World:
    from paraph.node.public.verifying import VERIFICATIONS

    VERIFICATIONS.forget()
    world = World.at("concluded")
    site_of(world.first)
    return world


def container(world: World) -> bytes:
    from paraph.app.container import finished_container

    return finished_container(world.first.node, world.dossier)


def trust(world: World) -> bytes:
    return "".join(
        pem for member in world.members.values() for pem in [member.identity.authority.root_pem.decode()]
    ).encode()


def sent(data: bytes, name: str = "file.pdf", lang: str = "en", **fields: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, data), **fields}
    return signed_in(lang=lang).post("/verify", form)


def told(data: bytes, **fields: Any) -> str:
    answer = sent(data, **fields)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def test_a_minister_reads_one_sentence_and_who_signed(world: World) -> None:
    text = told(container(world), name="dossier.asice", trust=SimpleUploadedFile("trust.pem", trust(world)))
    assert '<strong class="govuk-tag govuk-tag--green">Pass</strong>' in text
    assert "This is exactly what was signed" in text
    for party in world.parties:
        assert f"{party}" in text.lower()


def test_without_trust_it_is_indeterminate_and_said_why(world: World) -> None:
    text = told(container(world), name="dossier.asice")
    assert "Indeterminate" in text
    assert "whether to believe the signers" in text


def test_an_altered_file_fails_and_says_where(world: World) -> None:
    data = bytearray(container(world))
    at = data.index(b"%PDF") + 2000
    data[at] ^= 1
    assert "Do not rely on this file" in told(bytes(data), name="dossier.asice")


def test_what_was_added_after_a_signature_is_said(world: World) -> None:
    assert "Nothing was added after" in told(craft.signed())
    added = craft.update(
        craft.signed(), {craft.FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"}
    )
    assert "added or changed after a signature" in told(added)


@pytest.mark.parametrize("attack", ATTACKS[::12], ids=lambda attack: attack.label)
def test_the_page_says_what_the_command_line_says(world: World, attack: Any, tmp_path: Path) -> None:
    data, at = attack.build(), "2026-03-02T12:00:00Z"
    (tmp_path / "file.pdf").write_bytes(data)
    command = [sys.executable, "-m", "paraph", "verify", "--json", "--at", at, str(tmp_path / "file.pdf")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    (report,) = json.loads(run.stdout)["files"]
    text = told(data, at=at)
    assert f"paraph-verdict--{report['verdict']}" in text
    for finding in report["findings"]:
        assert finding["code"] in text


BOMB = zlib.compress(b"\x00" * (1 << 24), 9)

HOSTILE = {
    "empty": b" ",
    "zeros": b"\x00" * 4096,
    "zip": b"PK\x03\x04" + b"\xff" * 4096,
    "deep": b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000,
    "deep-dictionaries": b"%PDF-1.7\n1 0 obj\n"
    + b"<</A " * 100_000
    + b"endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
    "bomb": b"%PDF-1.7\n1 0 obj\n<</Length "
    + str(len(BOMB)).encode()
    + b"/Filter/FlateDecode/Type/ObjStm/N 99999/First 9>>stream\n"
    + BOMB
    + b"\nendstream endobj\nstartxref\n9\n%%EOF\n",
    "proof": b'{"accused":' + b"[" * 100_000,
    "proof-nulls": b'{"accused":"\x00\xff"}',
    "json": b"{" * 1000,
    "surrogates": b'{"accused":"\\ud800"}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_the_bytes_there_is_an_answer(world: World, data: bytes) -> None:
    answer = sent(data)
    assert answer.status_code == 200
    assert b"Traceback" not in answer.content
    assert "govuk-tag--green" not in answer.content.decode()


def test_what_takes_too_long_or_too_much_gets_no_verdict_but_an_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from paraph.node.public import confinement

    monkeypatch.setattr(confinement, "MAX_WAIT_S", 0.01)
    text = told(craft.signed())
    assert "too large or too slow" in text
    assert "paraph verify" in text


def test_the_confined_verifier_cannot_take_more_memory_than_it_is_given() -> None:
    program = (
        "from paraph.node.public import confined\n"
        "confined.MAX_MEMORY_BYTES = 1 << 28\n"
        "confined.confine()\n"
        "try:\n    bytearray(1 << 29)\nexcept MemoryError:\n    print('refused')\n"
        "import os\nnew = os.open('/tmp/paraph-confined-test', os.O_CREAT | os.O_WRONLY)\n"
        "try:\n    os.write(new, b'x')\nexcept OSError:\n    print('unwritten')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["refused", "unwritten"]
    Path("/tmp/paraph-confined-test").unlink(missing_ok=True)


def test_nothing_is_written_to_disk(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    told(b"%PDF-1.7\n" + b"x" * (6 << 20))
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_files_that_are_too_large_are_refused_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from paraph.node.public import uploads

    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", 1000)
    answer = sent(b"x" * 2000)
    assert answer.status_code == 400
    assert "paraph verify" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"at": "noon"}, "Write the time"),
        ({"at": "\x00"}, "Write the time"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "Write the time"),
        ({"trust": SimpleUploadedFile("trust.pem", b"no certificate")}, "trust file cannot be used"),
    ],
)
def test_a_wrong_field_is_said_so_in_its_place(world: World, fields: dict[str, Any], words: str) -> None:
    answer = sent(craft.signed(), **fields)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_without_a_file_the_form_comes_back(world: World) -> None:
    answer = signed_in().post("/verify", {"at": "2026-03-02T12:00:00Z"})
    assert answer.status_code == 400
    assert "2026-03-02T12:00:00Z" in answer.content.decode()


def test_many_verifications_from_one_address_are_slowed_down(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from paraph.node.people.limits import Limit
    from paraph.node.public import verifying

    monkeypatch.setattr(verifying, "VERIFICATIONS", Limit(per_second=0.01, burst=1))
    assert signed_in().post("/verify", {}).status_code == 400
    answer = signed_in().post("/verify", {})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    from django.test import Client

    client = Client(HTTP_HOST="localhost:7480", enforce_csrf_checks=True)
    assert client.post("/verify", {"file": SimpleUploadedFile("a.pdf", craft.signed())}).status_code == 403
