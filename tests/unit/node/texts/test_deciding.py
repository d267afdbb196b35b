"""Accept, initial, reopen, engross, comment, tick: done once, refused where one can act, and for the text that one saw."""

from __future__ import annotations

from typing import Any

import pytest

from paraph.domain.standing import InstrumentState
from tests.support.nodes import World
from tests.support.site import site_of
from tests.support.text_pages import NUMBER, rows

OTHER = "ab" * 32


def state(pages: Any) -> InstrumentState:
    found: InstrumentState = pages.world.first.standing.instruments[NUMBER].state
    return found


# --- accept


def test_exactly_the_text_that_was_seen_is_accepted(proposed: Any) -> None:
    page = proposed.client.get(proposed.here + "accept").content.decode()
    assert proposed.table in page
    answer = proposed.client.post(proposed.here + "accept", {"text": proposed.table})
    assert (answer.status_code, answer["Location"]) == (302, proposed.here)
    assert state(proposed) is InstrumentState.AGREED
    assert rows("people.JournalEntry").get(what="text-accepted").officer == "A. Officer"


@pytest.mark.parametrize("text", [OTHER, "", "x"])
def test_another_text_than_the_one_on_the_table_is_not_accepted(proposed: Any, text: str) -> None:
    answer = proposed.client.post(proposed.here + "accept", {"text": text})
    assert answer.status_code == 409
    assert "text-other" in answer.content.decode()
    assert state(proposed) is InstrumentState.NEGOTIATING


def test_accepting_twice_is_refused_and_changes_nothing(proposed: Any) -> None:
    for status in (302, 409):
        assert proposed.client.post(proposed.here + "accept", {"text": proposed.table}).status_code == status
    assert rows("people.JournalEntry").filter(what="text-accepted").count() == 1


# --- initial


def test_initials_are_said_with_a_name(proposed: Any) -> None:
    proposed.client.post(proposed.here + "accept", {"text": proposed.table})
    page = proposed.client.get(proposed.here + "initial").content.decode()
    assert proposed.table in page
    empty = proposed.client.post(proposed.here + "initial", {"text": proposed.table, "initials": " "})
    assert empty.status_code == 422
    assert 'href="#initials"' in empty.content.decode()
    assert "paraph-part" in empty.content.decode(), "the text is still there to read"
    answer = proposed.client.post(proposed.here + "initial", {"text": proposed.table, "initials": "A. O."})
    assert answer.status_code == 302
    assert proposed.world.first.standing.instruments[NUMBER].initialled == {"north"}


def test_what_was_entered_stays_when_initials_are_refused(proposed: Any) -> None:
    answer = proposed.client.post(
        proposed.here + "initial", {"text": proposed.table, "initials": "A. O. <b>"}
    )
    assert answer.status_code == 409
    assert "A. O. &lt;b&gt;" in answer.content.decode() or "initial" not in state(proposed)


def test_initialling_asks_for_a_passkey_and_who_may_not_is_refused(proposed: Any) -> None:
    for roles in (("reviser",), ("legal-adviser",), ("signatory",), ()):
        client = proposed.as_(*roles)
        assert client.post(proposed.here + "initial", {"text": proposed.table}).status_code == 403


# --- reopen, engross


def test_reopening_needs_a_reason(agreed: Any) -> None:
    empty = agreed.client.post(agreed.here + "reopen", {"text": agreed.table, "reason": " "})
    assert empty.status_code == 422
    assert agreed.client.post(agreed.here + "reopen", {"text": OTHER, "reason": "a word"}).status_code == 409
    assert (
        agreed.client.post(agreed.here + "reopen", {"text": agreed.table, "reason": "a word"}).status_code
        == 302
    )
    assert agreed.world.first.standing.instruments[NUMBER].reopening == {"north"}


def test_originals_are_made_from_the_pages(proposed: Any) -> None:
    world = proposed.world
    world.first.accept(NUMBER)
    world.settle()
    for member in (world.first, world.second):
        member.initial(NUMBER)
        world.settle()
    answer = proposed.client.post(proposed.here + "engross")
    assert (answer.status_code, answer["Location"]) == (302, proposed.here + "originals")
    assert set(world.first.standing.instruments[NUMBER].engrossed) == {"north"}
    assert proposed.client.get(proposed.here + "originals").status_code == 200


def test_originals_are_not_made_of_a_text_that_is_not_initialled(agreed: Any) -> None:
    answer = agreed.client.post(agreed.here + "engross")
    assert answer.status_code == 409
    assert "instrument-state" in answer.content.decode()


# --- comment


