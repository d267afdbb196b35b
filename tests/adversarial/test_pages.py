"""Hostile values through every address, form, header and upload of the pages: an answer always, a defect never, nothing kept."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.support.addresses import Address, addresses, field_names
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

pytestmark = pytest.mark.engines("sqlite")  # what comes as far as a row is tried on both, the rest once

HOST = "localhost:7480"

BIDI = "\u202e\u2066gpj.exe\u2069"

HOSTILE = {
    "nothing": "",
    "null": "a\x00b",
    "controls": "\x01\x1b[2J\r\nSet-Cookie: a=b",
    "bidi": BIDI,
    "huge": "A" * 70_000,
    "climbing": "../../../../etc/passwd",
    "windows": "..\\..\\con",
    "script": "<script>alert(1)</script>{{7*7}}{% now %}%s",
    "query": "' OR 1=1; --",
    "number": "99999999999999999999999999",
    "minus": "-1",
    "exponent": "1e999",
    "digits": "\u0661\u0662\u00b2",
    "surrogate": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "json": '{"__proto__": {"a": 1}}',
    "elsewhere": "https://elsewhere.example/",
}

ROLES = (
    "administrator", "treaty-officer", "protocol-officer", "legal-adviser", "reviser", "signatory", "witness",
    "press-officer", "auditor",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _limits() -> None:
    """Limits of how often are tested where they are; here they would hide what is behind them."""
    from paraph.node.api import bearer
    from paraph.node.people import limits
    from paraph.node.public import verifying

    for one in (
        limits.SIGN_IN,
        limits.RECOVER,
        limits.ENROL,
        bearer.CALLS,
        bearer.TRIES,
        verifying.VERIFICATIONS,
    ):
        one.forget()


@pytest.fixture
def world(people: None) -> World:
    world = World.at("agreed")
    site_of(world.first)
    return world


@pytest.fixture
def everybody(world: World) -> Client:
    return signed_in(officer("Somebody with every role", *ROLES, signatory="north.fm"))


def real(world: World) -> dict[str, str]:
    """Values that exist, for places in addresses."""
    instrument = next(iter(world.first.standing.instruments.values()))
    return {
        "dossier": str(world.dossier),
        "number": "1",
        "officer": "1",
        "party": "south",
        "holder": "north",
        "lang": "en",
        "sha256": instrument.engrossed[next(iter(instrument.engrossed))][0].sha256,
        "digest": instrument.text,
        "act": str(world.dossier),
    }


def values(world: World, one: Address) -> dict[str, str]:
    known = {**real(world), **({"number": "X/2026/1"} if "dossier" in one.places else {})}
    return {place: known.get(place, "1") for place in one.places}


def kept(world: World) -> tuple[Any, ...]:
    """What a node holds of its dossiers, and what it published or let in."""
    from paraph.node.api.models import Token, Webhook
    from paraph.node.people.models import Credential, Grant, Officer
    from paraph.node.public.models import Publication

    with world.first.node.store.read() as uow:
        acts = [(one, uow.act_count(one)) for one in uow.dossiers()]
        peers = [(one.party, one.state) for one in uow.peers()]
    tables = (Token, Webhook, Credential, Grant, Officer, Publication)
    return acts, peers, [table.objects.count() for table in tables]


def assert_sound(answer: Any, what: str) -> None:
    assert answer.status_code != 500 and answer.status_code < 600, what
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"Traceback (most recent call last)" not in body, what
    assert b"<script>alert(1)" not in body, what
    assert "\n" not in answer.get("Location", ""), what
    assert not any("\r" in v or "\n" in v for v in answer.headers.values()), what


def posted(names: list[str], value: str) -> dict[str, str]:
    return dict.fromkeys(names, value)


def reading() -> Iterator[Address]:
    return (one for one in addresses() if one.name != "api:nowhere")


def writing() -> list[tuple[Address, Any]]:
    from paraph.node.people.access import ACCESS, Door

    found = [(one, ACCESS[one.name]) for one in reading() if one.name in ACCESS]
    return [(one, row) for one, row in found if "POST" in row.methods and row.door is not Door.TOKEN]


def test_there_is_something_to_walk(world: World) -> None:
    assert len(list(reading())) > 80
    assert len(writing()) > 40
    assert {"reason", "proposal", "file", "next"} <= set(field_names())


@pytest.mark.slow
@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_address_answers_every_role(world: World, role: str) -> None:
    client = signed_in(officer("A. Officer", role, signatory="north.fm")) if role else signed_in()
    for one in reading():
        answer = client.get(one.path(values(world, one)))
        assert_sound(answer, f"{role or 'nobody'}: {one.name}")
        assert answer["X-Frame-Options"] == "DENY", one.name
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], one.name
        assert answer["X-Content-Type-Options"] == "nosniff", one.name


TURNS = range(4)
"""Each field gets another hostile value at each turn: all fields at once cost no more than one."""


def dealt(names: list[str], turn: int) -> dict[str, str]:
    """Hostile values for fields, none twice in a row."""
    hostile = list(HOSTILE.values())
    return {name: hostile[(place * 5 + turn * 4) % len(hostile)] for place, name in enumerate(names)}


@pytest.mark.engines("sqlite", "postgresql")
@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_values_in_every_place_of_every_address(world: World, everybody: Client, value: str) -> None:
    before = kept(world)
    for one in reading():
        if one.places:
            place = one.places[(len(one.name) + len(value)) % len(one.places)]  # each in some turn
            path = one.path({**values(world, one), place: value[:8000]})
            assert_sound(everybody.get(path), f"{one.name} {place}")
            assert_sound(everybody.post(path, {}), f"POST {one.name} {place}")
    assert kept(world) == before


@pytest.mark.engines("sqlite", "postgresql")
@pytest.mark.slow
@pytest.mark.parametrize("turn", TURNS)
def test_hostile_values_in_every_question(world: World, everybody: Client, turn: int) -> None:
    names = [*field_names(), "after", "limit", "start", "page", "q"]
    for one in reading():
        given = {name: value[:200] for name, value in dealt(names, turn).items()}
        assert_sound(everybody.get(one.path(values(world, one)), given), one.name)


@pytest.mark.engines("sqlite", "postgresql")
@pytest.mark.slow
@pytest.mark.parametrize("turn", TURNS)
def test_hostile_values_in_every_form(world: World, everybody: Client, turn: int) -> None:
    before, names = kept(world), field_names()
    for one, _ in writing():
        if one.name == "people:sign-out":
            continue
        given = dealt(names, turn)
        assert_sound(everybody.post(one.path(values(world, one)), given), one.name)
        twice = {name: [value[:500], "x", value[:500]] for name, value in given.items()}
        assert_sound(everybody.post(one.path(values(world, one)), twice), one.name)
    assert kept(world) == before


BODIES: dict[str, tuple[bytes, str]] = {
    "no-boundary": (b"--x\r\n", "multipart/form-data"),
    "cut": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a',
        "multipart/form-data; boundary=x",
    ),
    "no-end": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
        "multipart/form-data; boundary=x",
    ),
    "bad-boundary": (b"", "multipart/form-data; boundary=" + "\u00e9".encode().decode("latin-1") * 200),
    "bad-transfer": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "file-name": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../\xff\x00.pdf"\r\n\r\n%PDF\r\n--x--\r\n',
        "multipart/form-data; boundary=x",
    ),
    "many": (b"&".join(b"a%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    "bad-utf-8": (b"reason=%ff%fe&proposal=%c3%28", "application/x-www-form-urlencoded"),
    "charset": (b"reason=a", "application/x-www-form-urlencoded; charset=utf-7"),
    "json": (b'{"reason": 1}', "application/json"),
    "xml": (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "application/xml"),
    "nothing": (b"\x00\xff", ""),
}


@pytest.mark.slow
@pytest.mark.parametrize(("body", "kind"), BODIES.values(), ids=list(BODIES))
def test_bodies_that_are_not_what_they_say(world: World, everybody: Client, body: bytes, kind: str) -> None:
    before = kept(world)
    for one, _ in writing():
        if one.name != "people:sign-out":
            assert_sound(everybody.generic("POST", one.path(values(world, one)), body, kind), one.name)
    assert kept(world) == before


@pytest.mark.slow
def test_methods_that_no_row_names_are_refused(world: World, everybody: Client) -> None:
    for one in reading():
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            answer = everybody.generic(method, one.path(values(world, one)))
            assert answer.status_code in (401, 403, 404, 405), f"{method} {one.name}"


QUERIES = [
    "%ff%fe=%c3%28",
    "a=%00",
    "=&=&;",
    "a[]=1&a[b]=2",
    "lang=%F0%9F%98%80",
    "next=%0d%0aSet-Cookie:x=y",
    "x=1&" * 3000,
]


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_questions_that_are_not_written_as_questions(world: World, everybody: Client, query: str) -> None:
    for one in reading():
        path = one.path(values(world, one))
        answer = everybody.generic("GET", path, QUERY_STRING=query)
        assert_sound(answer, one.name)


COOKIES = [
    "a=" + "b" * 100_000,
    "paraph=" + "x" * 5000,
    "paraph-language=\x80\xff; paraph=\x00",
    "=;;=,;",
    "paraph=" + BIDI.encode().decode("latin-1"),
]


@pytest.mark.slow
@pytest.mark.parametrize("cookie", COOKIES, ids=range(len(COOKIES)))
def test_cookies_that_nobody_gave(world: World, cookie: str) -> None:
    client = signed_in()
    for one in reading():
        assert_sound(client.get(one.path(values(world, one)), HTTP_COOKIE=cookie), one.name)


HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": "x" * 5000 + ",*;q=\u0661",
    "HTTP_IF_NONE_MATCH": '"' * 3000,
    "HTTP_IF_MODIFIED_SINCE": "Fri, 99 Foo 99999 99:99:99 GMT",
    "HTTP_RANGE": "bytes=0-0,1-1,-" + "9" * 500,
    "HTTP_AUTHORIZATION": "Bearer \u00ff\x00 " + "z" * 9000,
    "HTTP_X_FORWARDED_FOR": "1" * 5000,
    "HTTP_X_FORWARDED_HOST": "elsewhere.example",
    "HTTP_REFERER": "https://localhost:7480@elsewhere.example/",
    "HTTP_ACCEPT": "application/json;q=nan",
    "CONTENT_LENGTH": "-5",
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value"), HEADERS.items(), ids=list(HEADERS))
def test_headers_that_nobody_sends(world: World, name: str, value: str) -> None:
    client = signed_in(officer("A. Officer", "treaty-officer"))
    for one in reading():
        given: Any = {name: value}
        answer = client.get(one.path(values(world, one)), **given)
        assert_sound(answer, one.name)
        if not answer.streaming:
            assert b"elsewhere.example" not in answer.content, one.name


def test_a_host_that_is_not_this_one_is_refused(world: World) -> None:
    for host in (
        "elsewhere.example",
        "localhost:7480@elsewhere.example",
        "localhost.elsewhere.example",
        "[::1",
        "a" * 5000,
    ):
        for path in ("/people/sign-in", "/published/", "/verify", "/"):
            assert Client(HTTP_HOST=host).get(path).status_code == 400


@pytest.mark.slow
def test_no_form_is_taken_without_its_token(world: World) -> None:
    client = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    client.force_login(
        officer("Somebody with every role", *ROLES),
        backend="paraph.node.people.authentication.PasskeyBackend",
    )
    before = kept(world)
    for one, _ in writing():
        answer = client.post(one.path(values(world, one)), posted(field_names(), "x"))
        assert answer.status_code in (403, 404), f"{one.name}: {answer.status_code}"
    assert kept(world) == before


ELSEWHERE = [
    "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example", "https:elsewhere.example",
    "javascript:alert(1)", "///elsewhere.example/%2f..", "http://localhost:7480@elsewhere.example/", "/%09/elsewhere.example",
]  # fmt: skip


def leads_here(path: str, location: str) -> bool:
    from urllib.parse import urljoin, urlsplit

    here = urlsplit(urljoin(f"http://{HOST}{path}", location))
    return (here.scheme, here.netloc) == ("http", HOST)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_choosing_a_language_sends_nobody_elsewhere(world: World, target: str) -> None:
    for referer in ("", target, f"http://{HOST}/verify"):
        answer = signed_in().post("/language", {"lang": "he", "next": target}, HTTP_REFERER=referer)
        assert leads_here("/language", answer["Location"]), answer["Location"]


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(3))
def test_nobody_is_sent_elsewhere(world: World, everybody: Client, turn: int) -> None:
    names = ["next", "back", "return", "where", "to", "url", "redirect", "from", "here"]
    given = {name: ELSEWHERE[(place * 2 + turn * 3) % len(ELSEWHERE)] for place, name in enumerate(names)}
    for client in (everybody, signed_in()):
        for one in reading():
            path = one.path(values(world, one))
            for answer in (client.get(path, given), client.post(path, given, HTTP_REFERER=given["next"])):
                location = answer.get("Location", "")
                assert leads_here(path, location), f"{one.name} leads to {location}"


def test_uploads_are_read_in_memory_whatever_they_are_called(world: World) -> None:
    client = signed_in()
    for name in ("../../etc/passwd", "con", "\u202egpj.pdf", "a" * 4000, ".", "\x00", "a/b\\c"):
        file = io.BytesIO(b"%PDF-1.7\n")
        file.name = name
        answer = client.post("/verify", {"file": file})
        assert_sound(answer, name)
        assert "\u202e" not in re.sub(r"<bdi[^>]*>.*?</bdi>", "", answer.content.decode())


def test_programs_get_problems_and_never_defects(world: World) -> None:
    """Random calls are made from the description in ``tests/adversarial/test_programs.py``; these are the ones nobody draws."""
    from paraph.node.api.tokens import make

    _, secret = make(
        officer("Admin", "administrator"),
        name="p",
        officer=officer("A. Officer", "treaty-officer"),
        scopes=["read", "comment", "propose"],
        days=1,
    )
    client = signed_in(headers=[("HTTP_AUTHORIZATION", f"Bearer {secret}")])
    before = kept(world)
    for kind in ("comment-made", "text-proposed"):
        path = f"/api/v1/dossiers/{world.dossier}/acts/{kind}"
        for body in (b"", b"{", b"[]", b"null", b'"\\ud800"', b"\xff\xfe", b"{" * 10_000, b"[" * 100_000, b'{"words": NaN}',
                     b'{"instrument": "X/2026/1", "words": "a\\u0000b"}', b'{"instrument": "\\ud800", "words": "\\ud800"}',
                     b'{"instrument": "X/2026/1", "words": "' + "\u202e".encode() + b'"}',
                     b'{"versions": {"en": 1}}', b'{"versions": {"en": "a", "en": "b"}, "number": "\\u0000"}',
                     b'{"versions": {"\\u0000": "---\\nlang: en\\n---\\n"}}',
                     b'{"versions": {"en": "---\\n&a [*a]\\n---\\n"}}', b'{"versions": {"en": "---\\n!!python/object:os.system x\\n---\\n"}}',
                     b'{"a":' * 5000 + b"1" + b"}" * 5000):  # fmt: skip
            for media in ("application/json", "text/plain", "multipart/form-data"):
                answer = client.generic("POST", path, body, media)
                assert 400 <= answer.status_code < 500, (kind, body[:60])
                assert answer["Content-Type"] == "application/problem+json"
    assert kept(world) == before
