"""Webhooks: told in order, at least once, signed, and to nobody who must not be told."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

SPEC = Path(__file__).resolve().parents[4] / "docs" / "spec" / "webhook.md"


class Receiver:
    """A real HTTP server that keeps what it was told, and answers as it is told to."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status < 300:
                    receiver.told.append((dict(self.headers), body))
                self.send_response(receiver.status)
                if receiver.status in (301, 302):
                    self.send_header("Location", "http://169.254.169.254/latest")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/paraph?from=node"

    @property
    def positions(self) -> list[int]:
        return [json.loads(body)["position"] for _, body in self.told]


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()


@pytest.fixture
def world(people: None) -> World:
    world = World.at("open")
    site_of(world.first)
    return world


def hook(url: str, *kinds: str) -> tuple[Any, str]:
    from paraph.node.api.webhooks import make

    return make(officer("Admin", "administrator"), name="A receiver", url=url, kinds=kinds)


def propose(world: World) -> None:
    from paraph.simulation.papers import letter

    world.first.propose(letter("X/2026/1", world.parties))
    world.settle()


def size(world: World) -> int:
    with world.first.node.store.read() as uow:
        return uow.size(world.dossier)


def test_what_happens_from_now_on_is_told_in_order_and_signed(world: World) -> None:
    from paraph.node.api.courier import Courier
    from paraph.node.api.webhooks import sign

    with listening() as receiver:
        _, secret = hook(receiver.url)
        before = size(world)
        assert Courier().turn() == 0
        propose(world)
        assert Courier().turn() == size(world) - before
        assert receiver.positions == list(range(before, size(world)))
        for headers, body in receiver.told:
            (at,) = map(int, re.findall(r"^t=(\d+),v1=[0-9a-f]{64}$", headers["Paraph-Signature"]))
            assert headers["Paraph-Signature"] == sign(secret, at, body)
            assert b"words" not in body, "which act it is, not what it says"
        told = json.loads(receiver.told[0][1])
        assert (told["dossier"], told["type"]) == (world.dossier, "text-proposed")


def test_what_failed_is_told_again_after_a_while_and_nothing_is_left_out(world: World) -> None:
    from paraph.node.api.courier import Courier
    from paraph.node.api.models import Webhook

    with listening() as receiver:
        (made, _), before, courier = hook(receiver.url), size(world), Courier()
        receiver.status = 503
        propose(world)
        assert courier.turn() == 0
        row = Webhook.objects.get(pk=made.pk)
        assert row.attempts == 1
        assert "503" in row.failure
        receiver.status = 200
        assert courier.turn() == 0, "not before its time"
        world.clock.advance(10)
        assert courier.turn() == size(world) - before
        assert receiver.positions == list(range(before, size(world)))
        row.refresh_from_db()
        assert (row.attempts, row.failure) == (0, "")


def test_a_node_that_stopped_goes_on_where_it_was(world: World) -> None:
    from paraph.node.api.courier import Courier

    with listening() as receiver:
        hook(receiver.url)
        before = size(world)
        propose(world)
        Courier().turn()
        told = len(receiver.told)
        assert Courier().turn() == 0, "another process knows from the table what was told"
        world.second.accept("X/2026/1")
        world.settle()
        Courier().turn()
        assert receiver.positions == list(range(before, size(world)))
        assert len(receiver.told) > told


def test_only_the_kinds_that_were_asked_for(world: World) -> None:
    from paraph.node.api.courier import Courier

    with listening() as receiver:
        hook(receiver.url, "text-accepted")
        propose(world)
        world.second.accept("X/2026/1")
        world.settle()
        Courier().turn()
        assert {json.loads(body)["type"] for _, body in receiver.told} == {"text-accepted"}


def test_a_redirect_is_not_followed(world: World) -> None:
    from paraph.node.api.courier import Courier
    from paraph.node.api.models import Webhook

    with listening() as receiver:
        made, _ = hook(receiver.url)
        receiver.status = 302
        propose(world)
        Courier().turn()
        assert "302" in Webhook.objects.get(pk=made.pk).failure


def test_the_thread_delivers_and_ends(world: World) -> None:
    """In a transaction of a test no other thread sees the tables; that it starts and ends is what can be seen."""
    from paraph.node.api.courier import delivering

    with delivering():
        assert any(one.name == "paraph-webhooks" for one in threading.enumerate())
    assert not any(one.name == "paraph-webhooks" for one in threading.enumerate())


