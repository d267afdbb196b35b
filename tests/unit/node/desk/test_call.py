"""The call with the twelve words: two officers, two channels; wrong words stop loudly, and nothing is trusted."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.app.peers import add_peer, words_with
from paraph.domain.ids import PartyId
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of

PAGE = "/peers/south/words"


@pytest.fixture
def world(people: None) -> World:
    """North has just added the card of South again, and nobody has verified it."""
    world = World.at("open")
    site_of(world.first)
    first = world.first
    with first.store.write() as uow:
        row = uow.peer(PartyId("south"))
        uow.save_peer(type(row)(party=row.party, card=row.card, state="suspended", officers=(), url=row.url))
    add_peer(first.node, world.second.identity.card, url="memory:south")
    assert state(world) == "unverified"
    return world


def state(world: World) -> str:
    return str(world.first.peer("south").state)


def call(who: Any, world: World, **changes: str) -> Any:
    entered = {
        "heard": " ".join(words_with(world.first.node, PartyId("south"))), "read": "yes", "channel": "telephone",
    } | changes  # fmt: skip
    return signed_in(who).post(PAGE, entered)


def test_two_officers_over_two_channels_verify_a_peer(world: World) -> None:
    first, second = officer("first officer", "treaty-officer"), officer("second officer", "protocol-officer")
    assert call(first, world).status_code == 302
    assert state(world) == "unverified"
    page = signed_in(second).get("/").content.decode()
    assert "Compare the twelve words with a peer" in page
    assert "first officer" in signed_in(second).get(PAGE).content.decode()
    assert call(second, world, channel="embassy").status_code == 302
    assert state(world) == "verified"
    assert world.first.peer("south").officers == ("first officer", "second officer")


def test_one_officer_alone_verifies_nobody(world: World) -> None:
    first = officer("first officer", "treaty-officer")
    call(first, world)
    again = call(first, world, channel="embassy")
    assert again.status_code == 409
    assert state(world) == "unverified"
    assert "first call" in signed_in(first).get(PAGE).content.decode()


def test_the_second_call_goes_over_another_channel(world: World) -> None:
    first, second = officer("first officer", "treaty-officer"), officer("second officer", "protocol-officer")
    call(first, world)
    assert call(second, world, channel="telephone").status_code == 409
    assert state(world) == "unverified"
    assert call(second, world, channel="meeting").status_code == 302
    assert state(world) == "verified"


def test_wrong_words_lead_to_a_page_that_says_stop(world: World) -> None:
    first = officer("first officer", "treaty-officer")
    words = words_with(world.first.node, PartyId("south"))
    wrong = " ".join(("zebra", *words[1:]))
    answer = call(first, world, heard=wrong)
    assert (answer.status_code, answer["Location"]) == (302, "/peers/south/words/stop")
    assert "Stop" in signed_in(first).get(answer["Location"]).content.decode()
    from paraph.node.people.models import JournalEntry, Proposal

    assert JournalEntry.objects.filter(what="words-differ").count() == 1
    assert not Proposal.objects.exists()
    assert state(world) == "unverified"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"heard": ""}, "Type the words"), ({"heard": "one two three"}, "these are 3"),
        ({"read": ""}, "Read this side"), ({"channel": ""}, "Say over which channel"),
        ({"channel": "pigeon"}, "Say over which channel"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for_and_what_was_entered_stays(
    world: World, changes: dict[str, str], said: str
) -> None:
    answer = call(officer("first officer", "treaty-officer"), world, **changes)
    assert answer.status_code in (409, 422)
    text = answer.content.decode()
    assert said in text
    if changes.get("heard") != "":
        assert words_with(world.first.node, PartyId("south"))[3] in text
    assert state(world) == "unverified"


def test_four_letters_of_each_word_are_enough_and_case_and_commas_do_not_count(world: World) -> None:
    words = words_with(world.first.node, PartyId("south"))
    typed = ", ".join(word[:4].upper() for word in words)
    assert call(officer("first officer", "treaty-officer"), world, heard=typed).status_code == 302


def test_a_call_about_another_card_does_not_count(world: World) -> None:
    first, second = officer("first officer", "treaty-officer"), officer("second officer", "protocol-officer")
    call(first, world)
    world.second.renew()
    add_peer(world.first.node, world.second.identity.card, url="memory:south")
    assert call(second, world, channel="embassy").status_code == 302
    assert state(world) == "unverified", "the second officer's call about the new card is the first about it"


def test_a_first_call_can_be_withdrawn(world: World) -> None:
    first = officer("first officer", "treaty-officer")
    call(first, world)
    signed_in(first).post(PAGE, {"do": "withdraw"})
    assert call(officer("second officer", "protocol-officer"), world, channel="embassy").status_code == 302
    assert state(world) == "unverified"


def test_suspending_a_peer_needs_two(world: World) -> None:
    first, second = officer("first officer", "treaty-officer"), officer("second officer", "protocol-officer")
    page = "/peers/middle/suspend"
    assert signed_in(first).post(page).status_code == 302
    assert signed_in(first).post(page).status_code == 409
    assert world.first.peer("middle").state == "verified"
    assert signed_in(second).post(page).status_code == 302
    assert world.first.peer("middle").state == "suspended"


def test_who_may_not_meet_peers_does_not(world: World) -> None:
    assert signed_in(officer("reviser", "reviser")).get(PAGE).status_code == 403
    assert call(officer("reviser", "reviser"), world).status_code == 403


def test_a_card_can_be_given_as_a_file_as_text_or_as_hexadecimal_digits(people: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    card = World.at("open").second.identity.card
    for given in (
        {"card": SimpleUploadedFile("south.card.json", card)}, {"text": card.decode()}, {"text": card.hex()},
    ):  # fmt: skip
        world = World.at("open")
        site_of(world.first)
        answer = signed_in(officer("treaty officer", "treaty-officer")).post("/peers/add", given)
        assert answer.status_code == 302, answer.content.decode()[:300]


@pytest.mark.parametrize("given", [{}, {"text": "not a card"}, {"text": "{}"}, {"text": "zz" * 400}])
def test_what_is_no_card_is_refused_in_place(people: None, given: dict[str, str]) -> None:
    site_of(World.at("open").first)
    answer = signed_in(officer("treaty officer", "treaty-officer")).post("/peers/add", given)
    assert answer.status_code in (409, 422)
    assert given.get("text", "")[:40] in answer.content.decode().replace("&quot;", '"')
