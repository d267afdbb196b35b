"""Every course that an exchange can take, searched state by state over the real rules.

One party is honest. The others are one adversary, who also decides when anything is ordered, and who reads every act as soon as
it is made. The mediator says nothing untrue; for the rest both it and the honest party do whatever the rules accept, so it is
the rules that are tested and not the diligence of nodes. What is searched for is a state in which the adversary has the
honest party's first signatures in clear, and from which the honest party, the mediator (if it lasts) and a working network
can no longer bring it everybody else's.

Time passes once: before it the mediator may release, after it no longer, and an honest party may give the exchange up. That the
honest party has read by then what the mediator made before is what the margin after the time limit stands for. The adversary
states any time it likes.

Left out: what cryptography excludes (forged acts, opened seals), a mediator that lies, and an adversary who keeps acts from
being ordered for ever: a node reads the acts that it received, ordered or not.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

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
from paraph.domain.ids import ActId, DossierId, PartyId, Utc
from paraph.domain.standing import Dossier, Plan, PlanState
from paraph.errors import LocalActError
from paraph.wire.act import kind_of
from tests.support import bodies
from tests.support.proceedings import MEDIATOR, NUMBERS, UNLIMITED, Table, answer, reach

NAMES = tuple(PartyId(name) for name in ("aland", "beland", "celand", "deland", "eland"))
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

    ``leaked`` says whether the honest party's first signatures are in clear, ``late`` whether the time limit and its margin
    have passed.
    """

    standing: Standing
    waiting: tuple[Waiting, ...] = ()
    leaked: bool = False
    late: bool = False

    def key(self) -> object:
        """Two states with one key have the same future."""
        absent = frozenset(w.act for w in self.waiting)
        acts = frozenset((w.act, w.behind & absent) for w in self.waiting)
        return (self.standing, self.leaked, self.late, acts)


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
        asks: Whether parties ask to stop.
        timed: Whether time passes.
        keeps_limit: Whether the mediator releases nothing after the time limit.
        margin: Whether the honest party has read by then what the mediator made before.
        lasts: Whether the mediator does its duties in the end; else it may have stopped for good after anything it did.
        in_one: Whether the mediator makes the release and all reveals in one transaction.
        suspends: Whether certificates are suspended.
        clumsy: Whether the honest party, too, deposits what is not good.
        alike: Whether states that differ only in which of the dishonest parties did what are one.
    """

    count: int
    honest: PartyId
    mode: Mode = Mode.MEDIATED
    waits_for_the_plan: bool = True
    waits_for_answers: bool = True
    stage: str = "planned"
    withheld: int = 0
    brief: bool = False
    asks: bool = True
    timed: bool = False
    keeps_limit: bool = True
    margin: bool = True
    lasts: bool = True
    in_one: bool = False
    suspends: bool = False
    clumsy: bool = False
    alike: bool = False
    _standings: list[Dossier] = field(default_factory=list, init=False)
    _numbers: dict[object, Standing] = field(default_factory=dict, init=False)
    _acts: dict[ActId, Act] = field(default_factory=dict, init=False)
    _after: dict[tuple[Standing, ActId], Standing] = field(default_factory=dict, init=False)
    _offers: dict[object, tuple[ActId, ...]] = field(default_factory=dict, init=False)
    _settled: dict[Standing, bool] = field(default_factory=dict, init=False)
    _reaching: tuple[set[Standing], set[Standing], set[Standing]] | None = field(default=None, init=False)

    def search(self) -> Found:
        """Visit every state, breadth first."""
        begin = State(self._number(reach(self.stage, NAMES[: self.count], self.mode, NUMBERS[:1]).standing))
        came: dict[object, tuple[object, str]] = {self._key(begin): (None, "")}
        frontier, leaks = [begin], 0
        while frontier:
            following: list[State] = []
            for state in frontier:
                leaks += state.leaked
                if state.leaked and not self._settles(self._read(state.standing, state.waiting)):
                    return Found(states=len(came), leaks=leaks, course=_course(came, self._key(state)))
                if self._harmless(state):
                    continue
                for name, other in self._steps(state):
                    key = self._key(other)
                    if key not in came:
                        came[key] = (self._key(state), name)
                        following.append(other)
            assert len(came) < MOST_STATES, "the model is too large"
            frontier = following
        return Found(states=len(came), leaks=leaks, course=())

    def stuck(self) -> list[str]:
        """Open exchanges among the standings that were reached which the parties together could not give up."""
        found = []
        for number, standing in enumerate(tuple(self._standings)):
            now = number
            for who in standing.parties:
                act = self._act(standing, who, bodies.abort_request(standing), bodies.AFTERWARDS)
                now = self._next(now, act)
            if (
                bodies.of(standing).state is PlanState.OPEN
                and _state(self._standings[now]) != PlanState.ABORTED
            ):
                found.append(repr(bodies.of(standing)))
        return found

    # --- what can happen next

    def _steps(self, state: State) -> Iterator[tuple[str, State]]:
        yield from self._ordered(state)
        if self.timed and not state.late:
            yield "the time limit and its margin pass", replace(state, late=True)
        for who in (self.honest, MEDIATOR) if self.mode is Mode.MEDIATED else (self.honest,):
            # Having read less comes to the same as having acted earlier.
            yield from self._made(state, who, state.waiting, behind=state.waiting)
        if state.late and not self.margin:
            unread = {ActId(w.act) for w in state.waiting if self._acts[w.act].author == MEDIATOR}
            read = tuple(w for w in state.waiting if w.act not in unread and not w.behind & unread)
            yield from self._made(state, self.honest, read, behind=read)
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
                after = replace(state, standing=self._next(state.standing, one.act), waiting=rest)
                yield f"ordered: {_name(act)}", after
            authors.add(act.author)

    def _made(
        self, state: State, who: PartyId, read: tuple[Waiting, ...], behind: tuple[Waiting, ...]
    ) -> Iterator[tuple[str, State]]:
        """An act is made, read by everybody, and has no place yet."""
        view, rests_on = self._read(state.standing, read), frozenset(w.act for w in behind)
        open_ = (
            not self.waits_for_the_plan or bodies.of(self._standings[state.standing]).state is PlanState.OPEN
        )
        for act in self._offered(view, who, may_deposit=who != self.honest or open_, late=state.late):
            if self.waits_for_answers and self._too_early(state, view, act):
                continue
            made = [act, *self._at_once(view, act)]
            waiting = (*state.waiting, *(Waiting(one, rests_on) for one in made))
            leaked = state.leaked or any(map(self._shows, made))
            yield _name(self._acts[act]), replace(state, waiting=waiting, leaked=leaked)

    def _at_once(self, view: Standing, act: ActId) -> list[ActId]:
        """What the mediator makes in one transaction with a release: every reveal."""
        if not self.in_one or not isinstance(self._acts[act].body, ExchangeReleased):
            return []
        released = self._standings[self._next(view, act)]
        reveals = (bodies.reveal(released, party) for party in released.parties)
        return [self._act(released, MEDIATOR, body) for body in reveals]

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
        for act in self._offered(state.standing, who, may_deposit=True, late=state.late):
            yield _name(self._acts[act]), replace(state, standing=self._next(state.standing, act))

    def _offered(self, view: Standing, who: PartyId, *, may_deposit: bool, late: bool) -> tuple[ActId, ...]:
        """What a participant can state: it says nothing void, and (the adversary apart) nothing untrue."""
        key = (view, who, may_deposit, late)
        if key not in self._offers:
            standing = self._standings[view]
            wishes = list(self._mediators(standing, late) if who == MEDIATOR else self._partys(standing, who))
            if self.brief:
                wishes = _briefly(standing, who, wishes)
            made = [
                self._act(standing, who, body, time)
                for body in wishes
                if may_deposit or not isinstance(body, SignatureDeposited)
                for time in self._times(who, body, late=late)
            ]
            self._offers[key] = tuple(act for act in made if self._next(view, act) != view)
        return self._offers[key]

    def _times(self, who: PartyId, body: Body, *, late: bool) -> tuple[Utc, ...]:
        """When an act says it was made; it matters for the wish to stop alone, and only who is honest is bound to the truth."""
        if not self.timed or not isinstance(body, ExchangeAbortRequested):
            return (bodies.NOW,)
        if who == self.honest:
            return (bodies.AFTERWARDS,) if late else (bodies.NOW,)
        return (bodies.NOW, bodies.AFTERWARDS)

    def _mediators(self, standing: Dossier, late: bool) -> Iterator[Body]:
        plan = bodies.of(standing)
        yield bodies.plan_acceptance(standing)
        if plan.state in {PlanState.PROPOSED, PlanState.OPEN}:
            yield bodies.abort(standing)
        for party, deposit in plan.deposits.items():
            good = _is_good(standing, party)
            if not deposit.answer:
                yield (bodies.held if good else bodies.refusal)(standing, party)
            if good and not self.in_one:
                yield bodies.reveal(standing, party)
        if not (late and self.keeps_limit):
            yield bodies.release(standing)

    def _partys(self, standing: Dossier, who: PartyId) -> Iterator[Body]:
        honest = who == self.honest
        yield bodies.plan_acceptance(standing)
        if not honest or bodies.of(standing).state is PlanState.PROPOSED:
            yield bodies.abort(standing)
        if self.asks:
            yield bodies.abort_request(standing)
        if self.suspends:
            yield bodies.suspension(who)
        for kind in ("good", "bad") if self.clumsy or not honest else ("good",):
            yield bodies.deposit(standing, who, kind=kind)
        if who in bodies.of(standing).deposits:
            yield bodies.reveal(standing, who)

    # --- what it comes to

    def _settles(self, number: Standing) -> bool:
        """Whether the honest party gets everything once it and the mediator do their duties."""
        if number not in self._settled:
            now = number
            while True:
                before = now
                for who in (MEDIATOR, self.honest) if self.lasts else (self.honest,):
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

        More is allowed here than can happen: every act that could ever be made may be placed at any time. So it is enough to walk
        over standings, and what is harmless even so needs no search of its own.
        """
        if self._reaching is None:
            self._reaching = self._walk(state.standing)
        walked, unsettling, leaking = self._reaching
        assert state.standing in walked
        return state.standing not in unsettling or not (state.leaked or state.standing in leaking)

    def _walk(self, begin: Standing) -> tuple[set[Standing], set[Standing], set[Standing]]:
        """All standings; those from which one comes to others that do not settle; those from which signatures can be shown."""
        tried: dict[Standing, int] = {begin: 0}
        before: dict[Standing, set[Standing]] = {begin: set()}
        shown: set[Standing] = set()
        acts: list[ActId] = []
        edge = {begin}
        while edge:
            here = edge.pop()
            for who in (*NAMES[: self.count], MEDIATOR):
                for late in {False, self.timed}:
                    for act in self._offered(here, who, may_deposit=True, late=late):
                        self._at_once(here, act)
            if len(acts) < len(self._acts):  # a new one may be placed in every standing
                acts = list(self._acts)
                edge |= tried.keys()
            for act in acts[tried[here] :]:
                after = self._next(here, act)
                if after != here and self._shows(act):
                    shown.add(here)
                if after not in tried:
                    tried[after], before[after] = 0, set()
                    edge.add(after)
                before[after].add(here)
            tried[here] = len(acts)
        unsettled = {here for here in tried if not self._settles(here)}
        return set(tried), _backwards(before, unsettled), _backwards(before, shown)

    # --- every question once

    def _key(self, state: State) -> object:
        return self._likeness(state) if self.alike else state.key()

    def _likeness(self, state: State) -> object:
        """The same for states that become one another when the dishonest parties exchange their names.

        Each party is described by what it did and by the places, among the acts that wait, of those by it or about it; of the
        descriptions of the dishonest ones it does not matter whose they are.
        """
        standing = self._standings[state.standing]
        plan, acts = bodies.of(standing), [self._acts[w.act] for w in state.waiting]
        places = {w.act: place for place, w in enumerate(state.waiting)}
        behind = [tuple(sorted(places[a] for a in w.behind if a in places)) for w in state.waiting]
        described = {p: self._described(plan, p, acts) for p in standing.parties}
        return (
            plan.state, plan.accepted >= {MEDIATOR}, state.leaked, state.late, described.pop(self.honest),
            tuple(sorted(described.values())), tuple((a.kind, a.time) for a in acts), tuple(behind),
        )  # fmt: skip

    def _described(self, plan: Plan, party: PartyId, acts: list[Act]) -> tuple[object, ...]:
        deposit = plan.deposits.get(party)
        made = deposit.body.sealed == bodies.mark("sealed", "good", party) if deposit else None
        return (
            party in plan.accepted, str(made), deposit.answer if deposit else "", party in plan.abort_requested,
            party in plan.abandoned, any(holder == party for _, holder in plan.revealed),
            tuple(
                (place, act.author == party, deposit is not None and self._is_about(act, deposit.act))
                for place, act in enumerate(acts)
                if party in (act.author, getattr(act.body, "party", ""))
            ),
        )  # fmt: skip

    def _is_about(self, act: Act, deposit: ActId) -> bool:
        """Whether an act that waits is, or answers, the deposit that is in."""
        return deposit in (act.id, getattr(act.body, "deposit", ""))

    def _number(self, standing: Dossier) -> Standing:
        plan = bodies.of(standing)
        key = (
            plan.state, plan.accepted, frozenset((p, d.act, d.answer) for p, d in plan.deposits.items()),
            frozenset(plan.abort_requested), plan.abandoned, frozenset(standing.suspended),
            frozenset(plan.revealed.items()), frozenset(plan.countersigned),
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

    def _act(self, view: Dossier, who: PartyId, body: Body, time: Utc = bodies.NOW) -> ActId:
        """The same act for the same words: a state does not remember how often something was tried."""
        kind = kind_of(body)
        marks = [getattr(body, name, "") for name in ("party", "deposit", "sealed")]
        if isinstance(body, SignatureDeposited | SignatureRevealed):
            marks += [s.cms for s in body.signatures]
        if isinstance(body, ExchangeReleased):
            marks += body.deposits
        act = _id(who, kind, time, *marks)
        if act not in self._acts:
            self._acts[act] = Act(
                id=act, kind=kind, dossier=DossierId(str(view.id)), author=who, author_seq=0, author_prev="",
                seen={}, time=time, body=body,
            )  # fmt: skip
        return act


@functools.cache
def _id(*marks: str) -> ActId:
    return ActId(bodies.mark(*marks))


def _backwards(before: Mapping[Standing, set[Standing]], ends: set[Standing]) -> set[Standing]:
    """Whatever leads to one of the ends, and they themselves."""
    found, edge = set(ends), list(ends)
    while edge:
        new = before[edge.pop()] - found
        found |= new
        edge += new
    return found


def _briefly(standing: Dossier, who: PartyId, wishes: list[Body]) -> list[Body]:
    """Without what only multiplies states: the mediator stops when it likes, and reveals, in one order, for all."""
    hidden = [p for p in standing.parties if all(p != holder for _, holder in bodies.of(standing).revealed)]
    return [
        body
        for body in wishes
        if not (isinstance(body, SignatureRevealed) and (who != MEDIATOR or body.party not in hidden[:1]))
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


def _state(standing: Dossier) -> PlanState:
    return bodies.of(standing).state


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
