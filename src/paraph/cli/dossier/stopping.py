"""Abort, suspend a certificate, withdraw full powers."""

from __future__ import annotations

import argparse
from typing import Any

from paraph.app.node import Node
from paraph.app.stopping import outlook, request_abort, suspend_certificate, withdraw_powers
from paraph.cli.dossier.acting import act_parser
from paraph.cli.home import standing_of
from paraph.domain.acts import Act
from paraph.domain.ids import ActId, DossierId
from paraph.domain.standing import PlanState
from paraph.errors import LocalActError

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the commands."""
    abort = act_parser(parts, "abort", "stop before the release; says first what will come of it", _abort)
    abort.add_argument("--reason", required=True)

    suspend = act_parser(
        parts,
        "suspend",
        "suspend the certificate of one's own signatory; before the release that stops the exchange",
        _suspend,
    )
    suspend.add_argument("signatory")
    suspend.add_argument("--reason", required=True)

    withdraw = act_parser(
        parts,
        "withdraw",
        "withdraw one's own full powers; before the release that stops the exchange",
        _withdraw,
    )
    withdraw.add_argument("powers", help="id of the full-powers act, or its beginning")
    withdraw.add_argument("--reason", required=True)


def _abort(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    told = outlook(node, dossier)
    if not options.json:
        print(told.words())
    options.told = {"ending": str(told.ending), "together_from": told.together_from}
    return (request_abort(node, dossier, options.reason),)


def _suspend(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    made = suspend_certificate(node, dossier, options.signatory, options.reason)
    _tell(node, dossier, options, f"present another certificate: paraph dossier certify {options.signatory}")
    return (made,)


def _withdraw(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    own = (a for a, p in standing_of(node, dossier).powers.items() if p.party == node.party)
    found = [a for a in own if a.startswith(options.powers)]
    if len(found) != 1:
        raise LocalActError(
            "powers-unknown",
            f"{len(found)} full powers of this party begin with {options.powers}; see `dossier show`",
        )
    made = withdraw_powers(node, dossier, ActId(found[0]), options.reason)
    _tell(node, dossier, options, "present other full powers: paraph dossier powers")
    return (made,)


def _tell(node: Node, dossier: DossierId, options: argparse.Namespace, instead: str) -> None:
    """What became of the exchange, and what can be done."""
    plan = standing_of(node, dossier).plan
    if options.json or plan is None:
        return
    match plan.state:
        case PlanState.ABORTED:
            print("No exchange is under way: plan anew with another signatory, or with the same one:")
        case PlanState.OPEN if node.party in plan.abort_requested:
            print(
                "Every deposit is held: the mediator's node ends the exchange, unless it has released. To sign after all:"
            )
        case PlanState.RELEASED:
            print("The exchange is released: what was signed stays signed. To countersign:")
        case _:
            return
    print(f"  {instead}")
