"""Open, join, describe one's own party, present a certificate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from paraph.app.authoring import author
from paraph.app.authority import present_certificate
from paraph.app.node import Node
from paraph.app.opening import open_with
from paraph.cli.dossier.acting import act_parser, read_file
from paraph.cli.home import add_common, at_node
from paraph.cli.output import show
from paraph.domain.acts import Act, DossierJoined, PartyDescribed
from paraph.domain.ids import ActId, DossierId
from paraph.domain.language import ByLanguage
from paraph.errors import LocalActError
from paraph.wire.text_json import read_parties

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the commands."""
    opening = parts.add_parser("open", help="open a dossier with other participants")
    add_common(opening)
    opening.add_argument(
        "--title", action="append", required=True, metavar="LANG=TEXT", help="title, once per language"
    )
    opening.add_argument(
        "--party", action="append", default=[], help="another party; may be given several times"
    )
    opening.add_argument("--mediator", default="", help="the mediator, if there is one")
    opening.add_argument("--witness", action="append", default=[], help="a witness")
    opening.add_argument("--specimen", default="", help="banner, if this is a re-enactment or an exercise")
    opening.set_defaults(run=_open)

    act_parser(parts, "join", "take part in a dossier that another party opened", _join)

    describe = act_parser(parts, "describe", "write this party's own names, place and signatories", _describe)
    describe.add_argument(
        "particulars", type=Path, help="JSON list of parties' particulars; only this party's is used"
    )

    present = act_parser(
        parts, "certify", "present the certificate with which a signatory will sign", _certify
    )
    present.add_argument("signatory")


def by_language(values: list[str], what: str) -> ByLanguage[str]:
    """Read ``LANG=TEXT`` options."""
    pairs = [value.partition("=") for value in values]
    if any(not sign or not text for _, sign, text in pairs):
        raise LocalActError("usage", f"write --{what} as LANG=TEXT, for example en=…")
    return ByLanguage({lang: text for lang, _, text in pairs})


def _open(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        dossier = open_with(
            opened.node,
            dict(by_language(options.title, "title").items()),
            parties=options.party,
            mediator=options.mediator,
            witnesses=options.witness,
            specimen=options.specimen,
        )
    show({"dossier": dossier}, [f"dossier {dossier} is open"], as_json=options.json)
    return 0


def _join(node: Node, dossier: DossierId, _options: argparse.Namespace) -> tuple[Act, ...]:
    return author(node, dossier, DossierJoined(opening=ActId(dossier)))


def _describe(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    parties = read_parties(read_file(options.particulars))
    own = next((p for p in parties if p.id == node.party), None)
    if own is None:
        raise LocalActError("party-unknown", f"{options.particulars} says nothing about {node.party}")
    body = PartyDescribed(names=own.names, places=own.places, signatories=(own.signatory,))
    return author(node, dossier, body)


def _certify(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    return (present_certificate(node, dossier, options.signatory),)