REFUSED = (
    "http://example.org/",
    "https://169.254.169.254/latest/meta-data",
    "https://[fd00:ec2::254]/",
    "https://[::ffff:169.254.169.254]/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://user:word@example.org/",
    "https://example.org/#part",
    "https://exa mple.org/",
    "https:///path",
    "https://example.org:99999/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "http://127.0.0.1.example.org/",
    "https://\u2026.org/",
    "",
    "https://[::1",
)


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_must_not_be_told_anything(world: World, url: str) -> None:
    from paraph.errors import LocalActError
    from paraph.node.api.webhooks import check_url

    with pytest.raises(LocalActError) as caught:
        check_url(url)
    assert caught.value.code == "webhook-url"


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "10.0.0.1"])
def test_a_name_that_leads_to_such_an_address_is_refused_when_it_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Without TLS 10.0.0.1 too: the name passed as one of this machine."""
    import socket

    from paraph.errors import TransientError
    from paraph.node.api.delivery import deliver

    made, _ = hook("http://receiver.localhost:9/")
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 9))]
    monkeypatch.setattr("paraph.node.api.webhooks.socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(TransientError, match="nothing is sent to"):
        deliver(made, b"{}")


def test_an_administrator_makes_one_and_sees_how_it_fares(world: World) -> None:
    from paraph.node.api.courier import Courier
    from paraph.node.api.models import Webhook

    client = signed_in(officer("Admin", "administrator"))
    with listening() as receiver:
        answer = client.post("/programs/webhooks/new", {"name": "Archive", "url": receiver.url})
        made = Webhook.objects.get(name="Archive")
        secret = answer.content.decode().partition('class="paraph-secret" dir="ltr">')[2].partition("<")[0]
        assert re.fullmatch("[0-9a-f]{64}", secret)
        assert secret not in repr(vars(made)), "what lies in the database is sealed"
        receiver.status = 500
        propose(world)
        Courier().turn()
        page = client.get("/programs/webhooks").content.decode()
        assert secret not in page
        assert "500" in page
        receiver.status = 200
        client.post(f"/programs/webhooks/{made.pk}/now")
        assert Courier().turn() > 0
        client.post(f"/programs/webhooks/{made.pk}/end")
        told = len(receiver.told)
        world.second.accept("X/2026/1")
        world.settle()
        assert Courier().turn() == 0
        assert len(receiver.told) == told
    refused = client.post("/programs/webhooks/new", {"name": "Bad", "url": "https://169.254.169.254/"})
    assert refused.status_code == 409
    assert "169.254.169.254" in refused.content.decode(), "what was entered is still there"


def test_a_secret_opens_with_its_key_and_for_its_address_alone(world: World) -> None:
    from django.test import override_settings

    from paraph.errors import LocalActError
    from paraph.node.api.sealing import seal, unseal

    url, sealed = "https://archive.example/", seal("ab" * 32, "https://archive.example/")
    assert unseal(sealed, url) == "ab" * 32
    assert seal("ab" * 32, url) != sealed
    changed = sealed[:-5] + ("A" if sealed[-5] != "A" else "B") + sealed[-4:]
    for data, where in ((sealed, "https://other.example/"), (changed, url), ("", url), ("ab" * 32, url)):
        with pytest.raises(LocalActError) as caught:
            unseal(data, where)
        assert caught.value.code == "webhook-sealed"
    with override_settings(SECRET_KEY="another " * 8), pytest.raises(LocalActError):
        unseal(sealed, url)


def test_a_node_whose_key_was_lost_says_so_and_sends_nothing(world: World) -> None:
    from django.test import override_settings

    from paraph.node.api.courier import Courier
    from paraph.node.api.models import Webhook

    with listening() as receiver:
        made, _ = hook(receiver.url)
        propose(world)
        with override_settings(SECRET_KEY="another " * 8):
            assert Courier().turn() == 0
        assert "keys/web-secret" in Webhook.objects.get(pk=made.pk).failure
        assert not receiver.told


def test_secrets_that_lay_in_clear_are_sealed_and_go_on_working(world: World) -> None:
    from importlib import import_module

    from django.apps import apps

    from paraph.node.api.models import Webhook
    from paraph.node.api.sealing import unseal

    made, secret = hook("https://archive.example/")
    Webhook.objects.filter(pk=made.pk).update(sealed=secret)
    import_module("paraph.node.api.migrations.0002_sealed_secrets").seal_all(apps, None)
    made.refresh_from_db()
    assert secret not in made.sealed
    assert unseal(made.sealed, made.url) == secret


@pytest.mark.tools("openssl")
def test_the_example_of_the_specification_is_true(tmp_path: Path) -> None:
    from paraph.node.api.webhooks import sign

    text = SPEC.read_text("utf-8")
    found = dict(re.findall(r"^(secret|t|body|signature) = (.*)$", text, re.MULTILINE))
    body = found["body"].encode()
    assert sign(found["secret"], int(found["t"]), body) == f"t={found['t']},v1={found['signature']}"
    signed = tmp_path / "signed"
    signed.write_bytes(f"{found['t']}.".encode() + body)
    command = ["openssl", "dgst", "-sha256", "-hmac", found["secret"], str(signed)]
    assert found["signature"] in subprocess.run(command, capture_output=True, text=True, check=True).stdout
