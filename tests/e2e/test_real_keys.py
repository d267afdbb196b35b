"""Keys that no demonstration made: one signatory's on a PKCS#11 token, the other's in a PKCS#12 file.

Two nodes without demonstration authorities conclude directly, with an outside time-stamp authority; the
finished original and the container then verify against the two ministries' own anchors.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from paraph import case
from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.timestamps.authority import TimestampAuthority
from paraph.bootstrap.clock import SystemClock
from paraph.cli.demo.stage import Stage
from paraph.domain.standing import InstrumentState, PlanState
from tests.conftest import SOFTHSM

pytestmark = [pytest.mark.slow, pytest.mark.hsm, pytest.mark.tools("softhsm2-util")]

PIN = "1234"
PARTIES = ("israel", "kosovo")


class _Authority(BaseHTTPRequestHandler):
    authority: TimestampAuthority

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.authority.answer(request, SystemClock().now())
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def time_stamp_service(authority: DemoAuthority):
    handler = type("Handler", (_Authority,), {"authority": TimestampAuthority(
        authority.issue_tsa(now=SystemClock().now()).signer()
    )})  # fmt: skip
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def token(folder: Path, pem: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A SoftHSM token “ministry” that holds one key."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    (folder / "key.pem").write_bytes(pem)
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    for arguments in (
        ("--init-token", "--free", "--label", "ministry", "--pin", PIN, "--so-pin", "12345678"),
        (
            "--import",
            str(folder / "key.pem"),
            "--token",
            "ministry",
            "--label",
            "minister",
            "--id",
            "01",
            "--pin",
            PIN,
        ),
    ):
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True, timeout=60)
    (folder / "key.pem").unlink()


def secret(path: Path, text: str) -> str:
    path.write_text(text + "\n")
    path.chmod(0o600)
    return str(path)


def test_a_token_and_a_file_conclude(tmp_path, monkeypatch) -> None:
    now = SystemClock().now()
    parties = {p["id"]: p for p in json.loads(case.parties_file())}
    (tmp_path / "parties.json").write_bytes(case.parties_file())
    authorities = {name: DemoAuthority.create(f"ministry of {name}", "", now) for name in PARTIES}
    people = {
        name: authorities[name].issue_signatory("Signatory", "Minister", f"ministry of {name}", now=now)
        for name in PARTIES
    }
    key = people["israel"].key
    token(tmp_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), monkeypatch)
    chain = [people["israel"].certificate, *people["israel"].chain]
    with (
        time_stamp_service(authorities["kosovo"]) as url,
        Stage(tmp_path, tell=lambda _line: None) as stage,
    ):
        for name, port in zip(PARTIES, stage.ports, strict=False):
            make_node(stage, name, port, party=parties[name], authority=authorities[name], url=url)
        home = stage.home("israel")
        (home / "chain.pem").write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in chain))
        pin = secret(home / "keys" / "pin", PIN)
        seal = authorities["israel"].issue_seal("ministry of israel", now=now)
        (home / "keys" / "seal.p12").write_bytes(seal.pkcs12("p"))
        passphrase = secret(home / "keys" / "passphrase", "p")
        configure(
            home,
            f'[signing."israel.fm"]\npkcs11 = "{SOFTHSM}"\ntoken = "ministry"\nkey = "minister"\npin_file = "{pin}"\n'
            f'certificates = "chain.pem"\n[signing.seal]\npkcs12 = "keys/seal.p12"\npassphrase_file = "{passphrase}"\n',
        )
        home = stage.home("kosovo")
        passphrase = secret(home / "keys" / "passphrase", "q")
        seal = authorities["kosovo"].issue_seal("ministry of kosovo", now=now)
        (home / "keys" / "fm.p12").write_bytes(people["kosovo"].pkcs12("q"))
        (home / "keys" / "seal.p12").write_bytes(seal.pkcs12("q"))
        configure(
            home,
            f'[signing."kosovo.fm"]\npkcs12 = "keys/fm.p12"\npassphrase_file = "{passphrase}"\n'
            f'[signing.seal]\npkcs12 = "keys/seal.p12"\npassphrase_file = "{passphrase}"\n',
        )
        for name in PARTIES:
            stage.start(name)
        conclude(stage, tmp_path)
        files = check(stage, tmp_path)
    assert files == {"pass"}


def make_node(
    stage: Stage, name: str, port: int, *, party: dict[str, object], authority: DemoAuthority, url: str
) -> None:
    particulars, anchor = stage.folder / f"{name}.json", stage.folder / f"{name}.pem"
    particulars.write_text(json.dumps(party, ensure_ascii=False), "utf-8")
    anchor.write_bytes(authority.root_pem)
    stage.command(
        name, "node", "init", "--party", name, "--particulars", str(particulars), "--port", str(port),
        "--no-demo", "--anchor", str(anchor),
    )  # fmt: skip
    home = stage.home(name)
    lists = authority.crl(SystemClock().now())
    for index, crl in enumerate(lists):
        (home / f"{index}.crl").write_bytes(crl)
    text = (home / "paraph.toml").read_text()
    text = text.replace("crls = []", 'crls = ["0.crl", "1.crl"]').replace('url = ""', f'url = "{url}"')
    (home / "paraph.toml").write_text(text)


def configure(home: Path, tables: str) -> None:
    with (home / "paraph.toml").open("a") as file:
        file.write("\n" + tables)


def conclude(stage: Stage, folder: Path) -> None:
    for here, there in (PARTIES, PARTIES[::-1]):
        stage.command(there, "peer", "card", "--out", str(folder / f"{there}.card"))
        stage.command(here, "peer", "add", str(folder / f"{there}.card"))
    for here, there in (PARTIES, PARTIES[::-1]):
        words = stage.command(here, "peer", "words", there)["words"]
        stage.command(
            here, "peer", "words", there, "--confirm", *words, "--officer", "one", "--officer", "two"
        )
    specimen = json.loads(case.story_file())["specimen"]["en"]
    stage.dossier = stage.command(
        "israel", "dossier", "open", "--party", "kosovo", "--title", "en=Exercise", "--specimen", specimen
    )["dossier"]
    stage.until("arrived", lambda _d: True, *PARTIES)
    stage.act("kosovo", "join")
    stage.until("joined", lambda d: len(d.joined) == 2, *PARTIES)
    for name in PARTIES:
        stage.act(name, "describe", str(folder / "parties.json"))
        stage.act(name, "certify", f"{name}.fm")
    stage.until("described", lambda d: len(d.described) == 2 and len(d.certificates) == 2, *PARTIES)
    files = []
    for lang, data in case.instrument_files("diplomatic-consultations").items():
        (folder / f"{lang}.md").write_bytes(data)
        files.append(str(folder / f"{lang}.md"))
    stage.act("israel", "propose", *files, "--parties", str(folder / "parties.json"))
    stage.until("proposed", lambda d: bool(d.instruments), *PARTIES)
    (number,) = stage.command("israel", "dossier", "show")["instruments"]

    def state(wanted: InstrumentState) -> None:
        stage.until(wanted, lambda d: d.instruments[number].state is wanted, *PARTIES)

    stage.act("kosovo", "accept", number)
    state(InstrumentState.AGREED)
    for part, wanted in (("initial", InstrumentState.INITIALLED), ("engross", InstrumentState.ENGROSSED)):
        for name in PARTIES:
            stage.act(name, part, number)
        state(wanted)
    for name in PARTIES:
        stage.act(
            name, "powers", f"{name}.fm", "--basis", "by-office", "--office", "foreign-minister",
            "--from", "2020-01-01T00:00:00Z",
        )  # fmt: skip
        stage.act(name, "go", f"{name}.fm")
    stage.until("ordered", lambda d: len(d.orders) == 2, *PARTIES)
    stage.act("israel", "plan", "--direct")
    stage.until("planned", lambda d: d.plan is not None, *PARTIES)
    stage.act("kosovo", "accept-plan")
    stage.until("open", lambda d: d.plan is not None and d.plan.state is PlanState.OPEN, *PARTIES)
    today = datetime.now(UTC).date().isoformat()
    for name in PARTIES:
        deposit(stage, name, today)
    stage.until("concluded", lambda d: d.concluded, *PARTIES)
    stage.until("sealed", lambda d: d.plan is not None and len(d.plan.container_seals) == 2, *PARTIES)


def deposit(stage: Stage, name: str, today: str) -> None:
    """Deposit as soon as the plan is final; the command says so when it is not."""
    for _ in range(100):
        try:
            stage.act(name, "deposit", "--place", "here", "--date", today)
        except AssertionError as error:
            if "plan-not-final" not in str(error):
                raise
            time.sleep(0.1)
        else:
            return
    pytest.fail("the plan did not become final")


def check(stage: Stage, folder: Path) -> set[str]:
    trust = [str(folder / f"{name}.pem") for name in PARTIES]
    verdicts = set()
    for name in PARTIES:
        out = folder / "out" / name
        stage.command(name, "dossier", "originals", "--out", str(out))
        stage.command(name, "dossier", "export", "--out", str(out / "dossier.asice"))
        files = sorted(str(path) for path in out.iterdir())
        options = [item for path in trust for item in ("--trust", path)]
        ran = subprocess.run(
            [sys.executable, "-m", "paraph", "verify", *files, *options, "--json"],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        verdicts |= {report["verdict"] for report in json.loads(ran.stdout)["files"]}
        assert len(files) == 3
    same = [sorted(p.read_bytes() for p in (folder / "out" / name).iterdir()) for name in PARTIES]
    assert same[0] == same[1]
    return verdicts
