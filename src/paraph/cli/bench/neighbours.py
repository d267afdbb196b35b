"""Two nodes with verified cards, in folders of their own: the smallest world in which a log is final."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph.app.authoring import author, open_dossier
from paraph.app.peers import add_peer, confirm_words, words_with
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.initial import init_node
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.domain.acts import SUITE, DossierOpened, Participant, Role, StatementMade
from paraph.domain.ids import DossierId, PartyId
from paraph.domain.language import ByLanguage
from paraph.errors import TransientError
from paraph.wire.card import CardName, card_digest

__all__ = ["Neighbours", "neighbours", "open_between", "running", "say"]

PATIENCE_S: Final = 60
"""Longest wait for a node on this machine."""

_OFFICERS: Final = ("first officer", "second officer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Two open nodes that have verified each other."""

    near: OpenNode
    far: OpenNode


@contextmanager
def neighbours(folder: Path) -> Iterator[Neighbours]:
    """Make and open two nodes."""
    with ExitStack() as stack:
        opened = []
        for name, port in zip(("near", "far"), free_ports(2), strict=True):
            called = CardName(formal=f"Party {name}", short=name, in_title=f"Party {name}")
            init_node(
                folder / name, party=PartyId(name), role="party", names={"en": called}, host="127.0.0.1",
                port=port, now=SystemClock().now(), demo=None,
            )  # fmt: skip
            node = open_node(folder / name)
            stack.callback(node.close)
            opened.append(node)
        near, far = opened
        for here, there in ((near, far), (far, near)):
            add_peer(here.node, there.node.card)
        for here, there in ((near, far), (far, near)):
            words = words_with(here.node, there.node.party)
            confirm_words(here.node, there.node.party, words, _OFFICERS)
        yield Neighbours(near=near, far=far)


def open_between(both: Neighbours) -> DossierId:
    """Open a dossier on the near node, which orders it."""
    participants = tuple(
        Participant(party=node.node.party, role=Role.PARTY, card=card_digest(node.node.card))
        for node in sorted((both.near, both.far), key=lambda one: one.node.party)
    )
    opening = DossierOpened(
        title=ByLanguage({"en": "Benchmark"}),
        participants=participants,
        suite=SUITE,
        nonce=secrets.token_hex(16),
        specimen="SPECIMEN, benchmark",
    )
    return open_dossier(both.near.node, opening)


def say(opened: OpenNode, dossier: DossierId, number: int) -> None:
    """Make one act of ordinary size."""
    text = f"Statement {number} of a benchmark, as long as statements to the press usually are. " * 4
    author(
        opened.node,
        dossier,
        StatementMade(speaker="Speaker", capacity="benchmark", lang="en", text=text, source="made here"),
    )


@contextmanager
def running(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a node as a process of its own, and stop it by its id."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "paraph", "node", "run", "--home", str(home)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def await_port(opened: OpenNode) -> None:
    """Wait until a node takes connections.

    Raises:
        TransientError: ``bench-slow``.
    """
    where = (opened.configuration.host, opened.configuration.port)
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(where, timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise TransientError(
                    "bench-slow", f"the node in {opened.home.folder} does not start"
                ) from None
            time.sleep(0.02)
        else:
            return


def free_ports(count: int) -> list[int]:
    """Ports that are free on loopback now."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
