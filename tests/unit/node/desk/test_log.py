"""The log as a story, and acts as they were signed; everything can be checked from what is handed out."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paraph.app.story import story
from paraph.domain.acts import BODIES, Act
from paraph.domain.dossier import RULES
from paraph.domain.ids import ActId, DossierId, InstrumentNumber, PartyId, Utc
from paraph.simulation.papers import letter
from paraph.wire.merkle import leaf_hash, verify_inclusion
from tests.support.drawn import drawn
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of


def test_every_kind_of_act_has_a_sentence() -> None:
    from paraph.node.desk.sentences import SENTENCES

    assert set(SENTENCES) == set(BODIES) >= set(RULES)


@pytest.mark.parametrize("lang", ["en", "he", "sq"])
@pytest.mark.parametrize("kind", sorted(BODIES))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_sentence_takes_whatever_an_act_holds(kind: str, lang: str, data: st.DataObject) -> None:
    from django.utils.html import format_html
    from django.utils.translation import override

    from paraph.node.desk.sentences import sentence

    body = data.draw(drawn(BODIES[kind], {"str": ["", "{0} %(x)s <b>&", "מילה", "{author}"]}))
    act = Act(
        id=ActId("00" * 32), kind=kind, dossier=DossierId("11" * 32), author=PartyId("north"), author_seq=1,
        author_prev="", seen={}, time=Utc("2026-03-02T09:00:00Z"), body=body,
    )  # fmt: skip
    with override(lang):
        said = str(sentence(act, lambda party: format_html("<i>{}</i>", party)))
    assert "<i>north</i>" in said
    assert "<b>" not in said
    assert not re.search(r"%\((?!x\))", said), "a place was not filled in"


def test_an_act_of_an_unknown_kind_is_told_as_such() -> None:
    from django.utils.html import format_html

    from paraph.node.desk.sentences import sentence

    act = Act(
        id=ActId("00" * 32), kind="from-the-future", dossier=DossierId("11" * 32), author=PartyId("north"),
        author_seq=1, author_prev="", seen={}, time=Utc("2026-03-02T09:00:00Z"), body=None,
    )  # fmt: skip
    assert "from-the-future" in sentence(act, lambda party: format_html("{}", party))


def page(world: World, address: str, *roles: str) -> str:
    site_of(world.first)
    answer = signed_in(officer("an officer", *(roles or ("treaty-officer",)))).get(
        f"/dossiers/{world.dossier}{address}"
    )
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_newest_or_oldest_first(people: None) -> None:
    world = World.at("concluded")
    newest, oldest = page(world, "/log"), page(world, "/log?order=oldest")
    assert newest.index("put its seal on it") < newest.index("opened the dossier")
    assert oldest.index("opened the dossier") < oldest.index("put its seal on it")


def test_pages_of_a_story_hold_every_act_once_in_both_orders() -> None:
    world = World.at("concluded")
    for newest in (False, True):
        found = []
        with world.first.store.read() as uow:
            for start in range(0, 50, 7):
                found += [
                    e.act.id
                    for e in story(world.first.node, uow, world.dossier, start, 7, newest=newest).entries
                ]
        everything = [act.id for act in world.first.acts()]
        assert found == (everything[::-1] if newest else everything)


def test_what_is_not_final_says_who_cosigned(people: None) -> None:
    world = World.at("open")
    world.first.propose(letter("X/2026/1", world.parties))
    text = page(world, "/log")
    assert "Not final" in text
    assert "cosigned by" in text
    world.settle()
    assert "Not final" not in page(world, "/log")


def test_acts_without_a_place_are_part_of_the_story_and_come_last() -> None:
    world = World.at("open")
    world.second.propose(letter("X/2026/1", world.parties))
    with world.second.store.read() as uow:
        found = story(world.second.node, uow, world.dossier, 0, 3, newest=True)
        last = story(world.second.node, uow, world.dossier, found.total - 1, 5)
    assert found.entries[0].position is None
    assert [one.act.id for one in last.entries] == [found.entries[0].act.id]


def test_void_acts_say_why(people: None) -> None:
    world = World.at("open")
    world.first.propose(letter("X/2026/1", world.parties))
    world.settle()
    world.second.accept("X/2026/1")
    world.first.propose(letter("X/2026/1", world.parties, clauses=2))  # ordered before the acceptance
    world.settle()
    assert "It has no effect" in page(world, "/log")


def test_one_act_can_be_checked_by_hand_from_its_page(people: None) -> None:
    world = World.at("agreed")
    for position in (0, 5, 14):
        text = html.unescape(page(world, f"/log/{position}"))
        envelope = next(
            raw for raw in re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL) if '"payload"' in raw
        )
        data = envelope.encode()
        assert data == world.first.log()[position]
        act = world.first.acts()[position]
        assert hashlib.sha256(base64.b64decode(json.loads(data)["payload"])).hexdigest() == act.id
        assert act.id in text
        assert hashlib.sha256(b"\0" + data).hexdigest() == leaf_hash(data).hex()
        steps = re.findall(r"(?:^|>)([0-9a-f]{64})$", text, re.MULTILINE)
        root = re.search(r"^root ([0-9a-f]{64})", text, re.MULTILINE)
        assert root is not None
        path = [bytes.fromhex(step) for step in steps]
        assert verify_inclusion(
            leaf=leaf_hash(data), index=position, size=15, path=path, root=bytes.fromhex(root[1])
        )


def took(world: World, address: str) -> Any:
    site_of(world.first)
    return signed_in(officer("an officer", "treaty-officer")).get(f"/dossiers/{world.dossier}/take/{address}")


def test_what_is_taken_away_is_what_the_node_holds(people: None) -> None:
    world = World.at("concluded")
    lines = b"".join(took(world, "acts.jsonl").streaming_content).splitlines()
    assert lines == [envelope.rstrip(b"\n") for envelope in world.first.log()]
    original = took(world, "original/X~2026~1/south.pdf")
    assert original["Content-Type"] == "application/pdf"
    assert original["Content-Disposition"] == 'attachment; filename="X-2026-1.south.pdf"'
    assert original.content == world.first.original((InstrumentNumber("X/2026/1"), PartyId("south")))
    container = took(world, "dossier.asice")
    assert container["Content-Type"] == "application/vnd.etsi.asic-e+zip"
    assert container.content[:2] == b"PK"
    text = took(world, "text/X~2026~1.json").content
    assert (
        hashlib.sha256(text).hexdigest()
        == world.first.standing.instruments[InstrumentNumber("X/2026/1")].text
    )
    assert b"akomaNtoso" in took(world, "text/X~2026~1/en.xml").content
    assert b"paraph" in took(world, "checkpoint.txt").content


def test_originals_that_are_not_signed_are_named_so(people: None) -> None:
    world = World.at("agreed")
    answer = took(world, "original/X~2026~1/north.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="X-2026-1.north.unsigned.pdf"'
    assert answer.content[:5] == b"%PDF-"


def test_a_container_that_is_not_there_yet_is_refused_in_words(people: None) -> None:
    answer = took(World.at("planned"), "dossier.asice")
    assert answer.status_code == 409
