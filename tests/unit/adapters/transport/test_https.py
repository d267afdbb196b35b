from __future__ import annotations

import asyncio
import datetime
import os
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from paraph.adapters.transport.https import HttpsTransport, bundle_address
from paraph.errors import PermanentError, TransientError
from paraph.node.asgi import NodeApp
from paraph.wire.bundle import BUNDLE_TYPE
from tests.support.loopback import Stage, TlsFiles, live, make_tls, peer_at, served


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"), hosts=("node.example",))  # another name: the pin counts


@pytest.fixture(scope="module")
def stage(files: TlsFiles) -> Iterator[Stage]:
    found = Stage()
    with served(found, files) as server:
        found.port = server.port
        yield found


@pytest.fixture
def transport(files: TlsFiles) -> Iterator[HttpsTransport]:
    found = HttpsTransport(lambda _peer: files.pem)
    yield found
    found.close()


def echo() -> NodeApp:
    return NodeApp(receive=lambda bundle: bundle, card=lambda: b"")


class Scripted:
    """An ASGI application that answers as told, and remembers who asked."""

    def __init__(self, status=200, headers=(), body=(b"",), pause_s=0.0, kind=BUNDLE_TYPE) -> None:
        self.status, self.body, self.pause_s = status, body, pause_s
        self.headers = [(b"content-type", kind.encode()), *headers]
        self.clients: list[tuple[str, int]] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        self.clients.append(scope["client"])
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for part in self.body:
            await asyncio.sleep(self.pause_s)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example", "https://a.example/paraph/1/bundle"),
        ("https://a.example:8443/", "https://a.example:8443/paraph/1/bundle"),
        ("https://a.example/node", "https://a.example/node/paraph/1/bundle"),
        ("https://a.example/paraph/1/bundle", "https://a.example/paraph/1/bundle"),
        ("https://[::1]:1", "https://[::1]:1/paraph/1/bundle"),
        ("https://a.example/paraph/1/bundle/", "https://a.example/paraph/1/bundle"),
    ],
)
def test_addresses(url: str, address: str):
    assert bundle_address(url) == address


@pytest.mark.parametrize(
    "url", ["", "http://a.example", "ftp://a.example", "https://", "a.example", "folder:/x"]
)
def test_other_addresses_are_refused(transport: HttpsTransport, url: str):
    with pytest.raises(PermanentError) as caught:
        transport.exchange(replace(peer_at(1), url=url), b"")
    assert caught.value.code == "peer-url"


def test_connections_are_kept(transport: HttpsTransport, files: TlsFiles, stage: Stage):
    app = Scripted(body=(b"a", b"b"))
    with stage.playing(app) as server:
        for _ in range(3):
            assert transport.exchange(peer_at(server.port), b"x") == b"ab"
    assert len(set(app.clients)) == 1


def test_threads_may_share_it(transport: HttpsTransport, files: TlsFiles, stage: Stage):
    with stage.playing(echo()) as server, ThreadPoolExecutor(8) as threads:
        bundles = [os.urandom(5000) for _ in range(60)]
        assert (
            list(threads.map(lambda bundle: transport.exchange(peer_at(server.port), bundle), bundles))
            == bundles
        )


def test_no_proxy_is_taken_from_the_environment(
    transport: HttpsTransport, files: TlsFiles, monkeypatch: pytest.MonkeyPatch
):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with served(echo(), files) as server:
        assert transport.exchange(peer_at(server.port), b"x") == b"x"


def test_a_connection_closed_meanwhile_is_made_anew(transport: HttpsTransport, files: TlsFiles):
    with served(echo(), files) as server:
        port = server.port
        transport.exchange(peer_at(port), b"x")
    with served(echo(), files, port=port):
        assert transport.exchange(peer_at(port), b"y") == b"y"


@pytest.mark.parametrize("dead", [1, 2])
def test_an_exchange_that_broke_off_is_tried_once_more(transport: HttpsTransport, files: TlsFiles, dead: int):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    requests = 0

    def serve(listener: socket.socket) -> None:
        nonlocal requests
        for number in range(2):
            plain, _ = listener.accept()
            with plain, context.wrap_socket(plain, server_side=True) as tls:
                while not tls.recv(65536).endswith(b"bundle"):
                    pass
                requests += 1
                if number >= dead:
                    head = f"HTTP/1.1 200 OK\r\ncontent-type: {BUNDLE_TYPE}\r\ncontent-length: 2\r\n\r\n"
                    tls.sendall(head.encode() + b"ok")

    with socket.socket() as listener, ThreadPoolExecutor(1) as threads:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        served_all = threads.submit(serve, listener)
        peer = peer_at(listener.getsockname()[1])
        if dead == 1:
            assert transport.exchange(peer, b"bundle") == b"ok"
        else:
            with pytest.raises(TransientError) as caught:
                transport.exchange(peer, b"bundle")
            assert caught.value.code == "peer-unreachable"
        served_all.result(timeout=5)
    assert requests == 2


