"""What people see when something fails: a refusal in words, a defect without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches, path

from paraph.errors import (
    ConflictError,
    FormatError,
    LocalActError,
    ParaphError,
    PeerActError,
    PermanentError,
    TransientError,
)
from paraph.node.people.access import ACCESS, Access, Door
from tests.support.nodes import World
from tests.support.site import HOST, officer, signed_in, site_of

REFUSALS: dict[str, tuple[ParaphError, int]] = {
    "local": (LocalActError("not-initialled", "the text is not initialled"), 409),
    "conflict": (ConflictError("changed", "somebody changed it first"), 409),
    "format": (FormatError("not-a-pdf", "these bytes are no PDF"), 400),
    "peer": (PeerActError("fork", "the peer said two things"), 409),
    "transient": (TransientError("busy", "the store is busy"), 503),
    "permanent": (PermanentError("disk-full", "the disk is full"), 503),
}


def failing(error: Exception) -> ModuleType:
    """Addresses of which one fails."""
    from paraph.node.web import urls

    def view(_request: HttpRequest) -> HttpResponse:
        raise error

    made = ModuleType("tests.failing_urls")
    made.__dict__.update(
        {
            "urlpatterns": [path("fails", view, name="fails"), *urls.urlpatterns],
            **{f"handler{status}": getattr(urls, f"handler{status}") for status in (400, 403, 404, 500)},
        }
    )
    return made


@pytest.fixture(autouse=True)
def _site(people: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    site_of(World.at("agreed").first)
    monkeypatch.setitem(ACCESS, "fails", Access(door=Door.OPEN, methods=("GET", "POST")))  # type: ignore[arg-type]
    yield
    clear_url_caches()


@pytest.mark.parametrize(("error", "status"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_why_and_keeps_what_was_entered(error: ParaphError, status: int) -> None:
    with override_settings(ROOT_URLCONF=failing(error)):
        answer = signed_in().post(
            "/fails", {"words": "my draft"}, headers={"Referer": f"http://{HOST}/fails"}
        )
    text = answer.content.decode()
    assert answer.status_code == status
    assert error.message in text and error.code in text
    assert "my draft" in text
    assert 'href="/fails"' in text


def test_a_refusal_is_told_in_the_language_of_the_reader_before_its_own_words() -> None:
    with override_settings(ROOT_URLCONF=failing(LocalActError("not-yet", "the text comes first"))):
        text = signed_in(lang="he").get("/fails").content.decode()
    assert '<p class="govuk-body paraph-note" lang="en" dir="ltr">the text comes first</p>' in text


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
def test_a_defect_shows_no_trace(lang: str) -> None:
    client = Client(raise_request_exception=False, HTTP_HOST=HOST, HTTP_ACCEPT_LANGUAGE=lang)
    with override_settings(ROOT_URLCONF=failing(RuntimeError("a secret of the machine"))):
        answer = client.get("/fails")
    assert answer.status_code == 500
    assert answer["Content-Language"] == lang
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"secret" not in answer.content and b"Traceback" not in answer.content


def test_a_session_that_nobody_knows_is_nobody() -> None:
    client = signed_in(officer("A. Officer", "treaty-officer"))
    client.cookies["paraph"] = "0" * 32
    assert client.get("/nowhere").status_code == 404
    assert b"A. Officer" not in client.get("/nowhere").content


def test_without_its_database_a_node_still_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import OperationalError

    def away(_store: object) -> None:
        raise OperationalError("/secret/place/people.sqlite3 is locked")

    client = Client(raise_request_exception=False, HTTP_HOST=HOST)
    client.cookies["paraph"] = "0" * 32
    monkeypatch.setattr(SessionStore, "load", away)
    answer = client.get("/people/sign-in")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"Something went wrong here" in answer.content
    assert b"secret" not in answer.content
