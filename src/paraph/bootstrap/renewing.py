"""Renewing a node's keys, card and server certificate, step by step; any step can be the last before a crash.

1. New keys and card become durable, and with that they are in force (:mod:`paraph.bootstrap.identity`).
2. In each dossier an act says so (:mod:`paraph.app.renewal`).
3. The renewal file for peers that share no dossier is written.

A command that finds a renewal that was not carried through finishes it and begins no other. What it cannot say yet,
because a dossier waits for others, the node says by itself when it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.adapters.store.home import NodeHome
from paraph.adapters.transport.tls import make_tls_certificate
from paraph.app.renewal import renew_everywhere, succeeding_card
from paraph.bootstrap.configuration import read_configuration
from paraph.bootstrap.identity import add_identity, alone, identities, pending_reason, renewed
from paraph.bootstrap.initial import CARD_YEARS, next_year
from paraph.bootstrap.opening import open_node
from paraph.domain.ids import Digest, DossierId
from paraph.wire.card import card_digest
from paraph.wire.renewal import sign_renewal, write_renewals

__all__ = ["RENEWAL_FILE", "Renewal", "renew_node"]

RENEWAL_FILE: Final = "renewal.json"
"""In the node's folder: what ``paraph peer add`` takes from a peer that renewed its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What came of a renewal.

    Attributes:
        card: SHA-256 of the card in force.
        former: SHA-256 of the card before.
        finished: Whether an earlier renewal was finished, and none begun.
        stated: In how many dossiers the card is stated now.
        waiting: Dossiers in which that has to wait, and why.
        file: The renewal file; None if the card succeeds none.
    """

    card: Digest
    former: Digest
    finished: bool
    stated: int
    waiting: dict[DossierId, str]
    file: Path | None


def renew_node(
    folder: Path,
    *,
    reason: str = "",
    new_keys: bool = True,
    new_tls: bool = False,
    anchors: Sequence[str] | None = None,
    endpoints: Sequence[str] | None = None,
    compromised: bool = False,
) -> Renewal:
    """Renew a node, or finish what was begun.

    Args:
        folder: Its home; no node may run on it.
        reason: Why, for the peers' officers.
        new_keys: Whether to make new node keys.
        new_tls: Whether to make a new server certificate.
        anchors: PEM of the authorities that certify signatories from now on; the present ones by default.
        endpoints: Addresses from now on; the present ones by default.
        compromised: Somebody else has the keys: the new card succeeds none, and nothing is signed with the old keys any
            more. Peers have to compare words again, and dossiers to be opened anew.

    Raises:
        LocalActError: ``node-running``.
        PermanentError: ``no-node``.
    """
    home = NodeHome(folder)
    read_configuration(home.config)  # says what to do where there is no node
    with alone(folder):
        begun = pending_reason(home)
        if begun is None:
            _begin(
                folder,
                home,
                reason=reason,
                new_keys=new_keys or compromised,
                new_tls=new_tls,
                anchors=anchors,
                endpoints=endpoints,
                compromised=compromised,
            )
        return _finish(folder, home, begun if begun is not None else reason, finished=begun is not None)


def _begin(
    folder: Path,
    home: NodeHome,
    *,
    reason: str,
    new_keys: bool,
    new_tls: bool,
    anchors: Sequence[str] | None,
    endpoints: Sequence[str] | None,
    compromised: bool,
) -> None:
    present = identities(home)[-1]
    keys = generate_node_keys() if new_keys else present.keys
    opened = open_node(folder)
    try:
        node = opened.node
        tls = (present.tls_certificate.read_bytes(), present.tls_key.read_bytes())
        if new_tls or compromised:
            now = datetime.fromisoformat(node.clock.now())
            name = f"paraph node of {node.party}"[:64]
            tls = make_tls_certificate([opened.configuration.host], name=name, now=now)
        card = succeeding_card(
            node,
            keys,
            valid_until=next_year(node.clock.now(), CARD_YEARS),
            endpoints=endpoints,
            tls_certificate=tls[0].decode("ascii"),
            anchors=anchors,
            succeeds=not compromised,
        )
    finally:
        opened.close()
    link = b"" if compromised else sign_renewal(card, present.keys)
    add_identity(home, keys, card, link=link, tls=tls, reason=reason)


def _finish(folder: Path, home: NodeHome, reason: str, *, finished: bool) -> Renewal:
    opened = open_node(folder)
    try:
        waiting = renew_everywhere(opened.node, reason)
        with opened.node.store.read() as uow:
            stated = len(uow.dossiers()) - len(waiting)
    finally:
        opened.close()
    known = identities(home)
    links: list[bytes] = []
    for one in known[1:]:
        links = [*links, one.link] if one.link else []
    file = folder / RENEWAL_FILE if links else None
    if file is not None:
        made = file.with_name(f".{file.name}.new")
        made.write_bytes(write_renewals(links))
        made.replace(file)
    renewed(home)
    return Renewal(
        card=card_digest(known[-1].card),
        former=card_digest(known[-2].card),
        finished=finished,
        stated=stated,
        waiting=waiting,
        file=file,
    )
