"""A dossier on the table, without nodes: acts are made and applied at once, as the log would order them.

``reach("released")`` gives a dossier in which everything up to that stage has been done. Stages, in order, are ``STAGES``.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paraph.domain.acts import Act, Body, Mode, Passkey, Role
from paraph.domain.digests import text_digest
from paraph.domain.dossier import apply, opened
from paraph.domain.duties import Duty, DutyKind
from paraph.domain.ids import ActId, Digest, DossierId, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.standing import Card, Dossier
from paraph.domain.texts import InstrumentText
from paraph.errors import LocalActError
from paraph.wire.act import kind_of
from tests.support import bodies
from tests.support.specimens import text

TWO = ("aland", "beland")
MEDIATOR, WITNESS = PartyId("middle"), PartyId("onlooker")
NUMBERS = (InstrumentNumber("AB/2021/1"), InstrumentNumber("AB/2021/2"))

STAGES = (
    "opened", "joined", "described", "proposed", "agreed", "initialled", "engrossed", "authorised", "planned", "open",
    "deposited", "held", "released", "revealed", "countersigned", "sealed", "concluded", "engrossed-container", "finished",
)  # fmt: skip


@functools.cache
def words(names: tuple[str, ...], number: InstrumentNumber) -> InstrumentText:
    """The text that reached dossiers negotiate."""
    return text(names, ("en",), number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidCard:
    """What the rules ask of a card."""

    party: PartyId
    succeeds: str
    key_id: Digest


@dataclass(slots=True)
class Table:
    """``Attachments`` of texts that are simply there."""

    texts: dict[Digest, InstrumentText] = field(default_factory=dict)
    cards: dict[Digest, Card] = field(default_factory=dict)

    def text(self, digest: Digest) -> InstrumentText | None:
        return self.texts.get(digest)

    def card(self, digest: Digest) -> Card | None:
        return self.cards.get(digest)

    def stamps_release(self, token: Digest, plan: PlanId, proposal: ActId, deposits: Sequence[ActId]) -> bool:
        """Every token but one marked as bad is as good as it says."""
        return token != bodies.mark("bad token")

    def is_passkey(self, key: Digest) -> bool:
        """Every key but one marked as bad is one."""
        return key != bodies.mark("bad key")

    def approves(self, assertion: Digest, passkey: Passkey, prepared: ActId) -> bool:
        """An assertion is good for the passkey and the act that it was marked with."""
        return assertion == bodies.mark("assertion", passkey.credential, prepared)

    def lay_card(self, party: str, succeeds: str, *, keys: str = "") -> Digest:
        """Put the card on the table that follows another, with new keys if none are named."""
        digest = bodies.mark("card", party, succeeds, keys)
        self.cards[digest] = LaidCard(
            party=PartyId(party), succeeds=succeeds, key_id=bodies.mark("keys", keys or digest)
        )
        return digest

    def lay(self, one: InstrumentText) -> Digest:
        """Put a text on the table."""
        digest = text_digest(one)
        self.texts[digest] = one
        return digest


@dataclass(slots=True)
class Proceedings:
    """A dossier, and the table before it.

    Attributes:
        names: The parties.
        mode: How reached plans exchange signatures.
        numbers: The instruments of the package.
    """

    names: tuple[str, ...] = TWO
    mode: Mode = Mode.MEDIATED
    numbers: tuple[InstrumentNumber, ...] = NUMBERS
    table: Table = field(default_factory=Table)
    made: int = 0
    plans: int = 0
    current: Dossier | None = None

    @property
    def standing(self) -> Dossier:
        assert self.current is not None
        return self.current

    @property
    def parties(self) -> tuple[PartyId, ...]:
        return tuple(PartyId(name) for name in self.names)

    @property
    def everybody(self) -> tuple[PartyId, ...]:
        return (*self.parties, MEDIATOR, WITNESS)

    def act(self, author: str, body: Body | None, *, kind: str = "", time: Utc = bodies.NOW) -> Act:
        """An act as it would be read from an envelope."""
        self.made += 1
        return Act(
            id=ActId(bodies.mark("act", self.made)),
            kind=kind or kind_of(body) if body is not None else kind,
            dossier=DossierId(str(self.current.id)) if self.current else DossierId(""),
            author=PartyId(author),
            author_seq=0,
            author_prev="",
            seen={},
            time=time,
            body=body,
        )

    def say(self, author: str, body: Body, *, time: Utc = bodies.NOW) -> Act:
        """Make an act and apply it."""
        act = self.act(author, body, time=time)
        self.current = opened(act) if self.current is None else apply(self.current, act, self.table)
        return act

    def refused(self, author: str, body: Body | None, *, kind: str = "") -> str:
        """Code with which an act is refused; nothing is changed by it."""
        before = copy.deepcopy(self.standing)
        try:
            apply(self.standing, self.act(author, body, kind=kind), self.table)
        except LocalActError as error:
            code = error.code
        else:
            raise AssertionError("this act was not refused")
        assert self.standing == before
        return code

    # --- the stages

    def open(self, *, specimen: str = "") -> None:
        roles = [(name, Role.PARTY) for name in self.names]
        roles += [(MEDIATOR, Role.MEDIATOR), (WITNESS, Role.WITNESS)]
        self.say(self.names[0], bodies.opening(roles, specimen))

    def join(self) -> None:
        for party in self.everybody[1:]:
            self.say(party, bodies.joining(self.standing))

    def describe(self) -> None:
        for party in self.parties:
            self.say(party, bodies.description(words(self.names, self.numbers[0]), party))
            self.say(party, bodies.certificate(party))

    def propose(self) -> None:
        for number in self.numbers:
            one = words(self.names, number)
            self.say(self.names[0], bodies.proposal(one, self.table.lay(one)))

    def accept(self) -> None:
        for number in self.numbers:
            for party in self.parties[1:]:
                self.say(party, bodies.acceptance(self.standing, number))

    def initial(self) -> None:
        for number in self.numbers:
            for party in self.parties:
                self.say(party, bodies.initials(self.standing, number, words(self.names, number)))

    def engross(self) -> None:
        for number in self.numbers:
            for party in self.parties:
                self.say(party, bodies.engrossing(self.standing, number))

    def authorise(self) -> None:
        for party in self.parties:
            self.say(party, bodies.powers(party))
            self.say(party, bodies.order(self.standing, party))

    def plan(self) -> None:
        self.plans += 1
        self.say(self.names[0], bodies.plan(self.standing, bodies.plan_id(self.plans), self.mode))

    def accept_plan(self) -> None:
        for party in (*self.parties[1:], *([MEDIATOR] if self.mode is Mode.MEDIATED else [])):
            self.say(party, bodies.plan_acceptance(self.standing))

    def deposit(self) -> None:
        for party in self.parties:
            self.say(party, bodies.deposit(self.standing, party))

    def hold(self) -> None:
        for party in self.parties if self.mode is Mode.MEDIATED else ():
            self.say(MEDIATOR, bodies.held(self.standing, party))

    def release(self) -> None:
        if self.mode is Mode.MEDIATED:
            self.say(MEDIATOR, bodies.release(self.standing))
        else:
            self._reveal()

    def reveal(self) -> None:
        if self.mode is Mode.MEDIATED:
            self._reveal()

    def _reveal(self) -> None:
        for party in self.parties:
            self.say(party, bodies.reveal(self.standing, party))

    def countersign(self) -> None:
        for _ in range(len(self.names) - 1):
            for party in self.parties:
                body = bodies.countersignatures(self.standing, party)
                if body.signatures:
                    self.say(party, body)

    def seal(self) -> None:
        self.say(self.names[0], bodies.sealing(self.standing))

    def receive(self) -> None:
        for party in self.parties:
            self.say(party, bodies.receipt(self.standing))

    def engross_container(self) -> None:
        self.say(self.names[0], bodies.container(self.standing))

    def seal_container(self) -> None:
        for party in self.parties:
            self.say(party, bodies.container_seal(self.standing, party))

    def copy(self) -> Proceedings:
        """The same, to go on in another way."""
        return replace(self, table=Table(dict(self.table.texts)))


_STEPS: Mapping[str, Callable[[Proceedings], None]] = dict(
    zip(
        STAGES,
        (
            Proceedings.open, Proceedings.join, Proceedings.describe, Proceedings.propose, Proceedings.accept,
            Proceedings.initial, Proceedings.engross, Proceedings.authorise, Proceedings.plan, Proceedings.accept_plan,
            Proceedings.deposit, Proceedings.hold, Proceedings.release, Proceedings.reveal, Proceedings.countersign,
            Proceedings.seal, Proceedings.receive, Proceedings.engross_container, Proceedings.seal_container,
        ),
        strict=True,
    )
)  # fmt: skip


@functools.cache
def _reached(
    stage: str, names: tuple[str, ...], mode: Mode, numbers: tuple[InstrumentNumber, ...]
) -> Proceedings:
    place = STAGES.index(stage)
    before = _reached(STAGES[place - 1], names, mode, numbers) if place else Proceedings(names, mode, numbers)
    here = before.copy()
    _STEPS[stage](here)
    return here


def reach(
    stage: str,
    names: tuple[str, ...] = TWO,
    mode: Mode = Mode.MEDIATED,
    numbers: tuple[InstrumentNumber, ...] = NUMBERS,
) -> Proceedings:
    """Proceedings in which everything up to a stage has been done."""
    return _reached(stage, names, mode, numbers).copy()


def answer(
    dossier: Dossier, who: PartyId, duty: Duty, *, good: Callable[[str], bool] = lambda _: True
) -> Body:
    """The body with which a correct node does a duty."""
    match duty.kind:
        case DutyKind.CHECK_DEPOSIT:
            return (bodies.held if good(duty.party) else bodies.refusal)(dossier, duty.party)
        case DutyKind.RELEASE:
            return bodies.release(dossier)
        case DutyKind.ABORT:
            return bodies.abort(dossier)
        case DutyKind.REVEAL:
            return bodies.reveal(dossier, duty.party)
        case DutyKind.COUNTERSIGN:
            return bodies.countersignatures(dossier, who, duty.slots)
        case DutyKind.SEAL:
            return bodies.sealing(dossier)
        case DutyKind.RECEIVE:
            return bodies.receipt(dossier)
        case DutyKind.ENGROSS_CONTAINER:
            return bodies.container(dossier)
        case DutyKind.SEAL_CONTAINER:
            return bodies.container_seal(dossier, who)


UNLIMITED = Utc("2026-03-02T10:00:00Z")
"""An instant at which no plan made here has run out of time."""
