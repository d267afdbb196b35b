"""Working a dossier's log into a standing: the ordered acts, and those still without a place.

Nodes and the offline verifier use this same code, so they cannot come to different conclusions.

A ``LogView`` is a fold over ordered acts. It stops at the first act whose attachments are not held,
because a node neither acts on nor cosigns what it cannot read. An act that the rules forbid is *void*: it
keeps its place and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Protocol

from paraph.domain.acts import Act, CardRenewed, attachments_of
from paraph.domain.dossier import apply, opened
from paraph.domain.ids import ActId, Digest, PartyId
from paraph.domain.standing import Attachments, Dossier
from paraph.errors import LocalActError
from paraph.wire.act import read_act
from paraph.wire.merkle import CompactRange, leaf_hash

__all__ = ["HeldAttachments", "LogView", "VoidAct", "lay_out", "provisional", "ready", "work_in"]


_KEPT_STANDINGS: Final = 64
"""Standings kept; they share most of their parts."""


class HeldAttachments(Attachments, Protocol):
    """Attachments with a way to ask whether they are here at all."""

    def has(self, digest: Digest) -> bool:
        """Whether the bytes are here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidAct:
    """An act without effect, and why."""

    position: int
    act: ActId
    kind: str
    author: PartyId
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """What has been worked in of one log.

    Attributes:
        dossier: The standing, or None before the opening act.
        tree: The Merkle tree of all acts worked in.
        ordered: How many acts of each author are among them.
        void: Acts that had no effect.
        renewals: Positions of the acts that renewed each participant's card, in order.
        missing: Attachments of the next act that are not held ("()": nothing stops the view).
    """

    dossier: Dossier | None = None
    tree: CompactRange = field(default_factory=CompactRange)
    ordered: Mapping[PartyId, int] = field(default_factory=dict)
    void: tuple[VoidAct, ...] = ()
    renewals: Mapping[PartyId, tuple[int, ...]] = field(default_factory=dict)
    missing: tuple[Digest, ...] = ()

    @property
    def size(self) -> int:
        """Number of acts worked in."""
        return self.tree.size

    def renewed(self, party: PartyId, size: int) -> int:
        """How often a participant's card was renewed by acts among the first ``size``."""
        return sum(position < size for position in self.renewals.get(party, ()))


class _Same:
    """Something that is compared by what it is, and not by what it says; it stays alive with this."""

    __slots__ = ("it",)

    def __init__(self, it: Any) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


@lru_cache(maxsize=_KEPT_STANDINGS)
def _applied(dossier: _Same, act: _Same, attachments: _Same) -> Dossier:
    """Apply what was applied before: an act without a place is laid out some times before it gets one.

    Neither a dossier nor an act ever changes, and attachments are named by their digests; so what an act did once,
    to the very same dossier, it does again. That it was refused is not remembered.
    """
    found: Dossier = apply(dossier.it, act.it, attachments.it)
    return found


def _apply(dossier: Dossier | None, act: Act, attachments: HeldAttachments) -> Dossier:
    if dossier is None:
        return opened(act)
    return _applied(_Same(dossier), _Same(act), _Same(attachments))


Watch = Callable[[int, Act, Dossier | None, LocalActError | None], None]
"""Told of every act worked in: its position, the act, the standing after it, and why it is void if it is."""


def work_in(
    view: LogView, envelopes: Iterable[bytes], attachments: HeldAttachments, watch: Watch | None = None
) -> LogView:
    """The view after further ordered acts, in order, as far as their attachments are held."""
    dossier, ordered, void = view.dossier, dict(view.ordered), list(view.void)
    renewals = view.renewals
    leaves: list[bytes] = []
    missing: tuple[Digest, ...] = ()
    for envelope in envelopes:
        act = read_act(envelope).act
        missing = tuple(d for d in attachments_of(act.body) if not attachments.has(d))
        if missing:
            break
        position = view.size + len(leaves)
        refused: LocalActError | None = None
        try:
            dossier = _apply(dossier, act, attachments)
        except LocalActError as error:
            refused = error
            void.append(
                VoidAct(
                    position=position,
                    act=act.id,
                    kind=act.kind,
                    author=act.author,
                    code=error.code,
                    message=error.message,
                )
            )
        if refused is None and isinstance(act.body, CardRenewed):
            renewals = {**renewals, act.author: (*renewals.get(act.author, ()), position)}
        leaves.append(leaf_hash(envelope))
        ordered[act.author] = ordered.get(act.author, 0) + 1
        if watch is not None:
            watch(position, act, dossier, refused)
    return replace(
        view,
        dossier=dossier,
        tree=view.tree.extend(leaves) if leaves else view.tree,
        ordered=ordered,
        void=tuple(void),
        renewals=renewals,
        missing=missing,
    )


def ready(act: Act, ordered: Mapping[PartyId, int]) -> bool:
    """Whether an act can take the next place: it is its author's next, and all it rests on has a place."""
    return act.author_seq == ordered.get(act.author, 0) and all(
        ordered.get(party, 0) >= count for party, count in act.seen.items()
    )


def lay_out(
    view: LogView, acts: Sequence[Act], attachments: HeldAttachments
) -> Iterator[tuple[Act, Dossier | None]]:
    """The order in which waiting acts can follow the view, and the standing after each.

    Acts whose attachments are not held, or which rest on acts that are not here, are left out.
    """
    dossier, ordered = view.dossier, dict(view.ordered)
    waiting = list(acts)
    progress = True
    while waiting and progress:
        rest: list[Act] = []
        for act in waiting:
            if not ready(act, ordered) or not all(attachments.has(d) for d in attachments_of(act.body)):
                rest.append(act)
                continue
            with suppress(LocalActError):  # void: it takes its place and changes nothing
                dossier = _apply(dossier, act, attachments)
            ordered[act.author] = ordered.get(act.author, 0) + 1
            yield act, dossier
        progress = len(rest) < len(waiting)
        waiting = rest


def provisional(view: LogView, envelopes: Sequence[bytes], attachments: HeldAttachments) -> Dossier | None:
    """The standing as it will be once acts that have no place yet get theirs."""
    dossier = view.dossier
    for _, dossier in lay_out(view, [read_act(e).act for e in envelopes], attachments):  # noqa: B007 - the last one
        pass
    return dossier
