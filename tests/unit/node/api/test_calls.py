"""Every operation of the API, called once, on a dossier that is concluded and on one that is negotiated."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.nodes import World
from tests.support.site import officer, site_of
from tests.unit.node.api.test_tokens import problem, program, token

DESCRIPTION = Path(__file__).resolve().parents[4] / "docs" / "spec" / "openapi.json"


def called(stage: str) -> tuple[World, Any, str]:
    from paraph.node.api.bearer import CALLS

    CALLS.forget()
    world = World.at(stage)
    site_of(world.first)
    _, secret = token(officer("A. Officer", "treaty-officer"), "read", "comment", "propose")
    return world, program(secret), f"/api/v1/dossiers/{world.dossier}"


@pytest.fixture
def concluded(people: None) -> tuple[World, Any, str]:
    return called("concluded")


@pytest.fixture
def agreed(people: None) -> tuple[World, Any, str]:
    return called("agreed")


def test_what_a_dossier_is(concluded: tuple[World, Any, str]) -> None:
    world, client, at = concluded
    one = client.get(at).json()
    assert one["id"] == world.dossier
    assert one["concluded"] is True
    roles = {who["party"]: who["role"] for who in client.get(f"{at}/participants").json()}
    assert roles == {"north": "party", "south": "party", "middle": "mediator"}
    (instrument,) = client.get(f"{at}/instruments").json()
    assert instrument["number"] == "X/2026/1"
    assert "{" not in instrument["title"]["en"], "a title as printed"
    assert client.get(f"{at}/status").json()["plan"] == "concluded"
    assert client.get(f"{at}/matters").json() == []
    assert client.get("/api/v1/node").json()["party"] == "north"


def test_files_are_the_exact_bytes(concluded: tuple[World, Any, str]) -> None:
    from paraph.app.container import finished_container

    world, client, at = concluded
    listed = client.get(f"{at}/originals").json()
    assert len(listed) == len(world.slots)
    for one in listed:
        data = client.get(f"{at}/originals/{one['sha256']}").content
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
    assert client.get(f"{at}/container").content == finished_container(world.first.node, world.dossier)
    assert problem(client.get(f"{at}/originals/{'0' * 64}")) == "nothing-here"


def test_the_log_can_be_checked_without_believing_the_node(concluded: tuple[World, Any, str]) -> None:
    from paraph.wire.checkpoint import read_checkpoint
    from paraph.wire.merkle import leaf_hash, verify_inclusion
    from paraph.wire.note import Note

    _, client, at = concluded
    stated = read_checkpoint(Note.read(client.get(f"{at}/checkpoint").content))
    page = client.get(f"{at}/log?limit=5").json()
    assert [one["position"] for one in page["items"]] == list(range(5))
    assert page["next"] == 5
    for position in (0, stated.size - 1):
        envelope = client.get(f"{at}/log/{position}").content
        proof = client.get(f"{at}/log/{position}/inclusion").json()
        assert proof["leaf"] == leaf_hash(envelope).hex()
        assert verify_inclusion(
            leaf=bytes.fromhex(proof["leaf"]),
            index=proof["index"],
            size=proof["size"],
            path=[bytes.fromhex(one) for one in proof["path"]],
            root=stated.root,
        )
    assert problem(client.get(f"{at}/log/99999")) == "position-unknown"


def test_texts_are_those_of_this_dossier_only(agreed: tuple[World, Any, str]) -> None:
    world, client, at = agreed
    (proposal,) = client.get(f"{at}/texts").json()
    text = client.get(f"{at}/texts/{proposal['text']}").content
    assert hashlib.sha256(text).hexdigest() == proposal["text"]
    akn = client.get(f"{at}/texts/{proposal['text']}/akoma-ntoso/he")
    assert b"akomaNtoso" in akn.content
    assert problem(client.get(f"{at}/texts/{proposal['text']}/akoma-ntoso/fr")) == "text-unknown"
    other = world.first.node.blobs.put(b"of another dossier")
    assert problem(client.get(f"{at}/texts/{other}")) == "text-unknown"
    same = client.get(f"{at}/differences?before={proposal['text']}&after={proposal['text']}")
    assert same.json() == []


def test_a_program_proposes_and_comments_and_the_journal_says_which(people: None) -> None:
    from paraph.node.people.models import JournalEntry

    world, client, at = called("open")
    made = client.post(
        f"{at}/acts/text-proposed",
        json.dumps({"versions": MARKDOWN, "note": "A first text."}),
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    (proposal,) = client.get(f"{at}/texts").json()
    assert proposal["text"] == made.json()["text"]
    assert proposal["on_table"] is True
    body = {"instrument": proposal["instrument"], "words": "Better “shall”.", "text": proposal["text"]}
    said = client.post(f"{at}/acts/comment-made", json.dumps(body), content_type="application/json")
    assert said.status_code == 201, said.content
    assert [one["words"] for one in client.get(f"{at}/comments").json()] == ["Better “shall”."]
    noted = JournalEntry.objects.filter(dossier=world.dossier).order_by("pk")
    assert [(one.what, "a program" in one.detail) for one in noted] == [
        ("text-proposed", True),
        ("comment-made", True),
    ]


def test_a_bad_text_is_refused_with_its_place(people: None) -> None:
    _, client, at = called("open")
    made = client.post(
        f"{at}/acts/text-proposed",
        json.dumps({"versions": {"en": "# no front matter"}}),
        content_type="application/json",
    )
    assert made.status_code == 422
    assert problem(made)
    assert client.get(f"{at}/texts").json() == []


MARKDOWN = {
    lang: (
        f"---\nlang: {lang}\ntitle: Title {lang}\nnumber: X/2026/9\nnature: political\n"
        "languages: {en: authentic, he: authentic}\nconclusion: on-exchange\nmethod: electronic\n"
        "entry-into-force: on-conclusion\n---\n\n"
        f"{{parties}},\n\n## Heading {lang}\n\nWords {lang}.\n"
    )
    for lang in ("en", "he")
}


def test_the_description_in_the_documents_is_true(concluded: tuple[World, Any, str]) -> None:
    from paraph.node.api.description import description

    _, client, _ = concluded
    assert json.loads(DESCRIPTION.read_text("utf-8")) == json.loads(json.dumps(description())), (
        "run scripts/openapi"
    )
    assert client.get("/api/v1/openapi.json").json() == json.loads(DESCRIPTION.read_text("utf-8"))


def test_an_address_that_is_none_is_a_problem_too(concluded: tuple[World, Any, str]) -> None:
    _, client, _ = concluded
    for path in ("/api/v1/nothing", "/api/v2/dossiers", "/api/"):
        assert problem(client.get(path)) == "nothing-here"


@pytest.mark.parametrize("where", ["/api/v1/dossiers?after=%00", "/api/v1/dossiers/%00", "/api/%00"])
def test_a_null_character_in_an_address_is_a_problem_for_programs(
    agreed: tuple[World, Any, str], where: str
) -> None:
    answer = agreed[1].get(where)
    assert answer.status_code == 400
    assert problem(answer) == "request-malformed"


def test_a_defect_is_a_problem_for_programs_and_shows_no_trace(
    agreed: tuple[World, Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from paraph.node.api import reading

    def broken(_dossier: str) -> Any:
        raise RuntimeError("a secret of the machine")

    _world, client, at = agreed
    monkeypatch.setattr(reading, "current_of", broken)
    client.raise_request_exception = False
    answer = client.get(at)
    assert answer.status_code == 500
    assert problem(answer) == "internal"
    assert b"secret" not in answer.content
