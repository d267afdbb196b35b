"""Every course that an exchange can take, searched state by state over the real rules.

One party is honest. The others are one adversary, who also decides when anything is ordered, and who reads every act as soon as
it is made. The mediator says nothing untrue; for the rest both it and the honest party do whatever the rules accept, so it is
the rules that are tested and not the diligence of nodes. What is searched for is a state in which the adversary has the
honest party's first signatures in clear, and from which the honest party, the mediator and a working network can no longer
bring it everybody else's.

Left out: what cryptography excludes (forged acts, opened seals), a mediator that lies, and an adversary who keeps acts from
being ordered for ever: a node reads the acts that it received, ordered or not.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from paraph.domain.acts import (
    Act,
    Body,
    ExchangeAbortRequested,
    ExchangeReleased,
    Mode,
    SignatureDeposited,
    SignatureRevealed,
)
from paraph.domain.dossier import apply
from paraph.domain.duties import duties
from paraph.domain.ids import ActId, DossierId, PartyId
from paraph.domain.standing import Dossier, Plan, PlanState
from paraph.errors import LocalActError
from paraph.wire.act import kind_of
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, UNLIMITED, Table, answer, reach

NAMES = tuple(PartyId(name) for name in ("aland", "beland", "celand"))
MOST_STATES = 400_000
_NO_TEXTS = Table()

Standing = int
"""A standing by its number: few are different, so each question about one is asked once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that was made and read by all, and has no place yet; it takes one only after ``behind``."""

    act: ActId
    behind: frozenset[ActId]


@dataclass(frozen=True, slots=True)
class State:
    """Where an exchange stands: after the ordered acts; and the acts without a place, in the order of their making.

    ``leaked`` says whether the honest party's first signatures are in clear.
    """

    standing: Standing
    waiting: tuple[Waiting, ...] = ()
    leaked: bool = False

    def key(self) -> object:
        """Two states with one key have the same future."""
        absent = frozenset(w.act for w in self.waiting)
        return (self.standing, self.leaked, frozenset((w.act, w.behind & absent) for w in self.waiting))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to.

    Attributes:
        states: How many states there are.
        leaks: In how many of them the honest party's signatures are in clear.
        course: Acts that lead to an unfair state, as few as possible; empty if there is none.
    """

    states: int
    leaks: int
    course: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Model:
    """An exchange of ``count`` parties, one of them honest.

    Attributes:
        count: How many parties.
        honest: Which one keeps the rules.
        mode: With or without a mediator.
        waits_for_the_plan: Whether the honest party deposits only once everybody cosigned the accepted plan.
        waits_for_answers: Whether nothing is released, or revealed without a release, that does not rest on acts which have
            their places.
        stage: Where it begins: ``planned``, by the first party; or ``open``, accepted by all.
        withheld: How many acts each of the others may have made, at a time, without having them ordered.
        brief: Whether to leave out what only multiplies states: see ``_briefly``.
    """

    count: int
    honest: PartyId
    mode: Mode = Mode.MEDIATED
    waits_for_the_plan: bool = True
    waits_for_answers: bool = True
    stage: str = "planned"
    withheld: int = 0
    brief: bool = False
    _standings: list[Dossier] = field(default_factory=list, init=False)
    _numbers: dict[object, Standing] = field(default_factory=dict, init=False)
    _acts: dict[ActId, Act] = field(default_factory=dict, init=False)
    _after: dict[tuple[Standing, ActId], Standing] = field(default_factory=dict, init=False)
    _offers: dict[tuple[Standing, PartyId, bool], tuple[ActId, ...]] = field(default_factory=dict, init=False)
    _settled: dict[Standing, bool] = field(default_factory=dict, init=False)
    _walked: dict[tuple[Standing, bool], tuple[int, bool]] = field(default_factory=dict, init=False)

    def search(self) -> Found:
        """Visit every state, breadth first."""
        begin = State(self._number(reach(self.stage, NAMES[: self.count], self.mode, NUMBERS[:1]).standing))
        came: dict[object, tuple[object, str]] = {begin.key(): (None, "")}
        frontier, leaks = [begin], 0
        while frontier:
            following: list[State] = []
            for state in frontier:
                leaks += state.leaked
                if state.leaked and not self._settles(self._read(state.standing, state.waiting)):
                    return Found(states=len(came), leaks=leaks, course=_course(came, state.key()))
                if self._harmless(state):
                    continue
                for name, other in self._steps(state):
                    key = other.key()
                    if key not in came:
                        came[key] = (state.key(), name)
                        following.append(other)
            assert len(came) < MOST_STATES, "the model is too large"
            frontier = following
        return Found(states=len(came), leaks=leaks, course=())

    # --- what can happen next

    def _steps(self, state: State) -> Iterator[tuple[str, State]]:
        yield from self._ordered(state)
        for who in (self.honest, MEDIATOR) if self.mode is Mode.MEDIATED else (self.honest,):
            # Having read less comes to the same as having acted earlier.
            yield from self._made(state, who, state.waiting, behind=state.waiting)
        for who in NAMES[: self.count]:
            if who == self.honest:
                continue
            own = tuple(w for w in state.waiting if self._acts[w.act].author == who)
            if not own:
                yield from self._placed(state, who)
            if len(own) < self.withheld:  # it has read everything, and admits to nothing
                yield from self._made(state, who, state.waiting, behind=own)

    def _ordered(self, state: State) -> Iterator[tuple[str, State]]:
        """A waiting act takes its place, after those of its author and those that it rests on."""
        absent = {w.act for w in state.waiting}
        authors: set[PartyId] = set()
        for place, one in enumerate(state.waiting):
            act = self._acts[one.act]
            if act.author not in authors and not one.behind & absent:
                rest = (*state.waiting[:place], *state.waiting[place + 1 :])
                yield f"ordered: {_name(act)}", State(self._next(state.standing, one.act), rest, state.leaked)
            authors.add(act.author)

    def _made(
        self, state: State, who: PartyId, read: tuple[Waiting, ...], behind: tuple[Waiting, ...]
    ) -> Iterator[tuple[str, State]]:
        """An act is made, read by everybody, and has no place yet."""
        view, rests_on = self._read(state.standing, read), frozenset(w.act for w in behind)
        open_ = (
            not self.waits_for_the_plan or bodies.of(self._standings[state.standing]).state is PlanState.OPEN
        )
        for act in self._offered(view, who, may_deposit=who != self.honest or open_):
            if self.waits_for_answers and self._too_early(state, view, act):
                continue
            waiting = (*state.waiting, Waiting(act, rests_on))
            yield _name(self._acts[act]), State(state.standing, waiting, state.leaked or self._shows(act))

    def _too_early(self, state: State, view: Standing, act: ActId) -> bool:
        """What cannot be taken back rests on acts that have their places; see ``duties.needs_finality``."""
        made = self._acts[act]
        irrevocable = isinstance(made.body, ExchangeReleased | SignatureRevealed)
        open_ = bodies.of(self._standings[view]).state is PlanState.OPEN
        return (
            made.author in (self.honest, MEDIATOR)
            and irrevocable
            and open_
            and self._next(state.standing, act) == state.standing
        )

    def _shows(self, act: ActId) -> bool:
        body = self._acts[act].body
        return isinstance(body, SignatureRevealed) and body.party == self.honest

    def _placed(self, state: State, who: PartyId) -> Iterator[tuple[str, State]]:
        """The adversary makes an act and has it ordered at once."""
        for act in self._offered(state.standing, who, may_deposit=True):
            yield _name(self._acts[act]), State(self._next(state.standing, act), state.waiting, state.leaked)

    def _offered(self, view: Standing, who: PartyId, *, may_deposit: bool) -> tuple[ActId, ...]:
        """What a participant can state: it says nothing void, and (the adversary apart) nothing untrue."""
        key = (view, who, may_deposit)
        if key not in self._offers:
            standing = self._standings[view]
            wishes = list(
                _mediators(standing) if who == MEDIATOR else _partys(standing, who, honest=who == self.honest)
            )
            if self.brief:
                wishes = _briefly(standing, who, wishes)
            made = [
                self._act(standing, who, body)
                for body in wishes
                if may_deposit or not isinstance(body, SignatureDeposited)
            ]
            self._offers[key] = tuple(act for act in made if self._next(view, act) != view)
        return self._offers[key]

    # --- what it comes to

    def _settles(self, number: Standing) -> bool:
        """Whether the honest party gets everything once it and the mediator do their duties."""
        if number not in self._settled:
            now = number
            while True:
                before = now
                for who in (MEDIATOR, self.honest):
                    standing = self._standings[now]
                    for duty in duties(standing, who, UNLIMITED):
                        body = answer(standing, who, duty, good=functools.partial(_is_good, standing))
                        now = self._next(now, self._act(standing, who, body))
                if now == before:
                    break
            self._settled[number] = _has_everything(bodies.of(self._standings[now]))
        return self._settled[number]

    def _harmless(self, state: State) -> bool:
        """Whether nothing that anybody can state, in whatever order, leads from here to an unfair state.

        More is allowed here than can happen: every act that was ever made may be placed at any time. So it is enough to walk
        over standings, and what is harmless even so needs no search of its own.
        """
        known, key = len(self._acts), (state.standing, state.leaked)
        if self._walked.get(key, (-1, False))[0] != known:
            reached, edge, leaks = {state.standing}, [state.standing], state.leaked
            while edge:
                here = edge.pop()
                everybody = (*NAMES[: self.count], MEDIATOR)
                offered = {act for who in everybody for act in self._offered(here, who, may_deposit=True)}
                leaks = leaks or any(map(self._shows, offered))
                following = {self._next(here, act) for act in offered | self._acts.keys()} - reached
                reached |= following
                edge += following
            self._walked[key] = (known, not leaks or all(map(self._settles, reached)))
        return self._walked[key][1]

    # --- every question once

    def _number(self, standing: Dossier) -> Standing:
        plan = bodies.of(standing)
        key = (
            plan.state, plan.accepted, frozenset((p, d.act, d.answer) for p, d in plan.deposits.items()),
            frozenset(plan.abort_requested), frozenset(plan.revealed.items()), frozenset(plan.countersigned),
        )  # fmt: skip
        if key not in self._numbers:
            self._numbers[key] = len(self._standings)
            self._standings.append(standing)
        return self._numbers[key]

    def _next(self, number: Standing, act: ActId) -> Standing:
        """The standing after an act; the same if the act is void."""
        if (number, act) not in self._after:
            try:
                after = self._number(apply(self._standings[number], self._acts[act], _NO_TEXTS))
            except LocalActError:
                after = number
            self._after[number, act] = after
        return self._after[number, act]

    def _read(self, number: Standing, waiting: tuple[Waiting, ...]) -> Standing:
        for one in waiting:
            number = self._next(number, one.act)
        return number

    def _act(self, view: Dossier, who: PartyId, body: Body) -> ActId:
        """The same act for the same words: a state does not remember how often something was tried."""
        kind = kind_of(body)
        marks = [getattr(body, name, "") for name in ("party", "deposit", "sealed")]
        if isinstance(body, SignatureDeposited | SignatureRevealed):
            marks += [s.cms for s in body.signatures]
        if isinstance(body, ExchangeReleased):
            marks += body.deposits
        act = _id(who, kind, *marks)
        if act not in self._acts:
            self._acts[act] = Act(
                id=act, kind=kind, dossier=DossierId(str(view.id)), author=who, author_seq=0, author_prev="",
                seen={}, time=bodies.NOW, body=body,
            )  # fmt: skip
        return act


