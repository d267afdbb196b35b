"""Full powers, the go, the plan, deposits."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from paraph.app.authority import order_signing, present_powers, verify_powers
from paraph.app.exchange import countersign_now
from paraph.app.node import Node
from paraph.app.signing import accept_plan, deposit, propose_plan
from paraph.cli.dossier.acting import act_parser, read_file
from paraph.cli.home import standing_of
from paraph.domain.acts import (
    Act,
    Basis,
    FullPowersPresented,
    Mode,
    Office,
)
from paraph.domain.ids import (
    DossierId,
    InstrumentNumber,
    PartyId,
    PlanId,
    Utc,
    check_party_id,
    check_utc,
)
from paraph.errors import LocalActError

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the commands."""
    powers = act_parser(parts, "powers", "present the authority of one's own signatory", _powers)
    powers.add_argument("signatory")
    powers.add_argument("--basis", choices=[b.value for b in Basis], required=True)
    powers.add_argument("--office", choices=[o.value for o in Office], default=Office.OTHER.value)
    powers.add_argument(
        "--from", dest="valid_from", required=True, help="first instant, as 2021-02-01T00:00:00Z"
    )
    powers.add_argument("--until", dest="valid_until", default="", help="first instant no longer covered")
    powers.add_argument(
        "--instrument", action="append", default=[], help="only for this instrument (default: all)"
    )
    powers.add_argument("--document", type=Path, help="the full powers themselves, a signed PDF")
    powers.add_argument("--channel", default="", help="how they were transmitted: note verbale, embassy …")

    verify = act_parser(
        parts, "verify-powers", "say that another party's full powers were verified", _verify_powers
    )
    verify.add_argument("powers", help="id of the full-powers act, or its beginning")
    verify.add_argument("--channel", required=True, help="by which channel")

    go = act_parser(parts, "go", "order one's own signatory to sign", _go)
    go.add_argument("signatory")
    go.add_argument("--instrument", action="append", default=[], help="default: every engrossed instrument")

    plan = act_parser(parts, "plan", "propose how the engrossed originals are signed", _plan)
    plan.add_argument("--direct", action="store_true", help="without a mediator; see the warning")
    plan.add_argument("--instrument", action="append", default=[])
    plan.add_argument("--signatory", action="append", default=[], metavar="PARTY=ID")
    plan.add_argument("--minutes", type=int, default=120, help="how long deposits are awaited")

    act_parser(
        parts, "accept-plan", "accept the signing plan, after rendering its originals here too", _accept_plan
    )

    depositing = act_parser(
        parts,
        "deposit",
        "sign one's own originals and deposit the signatures, sealed, until the release",
        _deposit,
    )
    depositing.add_argument("--place", required=True, help="place of signing, as the party writes it")
    depositing.add_argument("--date", required=True, help="local date of signing, as the party writes it")
    depositing.add_argument(
        "--countersign-by-hand",
        action="store_true",
        help="do not countersign the others' originals at the release",
    )
    act_parser(parts, "countersign", "countersign the others' originals now", _countersign)


WITHOUT_MEDIATOR = (
    "Without a mediator nobody can promise that signatures change hands at once: the party that reveals first "
    "depends on the other for one message. Both have committed to their signatures before, so who stopped, and "
    "where, is proved; and if the instrument enters into force only on notification, a signature alone binds little."
)


def _powers(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    body = FullPowersPresented(
        signatory=options.signatory,
        basis=Basis(options.basis),
        office=Office(options.office),
        valid_from=check_utc(options.valid_from),
        valid_until=check_utc(options.valid_until) if options.valid_until else Utc(""),
        instruments=tuple(InstrumentNumber(n) for n in options.instrument),
        document="",
        channel=options.channel,
    )
    document = read_file(options.document) if options.document else b""
    return (present_powers(node, dossier, body, document),)


def _verify_powers(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    found = [a for a in standing_of(node, dossier).powers if a.startswith(options.powers)]
    if len(found) != 1:
        raise LocalActError(
            "powers-unknown", f"{len(found)} full powers begin with {options.powers}; see `dossier show`"
        )
    return (verify_powers(node, dossier, found[0], options.channel),)


def _go(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    numbers = (InstrumentNumber(n) for n in options.instrument)
    return (order_signing(node, dossier, options.signatory, numbers),)


def _plan(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    signatories: dict[PartyId, str] = {}
    for value in options.signatory:
        party, sign, signatory = value.partition("=")
        if not sign:
            raise LocalActError("usage", "write --signatory as PARTY=ID")
        signatories[check_party_id(party)] = signatory
    if options.direct and not options.json:
        print(WITHOUT_MEDIATOR)
    act = propose_plan(
        node,
        dossier,
        plan=PlanId(secrets.token_hex(16)),
        mode=Mode.DIRECT if options.direct else Mode.MEDIATED,
        numbers=[InstrumentNumber(n) for n in options.instrument],
        signatories=signatories,
        deposit_minutes=options.minutes,
    )
    return (act,)


def _accept_plan(node: Node, dossier: DossierId, _options: argparse.Namespace) -> tuple[Act, ...]:
    return (accept_plan(node, dossier),)


def _deposit(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    act = deposit(
        node,
        dossier,
        local_date=options.date,
        place=options.place,
        countersign=not options.countersign_by_hand,
    )
    return (act,)


def _countersign(node: Node, dossier: DossierId, _options: argparse.Namespace) -> tuple[Act, ...]:
    return countersign_now(node, dossier)
