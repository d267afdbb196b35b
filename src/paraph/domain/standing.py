"""Where a dossier stands: the values that ``dossier.apply`` computes from acts.

Everything here is immutable and holds no history: only what later rules ask for, so that a dossier of
ten thousand statements costs no more to carry than one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from paraph.domain.acts import (
    ApprovalPrepared,
    CertificatePresented,
    ContainerEngrossed,
    CounterSignature,
    FullPowersPresented,
    OriginalReceipt,
    PartyDescribed,
    Passkey,
    PlannedOriginal,
    PlannedSigner,
    PlanProposed,
    RenderedOriginal,
    Role,
    SealedOriginal,
    SignatureDeposited,
)
from paraph.domain.ids import ActId, Digest, DossierId, InstrumentNumber, PartyId, PlanId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import InstrumentText

__all__ = [
    "Attachments",
    "Card",
    "Deposit",
    "Dossier",
    "Instrument",
    "InstrumentState",
    "Plan",
    "PlanState",
    "Powers",
    "Prepared",
    "Slot",
    "Tick",
]

Slot = tuple[InstrumentNumber, PartyId]
"""One original: the instrument, and the party that keeps it."""

Tick = tuple[str, tuple[str, ...]]
"""A paragraph, and the languages in which it was compared, in alphabetical order."""


class InstrumentState(StrEnum):
    """The life of one instrument's text."""

    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    INITIALLED = "initialled"
    ENGROSSED = "engrossed"
    CONCLUDED = "concluded"


class PlanState(StrEnum):
    """The life of one signing plan."""

    PROPOSED = "proposed"
    OPEN = "open"
    RELEASED = "released"
    ABORTED = "aborted"
    COUNTERSIGNED = "countersigned"
    SEALED = "sealed"
    CONCLUDED = "concluded"


class Card(Protocol):
    """What the rules ask about a peer card."""

    @property
    def party(self) -> PartyId:
        """Whose card it is."""

    @property
    def succeeds(self) -> str:
        """SHA-256 of the card whose place it takes, or ""."""

    @property
    def key_id(self) -> Digest:
        """Name of its signature keys."""