@functools.cache
def _id(*marks: str) -> ActId:
    return ActId(bodies.mark(*marks))


def _mediators(standing: Dossier) -> Iterator[Body]:
    plan = bodies.of(standing)
    yield bodies.plan_acceptance(standing)
    if plan.state in {PlanState.PROPOSED, PlanState.OPEN}:
        yield bodies.abort(standing)
    for party, deposit in plan.deposits.items():
        good = _is_good(standing, party)
        if not deposit.answer:
            yield (bodies.held if good else bodies.refusal)(standing, party)
        if good:
            yield bodies.reveal(standing, party)
    yield bodies.release(standing)


def _partys(standing: Dossier, who: PartyId, *, honest: bool) -> Iterator[Body]:
    yield bodies.plan_acceptance(standing)
    if not honest or bodies.of(standing).state is PlanState.PROPOSED:
        yield bodies.abort(standing)
    yield bodies.abort_request(standing)
    for kind in ("good",) if honest else ("good", "bad"):
        yield bodies.deposit(standing, who, kind=kind)
    if who in bodies.of(standing).deposits:
        yield bodies.reveal(standing, who)


def _briefly(standing: Dossier, who: PartyId, wishes: list[Body]) -> list[Body]:
    """Without what only multiplies states: the mediator stops when it likes, and reveals, in one order, for all."""
    hidden = [p for p in standing.parties if all(p != holder for _, holder in bodies.of(standing).revealed)]
    return [
        body
        for body in wishes
        if not isinstance(body, ExchangeAbortRequested)
        and not (isinstance(body, SignatureRevealed) and (who != MEDIATOR or body.party not in hidden[:1]))
    ]


def _is_good(standing: Dossier, party: str) -> bool:
    made = bodies.of(standing).deposits[PartyId(party)].body.signatures
    return made == bodies.deposit(standing, party).signatures


def _has_everything(plan: Plan) -> bool:
    """Good first signatures of all are in clear, and the dossier counts them."""
    expected = {
        (o.instrument, o.holder): bodies.mark("first", "good", plan.body.plan, o.instrument, o.holder)
        for o in plan.body.originals
    }
    return plan.state not in {PlanState.OPEN, PlanState.ABORTED} and plan.revealed == expected


def _name(act: Act) -> str:
    about = getattr(act.body, "party", "")
    return f"{act.author} {act.kind}{f' of {about}' if about else ''}"


def _course(came: dict[object, tuple[object, str]], key: object) -> tuple[str, ...]:
    names: list[str] = []
    while True:
        before, name = came[key]
        if before is None:
            return tuple(reversed(names))
        names.append(name)
        key = before
