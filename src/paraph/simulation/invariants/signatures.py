"""What must hold of the exchange: who may hold a first signature when, and how an exchange ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from paraph.domain.acts import (
    DepositRefused,
    ExchangeReleased,
    Mode,
    PlanProposed,
    SignatureDeposited,
    SignatureRevealed,
)
from paraph.domain.ids import ActId, Digest, PartyId
from paraph.domain.standing import PlanState
from paraph.simulation.invariants.broken import BrokenError
from paraph.simulation.invariants.sight import Sight
from paraph.simulation.member import Member
from paraph.wire.act import read_act

__all__ = ["Signatures"]

_RELEASED = frozenset({PlanState.RELEASED, PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED})


@dataclass(frozen=True, slots=True)
class _First:
    """A first signature of an honest party, before everybody may see it."""

    party: PartyId
    plan: str


@dataclass(slots=True)
class _Ending:
    """How a plan ended, and on whose nodes that was seen."""

    how: str
    on: set[PartyId] = field(default_factory=set)


@dataclass(slots=True)
class Signatures:
    """Follows every first signature of an honest party.

    Attributes:
        honest: Who is honest.
        leaks: Whether the mediator shows what it holds to others, which nobody can prevent.
        hidden: Those that may not be seen yet, by their digest.
        released: Plans of which a release by their mediator is durable somewhere.
        endings: How each plan ended on honest nodes.
    """

    honest: frozenset[str]
    leaks: bool = False
    hidden: dict[Digest, _First] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    endings: dict[str, _Ending] = field(default_factory=dict)
    _plans: dict[str, PlanProposed] = field(default_factory=dict)
    _deposits: dict[tuple[str, PartyId], set[ActId]] = field(default_factory=dict)
    _abroad: set[ActId] = field(default_factory=set)
    _refused: dict[str, set[ActId]] = field(default_factory=dict)
    _seen: set[Digest] = field(default_factory=set)
    _shown: dict[tuple[str, PartyId], set[str]] = field(default_factory=dict)

    def take(self, sight: Sight) -> None:
        """Take in new acts on a node, honest or not."""
        own = sight.member.party
        if sight.anew:
            self._forget(own)
        # What others did first: a node's own acts rest on it.
        for author, _, envelope in sorted(sight.new, key=lambda row: row[0] == own):
            act = read_act(envelope).act
            match act.body:
                case PlanProposed() as body:
                    self._plans.setdefault(body.plan, body)
                case DepositRefused() as body:
                    self._refused.setdefault(sight.member.party, set()).add(body.deposit)
                case ExchangeReleased() as body:
                    self._release(author, body)
                case SignatureDeposited() as body if author in self.honest:
                    self._deposit(sight.member, author, act.id, body)
                case SignatureRevealed() as body if author == body.party:
                    self._reveal(sight.member, author, body)
                case _:
                    pass

    def _release(self, author: PartyId, body: ExchangeReleased) -> None:
        plan = self._plans.get(body.plan)
        if plan is not None and author == plan.mediator:
            self.released.add(body.plan)
            self.hidden = {d: first for d, first in self.hidden.items() if first.plan != body.plan}

    def _forget(self, party: PartyId) -> None:
        """A disk was lost: what nobody else ever held is gone, a deposit or an ending, unless it turns up all the same."""
        for (_, author), made in self._deposits.items():
            if author == party:
                made.intersection_update(self._abroad)
        self.endings = {plan: ending for plan, ending in self.endings.items() if ending.on != {party}}

    def _deposit(self, member: Member, party: PartyId, act: ActId, body: SignatureDeposited) -> None:
        # All of them, not the last one: a node rebuilt from what its peers hold sees its refused deposits once more.
        made = self._deposits.setdefault((body.plan, party), set())
        made.add(act)
        if len(made - self._refused.get(party, set())) > 1:
            raise BrokenError("signs-once", f"{party} deposits twice for one plan")
        if member.party != party:
            self._abroad.add(act)
            return
        if body.plan not in self.released:
            for signature in body.signatures:
                if signature.cms not in self._seen:
                    self.hidden[signature.cms] = _First(party, body.plan)

    def _reveal(self, member: Member, author: PartyId, body: SignatureRevealed) -> None:
        """Without a mediator a party shows its own, when all before it in the plan have."""
        self._shown.setdefault((body.plan, PartyId(member.party)), set()).add(author)
        plan = self._plans.get(body.plan)
        if plan is None or plan.mode is not Mode.DIRECT or author != member.party or not member.honest:
            return
        for signer in plan.signers:
            if signer.party == author:
                break
            if signer.party not in self._shown[body.plan, PartyId(member.party)]:
                raise BrokenError("not-early", f"{author} reveals before {signer.party} has")
        for signature in body.signatures:
            self._seen.add(signature.cms)
            self.hidden.pop(signature.cms, None)

    def check_hidden(self, member: Member) -> None:
        """Look for first signatures where they must not be."""
        if self.leaks:
            return
        for digest, first in self.hidden.items():
            if (
                member.party != first.party
                and member.disk.blobs.has(digest)
                and not self._left_by_crash(member, digest, first)
            ):
                raise BrokenError("not-early", f"{member.party} holds a first signature of {first.party}")
        for name in member.disk.store.state.secrets:
            kind, _, rest = name.partition(":")
            plan, _, party = rest.partition(":")
            known = self._plans.get(plan)
            if kind in {"deposit", "sealed"} and known and member.party not in (party, known.mediator):
                raise BrokenError("not-early", f"{member.party} holds the deposit of {party}")

    def _left_by_crash(self, member: Member, digest: Digest, first: _First) -> bool:
        """Whether the mediator's node died between bringing a signature and the release: it hands it to nobody."""
        plan = self._plans.get(first.plan)
        mediates = plan is not None and plan.mediator == member.party
        return (
            mediates
            and (member.life > 1 or not member.alive)
            and bool(member.disk.store.state.settings.get(f"withheld:{digest}"))
        )

    def check_ending(self, member: Member) -> None:
        """Compare how plans ended here, in the order of the log, with how they ended elsewhere."""
        standing = member.node.view(member.company.dossier).dossier
        plan = standing.plan if standing is not None else None
        if plan is None:
            return
        ending = (
            "released" if plan.state in _RELEASED else "aborted" if plan.state is PlanState.ABORTED else ""
        )
        if not ending:
            return
        known = self.endings.setdefault(plan.body.plan, _Ending(ending))
        known.on.add(member.party)
        if known.how != ending:
            raise BrokenError("one-ending", f"on {member.party} a plan is {ending} that was not elsewhere")

    def not_destroyed(self, members: Iterable[Member]) -> list[str]:
        """Who still has deposits of an exchange that is over."""
        found = []
        for member in members:
            standing = member.node.view(member.company.dossier).dossier
            plan = standing.plan if standing is not None else None
            if plan is None or standing is None:
                continue
            over = set(standing.ended_plans)
            if plan.state in _RELEASED - {PlanState.RELEASED} or plan.state is PlanState.ABORTED:
                over.add(plan.body.plan)
            for name in member.disk.store.state.secrets:
                kind, _, rest = name.partition(":")
                if kind in {"deposit", "sealed"} and rest.partition(":")[0] in over:
                    found.append(str(member.party))
        return found