# whom it talks to


def refused(transport: HttpsTransport, port: int) -> PermanentError:
    with pytest.raises(PermanentError) as caught:
        transport.exchange(peer_at(port), b"x")
    assert caught.value.code == "peer-certificate"
    return caught.value


def test_another_certificate_is_refused_before_anything_is_sent(transport: HttpsTransport, tmp_path: Path):
    app = Scripted()
    with served(app, make_tls(tmp_path, hosts=("node.example",))) as server:
        refused(transport, server.port)
    assert app.clients == []


def test_a_new_pin_takes_effect_at_once(files: TlsFiles, stage: Stage, tmp_path: Path):
    other = make_tls(tmp_path)
    pem = other.pem
    transport = HttpsTransport(lambda _peer: pem)
    with stage.playing(echo()) as server:
        refused(transport, server.port)
        pem = files.pem
        assert transport.exchange(peer_at(server.port), b"x") == b"x"
        pem = other.pem
        refused(transport, server.port)
        pem = other.pem + files.pem  # while one replaces another, both are good
        assert transport.exchange(peer_at(server.port), b"x") == b"x"
    transport.close()


def test_an_expired_certificate_is_refused(tmp_path: Path):
    old = make_tls(tmp_path, days=1, ago_days=3)
    transport = HttpsTransport(lambda _peer: old.pem)
    with served(echo(), old) as server:
        assert "expired" in refused(transport, server.port).message
    transport.close()


