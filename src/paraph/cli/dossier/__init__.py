"""``paraph dossier``: everything about one agreement, from first proposal to container."""

from __future__ import annotations

from typing import Any

from paraph.cli.dossier import evidence, opening, proof, reading, records, signing, stopping, text

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add ``dossier`` and its commands."""
    dossier = commands.add_parser(
        "dossier", help="open, propose, accept, initial, engross, deposit, log, export …"
    )
    parts = dossier.add_subparsers(dest="part", metavar="PART", required=True)
    for module in (opening, text, signing, stopping, records, reading, evidence, proof):
        module.add_parsers(parts)
