"""Serving a node: peers from one side, its own duties and deliveries from the other."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from paraph.app.inbound import receive
from paraph.app.runner import Runner
from paraph.bootstrap.disk import disk_status, sweep
from paraph.bootstrap.opening import OpenNode
from paraph.bootstrap.waking import WakeListener
from paraph.node.asgi import NodeApp
from paraph.node.server import ServerThread, serve

__all__ = ["run_node"]

SWITCH_S: Final = 0.0005
"""How soon a thread that computes lets others run: taking in a bundle makes some hundred short waits for the disk,
and at Python's five milliseconds after each of them an exchange beside a verification takes a second longer."""


@contextmanager
def _pages(opened: OpenNode) -> Iterator[None]:
    """Serve people through a door of their own, if the node has one: what peers reach never depends on it."""
    configuration, folder = opened.configuration, opened.home.folder
    if not configuration.web_port:
        yield
        return
    from paraph.bootstrap.web import beside_pages, web_app  # noqa: PLC0415 - only a process that serves pages pays for them

    certificate, key = (
        folder / name if name else None
        for name in (configuration.web_tls_certificate, configuration.web_tls_key)
    )
    app = web_app(opened)
    with (
        beside_pages(),
        ServerThread(
            app,
            tls_cert=certificate,
            tls_key=key,
            host=configuration.web_host,
            port=configuration.web_port,
        ),
    ):
        yield


def run_node(
    opened: OpenNode,
    *,
    on_ready: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Serve a node until stopped by a signal or ``stop``."""
    node = opened.node
    sys.setswitchinterval(SWITCH_S)
    app = NodeApp(
        receive=lambda data: receive(node, data),
        card=lambda: node.card,
        timestamp=opened.answer_timestamp,
        healthy=lambda: not disk_status(opened.home.folder).failing,
    )
    sweep(opened.home)
    runner = Runner(node=node)
    thread = threading.Thread(target=runner.run, args=(opened.transport,), name="paraph-runner")
    thread.start()
    try:
        with WakeListener(opened.home.folder, node.wake), _pages(opened):
            serve(
                app,
                host=opened.configuration.host,
                port=opened.configuration.port,
                tls_cert=opened.identity.tls_certificate,
                tls_key=opened.identity.tls_key,
                on_ready=on_ready,
                stop_event=stop,
            )
    finally:
        runner.stop.set()
        node.wake.set()
        thread.join()
