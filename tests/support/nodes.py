"""Nodes in one process: real use cases, keys and signatures; store, network and clock in memory and in the test's hand.

``World.at("deposited")`` gives a dossier that has come so far; each stage is made once per process and copied, so that a test
pays only for what it does itself. ``settle`` runs every node until all are quiet, and fails if they never are.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from paraph.adapters.timestamps.authority import BuiltInTimestamper
from paraph.app import texts as officers
from paraph.app.authoring import author, open_dossier
from paraph.app.courier import ThreadedCourier
from paraph.app.delivery import Delivery
from paraph.app.dossiers import Current, load
from paraph.app.finished import finished_original
from paraph.app.inbound import receive
from paraph.app.node import Node
from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.app.ports import PeerRow
from paraph.app.runner import Runner
from paraph.app.signing import accept_plan, deposit, propose_plan
from paraph.domain import acts
from paraph.domain.acts import Act, Body, Mode, Role
from paraph.domain.ids import ActId, Digest, DossierId, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.language import ByLanguage
from paraph.domain.standing import Dossier, InstrumentState, Plan, PlanState, Slot
from paraph.domain.texts import InstrumentText
from paraph.verify.anchors import TrustAnchors
from paraph.wire.act import read_act
from paraph.wire.card import card_digest
from tests.support import specimens
from tests.support.clock import HandClock, WrongClock
from tests.support.equipment import (
    LANGS,
    CachedRenderer,
    CountingSigner,
    Desk,
    Identity,
    InlineExecutor,
    identity,
    text,
)
from tests.support.memory_store import MemoryBlobs, MemoryGuard, MemoryStore
from tests.support.network import Network

__all__ = [
    "MEDIATOR",
    "STAGES",
    "Backup",
    "CountingSigner",
    "Identity",
    "Member",
    "World",
    "blob_digest",
    "identity",
    "text",
]

MEDIATOR = "middle"
STAGES = ("open", "agreed", "planned", "deposited", "concluded")
PLAN = PlanId("0123456789abcdef0123456789abcdef")
MAX_ROUNDS = 200
"""Rounds in which all nodes together have to fall silent; a conclusion takes about twenty."""


# --- one node


@dataclass(frozen=True, slots=True)
class Backup:
    """Store, blobs and guard at one moment."""

    state: Any
    blobs: dict[Digest, bytes]
    guard: tuple[dict[Any, Any], dict[Any, Any]]


@dataclass(slots=True)
class Member:
    """One participant: its node, and what its officers do there."""

    world: World
    identity: Identity
    clock: WrongClock
    stamp_clock: WrongClock
    store: Any = field(default_factory=MemoryStore)
    blobs: Any = field(default_factory=MemoryBlobs)
    guard: Any = field(default_factory=MemoryGuard)
    desk: Desk = field(init=False)
    node: Node = field(init=False)
    runner: Runner = field(init=False)
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.identity.authority, self.clock)
        if self.identity.role is Role.PARTY:
            self.desk.signers = {
                f"{self.party}.fm": CountingSigner(self.identity.signatory),
                "seal": CountingSigner(self.identity.seal),
            }
        self.start()

    @property
    def party(self) -> PartyId:
        return self.identity.party

    @property
    def signer(self) -> CountingSigner:
        """The signatory's key."""
        signer = self.desk.signers[f"{self.party}.fm"]
        assert isinstance(signer, CountingSigner)
        return signer

    def start(self) -> None:
        """Start the node over what is durable; everything it held in memory is forgotten."""
        self.node = Node(
            party=self.party,
            keys=self.identity.keys,
            card=self.identity.card,
            store=self.store,
            blobs=self.blobs,
            guard=self.guard,
            clock=self.clock,
            timestamper=BuiltInTimestamper(self.identity.stamper, self.stamp_clock),
            renderer=CachedRenderer(),
            desk=self.desk,
        )
        network = self.world.network
        self.runner = Runner(node=self.node)
        courier = ThreadedCourier(transport=network.line_of(self.party), executor=InlineExecutor())
        self.delivery = Delivery(node=self.node, courier=courier)
        network.connect(self.party, functools.partial(receive, self.node))

    def back_up(self) -> Backup:
        """Everything durable, as it is now."""
        return Backup(
            state=self.store.snapshot(),
            blobs=self.blobs.snapshot(),
            guard=(dict(self.guard._last), dict(self.guard._seqs)),
        )

    def restore(self, backup: Backup, *, guard: bool = True, mark: bool = True) -> None:
        """Put a backup back and start the node.

        Args:
            backup: What comes back.
            guard: Whether the guard is still there; else it comes back from the backup, too.
            mark: Whether the store says that it was restored, as ``paraph node restore`` leaves it.
        """
        self.store.restore(backup.state.copy())
        self.blobs.restore(backup.blobs)
        if not guard:
            self.guard._last, self.guard._seqs = dict(backup.guard[0]), dict(backup.guard[1])
        if mark:
            with self.store.write() as uow:
                uow.set_setting("restored-at", self.clock.now())
        self.start()

    def step(self) -> bool:
        """One turn of the node's own loop; whether it did anything."""
        worked = self.runner.do_duties()
        return bool(self.delivery.send_due()) or worked

    # --- looking

    @property
    def current(self) -> Current:
        with self.store.read() as uow:
            return load(self.node, uow, self.world.dossier)

    @property
    def standing(self) -> Dossier:
        return self.current.standing

    @property
    def plan(self) -> Plan:
        plan = self.standing.plan
        assert plan is not None
        return plan

    def log(self) -> list[bytes]:
        """Envelopes in order."""
        with self.store.read() as uow:
            return [row.envelope for row in uow.log(self.world.dossier, 0, 10_000)]

    def acts(self) -> list[Act]:
        """Acts in order."""
        return [read_act(envelope).act for envelope in self.log()]

    def feed(self, of: str) -> list[Act]:
        """One participant's acts, as held here."""
        with self.store.read() as uow:
            rows = uow.feed(self.world.dossier, PartyId(of), 0, 10_000)
        return [read_act(row.envelope).act for row in rows]

    def evidence(self) -> list[str]:
        """Codes of what was refused."""
        with self.store.read() as uow:
            return [row.code for row in uow.evidence()]

    def setting(self, name: str) -> str:
        with self.store.read() as uow:
            return uow.setting(name) or ""

    def secret(self, name: str) -> bytes | None:
        with self.store.read() as uow:
            found: bytes | None = uow.secret(name)
            return found

    def peer(self, party: str) -> PeerRow:
        with self.store.read() as uow:
            row = uow.peer(PartyId(party))
        assert row is not None
        return row

    def original(self, slot: Slot) -> bytes:
        return finished_original(self.node, self.standing, slot)

    # --- doing

    def say(self, *bodies: Body) -> tuple[Act, ...]:
        """Make acts through the use case."""
        return author(self.node, self.world.dossier, *bodies)

    def describe(self) -> None:
        own = specimens.party(self.party, LANGS, date="2026-03-02")
        self.say(acts.PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory,)))

    def certify(self) -> None:
        signer = self.signer
        self.say(
            acts.CertificatePresented(
                signatory=f"{self.party}.fm",
                certificate=self.blobs.put(signer.certificate),
                chain=tuple(self.blobs.put(c) for c in signer.chain),
                crls=tuple(self.blobs.put(c) for c in self.desk.crls()),
            )
        )

    def present_powers(self, **changes: Any) -> ActId:
        body = acts.FullPowersPresented(
            signatory=f"{self.party}.fm",
            basis=acts.Basis.BY_OFFICE,
            office=acts.Office.FOREIGN_MINISTER,
            valid_from=Utc("2025-01-01T00:00:00Z"),
            valid_until=Utc(""),
            instruments=(),
            document="",
            channel="note verbale",
        )
        (act,) = self.say(replace(body, **changes))
        return act.id

    def order(self, *numbers: str) -> None:
        """The go."""
        chosen = numbers or tuple(self.standing.instruments)
        self.say(
            acts.SigningOrdered(
                signatory=f"{self.party}.fm", instruments=tuple(InstrumentNumber(n) for n in chosen)
            )
        )

    def propose(self, one: InstrumentText) -> Act:
        return officers.propose(self.node, self.world.dossier, one)

    def accept(self, number: str) -> Act:
        return officers.accept(self.node, self.world.dossier, InstrumentNumber(number))

    def initial(self, number: str) -> Act:
        return officers.initial(
            self.node, self.world.dossier, InstrumentNumber(number), self.party[:1].upper()
        )

    def engross(self, number: str) -> Act:
        return officers.engross(self.node, self.world.dossier, InstrumentNumber(number))

    def reopen(self, number: str) -> Act:
        return officers.reopen(self.node, self.world.dossier, InstrumentNumber(number), "a word is wrong")

    def propose_plan(self, mode: Mode = Mode.MEDIATED, *, plan: PlanId = PLAN, minutes: int = 120) -> Act:
        return propose_plan(
            self.node,
            self.world.dossier,
            plan=plan,
            mode=mode,
            numbers=(),
            signatories={},
            deposit_minutes=minutes,
        )

    def accept_plan(self) -> Act:
        return accept_plan(self.node, self.world.dossier)

    def deposit(self, *, countersign: bool = True) -> Act:
        return deposit(
            self.node,
            self.world.dossier,
            local_date="2 March 2026",
            place=f"city {self.party}",
            countersign=countersign,
        )


