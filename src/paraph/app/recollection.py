"""The order that an ordering node gave, vouched for, and then forgot with its store.

The guard lies apart from the store and remembers the size and the root of the last checkpoint. If the store went back to
before and nobody was shown that checkpoint, no peer can send the order back. But its acts may all be here again, without
places: then the root tells in which order they stood, and the node goes on as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from paraph.domain.acts import Act
from paraph.domain.ids import PartyId
from paraph.verify.log import ready
from paraph.wire.act import read_act
from paraph.wire.merkle import CompactRange, leaf_hash

__all__ = ["MAX_TRIES", "recollect"]

MAX_TRIES: Final = 5_000
"""Places that are tried before giving up: some tenths of a second, and more than the acts of one lost moment need."""

_Waiting = tuple[Act, bytes]
"""An act without a place, and its leaf hash."""


def recollect(
    tree: CompactRange, ordered: Mapping[PartyId, int], waiting: Iterable[bytes], size: int, root: bytes
) -> tuple[Act, ...]:
    """Find the order of waiting acts that gives a root.

    Args:
        tree: The tree over the acts that have places.
        ordered: How many acts of each author those are.
        waiting: Envelopes of acts without a place.
        size: Size of the tree that is looked for.
        root: Its root, 32 bytes.

    Returns:
        The acts in their order, ``size - tree.size`` of them, or none: acts are missing, or there are too many ways.
    """
    feeds: dict[PartyId, dict[int, _Waiting]] = {}
    for envelope in waiting:
        act = read_act(envelope).act
        feeds.setdefault(act.author, {})[act.author_seq] = act, leaf_hash(envelope)
    if not tree.size < size <= tree.size + sum(map(len, feeds.values())):
        return ()
    tries = 0
    paths: list[tuple[tuple[_Waiting, ...], Iterator[_Waiting]]] = [((), _next(feeds, ordered))]
    while paths:
        path, following = paths[-1]
        found = next(following, None)
        if found is None:
            paths.pop()
            continue
        tries += 1
        if tries > MAX_TRIES:
            return ()
        longer = (*path, found)
        if tree.size + len(longer) == size:
            if tree.extend(leaf for _, leaf in longer).root() == root:
                return tuple(act for act, _ in longer)
            continue
        counts = dict(ordered)
        for act, _ in longer:
            counts[act.author] = counts.get(act.author, 0) + 1
        paths.append((longer, _next(feeds, counts)))
    return ()


def _next(
    feeds: Mapping[PartyId, Mapping[int, _Waiting]], counts: Mapping[PartyId, int]
) -> Iterator[_Waiting]:
    """The acts that can take the next place."""
    for author in sorted(feeds):
        found = feeds[author].get(counts.get(author, 0))
        if found is not None and ready(found[0], counts):
            yield found
