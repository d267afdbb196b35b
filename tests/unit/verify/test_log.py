"""From ordered acts to a standing: void acts, missing attachments, and acts that still have no place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain import acts
from paraph.domain.acts import Act, Body, Role, attachments_of
from paraph.domain.digests import canonical_text
from paraph.domain.ids import ActId, Digest, DossierId, PartyId
from paraph.domain.standing import Dossier
from paraph.errors import LocalActError
from paraph.verify.attachments import AttachedBytes
from paraph.verify.log import LogView, lay_out, provisional, ready, work_in
from paraph.wire.act import read_act, seal_act
from paraph.wire.merkle import Tree, leaf_hash
from tests.support import bodies
from tests.support.specimens import text

KEYS = generate_node_keys()
A, B, W = PartyId("aland"), PartyId("beland"), PartyId("witness")
TEXT = text((A, B), ("en",))
SAID = acts.StatementMade(speaker="A. B.", capacity="minister", lang="en", text="Words.", source="")
ROLES = [(A, Role.PARTY), (B, Role.PARTY), (W, Role.WITNESS)]


@dataclass(slots=True)
class Pen:
    """Makes envelopes, each author's after its last; knows which bytes are attached."""

    blobs: dict[Digest, bytes] = field(default_factory=dict)
    counts: dict[PartyId, int] = field(default_factory=dict)
    dossier: str = ""

    @property
    def held(self) -> AttachedBytes:
        return AttachedBytes(self.blobs.get, self.blobs.__contains__)

    def put(self, data: bytes) -> Digest:
        digest = Digest(hashlib.sha256(data).hexdigest())
        self.blobs[digest] = data
        return digest

    def write(self, author: PartyId, body: Body, **seen: int) -> bytes:
        sealed = seal_act(
            body, dossier=self.dossier, author=author, author_seq=self.counts.get(author, 0), author_prev="",
            seen={PartyId(p): n for p, n in seen.items()}, time=bodies.NOW, keys=KEYS,
        )  # fmt: skip
        self.counts[author] = self.counts.get(author, 0) + 1
        self.dossier = self.dossier or str(sealed.act.id)
        return sealed.envelope.data

    def open(self, *, cards: bool = True) -> bytes:
        body = bodies.opening(ROLES)
        for participant in body.participants:
            if cards:
                self.blobs[participant.card] = b"card"
        return self.write(A, body)

    def join(self, who: PartyId, **seen: int) -> bytes:
        return self.write(who, acts.DossierJoined(opening=ActId(self.dossier)), **seen)

    def proposal(self) -> acts.TextProposed:
        return acts.TextProposed(instrument=TEXT.number, text=self.put(canonical_text(TEXT)), note="")


def read(*envelopes: bytes) -> list[Act]:
    return [read_act(one).act for one in envelopes]


# --- working in


def test_a_log_is_worked_in_step_by_step_or_at_once() -> None:
    pen = Pen()
    log = [pen.open(), pen.join(B), pen.write(A, SAID), pen.write(A, pen.proposal()), pen.write(B, SAID)]
    whole = work_in(LogView(), log, pen.held)
    step = LogView()
    for one in log:
        step = work_in(step, [one], pen.held)
    assert (whole.size, whole.ordered) == (5, {A: 3, B: 2})
    assert whole.dossier == step.dossier
    assert whole.dossier is not None
    assert (whole.dossier.statements, whole.dossier.joined) == (2, {A, B})
    assert whole.tree.root() == step.tree.root() == Tree.of(leaf_hash(one) for one in log).root()
    assert work_in(whole, [], pen.held) == whole


def test_an_act_that_the_rules_forbid_keeps_its_place_and_changes_nothing() -> None:
    pen = Pen()
    log = [pen.open(), pen.write(B, SAID), pen.join(B), pen.write(B, SAID)]
    view = work_in(LogView(), log, pen.held)
    (void,) = view.void
    assert (void.position, void.kind, void.author, void.code) == (1, "statement-made", B, "not-joined")
    assert void.act == read(log[1])[0].id
    assert "join it first" in void.message
    assert (view.size, view.ordered) == (4, {A: 1, B: 3})
    assert view.dossier is not None
    assert view.dossier.statements == 1
    assert view.tree.root() == Tree.of(leaf_hash(one) for one in log).root()


def test_void_acts_are_remembered_over_several_steps() -> None:
    pen = Pen()
    view = LogView()
    for one in (pen.open(), pen.write(B, SAID), pen.write(B, SAID)):
        view = work_in(view, [one], pen.held)
    assert [v.position for v in view.void] == [1, 2]


def test_everything_stops_at_an_act_whose_attachments_are_not_held() -> None:
    pen = Pen()
    opening, join, proposal, after = pen.open(), pen.join(B), pen.write(A, pen.proposal()), pen.write(B, SAID)
    attached = read(proposal)[0].body
    (digest,) = attachments_of(attached)
    data = pen.blobs.pop(digest)
    view = work_in(LogView(), [opening, join, proposal, after], pen.held)
    assert (view.size, view.missing) == (2, (digest,))
    assert view.dossier is not None
    assert view.dossier.statements == 0
    pen.blobs[digest] = data
    view = work_in(view, [proposal, after], pen.held)
    assert (view.size, view.missing) == (4, ())
    assert view.dossier is not None
    assert set(view.dossier.instruments) == {TEXT.number}


