"""Those who take part in one dossier, and the stages up to the exchange of signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from paraph.app.authoring import open_dossier
from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.domain import acts
from paraph.domain.acts import Mode, Role
from paraph.domain.ids import ActId, DossierId, InstrumentNumber, PartyId, PlanId
from paraph.domain.language import ByLanguage
from paraph.domain.standing import InstrumentState, PlanState, Slot
from paraph.simulation.equipment import Identity, identity
from paraph.simulation.officers import PLAN, Officers
from paraph.simulation.papers import letter
from paraph.wire.card import card_digest

__all__ = ["MEDIATOR", "STAGES", "Company"]

MEDIATOR: Final = "middle"

STAGES: Final = ("open", "agreed", "planned", "deposited", "concluded")
"""Each is reached from the one before; in ``deposited`` nothing has been sent yet."""

Who = TypeVar("Who", bound=Officers)


@dataclass(slots=True, kw_only=True)
class Company(Generic[Who]):
    """Everybody in one dossier.

    Attributes:
        parties: Their ids; the first opens the dossier, so its node orders acts.
        mediator: The mediator's id, or "" where there is none.
        witnesses: Their ids.
        numbers: The instruments.
        mode: How signatures are exchanged.
        countersign: Whether signatories approve countersigning when they deposit.
        dossier: The dossier, once it is open.
        members: Everybody by id.
    """

    parties: tuple[str, ...] = ("north", "south")
    mediator: str = MEDIATOR
    witnesses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ("X/2026/1",)
    mode: Mode = Mode.MEDIATED
    countersign: bool = True
    dossier: DossierId = field(default=DossierId(""))
    members: dict[str, Who] = field(default_factory=dict)

    def __getitem__(self, party: str) -> Who:
        """One of them."""
        return self.members[party]

    def join(self, name: str, who: Identity) -> Who:
        """Give a participant a node."""
        raise NotImplementedError

    def settle(self, *names: str) -> int:
        """Let nodes (all by default) work until they are quiet; say how long that took."""
        raise NotImplementedError

    @property
    def everybody(self) -> tuple[str, ...]:
        """Parties, mediator, witnesses."""
        return (*self.parties, *((self.mediator,) if self.mediator else ()), *self.witnesses)

    def role(self, name: str) -> Role:
        """What somebody takes part as."""
        if name == self.mediator:
            return Role.MEDIATOR
        return Role.WITNESS if name in self.witnesses else Role.PARTY

    @property
    def first(self) -> Who:
        """The opener."""
        return self.members[self.parties[0]]

    @property
    def second(self) -> Who:
        """Another party."""
        return self.members[self.parties[1]]

    @property
    def middle(self) -> Who:
        """The mediator."""
        return self.members[self.mediator]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every original."""
        return tuple((InstrumentNumber(n), PartyId(p)) for n in self.numbers for p in self.parties)

    def cast(self) -> dict[str, Any]:
        """What a company is made from, to make another one like it."""
        return {
            "parties": self.parties,
            "mediator": self.mediator,
            "witnesses": self.witnesses,
            "numbers": self.numbers,
            "mode": self.mode,
            "countersign": self.countersign,
        }

    # --- stages

    def advance(self, stage: str) -> None:
        """Come to a stage from the one before."""
        steps: dict[str, Callable[[], object]] = {
            "open": self.open,
            "agreed": self.agree,
            "planned": self.make_plan,
            "deposited": self.deposit,
            "concluded": self.settle,
        }
        steps[stage]()

    def meet(self, names: Iterable[str] | None = None) -> None:
        """Cards are exchanged and the twelve words compared."""
        known = list(names or self.everybody)
        for one in known:
            for other in known:
                if one == other:
                    continue
                add_peer(self[one].node, self[other].identity.card, url=f"memory:{other}")
                words = words_with(self[one].node, PartyId(other))
                confirm_words(self[one].node, PartyId(other), words, ("first officer", "second officer"))

    def begin(self) -> None:
        """Everybody has a node, and all have met."""
        for name in self.everybody:
            self.join(name, identity(name, self.role(name)))
        self.meet()

    def open(self) -> None:
        """Open, join, describe, present certificates and authority."""
        self.begin()
        self.open_dossier()
        self.settle()
        for name in self.everybody[1:]:
            self[name].say(acts.DossierJoined(opening=ActId(str(self.dossier))))
        self.settle()
        for name in self.parties:
            self[name].describe()
            self[name].certify()
            self[name].present_powers()
        self.settle()

    def open_dossier(self, nonce: str = "00" * 16) -> DossierId:
        """Open a dossier of all; it is the one that is meant from now on."""
        participants = tuple(
            acts.Participant(party=m.party, role=m.identity.role, card=card_digest(m.identity.card))
            for _, m in sorted(self.members.items())
        )
        body = acts.DossierOpened(
            title=ByLanguage({"en": "Letters"}),
            participants=participants,
            suite=acts.SUITE,
            nonce=nonce,
            specimen="",
        )
        self.dossier = open_dossier(self.first.node, body)
        return self.dossier

    def agree(self) -> None:
        """Propose, accept, initial and engross every text."""
        for number in self.numbers:
            self.first.propose(letter(number, self.parties))
            self.settle()
            for name in self.parties[1:]:
                self[name].accept(number)
            self.settle()
            for name in self.parties:
                self[name].initial(number)
            self.settle()
            for name in self.parties:
                self[name].engross(number)
            self.settle()
        instruments = self.first.standing.instruments
        assert all(instruments[InstrumentNumber(n)].state is InstrumentState.ENGROSSED for n in self.numbers)

    def make_plan(self, plan: PlanId = PLAN) -> None:
        """Give the go, propose the plan and accept it."""
        for name in self.parties:
            self[name].order(*self.numbers)
        self.settle()
        self.first.propose_plan(self.mode, plan=plan)
        self.settle()
        for name in self.everybody[1:]:
            if name not in self.witnesses and not (name == self.mediator and self.mode is Mode.DIRECT):
                self[name].accept_plan()
        self.settle()
        assert self.first.plan.state is PlanState.OPEN

    def deposit(self) -> None:
        """Every party signs and deposits; nothing has been sent yet."""
        for name in self.parties:
            self[name].deposit(countersign=self.countersign)

    # --- what holds in the end

    def assert_alike(self, *names: str) -> None:
        """Every node holds the same log, all of it ordered and final, and nothing was refused."""
        chosen = [self[name] for name in names or self.members]
        logs = {tuple(member.log()) for member in chosen}
        assert len(logs) == 1, {str(m.party): len(m.log()) for m in chosen}
        roots = {member.current.view.tree.root() for member in chosen}
        assert len(roots) == 1
        for member in chosen:
            current = member.current
            with member.store.read() as uow:
                count = uow.act_count(self.dossier)
            counts = (current.final, current.view.size, count)
            assert len(set(counts)) == 1, (member.party, counts)
            assert not current.frozen
        standings = {repr(member.standing) for member in chosen}
        assert len(standings) == 1

    def assert_concluded(self) -> None:
        """Everybody has the same finished originals, everybody's signatures in them, verified by all."""
        self.assert_alike()
        for slot in self.slots:
            found = {member.original(slot) for member in self.members.values()}
            assert len(found) == 1
        assert self.first.standing.concluded
        assert len(self.first.plan.container_seals) == len(self.parties)
