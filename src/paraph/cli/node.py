"""``paraph node``: make, run, look at, back up and restore one node."""

from __future__ import annotations

import argparse
import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paraph.app.awaiting import ask_again, go_on
from paraph.app.status import node_status
from paraph.bootstrap.clock import SystemClock
from paraph.bootstrap.disk import disk_status
from paraph.bootstrap.identity import running
from paraph.bootstrap.initial import DemoSignatory, init_node
from paraph.bootstrap.invitations import invite_first
from paraph.bootstrap.keeping import back_up_node, files_elsewhere, restore_node
from paraph.bootstrap.opening import open_node
from paraph.bootstrap.serving import run_node
from paraph.cli.dossier.acting import read_file
from paraph.cli.home import add_common, at_node, choose_dossier, home_of
from paraph.cli.output import say, show
from paraph.cli.people import add_people, handed_over
from paraph.cli.renew import add_renew
from paraph.domain.ids import check_party_id
from paraph.errors import FormatError
from paraph.wire.card import CardName

__all__ = ["add_parser"]

MAX_PARTICULARS_BYTES = 1024 * 1024

_WITHOUT = (
    "if that peer holds an act, an order or a cosignature of this node that nobody else has, what this node says next",
    "contradicts it: its own signatures then prove it a liar, and the dossier freezes for good.",
)


def add_parser(commands: Any) -> None:
    """Add ``node`` and its commands."""
    node = commands.add_parser("node", help="one party's node: init, run, status, backup, restore, caught-up")
    parts = node.add_subparsers(dest="part", metavar="PART", required=True)

    init = parts.add_parser("init", help="make a node in a new folder")
    add_common(init)
    init.add_argument("--party", required=True, help="id of the party: lower-case letters, digits, hyphens")
    init.add_argument("--role", choices=("party", "mediator", "witness"), default="party")
    init.add_argument(
        "--particulars",
        type=Path,
        required=True,
        help="JSON file with the party's names, place and signatory",
    )
    init.add_argument("--host", default="127.0.0.1", help="address to listen on, and on the card")
    init.add_argument("--port", type=int, default=7400)
    init.add_argument("--web-port", type=int, default=0, help="port of the pages for people; 0 for none")
    init.add_argument("--web-url", default="", help="where people reach them; passkeys are bound to its host")
    init.add_argument("--country", default="", help="two letters in demonstration certificates")
    init.add_argument(
        "--database", default="", help="URL of a PostgreSQL database; SQLite in the folder by default"
    )
    init.add_argument("--delay-ms", type=int, default=0, help="delay deliveries each way, for measurements")
    init.add_argument(
        "--no-demo",
        action="store_true",
        help="make no demonstration authority: keys come from PKCS#12 or PKCS#11",
    )
    init.add_argument(
        "--anchor",
        type=Path,
        action="append",
        default=[],
        help="PEM of the ministry's certificate authority, for the card",
    )
    init.set_defaults(run=_init)

    add_renew(parts)
    add_people(parts)

    run = parts.add_parser("run", help="serve peers and do the node's duties until stopped")
    add_common(run)
    run.set_defaults(run=_run)

    status = parts.add_parser("status", help="peers, dossiers, what waits and why")
    add_common(status)
    status.set_defaults(run=_status)

    backup = parts.add_parser("backup", help="write a consistent backup, also while the node runs")
    add_common(backup)
    backup.add_argument("file", type=Path)
    backup.add_argument(
        "--with-keys", action="store_true", help="include the keys; keep such a file as safe as they are"
    )
    backup.add_argument(
        "--keys-only",
        action="store_true",
        help="keys, configuration and verified peers, and nothing else: small, for a safe",
    )
    backup.set_defaults(run=_backup)

    restore = parts.add_parser("restore", help="make a node from a backup, in a new folder")
    add_common(restore)
    restore.add_argument("file", type=Path, nargs="?", help="a backup, whole or of keys only")
    restore.add_argument(
        "--keys-only", action="store_true", help="there is no backup: keys/ and paraph.toml are in the folder"
    )
    restore.set_defaults(run=_restore)

    caught_up = parts.add_parser("caught-up", help="for whom a restored node waits; go on without somebody")
    add_common(caught_up)
    caught_up.add_argument(
        "--without", action="append", default=[], metavar="PARTY", help="do not wait for this participant"
    )
    caught_up.add_argument(
        "--officer", action="append", default=[], help="who decided that; name two different officers"
    )
    caught_up.add_argument(
        "--dossier", default="", help="in this dossier only (its id, or the beginning of it)"
    )
    caught_up.add_argument(
        "--ask-again",
        action="store_true",
        help="the store came back by other means: ask every peer before saying anything new",
    )
    caught_up.set_defaults(run=_caught_up)


