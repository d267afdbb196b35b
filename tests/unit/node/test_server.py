from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from paraph.adapters.transport.https import HttpsTransport
from paraph.errors import PermanentError
from paraph.node import server as servers
from paraph.node.asgi import BUNDLE_PATH, NodeApp, NodeLimits
from paraph.wire.bundle import BUNDLE_TYPE
from tests.support.loopback import Stage, TlsFiles, make_tls, peer_at, served

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def stage(files: TlsFiles) -> Iterator[Stage]:
    found = Stage()
    with served(found, files) as server:
        found.port = server.port
        yield found


def echo(**limits) -> NodeApp:
    return NodeApp(receive=lambda bundle: bundle, card=lambda: b"", limits=NodeLimits(**limits))


@contextmanager
def connection(
    port: int, *, most: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
) -> Iterator[ssl.SSLSocket]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = most
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain, context.wrap_socket(plain) as tls:
        yield tls


def post(length: int) -> bytes:
    return (
        f"POST {BUNDLE_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: {BUNDLE_TYPE}\r\ncontent-length: {length}\r\n\r\n"
    ).encode()


def echoed(tls: ssl.SSLSocket) -> bool:
    """Send a bundle, and read the whole answer."""
    tls.sendall(post(5) + b"hello")
    answer = b""
    while piece := tls.recv(65536):
        answer += piece
        if answer.endswith(b"\r\n\r\nhello"):
            return answer.startswith(b"HTTP/1.1 200 ")
    return False


def until_closed(tls: ssl.SSLSocket) -> bytes:
    data = b""
    while True:
        try:
            piece = tls.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return data
        if not piece:
            return data
        data += piece


def test_it_speaks_tls_1_3_only(files: TlsFiles, stage: Stage):
    with stage.playing(echo()) as server:
        with connection(server.port) as tls:
            assert tls.version() == "TLSv1.3"
        with pytest.raises(ssl.SSLError), connection(server.port, most=ssl.TLSVersion.TLSv1_2):
            pass


