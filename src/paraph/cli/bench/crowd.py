"""The peers of one node, all in one process of their own, so that its time and memory are not the node's.

Reads a line for each act to make (``PARTY DOSSIER NUMBER``) from standard input; ends with it.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from paraph.app.inbound import receive
from paraph.app.runner import Runner
from paraph.bootstrap.initial import TLS_CERTIFICATE, TLS_KEY
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.cli.bench.circle import AWAY, MEDIATORS, PARTIES, SLOW
from paraph.cli.bench.neighbours import say
from paraph.domain.ids import DossierId, PartyId
from paraph.node.asgi import NodeApp
from paraph.node.server import ServerThread

__all__ = ["READY", "main"]

READY: Final = "ready"
"""Printed when all peers take connections."""

THINKS_S: Final = 2.0
"""How long the slow peer takes to answer."""


def main(folder: Path) -> None:
    """Serve all peers but the one that is away."""
    with ExitStack() as stack:
        nodes = {}
        for party in (*PARTIES, *MEDIATORS):
            if party != AWAY:
                nodes[party] = stack.enter_context(_served(folder / party, slow=party == SLOW))
        print(READY, flush=True)
        for line in sys.stdin:
            name, dossier, number = line.split()
            say(nodes[PartyId(name)], DossierId(dossier), int(number))


@contextmanager
def _served(home: Path, *, slow: bool) -> Iterator[OpenNode]:
    opened = open_node(home)
    node, runner = opened.node, Runner(node=opened.node)
    app = NodeApp(receive=_answering(opened, slow=slow), card=lambda: node.card, timestamp=None)
    keys, where = opened.home.keys, opened.configuration
    thread = threading.Thread(target=runner.run, args=(opened.transport,))
    try:
        with ServerThread(
            app, tls_cert=keys / TLS_CERTIFICATE, tls_key=keys / TLS_KEY, host=where.host, port=where.port
        ):
            thread.start()
            yield opened
            runner.stop.set()
            node.wake.set()
            thread.join()
    finally:
        opened.close()


def _answering(opened: OpenNode, *, slow: bool) -> Callable[[bytes], bytes]:
    def answer(data: bytes) -> bytes:
        found = receive(opened.node, data)
        if slow:
            time.sleep(THINKS_S)
        return found

    return answer


if __name__ == "__main__":
    main(Path(sys.argv[1]))