def certify(subject: str, *, issuer=None, ca: bool = False):
    """A certificate and its key; self-signed without ``issuer``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer[0].subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )
    return certificate, key


def write(folder: Path, certificates, key) -> TlsFiles:
    folder.mkdir()
    found = TlsFiles(folder / "tls.pem", folder / "tls.key")
    found.certificate.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    found.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return found


def test_what_a_pinned_certificate_certifies_is_not_the_pinned_certificate(tmp_path: Path):
    authority = certify("authority", ca=True)
    leaf = certify("leaf", issuer=authority)
    files = write(tmp_path / "leaf", [leaf[0], authority[0]], leaf[1])
    app = Scripted()
    with served(app, files) as server:
        pem = authority[0].public_bytes(Encoding.PEM).decode()
        transport = HttpsTransport(lambda _peer: pem)
        refused(transport, server.port)
        assert app.clients == []
        # The leaf itself may be pinned, though somebody else issued it.
        pem = leaf[0].public_bytes(Encoding.PEM).decode()
        assert transport.exchange(peer_at(server.port), b"x") == b""
        transport.close()


# what it makes of answers


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_answers_that_may_change_are_transient(
    transport: HttpsTransport, files: TlsFiles, stage: Stage, status: int
):
    with (
        stage.playing(Scripted(status, [(b"retry-after", b"7")])) as server,
        pytest.raises(TransientError) as caught,
    ):
        transport.exchange(peer_at(server.port), b"x")
    assert (caught.value.code, caught.value.params["retry_after_s"]) == ("peer-busy", 7)


@pytest.mark.parametrize(
    ("stated", "taken"), [(b"", 0), (b"soon", 0), (b"-3", 0), (b"99999999", 86_400), (b"9" * 400, 0)]
)
def test_what_a_peer_says_about_waiting_is_not_trusted(
    transport: HttpsTransport, stage: Stage, stated: bytes, taken: int
):
    with (
        stage.playing(Scripted(503, [(b"retry-after", stated)])) as server,
        pytest.raises(TransientError) as caught,
    ):
        transport.exchange(peer_at(server.port), b"x")
    assert caught.value.params["retry_after_s"] == taken


@pytest.mark.parametrize("status", [201, 301, 307, 400, 404, 405, 409, 413, 415, 422, 501])
def test_other_answers_are_an_officers_matter(
    transport: HttpsTransport, files: TlsFiles, stage: Stage, status: int
):
    app = Scripted(
        status, [(b"location", b"https://127.0.0.1:1/")], [b'{"code": "bundle-sender", "message": "who?"}']
    )
    with stage.playing(app) as server, pytest.raises(PermanentError) as caught:
        transport.exchange(peer_at(server.port), b"x")
    assert (caught.value.code, caught.value.params["peer_code"]) == ("peer-refused", "bundle-sender")
    assert "who?" in caught.value.message
    assert len(app.clients) == 1


@pytest.mark.parametrize(
    "reason",
    [
        b"",
        b"<html>",
        b"[1]",
        b"[" * 4000,
        b"\xff",
        b'{"code": {"a": 1}, "message": "\\u001b[2J\\u202e"}',
        b"x" * 1_000_000,
    ],
)
def test_an_odd_reason_is_harmless(transport: HttpsTransport, files: TlsFiles, stage: Stage, reason: bytes):
    with stage.playing(Scripted(400, body=[reason])) as server, pytest.raises(PermanentError) as caught:
        transport.exchange(peer_at(server.port), b"x")
    assert caught.value.code == "peer-refused"
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 1000


def test_an_answer_that_is_no_bundle_is_refused(transport: HttpsTransport, files: TlsFiles, stage: Stage):
    with stage.playing(Scripted(kind="text/html")) as server, pytest.raises(PermanentError) as caught:
        transport.exchange(peer_at(server.port), b"x")
    assert caught.value.code == "answer-format"


@pytest.mark.parametrize("headers", [[(b"content-length", b"2000")], []], ids=["stated", "streamed"])
def test_an_answer_that_is_too_long_is_not_read(files: TlsFiles, stage: Stage, headers):
    transport = HttpsTransport(lambda _peer: files.pem, max_answer_bytes=1999)
    with (
        stage.playing(Scripted(headers=headers, body=[b"x" * 500] * 4)) as server,
        pytest.raises(PermanentError) as caught,
    ):
        transport.exchange(peer_at(server.port), b"x")
    transport.close()
    assert caught.value.code == "answer-size"


def test_an_answer_of_just_the_limit_is_taken(files: TlsFiles, stage: Stage):
    transport = HttpsTransport(lambda _peer: files.pem, max_answer_bytes=2000)
    with stage.playing(Scripted(body=[b"x" * 500] * 4)) as server:
        assert transport.exchange(peer_at(server.port), b"x") == b"x" * 2000
    transport.close()


# how long it waits


def test_silence_is_given_up(files: TlsFiles, stage: Stage):
    transport = HttpsTransport(lambda _peer: files.pem, idle_timeout_s=0.2)
    with (
        stage.playing(Scripted(body=[b"late"], pause_s=0.6)) as server,
        pytest.raises(TransientError) as caught,
    ):
        transport.exchange(peer_at(server.port), b"x")
    transport.close()
    assert caught.value.code == "peer-slow"


def test_an_answer_drop_by_drop_is_given_up(files: TlsFiles, stage: Stage):
    transport = HttpsTransport(lambda _peer: files.pem, idle_timeout_s=5, exchange_timeout_s=0.3)
    started = time.monotonic()
    with stage.playing(Scripted(body=[b"x"] * 20, pause_s=0.05)) as server:
        with pytest.raises(TransientError) as caught:
            transport.exchange(peer_at(server.port), b"x")
        assert time.monotonic() - started < 0.9
    transport.close()
    assert caught.value.code == "peer-slow"


def test_a_dead_address_is_transient(transport: HttpsTransport):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(TransientError) as caught:
            transport.exchange(peer_at(unused.getsockname()[1]), b"x")
    assert caught.value.code == "peer-unreachable"


def test_a_server_without_tls_is_transient_not_trusted(transport: HttpsTransport):
    """It may be a proxy that is being repaired; nothing was sent in clear."""
    with socket.socket() as plain, ThreadPoolExecutor(1) as threads:
        plain.bind(("127.0.0.1", 0))
        plain.listen()

        def answer() -> bytes:
            connection, _ = plain.accept()
            with connection:
                first = connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            return first

        first = threads.submit(answer)
        with pytest.raises(TransientError) as caught:
            transport.exchange(peer_at(plain.getsockname()[1]), b"secret bundle")
        assert b"secret" not in first.result(timeout=5)
    assert caught.value.code == "peer-unreachable"


def test_an_injected_delay_is_half_a_round_trip_each_way(files: TlsFiles, stage: Stage):
    transport = HttpsTransport(lambda _peer: files.pem, delay_s=0.1)
    arrived: list[float] = []

    def receive(bundle: bytes) -> bytes:
        arrived.append(time.monotonic())
        return bundle

    with stage.playing(NodeApp(receive=receive, card=lambda: b"")) as server:
        started = time.monotonic()
        transport.exchange(peer_at(server.port), b"x")
        ended = time.monotonic()
    transport.close()
    assert arrived[0] - started >= 0.1
    assert ended - arrived[0] >= 0.1