def _init(options: argparse.Namespace) -> int:
    particulars = _particulars(options.particulars)
    names = {
        lang: CardName(formal=n["formal"], short=n["short"], in_title=n["in_title"])
        for lang, n in particulars["names"].items()
    }
    signatory = particulars.get("signatory")
    demo: tuple[DemoSignatory, ...] | None = None
    if not options.no_demo:
        demo = (
            (
                DemoSignatory(
                    id=signatory["id"],
                    name=_in(signatory["name"], "en"),
                    title=_in(signatory["title"], "en"),
                ),
            )
            if signatory
            else ()
        )
    home = home_of(options)
    configuration = init_node(
        home,
        party=check_party_id(options.party),
        role=options.role,
        names=names,
        host=options.host,
        port=options.port,
        now=SystemClock().now(),
        demo=demo,
        country=options.country,
        database=options.database,
        delay_ms=options.delay_ms,
        web_port=options.web_port,
        web_url=options.web_url,
        anchors=tuple(read_file(path).decode("ascii", "replace") for path in options.anchor),
    )
    value = {"home": str(home), "party": configuration.party, "url": f"https://{options.host}:{options.port}"}
    lines = [
        f"node of {configuration.party} made in {home}",
        f"  settings   {home / 'paraph.toml'}",
        f"  its card   paraph peer card --home {home}",
        f"  start it   paraph node run --home {home}",
    ]
    if options.web_port:
        first = invite_first(home)
        value["enrolment"] = first.link
        lines += ["the first administrator enrols here:", *handed_over(first)]
    show(value, lines, as_json=options.json)
    return 0


def _in(values: dict[str, str], lang: str) -> str:
    return values.get(lang) or next(iter(values.values()))


def _particulars(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(read_file(path, MAX_PARTICULARS_BYTES))
        names = value["names"]
        assert all(isinstance(n[k], str) for n in names.values() for k in ("formal", "short", "in_title"))
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise FormatError(
            "particulars", f"{path}: not a party's particulars ({error}); see docs/operate/first-contact.md"
        ) from error
    assert isinstance(value, dict)
    return value


def _run(options: argparse.Namespace) -> int:
    home = home_of(options)
    with running(home):
        from paraph.bootstrap.web import prepare_web  # noqa: PLC0415 - only a process that serves pages pays for them

        if url := prepare_web(home):
            say(f"pages for people: {url}")
        opened = open_node(home)
        try:
            run_node(
                opened,
                on_ready=lambda port: say(
                    f"node of {opened.node.party} serves https://{opened.configuration.host}:{port} (stop with Ctrl-C)"
                ),
            )
        finally:
            opened.close()
    return 0


def _status(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        status = node_status(opened.node)
        disk = disk_status(opened.home.folder)
    lines = status.lines()
    if disk.trouble:
        lines.insert(1, f"  disk: {disk.trouble}")
    show({**status.to_json(), "disk": asdict(disk)}, lines, as_json=options.json)
    return 0


def _backup(options: argparse.Namespace) -> int:
    if options.keys_only and options.with_keys:
        raise FormatError("usage", "--keys-only and --with-keys are two kinds of backup: name one")
    home = home_of(options)
    report = back_up_node(home, options.file, with_keys=options.with_keys, keys_only=options.keys_only)
    elsewhere = files_elsewhere(home) if report.keys else ()
    value = {
        "file": str(options.file),
        "files": report.files,
        "bytes": report.size_bytes,
        "keys": report.keys,
        "whole": report.whole,
        "skipped": list(report.skipped),
        "elsewhere": list(elsewhere),
    }
    kind = ("with keys" if report.keys else "without keys") if report.whole else "keys and peers only"
    lines = [f"{report.files} files, {report.size_bytes} bytes, {kind}: {options.file}"]
    lines += [f"  not taken, keep it otherwise: {name}" for name in (*report.skipped, *elsewhere)]
    show(value, lines, as_json=options.json)
    return 0


def _restore(options: argparse.Namespace) -> int:
    if (options.file is None) != options.keys_only:
        raise FormatError(
            "usage",
            "name a backup; or, if keys/ and paraph.toml are all that is left and lie in the folder, say --keys-only",
        )
    report = restore_node(options.file, home_of(options))
    value = {
        "home": str(home_of(options)),
        "files": report.files,
        "keys": report.keys,
        "whole": report.whole,
    }
    lines = [f"{report.files} files restored into {home_of(options)}"]
    if options.file is None:
        lines = [
            f"an empty store was made in {home_of(options)}",
            "add every peer's card and compare the twelve words",
        ]
    elif not report.keys:
        lines.append("the backup holds no keys: put the keys/ folder beside it before starting the node")
    lines.append("start it: paraph node run. It asks its peers for everything")
    lines.append(
        "it makes no new acts until it has heard from them what it said before (paraph node caught-up)"
    )
    show(value, lines, as_json=options.json)
    return 0


def _caught_up(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        node = opened.node
        if options.ask_again:
            ask_again(node, secrets.token_hex(8))
        if options.without:
            chosen = [choose_dossier(node, options.dossier)] if options.dossier else []
            go_on(node, map(check_party_id, options.without), options.officer, chosen)
        status = node_status(node)
    waits = {d.dossier: d.waits for d in status.dossiers if d.waits}
    value = {"restored_at": status.restored_at, "waits": waits}
    lines = [] if status.restored_at else ["the store of this node never came from a backup"]
    for dossier in status.dossiers:
        if dossier.waits or dossier.waiting:
            lines += [
                f"dossier {dossier.dossier[:12]}  {dossier.title}",
                *(f"  {w}" for w in dossier.waiting),
            ]
    if options.without:
        lines += [f"WARNING: {line}" for line in _WITHOUT]
    elif waits:
        lines += [
            "If one of them stays away for good, two officers can decide to go on without it:",
            "  paraph node caught-up --without PARTY --officer A --officer B",
            *_WITHOUT,
        ]
    elif status.restored_at:
        lines.append("the node has caught up in every dossier that it holds")
    show(value, lines, as_json=options.json)
    return 0