def test_a_dossier_does_not_open_without_the_cards_of_its_participants() -> None:
    pen = Pen()
    view = work_in(LogView(), [pen.open(cards=False)], pen.held)
    assert (view.size, view.dossier) == (0, None)
    assert view.missing == tuple(bodies.mark("card", who) for who, _ in ROLES)


def test_a_watcher_is_told_of_each_act_with_its_outcome() -> None:
    pen = Pen()
    told: list[tuple[int, str, int, str]] = []

    def watch(position: int, act: Act, dossier: Dossier | None, refused: LocalActError | None) -> None:
        told.append(
            (position, act.kind, dossier.statements if dossier else -1, refused.code if refused else "")
        )

    log = [pen.open(), pen.write(A, SAID), pen.write(B, SAID)]
    view = work_in(LogView(), log[:1], pen.held, watch)
    work_in(view, log[1:], pen.held, watch)
    assert told == [
        (0, "dossier-opened", 0, ""),
        (1, "statement-made", 1, ""),
        (2, "statement-made", 1, "not-joined"),
    ]


def test_a_log_that_does_not_begin_with_an_opening_has_no_standing() -> None:
    pen = Pen(dossier="ab" * 32)
    view = work_in(LogView(), [pen.write(A, SAID)], pen.held)
    assert view.dossier is None
    assert [v.code for v in view.void] == ["not-an-opening"]


# --- the order of acts without a place


def test_an_act_is_ready_after_its_authors_last_and_all_that_it_has_seen() -> None:
    pen = Pen()
    pen.open()
    first, second = read(pen.write(A, SAID, beland=2, witness=1), pen.write(A, SAID))
    assert not ready(first, {A: 1})
    assert not ready(first, {A: 1, B: 2})
    assert not ready(first, {A: 1, B: 1, W: 1})
    assert ready(first, {A: 1, B: 2, W: 1})
    assert ready(first, {A: 1, B: 3, W: 9})
    assert not ready(first, {A: 2, B: 2, W: 1})
    assert not ready(second, {A: 1})
    assert ready(second, {A: 2})


def test_waiting_acts_are_laid_out_after_what_they_rest_on() -> None:
    pen = Pen()
    opening = pen.open()
    view = work_in(LogView(), [opening], pen.held)
    join = pen.join(B)
    after_join = pen.write(A, SAID, beland=1)
    said = pen.write(B, SAID, aland=2)
    order = list(lay_out(view, read(said, after_join, join), pen.held))
    assert [(act.author, act.kind) for act, _ in order] == [
        (B, "dossier-joined"), (A, "statement-made"), (B, "statement-made"),
    ]  # fmt: skip
    assert [d.statements for _, d in order if d is not None] == [0, 1, 2]


def test_acts_that_rest_on_what_is_not_here_are_left_out() -> None:
    pen = Pen()
    view = work_in(LogView(), [pen.open()], pen.held)
    lost = pen.join(B)
    later = pen.write(B, SAID)
    blind = pen.write(A, SAID, witness=1)
    assert list(lay_out(view, read(later, blind), pen.held)) == []
    assert [a.author for a, _ in lay_out(view, read(later, blind, lost), pen.held)] == [B, B]


def test_acts_whose_attachments_are_not_held_are_left_out_with_all_that_follows() -> None:
    pen = Pen()
    view = work_in(LogView(), [pen.open()], pen.held)
    proposal, said = pen.write(A, pen.proposal()), pen.write(A, SAID)
    pen.blobs.pop(attachments_of(read(proposal)[0].body)[0])
    assert list(lay_out(view, read(proposal, said), pen.held)) == []


def test_void_acts_are_laid_out_too() -> None:
    pen = Pen()
    view = work_in(LogView(), [pen.open()], pen.held)
    too_early = pen.write(B, SAID)
    ((act, standing),) = lay_out(view, read(too_early), pen.held)
    assert act.author == B
    assert standing == view.dossier


def test_even_the_opening_may_still_wait_for_its_place() -> None:
    pen = Pen()
    opening = pen.open()
    join = pen.join(B, aland=1)
    assert (
        provisional(LogView(), [join, opening], pen.held)
        == work_in(LogView(), [opening, join], pen.held).dossier
    )


@pytest.mark.parametrize("swap", [False, True])
def test_the_provisional_standing_is_what_the_log_will_come_to(swap: bool) -> None:
    pen = Pen()
    opening = pen.open()
    view = work_in(LogView(), [opening], pen.held)
    waiting: list[Any] = [pen.join(B), pen.write(A, SAID), pen.write(B, SAID, aland=2)]
    if swap:
        waiting.reverse()
    before = provisional(view, waiting, pen.held)
    ordered = [act.id for act, _ in lay_out(view, read(*waiting), pen.held)]
    log = sorted(waiting, key=lambda one: ordered.index(read(one)[0].id))
    assert work_in(view, log, pen.held).dossier == before
    assert provisional(view, [], pen.held) == view.dossier


def test_an_act_of_another_dossier_is_void() -> None:
    pen = Pen()
    opening = pen.open()
    other = Pen(dossier="ab" * 32, counts={A: 1})
    view = work_in(LogView(), [opening, other.write(A, SAID)], pen.held)
    assert [v.code for v in view.void] == ["act-other-dossier"]
    assert DossierId(pen.dossier) == (view.dossier.id if view.dossier else "")
