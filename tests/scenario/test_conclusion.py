"""Everything goes well: every party ends with the same originals, whoever takes part and however many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paraph.app.container import finished_container
from paraph.domain import duties
from paraph.domain.acts import Mode
from paraph.domain.ids import PlanId
from paraph.domain.standing import PlanState, Slot
from paraph.errors import LocalActError
from paraph.verify.container import verify_container
from paraph.verify.pdf.file import verify_pdf
from paraph.verify.verdict import Verdict
from paraph.wire.container.archive import read_archive
from tests.support.attack import statement
from tests.support.clock import BEGIN
from tests.support.nodes import World

SOON = datetime.strptime(BEGIN, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) + timedelta(minutes=10)

TWO = ("X/2026/1", "X/2026/2")


def signed(world: World) -> dict[Slot, bytes]:
    """Every finished original, as each node has it."""
    slots = sorted(world.first.standing.sealed)
    found, *others = ({slot: member.original(slot) for slot in slots} for member in world.members.values())
    assert all(other == found for other in others)
    return found


def concluded(**settings: object) -> World:
    world = World.at("deposited", **settings)
    world.settle()
    return world


@pytest.mark.parametrize("mode", Mode)
def test_two_parties_conclude(mode: Mode) -> None:
    world = concluded(mode=mode)
    world.assert_concluded()
    for slot in world.slots:
        report = verify_pdf(world.first.original(slot), path="x", anchors=world.anchors(), at=SOON)
        assert report.verdict is Verdict.PASS, report.findings
        assert [s.field for s in report.signatures] == [
            f"sig.{slot[1]}",
            *(f"sig.{p}" for p in world.parties if p != slot[1]),
        ]
        assert {s.level for s in report.signatures} == {"B-LTA"}


def test_every_node_writes_the_same_container_and_it_verifies_offline() -> None:
    world = concluded()
    containers = {finished_container(member.node, world.dossier) for member in world.members.values()}
    assert len(containers) == 1
    report = verify_container(containers.pop(), path="x", anchors=world.anchors(), at=SOON)
    assert report.verdict is Verdict.PASS, report.findings


def test_three_parties_conclude() -> None:
    world = concluded(parties=("east", "north", "south"))
    world.assert_concluded()
    for slot in world.slots:
        report = verify_pdf(world.first.original(slot), path="x", anchors=world.anchors(), at=SOON)
        assert report.verdict is Verdict.PASS
        assert len(report.signatures) == 3


@pytest.mark.slow
def test_three_parties_conclude_directly() -> None:
    concluded(parties=("east", "north", "south"), mode=Mode.DIRECT).assert_concluded()


@pytest.mark.slow
def test_five_parties_conclude_two_instruments_before_a_witness() -> None:
    world = concluded(parties=("east", "north", "south", "up", "west"), numbers=TWO, witnesses=("onlooker",))
    world.assert_concluded()
    assert len(world.slots) == 10


def test_a_package_of_several_instruments_is_signed_as_one() -> None:
    world = concluded(numbers=TWO)
    world.assert_concluded()
    revealed = [a.body for a in world.first.acts() if a.kind == "signature-revealed"]
    assert all(len(body.signatures) == 2 for body in revealed)  # type: ignore[union-attr]


def test_without_mediator_nothing_is_revealed_before_all_have_committed() -> None:
    world = World.at("planned", mode=Mode.DIRECT)
    world.first.deposit()
    world.settle()
    assert world.first.plan.state is PlanState.OPEN
    assert not world.second.plan.revealed
    world.second.deposit()
    world.settle()
    kinds = [act.kind for act in world.first.acts()]
    deposits = [i for i, kind in enumerate(kinds) if kind == "signature-deposited"]
    reveals = [
        (i, world.first.acts()[i].author) for i, kind in enumerate(kinds) if kind == "signature-revealed"
    ]
    assert max(deposits) < reveals[0][0]
    assert [party for _, party in reveals] == list(world.parties)  # each in its turn
    world.assert_concluded()


def test_nodes_that_have_concluded_fall_silent_and_stay_silent() -> None:
    world = concluded()
    world.pass_time(60)  # an answer is confirmed once
    before = len(world.network.sent)
    world.pass_time(3600)
    assert len(world.network.sent) == before
    for member in world.members.values():
        with member.store.read() as uow:
            assert not uow.due(world.clock.now(), 100)


def test_each_signatory_signs_each_original_once() -> None:
    world = World.at("planned", numbers=TWO)
    world.deposit()
    world.settle()
    for name in world.parties:
        assert len(world[name].signer.signed) == 4


def test_no_signature_travels_in_clear_before_the_release() -> None:
    world = World.at("planned")
    for name in world.parties:
        world[name].deposit()
    world.network.fate = lambda sent: "lose" if world.mediator in (sent.sender, sent.recipient) else "deliver"  # type: ignore[assignment,return-value]
    world.settle(*world.parties)
    for name, other in (world.parties, world.parties[::-1]):
        deposit = world[name].plan.deposits[world[name].party]
        for signature in deposit.body.signatures:
            assert not world[other].blobs.has(signature.cms)
            assert not world[name].blobs.has(signature.cms)


def test_a_sealed_deposit_is_sent_to_the_mediator_and_to_nobody_else() -> None:
    world = World.at("deposited")
    sealed = {
        name: world[name].secret(f"sealed:{world[name].plan.body.plan}:{name}") for name in world.parties
    }
    assert all(sealed.values())
    world.settle()
    for name in world.parties:
        digest = next(a.body.sealed for a in world.first.feed(name) if a.kind == "signature-deposited")  # type: ignore[union-attr]
        assert not any(member.blobs.has(digest) for member in world.members.values())
    world.assert_concluded()


def test_what_was_signed_first_is_had_while_and_after_more_is_signed() -> None:
    world = concluded()
    before = signed(world)
    container = finished_container(world.first.node, world.dossier)
    world.numbers = ("X/2026/9",)
    world.agree()
    world.make_plan(PlanId("ab" * 16))
    assert signed(world) == before
    assert finished_container(world.second.node, world.dossier) == container
    world.deposit()
    world.settle()
    world.assert_concluded()
    assert signed(world).items() > before.items()
    later = finished_container(world.first.node, world.dossier)
    assert later != container
    report = verify_container(later, path="x", anchors=world.anchors(), at=SOON)
    assert report.verdict is Verdict.PASS, report.findings


@pytest.mark.parametrize("when", ["planned", "concluded"])
def test_the_container_of_a_package_is_made_though_another_was_planned_or_concluded_since(
    when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nodes cannot make it for a while; the people go on with the next instrument."""
    monkeypatch.setattr(duties, "_containers", lambda *_: ())
    world = World.at("deposited")
    world.settle()
    (number,) = world.numbers
    world.numbers = ("X/2026/9",)
    world.agree()
    world.make_plan(PlanId("ab" * 16))
    if when == "concluded":
        world.deposit()
        world.settle()
        assert world.first.plan.state is PlanState.CONCLUDED
    for one in (number, "X/2026/9"):
        with pytest.raises(LocalActError, match="cannot be made yet"):
            finished_container(world.first.node, world.dossier, one)
    monkeypatch.undo()
    world.first.say(statement("later"))
    world.settle()
    first = finished_container(world.first.node, world.dossier, number)
    if when == "planned":
        assert finished_container(world.second.node, world.dossier) == first
        world.deposit()
        world.settle()
    world.assert_concluded()
    assert finished_container(world.second.node, world.dossier, number) == first
    newest = finished_container(world.second.node, world.dossier)
    assert finished_container(world.first.node, world.dossier, "X/2026/9") == newest != first
    for data, mine, other in ((first, number, "X/2026/9"), (newest, "X/2026/9", number)):
        report = verify_container(data, path="x", anchors=world.anchors(), at=SOON)
        assert report.verdict is Verdict.PASS, report.findings
        (told,) = (f.message for f in report.findings if f.code == "package-part")
        assert other in told
        assert mine not in told
        originals = [m.name for m in read_archive(data) if m.name.startswith("originals/")]
        assert originals
        assert all(name.startswith("originals/" + mine.replace("/", "-")) for name in originals)
