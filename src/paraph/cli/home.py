"""Which node a command works on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paraph.app.dossiers import load
from paraph.app.node import Node
from paraph.bootstrap.opening import OpenNode, open_node
from paraph.bootstrap.waking import tap
from paraph.domain.ids import DossierId
from paraph.domain.standing import Dossier
from paraph.errors import LocalActError

__all__ = ["add_common", "at_node", "choose_dossier", "standing_of"]

HOME_VARIABLE = "PARAPH_HOME"
_LEAST_PREFIX = 4


def add_common(parser: argparse.ArgumentParser, *, dossier: bool = False) -> None:
    """Add the options that every command on a node has."""
    parser.add_argument(
        "--home", type=Path, help=f"the node's folder (default: ${HOME_VARIABLE}, or the current one)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    if dossier:
        parser.add_argument(
            "--dossier",
            default="",
            help="id of the dossier, or its beginning; may be left out if there is one",
        )


def home_of(options: argparse.Namespace) -> Path:
    """The node's folder that the command names."""
    return Path(options.home or os.environ.get(HOME_VARIABLE) or ".")


@contextmanager
def at_node(options: argparse.Namespace) -> Iterator[OpenNode]:
    """Open the node that the command names, and close it afterwards."""
    opened = open_node(home_of(options))
    try:
        yield opened
    finally:
        opened.close()
        if opened.node.wake.is_set():
            tap(opened.home.folder)


def choose_dossier(node: Node, prefix: str) -> DossierId:
    """The dossier that a command means.

    Raises:
        LocalActError: ``dossier-unknown`` or ``dossier-ambiguous``, naming those there are.
    """
    with node.store.read() as uow:
        known = list(uow.dossiers())
    found = [d for d in known if d.startswith(prefix)]
    if prefix and len(prefix) < _LEAST_PREFIX:
        found = []
    if len(found) == 1:
        return found[0]
    if not known:
        raise LocalActError("dossier-unknown", "this node has no dossier yet; open one, or wait for a peer's")
    shown = ", ".join(d[:12] for d in known[:8])
    code = "dossier-ambiguous" if found else "dossier-unknown"
    raise LocalActError(code, f"name one dossier with --dossier; there are: {shown}")


def standing_of(node: Node, dossier: DossierId) -> Dossier:
    """Where a dossier stands, acts without a place included."""
    with node.store.read() as uow:
        return load(node, uow, dossier).standing
