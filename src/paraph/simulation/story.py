"""What people do in one schedule: they look at their node whenever something changed there, and follow their habits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from paraph.domain.acts import Mode
from paraph.domain.ids import PartyId, PlanId
from paraph.domain.standing import Plan, PlanState
from paraph.errors import ParaphError
from paraph.simulation.liars import Liars
from paraph.simulation.member import Member
from paraph.simulation.world import World

__all__ = ["HABITS", "Habit", "Story", "Temper", "draw_temper"]

FIRST_RETRY_MS: Final = 2_000
MAX_RETRY_MS: Final = 600_000
MAX_TRIES: Final = 25
"""People give a refused command again, and a command that came to nothing, less and less often, and give up in the end."""

ASK_AGAIN_MS: Final = 3_600_000
"""So long a node may say that it has forgotten something before its officers have it ask everybody: a peer may send it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """What the people of one schedule are like.

    Attributes:
        haste_ms: Within what time they react.
        again: Whether the opener proposes a new plan after an abort.
        by_hand: Whether they countersign by hand what was not approved before.
        abort_at: When somebody asks to abort (moment and who).
        lost_at: When a signatory's card is lost, and another one issued.
        renewal_at: When a node renews its keys.
    """

    haste_ms: int
    again: bool
    by_hand: bool
    abort_at: tuple[tuple[int, str], ...]
    lost_at: tuple[tuple[int, str], ...] = ()
    renewal_at: tuple[tuple[int, str], ...] = ()


