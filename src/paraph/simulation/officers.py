"""One participant: its node, and what its officers see and do there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from paraph.adapters.timestamps.authority import BuiltInTimestamper
from paraph.app import signing
from paraph.app import texts as writing
from paraph.app.authoring import author
from paraph.app.awaiting import ask_again
from paraph.app.delivery import Delivery
from paraph.app.dossiers import Current, load, silenced
from paraph.app.exchange import countersign_now
from paraph.app.finished import finished_original
from paraph.app.node import Node
from paraph.app.ports import Clock, Courier, PeerRow, Renderer
from paraph.app.renewal import put_in_force, renew_everywhere, succeeding_card
from paraph.app.restoration import begin_again, mark_restored
from paraph.app.runner import Runner
from paraph.app.stopping import suspend_certificate
from paraph.domain import acts
from paraph.domain.acts import Act, Body, Mode, Role
from paraph.domain.ids import ActId, DossierId, InstrumentNumber, PartyId, PlanId, Utc
from paraph.domain.standing import Dossier, Plan, Slot
from paraph.domain.texts import InstrumentText
from paraph.simulation import papers
from paraph.simulation.disk import Backup, Disk
from paraph.simulation.equipment import CountingSigner, Desk, Identity
from paraph.simulation.ideal import new_keys
from paraph.simulation.memory_files import MemoryBlobs, MemoryGuard
from paraph.simulation.memory_store import MemoryStore, State
from paraph.wire.act import read_act
from paraph.wire.keys import NodeKeys

__all__ = ["PLAN", "Officers"]

PLAN = PlanId("0123456789abcdef0123456789abcdef")
"""Name of a company's first plan."""

_ALL = 10_000
"""More acts than any dossier of a simulation has."""


class Gathering(Protocol):
    """Those with whom somebody takes part in a dossier."""

    dossier: DossierId


