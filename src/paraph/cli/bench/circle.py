"""A node and its twenty peers, in folders of their own: eighteen parties and two mediators, all verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.initial import DemoSignatory, init_node
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli.bench.neighbours import free_ports
from paraph.domain.ids import PartyId
from paraph.wire.card import CardName

__all__ = ["AWAY", "CENTRE", "MEDIATORS", "PARTIES", "SIGNING", "SLOW", "Circle", "circle"]

CENTRE: Final = PartyId("centre")
PARTIES: Final = tuple(PartyId(f"party-{number:02}") for number in range(1, 19))
MEDIATORS: Final = (PartyId("mediator-1"), PartyId("mediator-2"))

AWAY: Final = PARTIES[-1]
"""Its node never runs."""

SLOW: Final = PARTIES[-2]
"""Its node thinks for a while before it answers."""

SIGNING: Final = PARTIES[:2]
"""With these there are dossiers that wait for signatures."""

_OFFICERS: Final = ("first officer", "second officer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """The open nodes.

    Attributes:
        nodes: By party.
    """

    nodes: dict[PartyId, OpenNode]

    def __getitem__(self, party: PartyId) -> OpenNode:
        """The node of a party."""
        return self.nodes[party]


@contextmanager
def circle(folder: Path, **centre: Any) -> Iterator[Circle]:
    """Make and open all nodes, and let those who meet in dossiers know each other.

    Args:
        folder: Where their homes are made.
        **centre: Further settings of the node in the centre, as ``init_node`` takes them.
    """
    names = (CENTRE, *PARTIES, *MEDIATORS)
    with ExitStack() as stack:
        nodes: dict[PartyId, OpenNode] = {}
        for name, port in zip(names, free_ports(len(names)), strict=True):
            _make(folder / name, name, port, centre if name == CENTRE else {})
            nodes[name] = open_node(folder / name)
            stack.callback(nodes[name].close)
        for one, other in combinations(names, 2):
            if CENTRE in (one, other) or other in MEDIATORS:
                _introduce(nodes[one], nodes[other])
        yield Circle(nodes=nodes)


def _make(home: Path, name: PartyId, port: int, more: Mapping[str, Any]) -> None:
    signs = name in (CENTRE, *SIGNING)
    signatory = DemoSignatory(id=f"{name}.fm", name=f"Minister of {name}", title="Minister")
    init_node(
        home, party=name, role="mediator" if name in MEDIATORS else "party",
        names={"en": CardName(formal=f"Party {name}", short=name, in_title=f"Party {name}")}, host="127.0.0.1",
        port=port, now=SystemClock().now(), demo=(signatory,) if signs else None, **more,
    )  # fmt: skip


def _introduce(one: OpenNode, other: OpenNode) -> None:
    for here, there in ((one, other), (other, one)):
        add_peer(here.node, there.node.card)
        confirm_words(here.node, there.node.party, words_with(here.node, there.node.party), _OFFICERS)
