"""List, show, log, originals, export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from paraph.app.container import finished_container
from paraph.app.dossiers import load
from paraph.app.finished import finished_original
from paraph.app.node import Node
from paraph.app.status import node_status
from paraph.cli.home import add_common, at_node, choose_dossier, standing_of
from paraph.cli.output import show
from paraph.domain.ids import DossierId
from paraph.errors import LocalActError
from paraph.wire import canonical
from paraph.wire.act import read_act

__all__ = ["add_parsers", "original_file_name"]

_PAGE = 512


def add_parsers(parts: Any) -> None:
    """Add the commands."""
    listing = parts.add_parser("list", help="all dossiers of this node")
    add_common(listing)
    listing.set_defaults(run=_list)

    showing = parts.add_parser("show", help="where a dossier stands and what waits")
    add_common(showing, dossier=True)
    showing.set_defaults(run=_show)

    log = parts.add_parser("log", help="the acts in order, final or not, void or not")
    add_common(log, dossier=True)
    log.set_defaults(run=_log)

    originals = parts.add_parser("originals", help="write the finished originals")
    add_common(originals, dossier=True)
    originals.add_argument("--out", type=Path, required=True, help="folder to write to")
    originals.set_defaults(run=_originals)

    export = parts.add_parser("export", help="write dossier.asice: everything, verifiable offline")
    add_common(export, dossier=True)
    export.add_argument("--out", type=Path, default=Path("dossier.asice"))
    export.add_argument(
        "--instrument",
        default="",
        metavar="NUMBER",
        help="of the package with this instrument; the newest by default",
    )
    export.set_defaults(run=_export)


def _list(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        dossiers = node_status(opened.node).dossiers
    value = [{"dossier": d.dossier, "title": d.title, "acts": d.acts, "final": d.final} for d in dossiers]
    lines = [f"{d.dossier[:12]}  {d.acts} acts, {d.final} final  {d.title}" for d in dossiers]
    show(value, lines or ["no dossiers yet"], as_json=options.json)
    return 0


def _show(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        dossier = choose_dossier(opened.node, options.dossier)
        status = next(d for d in node_status(opened.node).dossiers if d.dossier == dossier)
        standing = standing_of(opened.node, dossier)
    plan = standing.plan
    value = {
        "dossier": dossier,
        "parties": list(standing.parties),
        "mediator": standing.mediator,
        "joined": sorted(standing.joined),
        "acts": status.acts,
        "final": status.final,
        "root": status.root,
        "frozen": status.frozen,
        "instruments": {
            number: {
                "state": str(i.state),
                "text": i.text,
                "versions": i.versions,
                "accepted": sorted(i.accepted),
                "initialled": sorted(i.initialled),
                "engrossed": sorted(i.engrossed),
            }
            for number, i in sorted(standing.instruments.items())
        },
        "powers": {
            act: {
                "party": p.party,
                "signatory": p.body.signatory,
                "basis": str(p.body.basis),
                "verified": sorted(p.verified),
            }
            for act, p in standing.powers.items()
        },
        "plan": None
        if plan is None
        else {
            "state": str(plan.state),
            "mode": str(plan.body.mode),
            "deposits": {p: d.answer or "waiting" for p, d in sorted(plan.deposits.items())},
            "received": sorted(plan.received),
            "container": sorted(plan.container_seals),
        },
        "renewals": {party: len(cards) for party, cards in sorted(standing.former_cards.items())},
        "concluded": standing.concluded,
        "waits": status.waits,
        "losses": list(status.losses),
    }
    lines = [f"dossier {dossier}", f"  {status.acts} acts, {status.final} final, root {status.root[:16]}"]
    lines += [
        f"  {party} renewed its card here, {len(cards)} times so far"
        for party, cards in sorted(standing.former_cards.items())
    ]
    if status.frozen:
        lines.append(f"  FROZEN: {status.frozen}; `paraph dossier proof` writes the proof")
    for number, i in sorted(standing.instruments.items()):
        behind = {
            "negotiating": i.accepted,
            "agreed": i.initialled,
            "initialled": frozenset(i.engrossed),
        }.get(i.state)
        waits = ""
        if behind is not None:
            waits = f"; waits for {', '.join(sorted(set(standing.parties) - behind))}"
        lines.append(f"  {number}: {i.state}{waits}")
    if plan is not None:
        lines.append(f"  signing plan ({plan.body.mode}): {plan.state}")
        lines += [f"    deposit of {p}: {d.answer or 'waiting'}" for p, d in sorted(plan.deposits.items())]
    lines += [f"  {line}" for line in (*status.waiting, *status.losses)]
    show(value, lines, as_json=options.json)
    return 0


def _log(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        node = opened.node
        dossier = choose_dossier(node, options.dossier)
        entries: list[dict[str, Any]] = []
        with node.store.read() as uow:
            current = load(node, uow, dossier)
            void = {v.position: v for v in current.view.void}
            start = 0
            while rows := uow.log(dossier, start, _PAGE):
                for position, row in enumerate(rows, start):
                    sealed = read_act(row.envelope)
                    entry: dict[str, Any] = {
                        "position": position,
                        "act": sealed.act.id,
                        "type": sealed.act.kind,
                        "author": sealed.act.author,
                        "time": sealed.act.time,
                        "final": position < current.final,
                        "void": void[position].message if position in void else "",
                    }
                    if options.json:
                        entry["body"] = canonical.load_object(sealed.envelope.payload)["body"]
                    entries.append(entry)
                start += len(rows)
    lines = [
        f"{e['position']:>5}  {e['time']}  {e['author']:<12} {e['type']:<26} {e['act'][:12]}"
        f"{'' if e['final'] else '  not final'}{'  VOID: ' + e['void'] if e['void'] else ''}"
        for e in entries
    ]
    show(entries, lines, as_json=options.json)
    return 0


def original_file_name(number: str, holder: str) -> str:
    """File name of one original."""
    return f"{number.replace('/', '-')}.{holder}.pdf"


def _finished(node: Node, dossier: DossierId) -> dict[str, bytes]:
    standing = standing_of(node, dossier)
    if not standing.sealed:
        raise LocalActError("originals-unfinished", "the originals are not sealed yet; see `dossier show`")
    return {
        original_file_name(*slot): finished_original(node, standing, slot) for slot in sorted(standing.sealed)
    }


def _originals(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        files = _finished(opened.node, choose_dossier(opened.node, options.dossier))
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (options.out / name).write_bytes(data)
    written = [str(options.out / name) for name in files]
    show(written, written, as_json=options.json)
    return 0


def _export(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        data = finished_container(
            opened.node, choose_dossier(opened.node, options.dossier), options.instrument
        )
    options.out.write_bytes(data)
    show(
        {"path": str(options.out), "bytes": len(data)},
        [f"{options.out}  {len(data)} bytes"],
        as_json=options.json,
    )
    return 0