# --- all of them


@dataclass(slots=True)
class World:
    """Everybody in one dossier."""

    parties: tuple[str, ...] = ("north", "south")
    mediator: str = MEDIATOR
    witnesses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ("X/2026/1",)
    mode: Mode = Mode.MEDIATED
    clock: HandClock = field(default_factory=HandClock)
    network: Network = field(default_factory=Network)
    dossier: DossierId = field(default=DossierId(""))
    members: dict[str, Member] = field(default_factory=dict)

    def __getitem__(self, party: str) -> Member:
        return self.members[party]

    @property
    def everybody(self) -> tuple[str, ...]:
        return (*self.parties, *((self.mediator,) if self.mediator else ()), *self.witnesses)

    @property
    def first(self) -> Member:
        """The opener."""
        return self.members[self.parties[0]]

    @property
    def second(self) -> Member:
        return self.members[self.parties[1]]

    @property
    def middle(self) -> Member:
        return self.members[self.mediator]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple((InstrumentNumber(n), PartyId(p)) for n in self.numbers for p in self.parties)

    # --- stages

    @classmethod
    def at(cls, stage: str, **settings: Any) -> World:
        """A world that has come to a stage: of its own, though made once per process."""
        return _made(stage, tuple(sorted(settings.items()))).copy()

    def copy(self) -> World:
        """The same world once more, independent of this one."""
        world = World(
            parties=self.parties, mediator=self.mediator, witnesses=self.witnesses, numbers=self.numbers,
            mode=self.mode, clock=HandClock(self.clock.at), dossier=self.dossier,
        )  # fmt: skip
        for name, member in self.members.items():
            copied = world.join(name, member.identity)
            copied.store.restore(member.store.snapshot())
            copied.blobs.restore(member.blobs.snapshot())
            copied.guard._last, copied.guard._seqs = dict(member.guard._last), dict(member.guard._seqs)
        return world

    def join(self, name: str, who: Identity) -> Member:
        """Give a participant a node."""
        member = Member(self, who, WrongClock(self.clock), WrongClock(self.clock))
        self.members[name] = member
        return member

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
            role = (
                Role.MEDIATOR
                if name == self.mediator
                else Role.WITNESS
                if name in self.witnesses
                else Role.PARTY
            )
            self.join(name, identity(name, role))
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
            self.first.propose(text(number, self.parties))
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
        assert all(i.state is InstrumentState.ENGROSSED for i in self.first.standing.instruments.values())

    def make_plan(self) -> None:
        """Give the go, propose the plan and accept it."""
        for name in self.parties:
            self[name].order()
        self.settle()
        self.first.propose_plan(self.mode)
        self.settle()
        for name in self.everybody[1:]:
            if name not in self.witnesses and not (name == self.mediator and self.mode is Mode.DIRECT):
                self[name].accept_plan()
        self.settle()
        assert self.first.plan.state is PlanState.OPEN

    def deposit(self) -> None:
        """Every party signs and deposits; nothing has been sent yet."""
        for name in self.parties:
            self[name].deposit()

    # --- running

    def settle(self, *names: str) -> int:
        """Run nodes (all by default) until they are quiet, without time passing; return the rounds that took."""
        chosen = [self.members[name] for name in names or self.members]
        for round_ in range(MAX_ROUNDS):
            if not any(member.step() for member in chosen):
                return round_
        raise AssertionError(f"the nodes are not quiet after {MAX_ROUNDS} rounds")

    def pass_time(self, seconds: int, *, every: int = 60) -> None:
        """Let time pass, with the nodes at work."""
        for _ in range(max(1, seconds // every)):
            self.clock.advance(min(every, seconds))
            self.settle()

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
            assert current.final == current.view.size == count, (
                member.party,
                current.final,
                current.view.size,
                count,
            )
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

    def anchors(self) -> TrustAnchors:
        """Trust in every participant's authority."""
        return TrustAnchors.load([member.identity.authority.root_pem for member in self.members.values()])


@functools.cache
def _made(stage: str, settings: tuple[tuple[str, Any], ...]) -> World:
    step = STAGES.index(stage)
    if step == 0:
        world = World(**dict(settings))
        world.open()
        return world
    world = _made(STAGES[step - 1], settings).copy()
    steps: dict[str, Callable[[], object]] = {
        "agreed": world.agree,
        "planned": world.make_plan,
        "deposited": world.deposit,
        "concluded": world.settle,
    }
    steps[stage]()
    return world


def blob_digest(data: bytes) -> Digest:
    """SHA-256 in hexadecimal."""
    return Digest(hashlib.sha256(data).hexdigest())
