"""The liar of one schedule: which lie, whose, when; what was delivered, and what came of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from paraph.app.feeds import MAX_EVIDENCE
from paraph.domain.acts import Mode
from paraph.domain.ids import ActId
from paraph.errors import FormatError, ParaphError
from paraph.simulation.invariants import BrokenError
from paraph.simulation.liars import (
    abort,
    authority,
    downgrade,
    fork,
    mediator,
    places,
    replay,
    reuse,
    reveal,
    rubbish,
    withhold,
)
from paraph.simulation.liars.lie import Lie, Posted, Scene, Teller
from paraph.simulation.member import Member
from paraph.simulation.network import Sent
from paraph.simulation.world import World
from paraph.wire.act import read_act

__all__ = ["LIES", "Liars", "Plot", "draw_plot"]

LIES: Final[dict[str, Lie]] = {
    lie.title: lie
    for module in (
        fork, withhold, replay, rubbish, reveal, abort, mediator, downgrade, reuse, places, authority,
    )
    for lie in module.LIES
}  # fmt: skip
"""Every lie by family and name."""

FAMILIES: Final = tuple(dict.fromkeys(lie.family for lie in LIES.values()))

UNREAD: Final = frozenset({"bundle-forgotten", "bundle-refused"})
"""What was made before its sender lost its store, and what does not verify with the keys that are known of its sender, is
refused unread: nothing in it was judged, nothing of it is kept."""

PAUSE_MS: Final = 3_000
"""Longest time from one telling to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Which lie is told in a schedule.

    Attributes:
        lie: Its title.
        liars: Whose nodes; the first tells it.
        wait: How long after its moment, in milliseconds.
        times: How often.
        luck: Seed of all that it leaves open.
    """

    lie: str
    liars: tuple[str, ...]
    wait: int
    times: int
    luck: int

    def words(self) -> str:
        """In a few words."""
        return f"{' and '.join(self.liars)} {'lie' if self.liars[1:] else 'lies'}: {self.lie}"


def draw_plot(
    rng: random.Random, parties: Sequence[str], mediator: str, mode: Mode, *, family: str = ""
) -> Plot:
    """Draw a lie and who tells it: each family as often as the others."""
    possible = [
        lie
        for lie in LIES.values()
        if lie.mode in (None, mode)
        and (lie.teller is not Teller.MEDIATOR or mediator)
        and (lie.teller is not Teller.LEAGUE or len(parties) + bool(mediator) > 2)
    ]
    families = [f for f in FAMILIES if any(lie.family == f for lie in possible)]
    chosen = family or rng.choice(families)
    lie = rng.choice([one for one in possible if one.family == chosen])
    who: Any = {
        Teller.OPENER: (parties[0],),
        Teller.PARTY: (rng.choice(parties),),
        Teller.COSIGNER: (rng.choice([*parties[1:], *([mediator] if mediator else [])]),),
        Teller.MEDIATOR: (mediator,),
        Teller.ANYBODY: (rng.choice([*parties, *([mediator] if mediator else [])]),),
        Teller.LEAGUE: (parties[0], mediator or parties[-1]),
    }[lie.teller]
    return Plot(
        lie=lie.title,
        liars=who,
        wait=rng.choice((0, 0, 0, rng.randrange(60), rng.randrange(2_000), rng.randrange(60_000))),
        times=rng.randint(1, lie.most),
        luck=rng.getrandbits(63),
    )


@dataclass(slots=True)
class Liars:
    """Tells the lie of a schedule, and follows what is delivered.

    Attributes:
        world: Where.
        plot: Which lie.
        told: How often it was told.
        delivered: How many bundles with it arrived.
        came: What honest nodes made of those, by the code with which they refused them, or ``taken``.
    """

    world: World
    plot: Plot
    scene: Scene = field(init=False)
    told: int = 0
    delivered: int = 0
    came: Counter[str] = field(default_factory=Counter)
    _posted: dict[bytes, Posted] = field(default_factory=dict)
    _waiting: bool = False

    def __post_init__(self) -> None:
        """Let nodes be liars, and hear of what arrives."""
        world, plot = self.world, self.plot
        for name in plot.liars:
            world[name].honest = False
        self.scene = Scene(
            world=world,
            lie=LIES[plot.lie],
            liar=world[plot.liars[0]],
            ally=world[plot.liars[1]] if plot.liars[1:] else None,
            rng=random.Random(plot.luck),  # noqa: S311 - a simulation
            post_office=self._posted.__setitem__,
        )
        world.network.arrived = self.arrived
        if self.lie.ready is not None:
            self.lie.ready(world)  # what is made here is there in every future

    @property
    def lie(self) -> Lie:
        """The lie."""
        return self.scene.lie

    def after(self, changed: Sequence[Member]) -> None:
        """Something changed at some nodes: the moment may have come."""
        if self.scene.liar in changed and not self.lie.instead:
            self._consider()

    def _consider(self) -> None:
        scene = self.scene
        if self._waiting or self.told >= self.plot.times or not scene.liar.alive or not self._is_time():
            return
        self._waiting = True
        wait = self.plot.wait if not self.told else scene.rng.randint(1, PAUSE_MS)
        self.world.timeline.after(wait, self._tell)

    def _is_time(self) -> bool:
        if len(self.scene.log()) < 2:  # its node was rebuilt and has nothing to lie about yet
            return False
        try:
            return self.lie.when(self.scene)
        except ParaphError:  # its own node may lack what it needs to know where things stand
            return False

    def _tell(self) -> None:
        self._waiting = False
        if self.scene.liar.alive and self._is_time() and self.scene.victims():
            self.tell()
        self._consider()

    def tell(self) -> None:
        """Tell the lie."""
        scene, self.told = self.scene, self.told + 1
        self.world.trace.note(scene.liar.party, f"LIES: {self.lie.title}")
        try:
            scene.liar.work(lambda: self.lie.tell(scene))
        except ParaphError as error:  # not even its own node went along
            self.world.trace.note(scene.liar.party, f"cannot: {error.code}")
            self.came[f"cannot: {error.code}"] += 1

    def instead(self, member: Member, what: str) -> bool:
        """Whether a liar's people did something else than they are about to."""
        if member is not self.scene.liar or what != self.lie.instead or self.told >= self.plot.times:
            return False
        self.tell()
        return True

    def tally(self, accused: Collection[str]) -> Iterator[tuple[str, int]]:
        """What was told and what came of it, counted.

        Args:
            accused: Whom honest nodes have proof against.
        """
        title = self.lie.title
        yield f"{title}: told", self.told
        came = self.came + self._came_of_acts()
        yield f"{title}: delivered", self.delivered + sum(1 for a in self.scene.said if self._held(a))
        yield from ((f"{title}: {code}", count) for code, count in sorted(came.items()))
        if self.told:
            how = "proved" if accused else "no harm"
            yield f"{title}: {how}", 1

    def _came_of_acts(self) -> Counter[str]:
        """What honest nodes made of acts in the liar's own feed: void with which code, or with effect."""
        views = [member.node.view(self.world.dossier) for member in self.world.honest()]
        view = max(views, key=lambda one: one.size)
        void = {one.act: one.code for one in view.void}
        return Counter(
            f"void, {void[a]}" if a in void else "not void" for a in self.scene.said if self._held(a)
        )

    def _held(self, act: ActId) -> bool:
        """Whether an honest node holds an act of the liar."""
        found = (member.disk.store.state.dossiers[self.world.dossier] for member in self.world.honest())
        return any(row.act == act for held in found for row in held.feeds.get(self.scene.liar.party, ()))

    # --- what becomes of it

    def arrived(self, sent: Sent, answer: object) -> None:
        """A bundle was delivered; if it carried a lie, see what was made of that.

        Raises:
            BrokenError: Something was refused, and is not kept.
        """
        posted = self._posted.get(sent.data)
        recipient = self.world[sent.recipient]
        if posted is None or answer is None or not recipient.honest:
            return
        self.delivered += 1
        if isinstance(answer, Exception):
            code = getattr(answer, "code", "refused")
            params = getattr(answer, "params", {})
            if params.get("peer_code") in UNREAD or not posted.refused:
                self.came[code] += 1
                return
        state = recipient.disk.store.state
        kept = {row.data: row.code for row in state.evidence if row.peer == sent.sender}
        full = int(state.settings.get(f"evidence:{sent.sender}") or 0) >= MAX_EVIDENCE
        codes = sorted({kept[data] for data in posted.refused if data in kept})
        self.came.update(codes or ["taken"])
        for data in posted.refused:
            if data not in kept and not full and not self._is_harmless(recipient, data, posted):
                raise BrokenError(
                    "evidence", f"{recipient.party} did not keep what it refused of {self.lie.title}"
                )

    def _is_harmless(self, recipient: Member, data: bytes, posted: Posted) -> bool:
        """Whether an act could not be refused: others before it are missing, or it came first."""
        try:
            act = read_act(data).act
        except FormatError:
            return False
        dossier = recipient.disk.store.state.dossiers.get(self.world.dossier)
        held = dossier.feeds.get(act.author, ()) if dossier is not None else ()
        if act.author_seq >= len(held):
            return act.author_seq > len(held)
        return posted.unless_first and held[act.author_seq].envelope == data
