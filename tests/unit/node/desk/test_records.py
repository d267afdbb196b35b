"""Opening, joining, names, records: what officers write, what is asked back, and that nothing acts twice."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.domain import acts
from paraph.domain.ids import DossierId, PartyId
from tests.support.nodes import World
from tests.support.site import officer, signed_in, site_of


def client(world: World, *roles: str, member: str = "north") -> Any:
    site_of(world[member])
    return signed_in(officer("an officer", *(roles or ("treaty-officer",))))


def opened(world: World) -> list[DossierId]:
    with world.first.store.read() as uow:
        return list(uow.dossiers())


ENTERED = {
    "title-en": "Friendship", "title-he": "ידידות", "role-south": "party", "role-middle": "mediator", "specimen": "EXERCISE",
}  # fmt: skip


def test_a_dossier_is_opened_and_its_node_orders_it(people: None) -> None:
    world = World.at("open")
    answer = client(world).post("/dossiers/open", ENTERED)
    assert answer.status_code == 302
    made = opened(world)[-1]
    assert answer["Location"] == f"/dossiers/{made}/"
    first = world.first
    with first.store.read() as uow:
        from paraph.app.dossiers import load

        standing = load(first.node, uow, made).standing
    assert dict(standing.title.items()) == {"en": "Friendship", "he": "ידידות"}
    assert (standing.parties, standing.mediator, standing.specimen) == (
        ("north", "south"),
        "middle",
        "EXERCISE",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title-en": "", "title-he": ""}, "Give the dossier a title"), ({"role-south": ""}, "at least one other party"),
        ({"role-south": "mediator"}, "at least one other party"), ({"title-other": "Amitié"}, "which language"),
        ({"title-other": "Amitié", "lang-other": "French"}, "language tag"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_what_was_entered_stays(
    people: None, changes: dict[str, str], said: str
) -> None:
    world = World.at("open")
    before = opened(world)
    answer = client(world).post("/dossiers/open", ENTERED | changes)
    assert answer.status_code in (409, 422)
    text = answer.content.decode()
    assert said in text
    assert "EXERCISE" in text
    assert opened(world) == before


def test_a_form_that_is_sent_twice_acts_once(people: None) -> None:
    world = World.at("open")
    before, browser = len(opened(world)), client(world)
    answers = [browser.post("/dossiers/open", ENTERED | {"once": "a-word"}) for _ in range(3)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert len(opened(world)) == before + 1


def test_a_participant_joins_after_reading_what_it_joins(people: None) -> None:
    world = World()
    world.begin()
    world.open_dossier()
    world.settle()
    browser = client(world, member="south")
    page = f"/dossiers/{world.dossier}/join"
    assert world.second.standing.cards[PartyId("north")] in browser.get(page).content.decode()
    assert browser.post(page).status_code == 302
    assert "south" in world.second.standing.joined
    assert browser.post(page).status_code == 302, "once more does no harm"
    assert [act.kind for act in world.second.feed("south")] == ["dossier-joined"]


NAMES = {
    "formal-en": "the Commonwealth of North", "short-en": "North", "in_title-en": "the Commonwealth of North",
    "place-en": "Northtown", "id-0": "north.fm", "script-0": "en", "name-0-en": "N. Example", "title-0-en": "Minister",
}  # fmt: skip


def test_a_party_writes_its_own_names(people: None) -> None:
    world = World.at("open")
    browser, page = client(world), f"/dossiers/{world.dossier}/describe"
    assert "minister north" in browser.get(page).content.decode(), "what is said so far is in the form"
    assert browser.post(page, NAMES).status_code == 302
    own = world.first.standing.described[PartyId("north")]
    assert (own.names["en"].formal, own.places["en"]) == ("the Commonwealth of North", "Northtown")
    assert [(one.id, one.name["en"]) for one in own.signatories] == [("north.fm", "N. Example")]
    assert "south" in world.first.standing.described, "nobody else's were touched"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"id-0": ""}, 422, "short id"), ({"formal-en": ""}, 422, ""), ({"name-0-en": "{token}"}, 409, "brace"),
        ({"more": "yes"}, 200, "Signatory 2"), ({"more": "yes", "add-lang": "fr"}, 200, "fr"), ({"script-0": "x"}, 409, ""),
        ({"more": "yes", "id-²": "x"}, 200, "Signatory 2"),
    ],
)  # fmt: skip
def test_names_that_no_text_could_repeat_are_refused_in_place(
    people: None, changes: dict[str, str], status: int, said: str
) -> None:
    world = World.at("open")
    answer = client(world).post(f"/dossiers/{world.dossier}/describe", NAMES | changes)
    assert answer.status_code == status
    text = answer.content.decode()
    assert said in text
    assert "Northtown" in text


def test_names_are_fixed_once_a_text_is_initialled(people: None) -> None:
    world = World.at("agreed")
    answer = client(world).post(f"/dossiers/{world.dossier}/describe", NAMES)
    assert answer.status_code == 409
    assert "Northtown" in answer.content.decode()


RECORDS = [
    ("note", {"to": "south", "number": "1", "subject": "embassy", "text-en": "May we?"}, acts.NoteSent),
    (
        "statement",
        {"speaker": "A minister", "capacity": "Minister", "lang": "he", "text": "שלום"},
        acts.StatementMade,
    ),
    (
        "unveiling",
        {"subject": "a plaque", "by": "two ministers", "text-fr": "", "source": "press"},
        acts.UnveilingHeld,
    ),
    (
        "commitment",
        {"obligor": "south", "text": "will open an embassy", "due": "2021-05"},
        acts.CommitmentMade,
    ),
]


@pytest.mark.parametrize(("name", "entered", "body"), RECORDS, ids=[one[0] for one in RECORDS])
def test_a_party_makes_records(people: None, name: str, entered: dict[str, str], body: type) -> None:
    world = World.at("concluded")
    browser, page = client(world), f"/dossiers/{world.dossier}/records"
    for word in ("same", "same"):
        assert browser.post(f"{page}/{name}", entered | {"once": word}).status_code == 302
    made = [act.body for act in world.first.feed("north") if isinstance(act.body, body)]
    assert len(made) == 1
    text = browser.get(page).content.decode()
    assert next(value for key, value in entered.items() if key in ("subject", "text")) in text
    from paraph.node.people.models import JournalEntry

    assert JournalEntry.objects.filter(dossier=world.dossier, officer="an officer").count() == 1


@pytest.mark.parametrize(("name", "entered", "body"), RECORDS, ids=[one[0] for one in RECORDS])
def test_a_record_that_lacks_something_is_not_made(
    people: None, name: str, entered: dict[str, str], body: type
) -> None:
    world = World.at("concluded")
    first = next(iter(entered))
    answer = client(world).post(f"/dossiers/{world.dossier}/records/{name}", entered | {first: ""})
    assert answer.status_code == 422
    last = [value for value in entered.values() if value][-1]
    assert last in answer.content.decode()
    assert not [act for act in world.first.feed("north") if isinstance(act.body, body)]


def test_a_note_is_answered_once_by_its_addressee(people: None) -> None:
    world = World.at("concluded")
    client(world).post(f"/dossiers/{world.dossier}/records/note", RECORDS[0][1])
    world.settle()
    (sent,) = world.second.standing.notes
    browser = client(world, member="south")
    assert "Answer a note" in browser.get("/").content.decode()
    page = f"/dossiers/{world.dossier}/records/answer/{sent}"
    entered = {"number": "2", "answer": "approved", "text-en": "You may."}
    assert browser.post(page, entered).status_code == 302
    assert browser.post(page, entered).status_code == 409, "not twice"
    assert "Answer a note" not in browser.get("/").content.decode()


def test_a_mediator_attests_and_a_party_does_not(people: None) -> None:
    world = World.at("concluded")
    page = f"/dossiers/{world.dossier}/records/attestation"
    about = world.first.acts()[-1].id
    assert (
        client(world, "witness", member="middle").post(page, {"text": "Seen.", "refs": about}).status_code
        == 302
    )
    assert client(world, "witness").post(page, {"text": "Seen."}).status_code == 409
    assert client(world, "treaty-officer").post(page, {"text": "Seen."}).status_code == 403
    assert (
        client(world, "witness", member="middle").post(page, {"text": "Seen.", "refs": "x"}).status_code
        == 409
    )
