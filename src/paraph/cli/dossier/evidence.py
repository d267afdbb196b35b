"""``paraph dossier evidence``: what peers sent that the rules forbid, with the reason, as it came."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from paraph.cli.home import add_common, at_node, choose_dossier
from paraph.cli.output import show
from paraph.errors import LocalActError

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the command."""
    evidence = parts.add_parser("evidence", help="what peers sent that was refused, and why")
    add_common(evidence, dossier=True)
    evidence.add_argument("--out", type=Path, help="also write the refused bytes to this new folder")
    evidence.set_defaults(run=_evidence)


def _evidence(options: argparse.Namespace) -> int:
    """Without ``--dossier`` that of all dossiers, and what could be assigned to none."""
    with at_node(options) as opened:
        dossier = choose_dossier(opened.node, options.dossier) if options.dossier else None
        with opened.node.store.read() as uow:
            rows = uow.evidence(dossier)
    names = [f"{place:04d}.{row.peer}.{row.code}" for place, row in enumerate(rows, start=1)]
    if options.out is not None:
        if options.out.exists():
            raise LocalActError("out-exists", f"{options.out} exists; evidence is written to a new folder")
        options.out.mkdir(parents=True)
        for name, row in zip(names, rows, strict=True):
            (options.out / name).write_bytes(row.data)
    value = [
        {
            "at": row.at,
            "peer": row.peer,
            "dossier": row.dossier,
            "code": row.code,
            "message": row.message,
            "bytes": len(row.data),
            "path": str(options.out / name) if options.out is not None else "",
        }
        for name, row in zip(names, rows, strict=True)
    ]
    lines = [f"{row.at}  from {row.peer}: {row.message} [{row.code}]" for row in rows]
    show(value, lines or ["nothing was refused"], as_json=options.json)
    return 0
