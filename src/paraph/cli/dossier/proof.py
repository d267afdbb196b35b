"""``paraph dossier proof``: why a dossier is frozen, as files that anybody can verify without a node."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paraph.app.freezing import accused_in, card_known_here, frozen_proofs
from paraph.cli.home import add_common, at_node, choose_dossier
from paraph.cli.output import show
from paraph.domain.ids import PartyId
from paraph.errors import LocalActError
from paraph.verify.proof import LIMITS_OF_A_PROOF, accusation
from paraph.wire.proof import check_proof, read_proof

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the command."""
    proof = parts.add_parser("proof", help="write the proof for which a dossier is frozen")
    add_common(proof, dossier=True)
    proof.add_argument("--out", type=Path, help="file to write to (default: proof.PARTY.KIND.json)")
    proof.add_argument(
        "--cards", type=Path, help="also write the accused's cards, as this node knows them, to this folder"
    )
    proof.set_defaults(run=_proof)


def _proof(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        dossier = choose_dossier(opened.node, options.dossier)
        proofs = frozen_proofs(opened.node, dossier)
        cards = {party: card_known_here(opened.node, party) for party in accused_in(proofs)}
    if not proofs:
        raise LocalActError(
            "not-frozen", "the dossier is not frozen: nobody is known to have contradicted itself"
        )
    value, lines = [], []
    for number, data in enumerate(proofs, 1):
        proved, kind = check_proof(read_proof(data)), read_proof(data).kind
        path = _path(options.out, f"proof.{proved.accused}.{kind}.json", number)
        path.write_bytes(data)
        value.append({"path": str(path), "accused": proved.accused, "kind": str(kind), "bytes": len(data)})
        lines += [f"{path}  {len(data)} bytes", f"  This proves that {accusation(proved)}."]
    trust = _write_cards(options.cards, cards) if options.cards else "CARD"
    lines += [
        f"  {LIMITS_OF_A_PROOF}.",
        f"anybody can check: paraph verify --trust {trust} {value[0]['path']}",
    ]
    show(value, lines, as_json=options.json)
    return 0


def _write_cards(folder: Path, cards: Mapping[PartyId, bytes | None]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for party, card in cards.items():
        if card is not None:
            (folder / f"{party}.card.json").write_bytes(card)
    return folder


def _path(out: Path | None, name: str, number: int) -> Path:
    """Where the proof with that number goes; several are kept apart by their numbers."""
    if out is None:
        return Path(name)
    return out if number == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")
