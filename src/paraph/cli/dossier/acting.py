"""What the commands that make acts have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paraph.app.node import Node
from paraph.cli.home import add_common, at_node, choose_dossier
from paraph.cli.output import show
from paraph.domain.acts import Act
from paraph.domain.ids import DossierId
from paraph.errors import FormatError

__all__ = ["act_parser", "read_file"]

MAX_FILE_BYTES = 32 * 1024 * 1024

Work = Callable[[Node, DossierId, argparse.Namespace], tuple[Act, ...]]


def act_parser(parts: Any, name: str, help_text: str, work: Work) -> argparse.ArgumentParser:
    """Add a command that makes acts in a dossier and prints them."""
    parser: argparse.ArgumentParser = parts.add_parser(name, help=help_text, description=help_text)
    add_common(parser, dossier=True)

    def run(options: argparse.Namespace) -> int:
        with at_node(options) as opened:
            dossier = choose_dossier(opened.node, options.dossier)
            acts = work(opened.node, dossier, options)
        value = {"dossier": dossier, "acts": [{"act": a.id, "type": a.kind} for a in acts]}
        value |= getattr(options, "told", {})
        show(value, [f"{a.kind}  {a.id[:16]}" for a in acts], as_json=options.json)
        return 0

    parser.set_defaults(run=run)
    return parser


def read_file(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Read a file that a command names.

    Raises:
        FormatError: ``usage`` if it cannot be read or is too large.
    """
    try:
        if path.stat().st_size > limit:
            raise FormatError("usage", f"{path} is larger than {limit} bytes")
        return path.read_bytes()
    except OSError as error:
        raise FormatError("usage", f"cannot read {path}: {error.strerror}") from error
