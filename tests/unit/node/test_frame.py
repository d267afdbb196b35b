"""The frame of every page: headers, language, errors, where links may lead."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from paraph.node.people.access import ACCESS
from paraph.node.people.roles import Role
from tests.support.nodes import World
from tests.support.site import HOST, officer, signed_in, site_of

ANSWERS = {
    "page": ("get", "/people/sign-in", 200),
    "not found": ("get", "/nowhere", 404),
    "asset that is not there": ("get", "/static/paraph/no.0123456789ab.css", 404),
    "method": ("delete", "/people/sign-in", 405),
    "language": ("post", "/language", 302),
}


@pytest.fixture(autouse=True)
def _site(people: None) -> None:
    site_of(World.at("agreed").first)


def strict() -> Client:
    """A browser whose forms are checked as those of a stranger's page would be."""
    return Client(enforce_csrf_checks=True, HTTP_HOST=HOST)


def guarded(answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def plain(answer: Any) -> None:
    """What went wrong is told in words; nothing of the machine shows."""
    text = answer.content.decode()
    assert not re.search(r"Traceback|django|\.py\b|Exception|<style|style=", text)


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_kind_of_answer_is_guarded(method: str, address: str, status: int) -> None:
    answer = getattr(signed_in(), method)(address)
    assert answer.status_code == status
    guarded(answer)
    assert answer["Cache-Control"] == "no-store"


def test_assets_are_guarded_and_kept_for_ever() -> None:
    client = signed_in()
    page = client.get("/people/sign-in").content.decode()
    found = set(re.findall(r'"(/static/paraph/[^"]+)"', page))
    assert {name.rpartition(".")[2] for name in found} >= {"css", "mjs", "svg"}
    for address in found:
        answer = client.get(address)
        guarded(answer)
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not answer.cookies
        head = client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        small = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert small["Content-Encoding"] == "gzip" and len(small.content) < len(answer.content)


@pytest.mark.parametrize(
    "address",
    [
        "/static/paraph/../settings.py",
        "/static/paraph/..%2fsettings.py",
        "/static/paraph/paraph.css",
        "/static/paraph/.0.css",
    ],
)
def test_an_asset_has_one_address_only(address: str) -> None:
    assert signed_in().get(address).status_code == 404


def test_pages_are_not_compressed() -> None:
    """They hold secrets of a session (the token of forms) beside what a stranger can have them say."""
    answer = signed_in().get("/people/sign-in", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer


def test_a_page_loads_nothing_from_elsewhere_and_nothing_inline() -> None:
    answer = signed_in().get("/people/sign-in")
    text = answer.content.decode()
    assert "<style" not in text and "style=" not in text
    assert not re.search(r'<script(?![^>]*( src=|type="application/json"))[^>]*>', text)
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert not re.search(r"\son[a-z]+=", text)


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("he", "rtl"), ("sq", "ltr")])
def test_the_language_decides_the_direction(lang: str, direction: str) -> None:
    answer = signed_in(lang=lang).get("/people/sign-in")
    assert f'<html lang="{lang}" dir="{direction}"' in answer.content.decode()
    assert answer["Content-Language"] == lang
    assert {"accept-language", "cookie"} <= {one.strip().lower() for one in answer["Vary"].split(",")}


def test_a_language_nobody_speaks_here_is_english() -> None:
    assert 'lang="en" dir="ltr"' in signed_in(lang="fr-CA, ar;q=0.8").get("/nowhere").content.decode()


def test_the_choice_of_a_browser_wins_over_what_it_asks_for() -> None:
    client = signed_in(lang="en")
    answer = client.post("/language", {"lang": "he", "next": "/people/sign-in?next=%2Fx"})
    assert (answer.status_code, answer["Location"]) == (302, "/people/sign-in?next=%2Fx")
    assert client.get("/people/sign-in")["Content-Language"] == "he"
    client.post("/language", {"lang": "xx", "next": "/"})
    assert client.get("/people/sign-in")["Content-Language"] == "he"


def test_the_language_of_an_officer_wins_over_that_of_the_machine() -> None:
    somebody = officer("A. Officer", "treaty-officer", lang="sq")
    client = signed_in(somebody, lang="he")
    client.cookies["paraph-language"] = "he"
    assert client.get("/nowhere")["Content-Language"] == "sq"
    client.post("/language", {"lang": "en", "next": "/"})
    somebody.refresh_from_db()
    assert somebody.lang == "en"
    assert signed_in(somebody, lang="he").get("/nowhere")["Content-Language"] == "en"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "http:///evil.example",
     " https://evil.example", "https:evil.example", f"http://{HOST}@evil.example/"],
)  # fmt: skip
def test_the_way_back_from_choosing_a_language_leads_nowhere_else(elsewhere: str) -> None:
    answer = signed_in().post("/language", {"lang": "he", "next": elsewhere})
    assert answer["Location"] == "/"


def test_an_address_that_is_in_no_table_is_refused() -> None:
    assert signed_in().get("/nowhere").status_code == 404
    assert "nowhere" not in ACCESS


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:7480@evil.example", "[", "a" * 300]
)
def test_another_host_is_a_plain_refusal(host: str) -> None:
    answer = signed_in().get("/people/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    guarded(answer)
    plain(answer)
    assert host[:12] not in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_and_nothing_that_was_written_is_lost() -> None:
    answer = strict().post(
        "/people/sign-in",
        {
            "note": "A long remark\non article 3",
            "csrfmiddlewaretoken": "x" * 64,
            "recovery_code": "secret-words",
        },
        headers={"Referer": f"http://{HOST}/people/sign-in?next=%2Fdesk"},
    )
    assert answer.status_code == 403
    guarded(answer)
    text = answer.content.decode()
    assert "A long remark\non article 3" in text
    assert 'href="/people/sign-in?next=%2Fdesk"' in text
    assert "secret-words" not in text and "xxxx" not in text


def test_what_was_entered_is_shown_as_words_and_never_as_markup() -> None:
    answer = strict().post("/people/sign-in", {"<b>": "<script>alert(1)</script>"})
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert" in answer.content


def test_the_way_back_is_only_to_pages_of_ours() -> None:
    answer = strict().post("/people/sign-in", headers={"Referer": "https://evil.example/people/sign-in"})
    assert b"evil.example" not in answer.content


def test_too_much_is_refused_with_words() -> None:
    answer = signed_in().post("/language", {f"field-{index}": "x" for index in range(2500)})
    assert answer.status_code == 400
    guarded(answer)
    plain(answer)


def test_a_head_is_answered_without_a_body() -> None:
    answer = signed_in().head("/people/sign-in")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("role", ["", *Role])
def test_every_way_that_is_offered_can_be_taken(role: str) -> None:
    client = signed_in(officer("A. Officer", role) if role else None)
    text = client.get("/nowhere").content.decode()
    offered = re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"', text)
    assert offered
    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)


def test_nobody_is_offered_what_only_people_of_the_node_may_see() -> None:
    def offered(who: object) -> set[str]:
        text = signed_in(who).get("/nowhere").content.decode()
        return set(re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"', text))

    nobody, auditor = offered(None), offered(officer("A. Officer", Role.AUDITOR))
    administrator = offered(officer("An Administrator", Role.ADMINISTRATOR))
    assert "/dossiers/" in auditor - nobody
    assert "/dossiers/" not in administrator, "who manages people does not read dossiers"
    assert "/people/" in administrator - auditor