class Attachments(Protocol):
    """What the rules may ask about attached bytes. The caller holds all attachments of an act."""

    def text(self, digest: Digest) -> InstrumentText | None:
        """The text with this digest, or None if those bytes are not a canonical text."""

    def card(self, digest: Digest) -> Card | None:
        """The peer card with this digest, or None if those bytes are not a card that its own keys signed."""

    def stamps_release(self, token: Digest, plan: PlanId, proposal: ActId, deposits: Sequence[ActId]) -> bool:
        """Whether the bytes with this digest are a time stamp, soundly signed, over the release of these deposits."""

    def is_passkey(self, key: Digest) -> bool:
        """Whether the bytes with this digest are a public key that a passkey may have."""

    def approves(self, assertion: Digest, passkey: Passkey, prepared: ActId) -> bool:
        """Whether the bytes with this digest show that the owner of a passkey approved the act that was prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One instrument.

    Attributes:
        number: Its number.
        state: Where it stands.
        text: The text proposed last, or agreed.
        proposed_by: Who proposed it.
        versions: How many texts were proposed.
        accepted: Parties that stand behind ``text`` (its proposer included).
        initialled: Parties that initialled it.
        reopening: Parties that agreed to reopen it.
        engrossed: What each party rendered.
        comments: How many comments were made on this and earlier texts.
        ticked: What each party's revisers compared in this text.
        revised: Parties whose revisers compared all of it.
    """

    number: InstrumentNumber
    state: InstrumentState
    text: Digest
    proposed_by: PartyId
    versions: int
    accepted: frozenset[PartyId]
    initialled: frozenset[PartyId]
    reopening: frozenset[PartyId]
    engrossed: Mapping[PartyId, tuple[RenderedOriginal, ...]]
    comments: int = 0
    ticked: Mapping[PartyId, frozenset[Tick]] = field(default_factory=dict)
    revised: frozenset[PartyId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """Full powers presented by a party, who verified them, and since when they are withdrawn ("" if they are not)."""

    party: PartyId
    body: FullPowersPresented
    verified: frozenset[PartyId]
    withdrawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A party's latest deposit, and what the mediator said of it: ``""``, ``held`` or ``refused``."""

    act: ActId
    body: SignatureDeposited
    answer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a party's signatory is about to approve."""

    party: PartyId
    body: ApprovalPrepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One signing plan.

    Attributes:
        proposal: The act that proposed it.
        body: Its content.
        state: Where it stands.
        accepted: Parties and mediator that accepted it (the proposer included).
        deposits: Latest deposit of each party.
        token: The release's time stamp ("" before).
        abort_requested: Who asked to stop, and why.
        abandoned: Who asked so late after the time limit that all together may give the exchange up.
        reason: Why it was aborted.
        revealed: CMS of each first signature.
        countersigned: Later signatures of each original, in order.
        replaced: Certificate of each countersignature that was made with another one than planned.
        prepared: What signatories are about to approve, by the act that says so.
        approved: What signatories approved and have not signed yet: date and place, by party and original.
        sealed: The joint long-term step of each original.
        received: Receipts of each party.
        container: What the container holds, once fixed.
        container_seals: Each party's seal on it.
    """

    proposal: ActId
    body: PlanProposed
    state: PlanState
    accepted: frozenset[PartyId]
    deposits: Mapping[PartyId, Deposit]
    token: str
    abort_requested: Mapping[PartyId, str]
    reason: str
    revealed: Mapping[Slot, Digest]
    countersigned: Mapping[Slot, tuple[tuple[PartyId, CounterSignature], ...]]
    sealed: Mapping[Slot, SealedOriginal]
    received: Mapping[PartyId, tuple[OriginalReceipt, ...]]
    container: ContainerEngrossed | None = None
    container_seals: Mapping[PartyId, Digest] = field(default_factory=dict)
    abandoned: frozenset[PartyId] = frozenset()
    replaced: Mapping[tuple[Slot, PartyId], Digest] = field(default_factory=dict)
    prepared: Mapping[ActId, Prepared] = field(default_factory=dict)
    approved: Mapping[tuple[PartyId, Slot], tuple[str, str]] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether it still binds: neither aborted nor concluded."""
        return self.state not in (PlanState.ABORTED, PlanState.CONCLUDED)

    def original(self, slot: Slot) -> PlannedOriginal | None:
        """The planned original of a slot."""
        return next((o for o in self.body.originals if (o.instrument, o.holder) == slot), None)

    def holds(self, number: InstrumentNumber) -> bool:
        """Whether an instrument is signed under it."""
        return any(o.instrument == number for o in self.body.originals)

    def signer(self, party: PartyId) -> PlannedSigner:
        """Who signs for a party, with which certificate."""
        return next(s for s in self.body.signers if s.party == party)

    def signatory(self, party: PartyId) -> str:
        """Who signs for a party."""
        return self.signer(party).signatory

    def certificate_of(self, slot: Slot, party: PartyId) -> Digest:
        """With which certificate a party's signature on an original was, or has to be, made."""
        return self.replaced.get((slot, party), self.signer(party).certificate)

    def not_held(self, parties: Iterable[PartyId]) -> list[PartyId]:
        """Those of the parties whose deposit the mediator does not hold."""
        return [p for p in parties if p not in self.deposits or self.deposits[p].answer != "held"]

    def signed_by(self, slot: Slot) -> tuple[PartyId, ...]:
        """Whose signatures an original carries so far, in order."""
        if slot not in self.revealed:
            return ()
        return (slot[1], *(party for party, _ in self.countersigned.get(slot, ())))

    def next_signer(self, slot: Slot) -> PartyId | None:
        """Who signs an original next, or None when all have."""
        original = self.original(slot)
        done = len(self.signed_by(slot))
        return original.order[done] if original and done < len(original.order) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A dossier after some acts.

    Attributes:
        id: Id of the opening act.
        opener: Whose node orders acts.
        title: Title by language.
        specimen: Banner of a re-enactment, or "".
        roles: Role of every participant.
        cards: Peer card of every participant that is in force.
        former_cards: Earlier cards of those who renewed theirs, oldest first.
        joined: Participants that confirmed the opening (the opener included).
        described: Each party's own names, places and signatories.
        certificates: Certificates presented, by party and signatory.
        instruments: Instruments by number.
        powers: Full powers by act.
        orders: Goes given: party, signatory, instrument.
        plan: The current plan.
        ended_plans: Ids of plans aborted or concluded before; never reused.
        concluded_before: Plans that were concluded before the current one, oldest first: their originals are still asked for.
        suspended: Why certificates are suspended, by party and certificate.
        earlier_certificates: Certificates that another one of the same signatory replaced, by party and certificate.
        notes: Notes by act: from, to, and whether answered.
        statements: How many statements, unveilings, commitments and attestations were made.
        passkeys: With what signatories approve, by party and signatory.
    """

    id: DossierId
    opener: PartyId
    title: ByLanguage[str]
    specimen: str
    roles: Mapping[PartyId, Role]
    cards: Mapping[PartyId, Digest]
    former_cards: Mapping[PartyId, tuple[Digest, ...]]
    joined: frozenset[PartyId]
    described: Mapping[PartyId, PartyDescribed]
    certificates: Mapping[tuple[PartyId, str], CertificatePresented]
    instruments: Mapping[InstrumentNumber, Instrument]
    powers: Mapping[ActId, Powers]
    orders: frozenset[tuple[PartyId, str, InstrumentNumber]]
    plan: Plan | None
    ended_plans: frozenset[str]
    suspended: Mapping[tuple[PartyId, Digest], str]
    earlier_certificates: Mapping[tuple[PartyId, Digest], CertificatePresented]
    notes: Mapping[ActId, tuple[PartyId, PartyId, bool]]
    statements: int
    passkeys: Mapping[tuple[PartyId, str], tuple[Passkey, ...]] = field(default_factory=dict)
    concluded_before: tuple[Plan, ...] = ()

    def with_instrument(self, instrument: Instrument) -> Dossier:
        """This dossier with an instrument in the place of the one of the same number."""
        return replace(self, instruments={**self.instruments, instrument.number: instrument})

    @property
    def sealed(self) -> Mapping[Slot, SealedOriginal]:
        """Every original that has its joint long-term step, of all packages."""
        return {slot: original for plan in self._plans for slot, original in plan.sealed.items()}

    @property
    def packages(self) -> tuple[Plan, ...]:
        """The plans that were carried out to the last receipt, the newest last."""
        return tuple(plan for plan in self._plans if plan.state is PlanState.CONCLUDED)

    @property
    def contained(self) -> tuple[Plan, ...]:
        """The packages whose container every party has sealed, the newest last."""
        return tuple(plan for plan in self.packages if set(plan.container_seals) == set(self.parties))

    def plan_named(self, name: str) -> Plan | None:
        """The current plan, or one that was concluded before it, by its id."""
        return next((plan for plan in self._plans if plan.body.plan == name), None)

    def package(self, name: str) -> Plan:
        """The plan of an id that is known to be that of the current or a concluded one.

        Raises:
            KeyError: It is neither; rules, duties and verdicts name none that is not there.
        """
        plan = self.plan_named(name)
        if plan is None:
            raise KeyError(name)
        return plan

    def with_plan(self, plan: Plan) -> Dossier:
        """This dossier with a plan in the place of the one of the same id."""
        before = tuple(plan if p.body.plan == plan.body.plan else p for p in self.concluded_before)
        current = self.plan is not None and self.plan.body.plan == plan.body.plan
        return replace(self, plan=plan if current else self.plan, concluded_before=before)

    @property
    def _plans(self) -> tuple[Plan, ...]:
        return self.concluded_before if self.plan is None else (*self.concluded_before, self.plan)

    def plan_of(self, slot: Slot) -> Plan | None:
        """The plan under which an original is or was signed."""
        before = (plan for plan in self.concluded_before if plan.original(slot) is not None)
        return next(before, self.plan)

    def cards_of(self, party: PartyId) -> tuple[Digest, ...]:
        """All cards of a participant in this dossier, the one in force last."""
        return (*self.former_cards.get(party, ()), self.cards[party])

    @property
    def parties(self) -> tuple[PartyId, ...]:
        """The parties, in alphabetical order of their ids."""
        return tuple(sorted(p for p, role in self.roles.items() if role is Role.PARTY))

    @property
    def mediator(self) -> PartyId | None:
        """The mediator, if there is one."""
        return next((p for p, role in sorted(self.roles.items()) if role is Role.MEDIATOR), None)

    def certificates_of(self, party: PartyId, signatory: str) -> tuple[CertificatePresented, ...]:
        """Every certificate that was presented for a signatory, the latest one last."""
        earlier = [
            c
            for (owner, _), c in sorted(self.earlier_certificates.items())
            if owner == party and c.signatory == signatory
        ]
        latest = self.certificates.get((party, signatory))
        return (*earlier, latest) if latest is not None else tuple(earlier)

    @property
    def concluded(self) -> bool:
        """Whether every instrument is concluded (and there is one)."""
        return bool(self.instruments) and all(
            i.state is InstrumentState.CONCLUDED for i in self.instruments.values()
        )