def test_answers_are_not_held_back(files: TlsFiles, stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """Without TCP_NODELAY every small answer would take 40 ms."""
    seen = []
    made = servers._PatientProtocol.connection_made

    def note(protocol, transport) -> None:
        seen.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        made(protocol, transport)

    monkeypatch.setattr(servers._PatientProtocol, "connection_made", note)
    with stage.playing(echo()) as server, connection(server.port) as tls:
        assert echoed(tls)
    assert seen
    assert all(seen)


def test_an_oversized_body_is_refused_and_the_connection_ends(files: TlsFiles, stage: Stage):
    with stage.playing(echo(bundle_bytes=1000)) as server, connection(server.port) as tls:
        tls.sendall(post(5_000_000) + b"x" * 100)
        answer = until_closed(tls)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"body-size" in answer


def test_an_oversized_body_of_unknown_length_is_refused(files: TlsFiles, stage: Stage):
    with stage.playing(echo(bundle_bytes=1000)) as server, connection(server.port) as tls:
        tls.sendall(
            f"POST {BUNDLE_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: {BUNDLE_TYPE}\r\ntransfer-encoding: chunked\r\n\r\n".encode()
        )
        tls.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
        assert until_closed(tls).startswith(b"HTTP/1.1 413 ")


def test_a_slow_body_is_given_up(files: TlsFiles, stage: Stage):
    with stage.playing(echo(silence_timeout_s=0.2)) as server, connection(server.port) as tls:
        tls.sendall(post(100) + b"x")
        started = time.monotonic()
        answer = until_closed(tls)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - started < 2


def test_a_body_drop_by_drop_is_given_up(files: TlsFiles, stage: Stage):
    with stage.playing(echo(body_timeout_s=0.3)) as server, connection(server.port) as tls:
        tls.sendall(post(1000))
        answer = b""
        for _ in range(40):
            try:
                tls.sendall(b"x")
            except OSError:
                break
            time.sleep(0.05)
        answer = until_closed(tls)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("before", [b"", b"POST /paraph"], ids=["nothing", "half a head"])
def test_a_head_that_does_not_come_is_given_up(
    files: TlsFiles, monkeypatch: pytest.MonkeyPatch, before: bytes
):
    monkeypatch.setattr(servers, "HEAD_TIMEOUT_S", 0.2)
    with served(echo(), files) as server, connection(server.port) as tls:
        tls.sendall(before)
        started = time.monotonic()
        assert until_closed(tls) == b""
    assert 0.1 < time.monotonic() - started < 2


def test_a_second_head_that_does_not_come_is_given_up_but_an_idle_connection_is_kept(
    files: TlsFiles, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(servers, "HEAD_TIMEOUT_S", 0.2)
    with served(echo(), files) as server, connection(server.port) as tls:
        for _ in range(2):
            assert echoed(tls)
            time.sleep(0.4)
        tls.sendall(b"P")
        assert until_closed(tls) == b""


def test_a_head_that_is_too_long_is_refused(files: TlsFiles, stage: Stage):
    with stage.playing(echo()) as server, connection(server.port) as tls:
        tls.sendall(b"GET / HTTP/1.1\r\n")
        try:
            tls.sendall(b"x: " + b"y" * 200_000)
        except OSError:
            return  # refused while we were still talking
        assert until_closed(tls)[:13] in (b"", b"HTTP/1.1 400 ")


def test_more_connections_than_it_can_hold_are_dropped(files: TlsFiles, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(servers, "MAX_CONNECTIONS", 2)
    with served(echo(), files) as server, connection(server.port) as one, connection(server.port) as two:
        assert echoed(one)
        assert echoed(two)
        with connection(server.port) as three:
            three.sendall(post(1) + b"x")
            assert until_closed(three) == b""


def test_a_taken_port_is_named(files: TlsFiles):
    with (
        served(echo(), files) as server,
        pytest.raises(PermanentError) as caught,
        served(echo(), files, port=server.port),
    ):
        pass
    assert caught.value.code == "address"
    assert str(server.port) in caught.value.message


def test_files_that_do_not_fit_are_named(files: TlsFiles, tmp_path: Path):
    other = make_tls(tmp_path)
    for odd in (TlsFiles(files.certificate, other.key), TlsFiles(tmp_path / "absent", files.key)):
        with pytest.raises(PermanentError) as caught, served(echo(), odd):
            pass
        assert caught.value.code == "tls-files"


def test_what_is_running_ends_well_when_the_node_is_stopped(files: TlsFiles):
    started, transport = threading.Event(), HttpsTransport(lambda _peer: files.pem)

    def receive(bundle: bytes) -> bytes:
        started.set()
        time.sleep(0.4)
        return bundle

    with ThreadPoolExecutor(1) as threads:
        with served(NodeApp(receive=receive, card=lambda: b""), files) as server:
            answer = threads.submit(transport.exchange, peer_at(server.port), b"x")
            assert started.wait(5)
        assert answer.result(timeout=5) == b"x"
    transport.close()


def test_idle_connections_do_not_hold_up_the_stop(files: TlsFiles):
    transport = HttpsTransport(lambda _peer: files.pem)
    with served(echo(), files) as server:
        transport.exchange(peer_at(server.port), b"x")
        started = time.monotonic()
    assert time.monotonic() - started < 3
    transport.close()


def test_three_nodes_in_one_process(files: TlsFiles):
    transport = HttpsTransport(lambda _peer: files.pem)

    def named(name: bytes) -> NodeApp:
        return NodeApp(receive=lambda bundle: name + bundle, card=lambda: b"")

    with (
        served(named(b"a"), files) as one,
        served(named(b"b"), files) as two,
        served(named(b"c"), files) as three,
    ):
        assert [transport.exchange(peer_at(server.port), b"x") for server in (one, two, three)] == [
            b"ax",
            b"bx",
            b"cx",
        ]
    transport.close()


def test_who_comes_while_the_server_stops_is_hung_up_on(files: TlsFiles, monkeypatch: pytest.MonkeyPatch):
    stop = uvicorn.Server.shutdown
    here, there = socket.socketpair()

    async def slowly(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
        await stop(server, sockets)
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: servers._PatientProtocol(server.config, server.server_state, {}), there
        )

    monkeypatch.setattr(uvicorn.Server, "shutdown", slowly)
    with served(echo(), files):
        pass
    with here:
        here.settimeout(5)
        assert here.recv(1) == b""


def test_a_process_stops_on_sigterm_and_closes_what_it_opened(files: TlsFiles):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from paraph.node.asgi import NodeApp\n"
        "from paraph.node.server import serve\n"
        "app = NodeApp(receive=bytes, card=lambda: b'')\n"
        "serve(app, host='127.0.0.1', port=0, tls_cert=Path(sys.argv[1]), tls_key=Path(sys.argv[2]),\n"
        "      on_ready=lambda port: print(port, flush=True))\n"
        "print('closed', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(files.certificate), str(files.key)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with connection(int(process.stdout.readline())) as tls:
        assert echoed(tls)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    assert (rest, process.returncode) == ("closed\n", 0)
