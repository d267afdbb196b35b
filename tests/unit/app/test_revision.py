"""Comments and ticks between two nodes, and the negotiation as both read it."""

from __future__ import annotations

from paraph.app.drafting import Choice, own_particulars, read_draft
from paraph.app.revision import comment, negotiation, tick, tidy
from paraph.app.texts import current_text, initial, reopen
from paraph.domain.acts import CommentMade, ConcordanceTicked, TextProposed
from paraph.domain.digests import text_digest
from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.errors import LocalActError
from paraph.wire.manuscript import write_instrument
from tests.support.nodes import World, text
from tests.support.refused import refused

NUMBER = InstrumentNumber("X/2026/1")


def test_both_nodes_read_the_same_comments_with_their_answers() -> None:
    world = World.at("agreed")
    asked = comment(
        world.first.node, world.dossier, NUMBER, " Shall  or\r\nwill? ", lang="en", where="clause 1"
    )
    world.settle()
    comment(
        world.second.node, world.dossier, NUMBER, "Will.", lang="en", where="clause 1", in_reply_to=asked.id
    )
    world.settle()
    told = [
        [
            one.body
            for one in negotiation(m.node, world.dossier).of(NUMBER)
            if isinstance(one.body, CommentMade)
        ]
        for m in (world.first, world.second)
    ]
    assert told[0] == told[1]
    assert [body.words for body in told[0]] == ["Shall or\nwill?", "Will."]
    assert told[0][1].in_reply_to == asked.id


def test_an_answer_to_nothing_is_refused_here() -> None:
    world = World.at("agreed")
    with refused("comment-unknown", LocalActError):
        comment(world.first.node, world.dossier, NUMBER, "Yes.", in_reply_to="ab" * 32)


def test_revisers_of_both_parties_tick_and_what_is_said_twice_is_refused() -> None:
    world = World.at("agreed")
    half = tick(world.first.node, world.dossier, NUMBER, "reviser of north", paragraphs=["title"])
    assert isinstance(half.body, ConcordanceTicked)
    assert not half.body.complete
    tick(world.first.node, world.dossier, NUMBER, "reviser of north")
    tick(world.second.node, world.dossier, NUMBER, "reviser of south")
    world.settle()
    for member in (world.first, world.second):
        assert member.standing.instruments[NUMBER].revised == {"north", "south"}
    with refused("already-ticked", LocalActError):
        tick(world.first.node, world.dossier, NUMBER, "reviser of north")


def test_a_comment_on_a_text_that_was_replaced_meanwhile_is_void_and_can_still_be_read() -> None:
    world = World.at("open")
    one = text(NUMBER)
    world.first.propose(one)
    world.settle()
    other = read_draft(
        {
            lang: data.decode().replace("title: ", "title: New ")
            for lang, data in write_instrument(one).items()
        },
        one.parties,
    )
    comment(world.second.node, world.dossier, NUMBER, "Late.")
    world.first.propose(other)
    world.settle()
    acts = negotiation(world.first.node, world.dossier).of(NUMBER)
    (late,) = [one for one in acts if isinstance(one.body, CommentMade)]
    assert late.body.words == "Late."
    assert late.void is not None
    assert late.void.code == "text-other"


def test_what_was_read_before_is_read_again_when_the_log_became_another() -> None:
    first, second = World.at("agreed"), World.at("agreed")
    comment(first.first.node, first.dossier, NUMBER, "One.")
    first.settle()
    comment(second.first.node, second.dossier, NUMBER, "Two.")
    second.settle()
    for world, words in ((first, "One."), (second, "Two."), (first, "One.")):
        said = [a.body for a in negotiation(world.first.node, world.dossier).acts]
        assert [b.words for b in said if isinstance(b, CommentMade)] == [words]
        assert any(isinstance(b, TextProposed) for b in said)


def test_initials_and_reopening_are_for_the_text_that_was_read() -> None:
    world = World.at("agreed")
    for act in (
        lambda: initial(world.first.node, world.dossier, NUMBER, "N", text=Digest("ab" * 32)),
        lambda: reopen(world.first.node, world.dossier, NUMBER, "why", text=Digest("ab" * 32)),
    ):
        with refused("text-other", LocalActError):
            act()


def test_a_comment_loses_the_spaces_that_nobody_meant() -> None:
    assert tidy("\n a  b \r\n\r\n c\td\n\n") == "a b\n\nc d"


# --- drafts


def test_a_draft_names_every_party_as_it_names_itself() -> None:
    world = World.at("agreed")
    now = negotiation(world.first.node, world.dossier)
    agreed = current_text(world.first.node, now.standing.instruments[NUMBER])
    files = {lang: data.decode() for lang, data in write_instrument(agreed).items()}
    again = read_draft(files, own_particulars(now.standing, agreed), NUMBER)
    assert text_digest(again) == text_digest(agreed)
    moved = own_particulars(now.standing, agreed, {"north": Choice(date="2026-05-01")})
    assert [p.date for p in read_draft(files, moved, NUMBER).parties] == ["2026-05-01", "2026-03-02"]


def test_a_draft_under_another_number_is_no_counter_proposal() -> None:
    world = World.at("agreed")
    now = negotiation(world.first.node, world.dossier)
    agreed = current_text(world.first.node, now.standing.instruments[NUMBER])
    files = {lang: data.decode() for lang, data in write_instrument(agreed).items()}
    with refused("number-differs"):
        read_draft(files, own_particulars(now.standing, agreed), "X/2026/77")


def test_a_party_that_has_not_described_itself_is_taken_from_what_was_given() -> None:
    world = World.at("open")
    standing = world.first.standing
    given = text(NUMBER).parties
    found = own_particulars(standing, None, None, given)
    assert {p.id for p in found} == {PartyId("north"), PartyId("south")}
