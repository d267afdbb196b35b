"""What must hold when everything has healed and nothing is left to do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from paraph.app.deposits import secret_name
from paraph.app.finished import finished_original
from paraph.domain.ids import PartyId
from paraph.domain.standing import Plan, PlanState
from paraph.errors import ParaphError
from paraph.simulation.invariants.logs import Logs
from paraph.simulation.invariants.proofs import Proofs
from paraph.simulation.invariants.sight import Sight
from paraph.simulation.invariants.signatures import Signatures
from paraph.simulation.member import Member
from paraph.simulation.world import World

__all__ = ["judge"]

_REVEALED = frozenset({PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED})


def judge(
    world: World, sights: Mapping[str, Sight], logs: Logs, signatures: Signatures, proofs: Proofs
) -> Iterator[tuple[str, str]]:
    """Everything that does not hold, by the name of its invariant, and what was found."""
    living = [member for member in world.honest() if not member.gone]
    exposed = [member for member in living if proofs.has_proof(member)]
    if exposed:
        for member in living:
            if member not in exposed:
                yield "exposed", f"{member.party} has no proof, and {exposed[0].party} has"
        return
    seen = [sights[member.party] for member in living]
    yield from _alike(seen, logs)
    # Who was restored waits for everybody, and so for ever for somebody who has left for good, until officers decide.
    waits = len(living) < len(world.members) and any(member.restored for member in living)
    waits = waits or _waits_for_officers(world, sights)
    if all(member.honest for member in world.members.values()) and not waits:
        yield from _all_final(seen)
    for party in signatures.not_destroyed(living):
        yield "destroyed", f"{party} keeps deposits of an exchange that is over"
    yield from _obtained(world, living, waits=waits)
    yield from _same_result(living)


def _alike(seen: list[Sight], logs: Logs) -> Iterator[tuple[str, str]]:
    for one in seen:
        if one.log[: len(logs.final)][-1:] != logs.final[-1:]:
            yield "final-stays", f"{one.member.party} does not hold all that was final"
    for one, other in itertools.pairwise(seen):
        names = f"{one.member.party} and {other.member.party}"
        if one.log != other.log:
            yield "alike", f"{names} hold logs of {len(one.log)} and {len(other.log)} acts"
        elif {a: f for a, f in one.feeds.items() if f} != {a: f for a, f in other.feeds.items() if f}:
            yield "alike", f"{names} hold other acts without a place"


def _all_final(seen: list[Sight]) -> Iterator[tuple[str, str]]:
    for one in seen:
        count = sum(map(len, one.feeds.values()))
        if not one.final == len(one.log) == count:
            yield (
                "all-final",
                f"{one.member.party} holds {count} acts, {len(one.log)} have places, {one.final} are final",
            )


def _waits_for_officers(world: World, sights: Mapping[str, Sight]) -> bool:
    """Whether a guard outlived acts that are on no disk any more: its node stands still until its officers have looked.

    What they do then stands in ``docs/operate/backup.md``, and needs the word of everybody.
    """
    held = {number for sight in sights.values() for feed in sight.feeds.values() for number in feed}
    if sights[world.first.party].numbers.acts() <= held:
        return False
    for member in world.members.values():
        guard, sight = member.disk.guard, sights[member.party]
        last = guard.last(world.dossier)
        own = len(sight.feeds.get(PartyId(member.party), ()))
        if own < guard.last_seq(world.dossier) or (last is not None and len(sight.log) < last[0]):
            return True
    return False


def _obtained(world: World, living: list[Member], *, waits: bool) -> Iterator[tuple[str, str]]:
    everybody = all(member.honest and not member.gone for member in world.members.values())
    for member in living:
        standing = member.node.view(world.dossier).dossier
        plan = standing.plan if standing is not None else None
        if plan is None or plan.state not in _REVEALED | {PlanState.RELEASED}:
            continue
        lacking = [
            o.holder
            for o in plan.body.originals
            if (o.instrument, o.holder) not in plan.revealed
            or not member.disk.blobs.has(plan.revealed[o.instrument, o.holder])
        ]
        hiding = [party for party in lacking if _hides(world, plan, party)]
        if lacking and not hiding:
            yield (
                "obtained",
                f"{member.party} has not the first signatures of {', '.join(sorted(set(lacking)))}",
            )
        by_hand = not world.countersign and plan.state is PlanState.RELEASED
        sealed = plan.state is PlanState.CONCLUDED and len(plan.container_seals) == len(world.parties)
        if everybody and not waits and not by_hand and not sealed:
            yield "finished", f"{member.party} has released and does not finish: {plan.state}"


def _hides(world: World, plan: Plan, party: PartyId) -> bool:
    """Whether no honest node has a party's first signatures: it lies; or they went with its disk, and the mediator lies."""
    member = world[party]
    if not member.honest or not member.restored or not plan.body.mediator:
        return not member.honest
    with member.disk.store.read() as uow:
        lost = uow.secret(secret_name(plan.body.plan, party)) is None
    return lost and not world[plan.body.mediator].honest


def _same_result(living: list[Member]) -> Iterator[tuple[str, str]]:
    for member in living:
        standing = member.node.view(member.company.dossier).dossier
        plan = standing.plan if standing is not None else None
        if standing is None or plan is None or member.party not in plan.received:
            continue
        for slot in sorted(plan.sealed):
            try:
                finished_original(member.node, standing, slot)  # the one whose digest was sealed, or an error
            except ParaphError as error:
                yield "same-result", f"{member.party} gave a receipt and has no original: {error.code}"
