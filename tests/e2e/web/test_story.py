"""Four people at two ministries conclude the reference package from their browsers, with the mediator's node between them.

One ministry works in Hebrew, the other in English. Nothing is done by command but what makes machines ready, and what the
mediator's officer says: its node has people of its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from playwright.sync_api import Browser

from paraph.cli.demo.stage import Stage
from paraph.cli.demo.story import meet
from tests.conftest import SOFTHSM
from tests.e2e.test_real_keys import PIN, configure, secret, token
from tests.e2e.web.persons import ministry, served
from tests.e2e.web.steps import agree, authorise, conclude, describe, open_dossier, plan, ready, sign
from tests.support.cluster import Cluster


@contextmanager
def staged(folder: Path, **options: Any) -> Iterator[Stage]:
    with Stage(folder, tell=lambda _line: None, pages=True, **options) as made:
        made.folder.mkdir()
        meet(made)
        served(made)
        yield made


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path / "stage") as made:
        yield made


@pytest.mark.postgresql
def test_four_people_conclude_the_package_from_their_browsers(
    browser: Browser, tmp_path: Path, postgresql: Cluster
) -> None:
    """One ministry keeps everything on PostgreSQL, whose server is restarted under it; nobody else can tell."""
    elsewhere = {"kosovo": postgresql.make("kosovo")}
    with staged(tmp_path / "stage", databases=elsewhere) as stage, ExitStack() as kept:
        israel = ministry(stage, kept, browser, "israel", lang="he")
        kosovo = ministry(stage, kept, browser, "kosovo", lang="en")
        both = (israel, kosovo)
        open_dossier(stage, israel, kosovo)
        for one in both:
            describe(stage, one)
        agree(stage, israel, kosovo)
        for one in both:
            authorise(stage, one)
        plan(stage, israel, kosovo)
        postgresql.cut_off()
        for one in both:
            ready(stage, one)
        for one in both:
            sign(stage, one)
        conclude(stage, *both)
        assert not list(stage.home("kosovo").glob("*.sqlite3"))


@pytest.mark.hsm
@pytest.mark.tools("softhsm2-util")
def test_a_minister_whose_key_is_on_a_token_and_one_with_a_passkey(
    stage: Stage, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of one minister lies on a token; his own passkey opens the session, and is asked for once more."""
    move_to_token(stage, tmp_path, monkeypatch)
    with ExitStack() as kept:
        israel = ministry(stage, kept, browser, "israel", lang="sq")
        kosovo = ministry(stage, kept, browser, "kosovo", lang="en")
        open_dossier(stage, israel, kosovo)
        for one in (israel, kosovo):
            describe(stage, one)
        agree(stage, israel, kosovo, count=1)
        authorise(stage, israel, passkey=False)
        authorise(stage, kosovo)
        plan(stage, israel, kosovo)
        for one in (israel, kosovo):
            sign(stage, one)
        conclude(stage, israel, kosovo)


def move_to_token(stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the key of one minister on a SoftHSM token, and forget the file."""
    home = stage.home("israel")
    passphrase = (home / "keys" / "passphrase").read_bytes().strip()
    file = home / "keys" / "israel.fm.p12"
    key, certificate, chain = pkcs12.load_key_and_certificates(file.read_bytes(), passphrase)
    assert key is not None
    assert certificate is not None
    token(folder, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), monkeypatch)
    file.unlink()
    (home / "chain.pem").write_bytes(
        b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *chain))
    )
    pin = secret(home / "keys" / "pin", PIN)
    settings = (home / "paraph.toml").read_text("utf-8")
    begin = settings.index('[signing."israel.fm"]')
    end = settings.find("\n[", begin)
    (home / "paraph.toml").write_text(settings[:begin] + (settings[end:] if end > 0 else ""), "utf-8")
    configure(
        home,
        f'[signing."israel.fm"]\npkcs11 = "{SOFTHSM}"\ntoken = "ministry"\nkey = "minister"\npin_file = "{pin}"\n'
        'certificates = "chain.pem"\n',
    )
    restart(stage, "israel")


def restart(stage: Stage, name: str) -> None:
    """Stop a node as an operator does, and start it again."""
    process = stage._processes.pop(name)
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
    if name in stage._opened:
        stage._opened.pop(name).close()
    stage.start(name)
    served(stage)
