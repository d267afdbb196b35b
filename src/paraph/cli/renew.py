"""``paraph node renew``: new keys, a new card, a new server certificate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from paraph.bootstrap.renewing import Renewal, renew_node
from paraph.cli.dossier.acting import read_file
from paraph.cli.home import add_common, home_of
from paraph.cli.output import show

__all__ = ["add_renew"]


def add_renew(parts: Any) -> None:
    """Add ``renew`` to the commands of ``node``."""
    renew = parts.add_parser(
        "renew", help="renew the node's keys and card, and say so in every dossier; repeat it to finish"
    )
    add_common(renew)
    renew.add_argument("--reason", default="", help="why, for the officers of the peers")
    renew.add_argument(
        "--same-keys",
        action="store_true",
        help="keep the node's keys; renew the card, and what other options name",
    )
    renew.add_argument("--tls", action="store_true", help="make a new server certificate, too")
    renew.add_argument(
        "--anchor",
        type=Path,
        action="append",
        help="PEM of an authority of the party's signatories; replaces those on the card, may be repeated",
    )
    renew.add_argument(
        "--endpoint", action="append", help="address for bundles; replaces those on the card, may be repeated"
    )
    renew.add_argument(
        "--compromised",
        action="store_true",
        help="somebody else has the keys: give them up; peers compare words again, dossiers are opened anew",
    )
    renew.set_defaults(run=_renew)


def _renew(options: argparse.Namespace) -> int:
    anchors = options.anchor and [read_file(path).decode("ascii", "replace") for path in options.anchor]
    made = renew_node(
        home_of(options),
        reason=options.reason,
        new_keys=not options.same_keys,
        new_tls=options.tls,
        anchors=anchors,
        endpoints=options.endpoint,
        compromised=options.compromised,
    )
    value = {
        "card": made.card,
        "former": made.former,
        "finished": made.finished,
        "stated": made.stated,
        "waiting": made.waiting,
        "file": str(made.file or ""),
    }
    show(value, _lines(made), as_json=options.json)
    return 0


def _lines(made: Renewal) -> list[str]:
    begun = "an earlier renewal is finished" if made.finished else "renewed"
    lines = [f"{begun}: card {made.card[:12]} follows {made.former[:12]}"]
    if made.file is None:
        lines[0] = f"new card {made.card[:12]}; the keys of {made.former[:12]} sign nothing any more"
        lines.append(
            "  next: give the new card to every peer (paraph peer card), and compare the twelve words again"
        )
    lines.append(f"  {made.stated} dossiers say so")
    lines += [f"  {dossier[:12]} does not: {reason}" for dossier, reason in sorted(made.waiting.items())]
    if made.file is not None:
        lines.append(f"  for peers that share no dossier: {made.file} (paraph peer add {made.file.name})")
    return lines