@dataclass(slots=True, kw_only=True)
class Officers:
    """One participant: its node and its people.

    Attributes:
        company: With whom.
        identity: Its keys, card and certificates.
        clock: What its node reads.
        stamp_clock: What its time-stamp authority reads.
        disk: What outlives the node's process.
        desk: Its signatories' keys.
        node: The node at present; another one after each start.
        runner: Does the node's duties.
        delivery: Sends what is due.
    """

    company: Gathering
    identity: Identity
    clock: Clock
    stamp_clock: Clock
    disk: Disk
    desk: Desk = field(init=False)
    node: Node = field(init=False)
    runner: Runner = field(init=False)
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        """Put keys on the desk, and start the node."""
        self.desk = Desk(self.identity.authority, self.clock)
        if self.identity.role is Role.PARTY:
            self.desk.signers = {
                f"{self.party}.fm": CountingSigner(self.identity.signatory),
                "seal": CountingSigner(self.identity.seal),
            }
        self.start()

    # --- the node

    def start(self) -> None:
        """Start the node over what is durable; everything it held in memory is forgotten."""
        self.node = Node(
            party=self.party,
            keys=self.identity.keys,
            card=self.identity.card,
            former=self.identity.former,
            store=self.store,
            blobs=self.blobs,
            guard=self.guard,
            clock=self.clock,
            timestamper=BuiltInTimestamper(self.identity.stamper, self.stamp_clock),
            renderer=self.renderer(),
            desk=self.desk,
        )
        self.runner = Runner(node=self.node)
        self.delivery = Delivery(node=self.node, courier=self.courier())

    def renderer(self) -> Renderer:
        """How this participant renders."""
        raise NotImplementedError

    def courier(self) -> Courier:
        """How this participant's bundles travel."""
        raise NotImplementedError

    def renew(self, keys: NodeKeys | None = None) -> None:
        """The node renews its keys now: durable with its card first, then stated wherever that is possible."""
        keys = keys or new_keys()
        card = succeeding_card(self.node, keys, valid_until=self.node.peer_card(self.node.card).valid_until)
        self.identity = replace(
            self.identity, keys=keys, card=card, former=(self.identity.keys, *self.identity.former)
        )
        put_in_force(self.node, keys, card)
        renew_everywhere(self.node, "routine")

    def suspend(self) -> None:
        """The signatory's card is lost: its certificate is suspended, and another one issued."""
        suspend_certificate(self.node, self.company.dossier, f"{self.party}.fm", "the card is lost")
        organisation = f"Ministry of {self.party.title()}"
        issued = self.identity.authority.issue_signatory(
            f"minister {self.party}", "Minister", organisation, now=self.clock.now()
        )
        self.desk.signers[f"{self.party}.fm"] = CountingSigner(issued)

    def back_up(self) -> Backup:
        """Everything durable, as it is now."""
        return self.disk.back_up()

    def restore(self, backup: Backup, *, guard: bool = True, mark: bool = True) -> None:
        """Put a backup back and start the node.

        Args:
            backup: What comes back.
            guard: Whether the guard is still there; else it comes back from the backup, too.
            mark: Whether the store says that it was restored, as ``paraph node restore`` leaves it.
        """
        self.disk.restore(backup, guard=not guard)
        if mark:
            with self.store.write() as uow:
                mark_restored(uow, self.clock.now(), str(self.disk.fuse.count))
        self.start()

    def rebuild(self, *, peers: bool = True) -> None:
        """Lose everything but the keys, and start the node over an empty store.

        Args:
            peers: Whether the peers' cards, and who verified them, were kept with the keys; else they are added anew.
        """
        with self.store.read() as uow:
            known = list(uow.peers()) if peers else []
        cards = self.node.own_cards() + tuple(d for row in known for d in self.node.ancestry(row.card))
        kept = [data for digest in cards if (data := self.blobs.get(digest)) is not None]
        self.disk.restore(Backup(State(), {}, ({}, {})))
        for data in kept:
            self.blobs.put(data)
        begin_again(self.store, known, self.clock.now(), str(self.disk.fuse.count))
        self.start()

    @property
    def party(self) -> PartyId:
        """Whose node it is."""
        return self.identity.party

    @property
    def store(self) -> MemoryStore:
        """Its store."""
        return self.disk.store

    @property
    def blobs(self) -> MemoryBlobs:
        """Its blobs."""
        return self.disk.blobs

    @property
    def guard(self) -> MemoryGuard:
        """Its guard."""
        return self.disk.guard

    @property
    def signer(self) -> CountingSigner:
        """The signatory's key."""
        signer = self.desk.signers[f"{self.party}.fm"]
        assert isinstance(signer, CountingSigner)
        return signer

    # --- looking

    @property
    def current(self) -> Current:
        """The dossier as the node sees it."""
        with self.store.read() as uow:
            return load(self.node, uow, self.company.dossier)

    @property
    def standing(self) -> Dossier:
        """Where the dossier stands, with acts that have no place yet."""
        return self.current.standing

    @property
    def plan(self) -> Plan:
        """The current plan; there is one."""
        plan = self.standing.plan
        assert plan is not None
        return plan

    def log(self) -> list[bytes]:
        """Envelopes in order."""
        with self.store.read() as uow:
            return [row.envelope for row in uow.log(self.company.dossier, 0, _ALL)]

    def acts(self) -> list[Act]:
        """Acts in order."""
        return [read_act(envelope).act for envelope in self.log()]

    def feed(self, of: str) -> list[Act]:
        """One participant's acts, as held here."""
        with self.store.read() as uow:
            rows = uow.feed(self.company.dossier, PartyId(of), 0, _ALL)
        return [read_act(row.envelope).act for row in rows]

    def evidence(self) -> list[str]:
        """Codes of what was refused."""
        with self.store.read() as uow:
            return [row.code for row in uow.evidence()]

    def setting(self, name: str) -> str:
        """A small value of the store, or ""."""
        with self.store.read() as uow:
            return uow.setting(name) or ""

    def secret(self, name: str) -> bytes | None:
        """Private bytes of the store, or None."""
        with self.store.read() as uow:
            return uow.secret(name)

    def peer(self, party: str) -> PeerRow:
        """A peer as known here; it is known."""
        with self.store.read() as uow:
            row = uow.peer(PartyId(party))
        assert row is not None
        return row

    def original(self, slot: Slot) -> bytes:
        """A finished original."""
        return finished_original(self.node, self.standing, slot)

    def told_to_ask_again(self) -> bool:
        """Whether its node is silent, and says that it will be until an officer has it ask everybody again."""
        dossier = self.company.dossier
        with self.store.read() as uow:
            return "--ask-again" in silenced(self.node, uow, dossier, self.node.view(dossier))

    # --- doing

    def ask_again(self) -> None:
        """Have the node take its store for one that has forgotten something; it has to be started again."""
        ask_again(self.node, str(self.disk.fuse.count))

    def say(self, *bodies: Body) -> tuple[Act, ...]:
        """Make acts through the use case."""
        return author(self.node, self.company.dossier, *bodies)

    def describe(self) -> None:
        """State the party's own names, places and signatory."""
        own = papers.party(self.party, papers.LETTER_LANGS, date=papers.DATE)
        self.say(acts.PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory,)))

    def certify(self) -> None:
        """Present the signatory's certificate."""
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
        """Present full powers: those of a foreign minister, unless changed."""
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
        """Give the go."""
        chosen = numbers or tuple(self.standing.instruments)
        self.say(
            acts.SigningOrdered(
                signatory=f"{self.party}.fm", instruments=tuple(InstrumentNumber(n) for n in chosen)
            )
        )

    def propose(self, one: InstrumentText) -> Act:
        """Put a text on the table."""
        return writing.propose(self.node, self.company.dossier, one)

    def accept(self, number: str) -> Act:
        """Accept the text on the table."""
        return writing.accept(self.node, self.company.dossier, InstrumentNumber(number))

    def initial(self, number: str) -> Act:
        """Initial the agreed text."""
        return writing.initial(
            self.node, self.company.dossier, InstrumentNumber(number), self.party[:1].upper()
        )

    def engross(self, number: str) -> Act:
        """Render the originals."""
        return writing.engross(self.node, self.company.dossier, InstrumentNumber(number))

    def reopen(self, number: str) -> Act:
        """Ask to open the text again."""
        return writing.reopen(self.node, self.company.dossier, InstrumentNumber(number), "a word is wrong")

    def propose_plan(self, mode: Mode = Mode.MEDIATED, *, plan: PlanId = PLAN, minutes: int = 120) -> Act:
        """Propose how the originals are signed."""
        return signing.propose_plan(
            self.node,
            self.company.dossier,
            plan=plan,
            mode=mode,
            numbers=(),
            signatories={},
            deposit_minutes=minutes,
        )

    def accept_plan(self) -> Act:
        """Accept the plan."""
        return signing.accept_plan(self.node, self.company.dossier)

    def deposit(self, *, countersign: bool = True) -> Act:
        """Sign the party's own originals and deposit the signatures."""
        return signing.deposit(
            self.node,
            self.company.dossier,
            local_date="2 March 2026",
            place=f"city {self.party}",
            countersign=countersign,
        )

    def request_abort(self, reason: str = "not now") -> Act:
        """Ask to stop the exchange."""
        return signing.request_abort(self.node, self.company.dossier, reason)

    def countersign(self) -> tuple[Act, ...]:
        """Countersign by hand every original whose turn it is."""
        return countersign_now(self.node, self.company.dossier)