def draw_temper(rng: random.Random, parties: tuple[str, ...], lasts: int, *, long: bool) -> Temper:
    """Draw what people are like."""
    aborts = ((rng.randrange(min(lasts, 4_000)), rng.choice(parties)),) if rng.random() < 0.2 else ()
    made = Temper(
        haste_ms=rng.choice((300, 1_500, 8_000)),
        again=rng.random() < 0.3,
        by_hand=long and rng.random() < 0.3,
        abort_at=aborts,
    )
    lost = ((rng.randrange(min(lasts, 2_000)), rng.choice(parties)),) if rng.random() < 0.08 else ()
    renewals = tuple((rng.randrange(min(lasts, 4_000)), party) for party in parties if rng.random() < 0.05)
    return replace(
        made, lost_at=lost, renewal_at=renewals, again=made.again or (bool(lost) and rng.random() < 0.7)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Something that people do when they see that it is time.

    Attributes:
        what: In words, for the trace.
        when: Whether it is time.
        act: What they command.
    """

    what: str
    when: Callable[[Story, Member, Plan], bool]
    act: Callable[[Story, Member], object]


def _accepts(_story: Story, member: Member, plan: Plan) -> bool:
    takes_part = member.party in (*member.company.parties, plan.body.mediator)
    return plan.state is PlanState.PROPOSED and takes_part and member.party not in plan.accepted


def _deposits(_story: Story, member: Member, plan: Plan) -> bool:
    made = plan.deposits.get(PartyId(member.party))
    lacking = made is None or made.answer == "refused"
    return plan.state is PlanState.OPEN and member.party in member.company.parties and lacking


def _countersigns(story: Story, member: Member, plan: Plan) -> bool:
    # A store that went back has forgotten that its signatory approved that; the node asks for an officer's command then.
    return (
        (story.temper.by_hand or member.restored > 0)
        and plan.state is PlanState.RELEASED
        and any(plan.next_signer((o.instrument, o.holder)) == member.party for o in plan.body.originals)
    )


def _proposes_again(story: Story, member: Member, plan: Plan) -> bool:
    first = member is story.world.first
    return first and story.temper.again and plan.state is PlanState.ABORTED and not story.plans_made


HABITS: Final = (
    Habit(what="accepts the plan", when=_accepts, act=lambda _story, member: member.accept_plan()),
    Habit(
        what="signs and deposits",
        when=_deposits,
        act=lambda _story, member: member.deposit(countersign=member.company.countersign),
    ),
    Habit(what="countersigns by hand", when=_countersigns, act=lambda _story, member: member.countersign()),
    Habit(
        what="proposes a new plan",
        when=_proposes_again,
        act=lambda story, member: story.propose_again(member),
    ),
)


@dataclass(slots=True, kw_only=True)
class Story:
    """The people of one schedule.

    Attributes:
        world: Where they are.
        temper: What they are like.
        liars: Whose people may do something else.
        plans_made: New plans after an abort.
    """

    world: World
    temper: Temper
    liars: Liars | None = None
    plans_made: int = 0
    _looking: set[str] = field(default_factory=set)
    _tries: dict[tuple[str, str], int] = field(default_factory=dict)
    _given: dict[tuple[str, str], int] = field(default_factory=dict)
    _rests: dict[tuple[str, str], int] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Everybody has a look, and some have made up their minds to stop."""
        for name in self.world.members:
            self.changed(self.world[name])
        for moments, what in (
            (self.temper.abort_at, self._abort),
            (self.temper.lost_at, self._lose_card),
            (self.temper.renewal_at, self._renew),
        ):
            for at, who in moments:
                self.world.timeline.after(at, partial(what, self.world[who]))

    def changed(self, member: Member) -> None:
        """Something changed at a node; its people look before long."""
        self._look_in(member, self.world.rng.randint(1, self.temper.haste_ms))

    def propose_again(self, member: Member) -> None:
        """Propose a plan with a name of its own."""
        mode = Mode.MEDIATED if self.world.mode is Mode.MEDIATED else Mode.DIRECT
        member.propose_plan(mode, plan=PlanId(f"{self.plans_made + 1:032x}"))
        self.plans_made += 1

    def _look_in(self, member: Member, wait: int) -> None:
        if member.party not in self._looking:
            self._looking.add(member.party)
            self.world.timeline.after(wait, lambda: self._look(member))

    def _look(self, member: Member) -> None:
        self._looking.discard(member.party)
        if member.gone:
            return
        if not member.alive:
            self._look_in(member, FIRST_RETRY_MS)
            return
        if member.told_to_ask_again() and member.party not in self._told:
            self._told.add(member.party)
            self.world.timeline.after(ASK_AGAIN_MS, partial(self._ask_again, member))
        try:
            plan = member.standing.plan
        except (
            ParaphError
        ):  # it was rebuilt and has not got its dossiers back: people look when something changes
            return
        for habit in HABITS:
            if plan is not None and habit.when(self, member, plan):
                self._do(member, habit)
                return

    def _do(self, member: Member, habit: Habit) -> None:
        key = (member.party, habit.what)
        tries, given, now = self._tries.get(key, 0), self._given.get(key, 0), self.world.timeline.now
        if max(tries, given) >= MAX_TRIES or (
            self.liars is not None and self.liars.instead(member, habit.what)
        ):
            return
        if now < self._rests.get(
            key, 0
        ):  # a mediator whose clock is wrong refuses one deposit after the other
            self._look_in(member, self._rests[key] - now)
            return
        refused = member.command(habit.what, lambda: habit.act(self, member))
        self._tries[key] = tries + 1 if refused else 0
        if refused:
            self._look_in(member, _pause(tries))
        else:
            self._given[key], self._rests[key] = given + 1, now + _pause(given)

    def _ask_again(self, member: Member) -> None:
        """A store was put back that does not know it: officers do what the node says, if nobody has sent back what it forgot."""
        self._told.discard(member.party)
        if member.alive and member.told_to_ask_again():
            member.command("asks everybody again", member.ask_again)
        else:
            self._look_in(member, FIRST_RETRY_MS)

    def _abort(self, member: Member) -> None:
        if member.alive:
            member.command("asks to abort", lambda: member.request_abort("we have thought better of it"))

    def _lose_card(self, member: Member) -> None:
        """A signatory's card is lost: before the release that ends the exchange; another one is issued and presented."""
        if not member.alive:
            self.world.timeline.after(FIRST_RETRY_MS, partial(self._lose_card, member))
        elif not member.command("suspends a certificate", member.suspend):
            self._present(member, FIRST_RETRY_MS)

    def _present(self, member: Member, wait: int) -> None:
        if member.gone or wait > MAX_RETRY_MS:
            return
        if not member.alive or member.command("presents another certificate", member.certify):
            self.world.timeline.after(wait, partial(self._present, member, 2 * wait))

    def _renew(self, member: Member) -> None:
        if not member.alive:
            self.world.timeline.after(FIRST_RETRY_MS, partial(self._renew, member))
        else:
            member.command("renews its keys", member.renew)


def _pause(times: int) -> int:
    return min(FIRST_RETRY_MS << min(times, 12), MAX_RETRY_MS)
