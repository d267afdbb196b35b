"""Making a node: folder, keys, card, store, and a demonstration authority if wanted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from paraph.adapters.signing.authority import DemoAuthority
from paraph.adapters.signing.node_keys import generate_node_keys, save_node_keys
from paraph.adapters.store.database import open_store
from paraph.adapters.store.home import NodeHome
from paraph.adapters.transport.tls import make_tls_certificate
from paraph.bootstrap.configuration import Configuration, KeyPlace, write_configuration
from paraph.bootstrap.identity import CARD, NODE_KEYS, TLS_CERTIFICATE, TLS_KEY, write_private
from paraph.bootstrap.opening import AUTHORITY, PASSPHRASE, STAMP_KEY
from paraph.domain.ids import PartyId, Utc
from paraph.domain.language import nearest
from paraph.errors import LocalActError
from paraph.wire.card import CardName, PeerCard, Role, pack_card

__all__ = ["CARD_YEARS", "TLS_CERTIFICATE", "TLS_KEY", "DemoSignatory", "init_node", "next_year"]

CARD_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSignatory:
    """A signatory for whom the demonstration authority issues a certificate."""

    id: str
    name: str
    title: str


def init_node(
    folder: Path,
    *,
    party: PartyId,
    role: str,
    names: Mapping[str, CardName],
    host: str,
    port: int,
    now: Utc,
    demo: tuple[DemoSignatory, ...] | None,
    country: str = "",
    database: str = "",
    delay_ms: int = 0,
    anchors: tuple[str, ...] = (),
    web_port: int = 0,
    web_url: str = "",
) -> Configuration:
    """Make a node in an empty folder.

    Args:
        folder: Its home; made if missing.
        party: Whose node it is.
        role: ``party``, ``mediator`` or ``witness``.
        names: How the party names itself, by language.
        host: Address to listen on and to put on the card.
        port: Port to listen on.
        now: The current instant.
        demo: Signatories of a demonstration authority, or None for none: real certificates come from
            PKCS#12 files or PKCS#11 tokens, named in the configuration.
        country: Two letters in demonstration certificates, or "".
        database: URL of another database than the embedded one.
        delay_ms: Extra delay of deliveries, for measurements.
        anchors: Certificates (PEM) of the ministry's own authority, which the card tells to peers.
        web_port: Port of the pages for people; 0 for none.
        web_url: Where people reach them.

    Raises:
        LocalActError: ``home-not-empty`` if there is something in the folder already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise LocalActError("home-not-empty", f"{folder} is not empty; a node is made in a new folder")
    home = NodeHome(folder)
    for made in (folder, home.keys):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = generate_node_keys()
    save_node_keys(keys, home.keys / NODE_KEYS)
    certificate, key = make_tls_certificate([host], name=f"paraph node of {party}"[:64], now=_datetime(now))
    write_private(home.keys / TLS_KEY, key)
    (home.keys / TLS_CERTIFICATE).write_bytes(certificate)
    organisation = names[lang].formal if (lang := nearest(names)) else party
    signing: dict[str, KeyPlace] = {}
    if demo is not None:
        authority, signing = _demo(home, organisation, country, demo, now)
        anchors += (authority.root_pem.decode("ascii"),)
    card = PeerCard(
        party=party,
        names=names,
        roles=(Role(role),),
        keys=keys.public,
        endpoints=(f"https://{host}:{port}",),
        tls_certificate=certificate.decode("ascii"),
        anchors=anchors,
        valid_from=now,
        valid_until=next_year(now, CARD_YEARS),
    )
    (home.keys / CARD).write_bytes(pack_card(card, keys))
    configuration = Configuration(
        party=party,
        roles=(role,),
        host=host,
        port=port,
        database=database,
        signing=signing,
        delay_ms=delay_ms,
        web_port=web_port,
        web_url=web_url,
    )
    write_private(home.config, write_configuration(configuration).encode())
    open_store(database or home.database).close()
    return configuration


def _demo(
    home: NodeHome, organisation: str, country: str, signatories: tuple[DemoSignatory, ...], now: Utc
) -> tuple[DemoAuthority, dict[str, KeyPlace]]:
    """Make a demonstration authority and its certificates; every name in them says DEMO."""
    passphrase = secrets.token_urlsafe(24)
    write_private(home.keys / PASSPHRASE, passphrase.encode() + b"\n")
    authority = DemoAuthority.create(organisation, country, now)
    signing: dict[str, KeyPlace] = {}
    issued = {s.id: authority.issue_signatory(s.name, s.title, organisation, now=now) for s in signatories}
    issued["seal"] = authority.issue_seal(organisation, now=now)
    for name, one in issued.items():
        write_private(home.keys / f"{name}.p12", one.pkcs12(passphrase))
        signing[name] = KeyPlace(pkcs12=f"keys/{name}.p12", passphrase_file=f"keys/{PASSPHRASE}")
    write_private(home.keys / STAMP_KEY, authority.issue_tsa(now=now).pkcs12(passphrase))
    authority.save(home.keys / AUTHORITY, passphrase)
    return authority, signing


def next_year(now: Utc, years: int) -> Utc:
    """The instant some years later; 29 February becomes the 28th."""
    day = now[5:10] if now[5:10] != "02-29" else "02-28"
    return Utc(f"{int(now[:4]) + years}-{day}{now[10:]}")


def _datetime(now: Utc) -> datetime:
    return datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
