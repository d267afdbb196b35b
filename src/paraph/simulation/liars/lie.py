"""A lie as a value, and the scene in which it is told."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

from paraph.app.authoring import queue_for_others
from paraph.app.ordering import order_waiting
from paraph.app.ports import ActRow, UnitOfWork
from paraph.domain.acts import Act, Body, Mode
from paraph.domain.ids import ActId
from paraph.domain.standing import Dossier, Plan, PlanState
from paraph.simulation.liars import craft
from paraph.simulation.member import Member
from paraph.simulation.world import World
from paraph.wire.act import SealedAct

__all__ = [
    "Lie",
    "Posted",
    "Scene",
    "Tell",
    "Teller",
    "When",
    "at_any_time",
    "deposited",
    "open_",
    "released",
]

Tell: TypeAlias = "Callable[[Scene], None]"
"""Tells a lie, once."""

When: TypeAlias = "Callable[[Scene], bool]"
"""Whether the moment for a lie has come, as the liar's node sees it."""


class Teller(StrEnum):
    """Whose node lies."""

    OPENER = "opener"
    """The party whose node orders acts."""

    PARTY = "party"
    """Any party."""

    COSIGNER = "cosigner"
    """Anybody whose node does not order."""

    MEDIATOR = "mediator"
    ANYBODY = "anybody"
    LEAGUE = "league"
    """The node that orders, with the mediator, or with another party where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A bundle that carries a lie.

    Attributes:
        lie: Which.
        refused: Envelopes and notes in it that an honest node has to refuse, and keep.
        unless_first: Those acts are refused because of others in their place; where they come first they are taken.
    """

    lie: Lie
    refused: tuple[bytes, ...]
    unless_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """One way to break the rules.

    Attributes:
        family: What sort of lie it is.
        name: Which one.
        teller: Whose node tells it.
        tell: Tells it, once.
        when: Whether the moment has come, as the liar's node sees it.
        mode: In which mode it can be told; in both if None.
        instead: What its people do otherwise, if the lie takes the place of that (see ``story.HABITS``).
        leaks: Whether it shows others' signatures, which nobody can prevent.
        most: How often it is told at the most.
        ready: Makes beforehand what every telling in this process shares, if there is such a thing.
    """

    family: str
    name: str
    teller: Teller
    tell: Tell
    when: When
    mode: Mode | None = None
    instead: str = ""
    leaks: bool = False
    most: int = 1
    ready: Callable[[World], object] | None = None

    @property
    def title(self) -> str:
        """Family and name."""
        return f"{self.family}/{self.name}"


def at_any_time(_scene: Scene) -> bool:
    """From the beginning."""
    return True


def open_(scene: Scene) -> bool:
    """As long as deposits can be made."""
    return scene.plan is not None and scene.plan.state is PlanState.OPEN


def deposited(scene: Scene) -> bool:
    """When somebody else has deposited and nothing is released."""
    plan = scene.plan
    return open_(scene) and plan is not None and any(p != scene.liar.party for p in plan.deposits)


_AFTER: Final = frozenset(
    {PlanState.RELEASED, PlanState.COUNTERSIGNED, PlanState.SEALED, PlanState.CONCLUDED}
)


def released(scene: Scene) -> bool:
    """When the release is known."""
    return scene.plan is not None and scene.plan.state in _AFTER


@dataclass(slots=True, kw_only=True)
class Scene:
    """What a liar has at hand.

    Attributes:
        world: Where.
        lie: Which lie.
        liar: Whose node tells it.
        ally: Whose node is in league with it, or None.
        rng: Decides what the lie leaves open.
        post_office: Notes what is sent: the bundle, and what it is.
        said: Forged acts in the liar's own feed.
    """

    world: World
    lie: Lie
    liar: Member
    ally: Member | None
    rng: random.Random
    post_office: Callable[[bytes, Posted], None]
    said: list[ActId] = field(default_factory=list)

    @property
    def standing(self) -> Dossier:
        """The dossier, as the liar's node sees it."""
        return self.liar.standing

    @property
    def plan(self) -> Plan | None:
        """The current plan."""
        return self.standing.plan

    def victims(self) -> list[Member]:
        """Honest nodes that can be told something, in an order drawn anew."""
        found = [m for m in self.world.honest() if not m.gone and m is not self.liar]
        self.rng.shuffle(found)
        return found

    # --- making

    def forged(self, body: Body, **header: Any) -> SealedAct:
        """An act of the liar that nobody checked."""
        return craft.forged(self.liar, body, **header)

    def words(self) -> str:
        """Something to say, never the same twice."""
        return f"words {self.rng.getrandbits(32):08x}"

    def log(self) -> list[bytes]:
        """The log of the liar's node."""
        return self.liar.log()

    # --- telling

    def say(self, body: Body, **header: Any) -> None:
        """Put a forged act into the liar's own feed: its node delivers it as any other."""
        liar = self.liar
        sealed = self.forged(body, **header)

        def keep() -> None:
            with liar.disk.store.write() as uow:
                uow.add_act(_row(self.world, sealed))
                view = order_waiting(liar.node, uow, self.world.dossier)
                queue_for_others(liar.node, uow, self.world.dossier, self.world.everybody)  # type: ignore[arg-type]
            liar.node.remember(self.world.dossier, view)
            liar.node.wake.set()

        liar.work(keep)
        self.said.append(sealed.act.id)

    def have_said(self, act: Act) -> None:
        """Note an act that the liar's node made with its own use cases."""
        self.said.append(act.id)

    def change(self, how: Callable[[UnitOfWork], None]) -> None:
        """Change something in the store of the liar's node."""

        def keep() -> None:
            with self.liar.disk.store.write() as uow:
                how(uow)

        self.liar.work(keep)

    def post(
        self,
        to: Member,
        *,
        refused: Sequence[bytes] = (),
        unless_first: bool = False,
        sent_at: str = "",
        heard: Callable[[bytes], None] | None = None,
        **said: Any,
    ) -> None:
        """Send a section that says whatever it is told to.

        Args:
            to: Whom.
            refused: What in it has to be refused, and kept.
            unless_first: Whether that is taken where nothing else is in its place yet.
            sent_at: Another instant than now.
            heard: Reads the answer.
            said: See ``craft.section``.
        """
        section = craft.section(said.pop("dossier", self.world.dossier), **said)
        data = craft.bundle(self.liar, to, section, sent_at=sent_at)
        self.post_office(data, Posted(lie=self.lie, refused=tuple(refused), unless_first=unless_first))
        # What else is answered the liar's node hears again when it asks for it.
        answered = heard or (lambda _answer: None)
        self.world.network.carry(self.liar, to.party, data, answered, lambda _error: None)


def _row(world: World, sealed: SealedAct) -> ActRow:
    return ActRow(
        dossier=world.dossier,
        author=sealed.act.author,
        author_seq=sealed.act.author_seq,
        act=sealed.act.id,
        envelope=sealed.envelope.data,
        position=None,
    )
