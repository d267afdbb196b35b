"""``paraph peer``: cards, twelve words, two officers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from paraph.app.cards import renewals_of
from paraph.app.peers import add_peer, confirm_words, suspend_peer, words_with
from paraph.cli.home import add_common, at_node
from paraph.cli.output import show
from paraph.domain.ids import check_party_id
from paraph.errors import FormatError
from paraph.wire import limits
from paraph.wire.card import card_digest

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add ``peer`` and its commands."""
    peer = commands.add_parser("peer", help="other nodes: card, add, words, list, suspend")
    parts = peer.add_subparsers(dest="part", metavar="PART", required=True)

    card = parts.add_parser("card", help="write this node's own card, to be given to peers")
    add_common(card)
    card.add_argument("--out", type=Path, help="file to write (default: show where it is)")
    card.set_defaults(run=_card)

    add = parts.add_parser(
        "add", help="add a peer's card, unverified; or its renewal file, which keeps it verified"
    )
    add_common(add)
    add.add_argument("card", type=Path)
    add.add_argument("--url", default="", help="deliver to this address instead of the card's")
    add.set_defaults(run=_add)

    words = parts.add_parser(
        "words", help="show the twelve words; with --confirm, say that the peer read out the same"
    )
    add_common(words)
    words.add_argument("party")
    words.add_argument(
        "--confirm", nargs=12, metavar="WORD", help="the twelve words as the peer read them out"
    )
    words.add_argument(
        "--officer", action="append", default=[], help="who compared them; name two different officers"
    )
    words.set_defaults(run=_words)

    listing = parts.add_parser("list", help="all peers and whether they are verified")
    add_common(listing)
    listing.set_defaults(run=_list)

    suspend = parts.add_parser("suspend", help="stop dealing with a peer")
    add_common(suspend)
    suspend.add_argument("party")
    suspend.set_defaults(run=_suspend)


def _card(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        card = opened.node.card
    if options.out:
        options.out.write_bytes(card)
    where = str(options.out) if options.out else "use --out FILE to write it"
    digest = card_digest(card)
    show(
        {"sha256": digest, "file": str(options.out or "")},
        [f"card {digest}", f"  {where}"],
        as_json=options.json,
    )
    return 0


def _add(options: argparse.Namespace) -> int:
    try:
        data = options.card.read_bytes()
    except OSError as error:
        raise FormatError("usage", f"cannot read {options.card}: {error.strerror}") from error
    if len(data) > limits.MAX_CARD:
        raise FormatError("card-format", f"{options.card} is larger than any card")
    with at_node(options) as opened:
        row = add_peer(opened.node, data, options.url)
    lines = [f"{row.party} added: {row.state}"]
    if row.state != "verified":
        lines.append(f"  next: two officers compare the twelve words (paraph peer words {row.party})")
    show({"party": row.party, "state": row.state, "url": row.url}, lines, as_json=options.json)
    return 0


def _words(options: argparse.Namespace) -> int:
    party = check_party_id(options.party)
    with at_node(options) as opened:
        words = words_with(opened.node, party)
        if options.confirm is None:
            lines = [
                f"Read these words to {party}, and have them read to you, over two different channels:",
                "",
                "  " + "  ".join(f"{n}. {w}" for n, w in enumerate(words[:6], 1)),
                "  " + "  ".join(f"{n}. {w}" for n, w in enumerate(words[6:], 7)),
                "",
                f"If they are the same: paraph peer words {party} --confirm <the words> --officer A --officer B",
            ]
            show({"party": party, "words": list(words)}, lines, as_json=options.json)
            return 0
        row = confirm_words(opened.node, party, tuple(options.confirm), tuple(options.officer))
    show(
        {"party": row.party, "state": row.state, "officers": list(row.officers)},
        [f"{row.party} is verified by {' and '.join(row.officers)}"],
        as_json=options.json,
    )
    return 0


def _list(options: argparse.Namespace) -> int:
    with at_node(options) as opened, opened.node.store.read() as uow:
        rows = [(row, *renewals_of(uow, row.party)) for row in uow.peers()]
    value = [
        {
            "party": row.party,
            "state": row.state,
            "url": row.url,
            "officers": list(row.officers),
            "card": card_digest(row.card),
            "renewals": count,
            "renewed": at,
        }
        for row, count, at in rows
    ]
    lines = [
        f"{row.party}  {row.state}  {row.url}" + (f"  renewed {count} times, last {at}" if count else "")
        for row, count, at in rows
    ]
    show(value, lines or ["no peers yet"], as_json=options.json)
    return 0


def _suspend(options: argparse.Namespace) -> int:
    with at_node(options) as opened:
        row = suspend_peer(opened.node, check_party_id(options.party))
    show({"party": row.party, "state": row.state}, [f"{row.party} is suspended"], as_json=options.json)
    return 0
