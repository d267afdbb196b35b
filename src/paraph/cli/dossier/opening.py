"""Open, join, describe one's own party, present a certificate."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from paraph.app.authoring import author, open_dossier
from paraph.app.node import Node
from paraph.cli.dossier.acting import act_parser, read_file
from paraph.cli.home import add_common, at_node
from paraph.cli.output import show
from paraph.domain.acts import (
    SUITE,
    Act,
    CertificatePresented,
    DossierJoined,
    DossierOpened,
    Participant,
    PartyDescribed,
    Role,
)
from paraph.domain.ids import ActId, DossierId, PartyId, check_party_id
from paraph.domain.language import ByLanguage
from paraph.errors import LocalActError, PermanentError
from paraph.wire.card import card_digest
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
        node = opened.node
        roles = {node.party: Role.PARTY}
        roles |= {check_party_id(p): Role.PARTY for p in options.party}
        roles |= {check_party_id(p): Role.WITNESS for p in options.witness}
        if options.mediator:
            roles[check_party_id(options.mediator)] = Role.MEDIATOR
        participants = tuple(_participant(node, party, role) for party, role in sorted(roles.items()))
        dossier = open_dossier(
            node,
            DossierOpened(
                title=by_language(options.title, "title"),
                participants=participants,
                suite=SUITE,
                nonce=secrets.token_hex(16),
                specimen=options.specimen,
            ),
        )
    show({"dossier": dossier}, [f"dossier {dossier} is open"], as_json=options.json)
    return 0


def _participant(node: Node, party: PartyId, role: Role) -> Participant:
    if party == node.party:
        return Participant(party=party, role=role, card=card_digest(node.card))
    with node.store.read() as uow:
        row = uow.peer(party)
    if row is None:
        raise LocalActError(
            "peer-unknown", f"no card of {party} is known; add it first: paraph peer add FILE"
        )
    return Participant(party=party, role=role, card=card_digest(row.card))


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
    signer = node.desk.signer(options.signatory)
    if signer is None:
        raise PermanentError(
            "no-key", f"this node has no key for {options.signatory}; set [signing] in paraph.toml"
        )
    body = CertificatePresented(
        signatory=options.signatory,
        certificate=node.blobs.put(signer.certificate),
        chain=tuple(node.blobs.put(c) for c in signer.chain),
        crls=tuple(node.blobs.put(c) for c in node.desk.crls()),
    )
    return author(node, dossier, body)