def test_a_comment_is_said_and_leads_back_to_its_place(agreed: Any) -> None:
    sent = {
        "text": agreed.table,
        "part": "clause 1",
        "where": "clause 1",
        "lang": "en",
        "words": " Shall\r\nor  will? ",
    }
    answer = agreed.client.post(agreed.here + "comment", sent)
    assert (answer.status_code, answer["Location"]) == (302, agreed.here + "#clause-1")
    assert "Shall<br>or will?" in agreed.client.get(agreed.here).content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"words": ""}, 422),
        ({"words": " \n"}, 422),
        ({"words": "a\u202eb"}, 409),
        ({"words": "a\0b"}, 400),
        ({"words": "x" * 8001}, 409),
        ({"where": "clause 77"}, 409),
        ({"lang": "fr"}, 409),
        ({"text": OTHER}, 409),
        ({"part": "clause 77"}, 404),
        ({"reply": OTHER}, 404),
    ],
)
def test_a_comment_that_cannot_be_said_stays_in_the_form(
    agreed: Any, changes: dict[str, str], status: int
) -> None:
    sent = {"text": agreed.table, "part": "clause 1", "where": "clause 1", "lang": "en", "words": "A remark."}
    answer = agreed.client.post(agreed.here + "comment", sent | changes)
    assert answer.status_code == status
    if status == 409 and "words" not in changes:
        assert "A remark." in answer.content.decode()
    assert agreed.world.first.standing.instruments[NUMBER].comments == 0


def test_an_answer_is_about_the_place_of_what_it_answers(agreed: Any) -> None:
    from paraph.app.revision import comment

    world: World = agreed.world
    asked = comment(
        world.second.node, world.dossier, NUMBER, "Why?", lang="en", where="clause 1, paragraph 1"
    )
    world.settle()
    page = agreed.client.get(f"{agreed.here}comment?reply={asked.id}").content.decode()
    assert "Why?" in page
    assert '<option value="clause 1, paragraph 1" selected' in page


# --- concordance


def test_ticks_are_kept_then_said_and_the_certificate_names_who_did(agreed: Any) -> None:
    places = ["title", "clause 1, heading"]
    kept = agreed.client.post(
        agreed.here + "concordance/say", {"text": agreed.table, "ticks": places, "do": "keep"}
    )
    assert kept.status_code == 302
    assert rows("texts.TickSheet").get().places == places
    assert agreed.world.first.standing.instruments[NUMBER].ticked == {}
    page = agreed.client.get(agreed.here + "concordance").content.decode()
    assert page.count(" checked") == 2
    sent = {"text": agreed.table, "ticks": places, "do": "say", "reviser": "A. Reviser"}
    assert agreed.client.post(agreed.here + "concordance/say", sent).status_code == 302
    assert len(agreed.world.first.standing.instruments[NUMBER].ticked["north"]) == 2
    assert not rows("texts.TickSheet").exists()
    assert "A. Reviser" in agreed.client.get(agreed.here + "certificate").content.decode()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"reviser": ""}, 422),
        ({"ticks": []}, 422),
        ({"ticks": ["clause 99", "<b>"]}, 422),
        ({"text": OTHER}, 409),
        ({"reviser": "a\u202eb"}, 409),
    ],
)
def test_ticks_that_cannot_be_said_are_kept(agreed: Any, changes: dict[str, Any], status: int) -> None:
    sent = {"text": agreed.table, "ticks": ["title"], "do": "say", "reviser": "A. Reviser"} | changes
    answer = agreed.client.post(agreed.here + "concordance/say", sent)
    assert answer.status_code == status
    if "ticks" not in changes:
        assert rows("texts.TickSheet").get().places == ["title"]


def test_the_script_keeps_ticks_and_is_told_when_the_text_changed(agreed: Any) -> None:
    address = agreed.here + "concordance/keep"
    assert agreed.client.post(address, {"text": agreed.table, "ticks": ["title"]}).json()["count"] == 1
    assert agreed.client.post(address, {"text": OTHER, "ticks": ["title"]}).status_code == 409


def test_both_parties_certify(agreed: Any) -> None:
    from paraph.app.revision import tick

    for member in (agreed.world.first, agreed.world.second):
        tick(member.node, agreed.world.dossier, NUMBER, f"reviser of {member.party}")
        agreed.world.settle()
    page = agreed.client.get(agreed.here + "certificate").content.decode()
    assert "in all languages of this text, and found that they say the same" in page
    assert "reviser of south" in page
    assert "all compared" in page


def test_who_is_no_reviser_does_not_tick(agreed: Any) -> None:
    client = agreed.as_("treaty-officer")
    assert client.get(agreed.here + "concordance").status_code == 200
    assert client.post(agreed.here + "concordance/say", {"text": agreed.table}).status_code == 403


def test_the_node_of_a_mediator_ticks_nothing(agreed: Any) -> None:
    site_of(agreed.world.middle)
    client = agreed.as_("reviser")
    sent = {"text": agreed.table, "ticks": ["title"], "do": "say", "reviser": "M."}
    assert client.post(agreed.here + "concordance/say", sent).status_code == 403
