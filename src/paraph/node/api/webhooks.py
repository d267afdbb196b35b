"""Webhooks: an address of the administrator's choice is told that an act has its place in a log.

Source: docs/spec/webhook.md.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from paraph.domain.acts import BODIES
from paraph.errors import LocalActError
from paraph.node.api.models import Cursor, Webhook
from paraph.node.api.sealing import seal
from paraph.node.people.journal import note
from paraph.node.people.models import Officer
from paraph.node.web.host import host

__all__ = ["SIGNATURE", "Address", "check_url", "end", "make", "may_reach", "resolve", "sign"]

SIGNATURE: Final = "Paraph-Signature"
"""Header with the instant of sending and the signature."""

SECRET_BYTES: Final = 32

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA: Final = frozenset(
    ipaddress.ip_address(one)
    for one in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192")
)
"""Where clouds keep the credentials of their machines; most are link-local, these are not all."""


def make(by: Officer, *, name: str, url: str, kinds: Iterable[str]) -> tuple[Webhook, str]:
    """Tell an address of every act that gets its place from now on.

    Args:
        by: The administrator.
        name: What the receiver is called.
        url: ``https:``, or ``http:`` on this machine.
        kinds: Kinds of acts; all if empty.

    Returns:
        The webhook, and its secret, which is shown once.

    Raises:
        LocalActError: ``webhook-url`` or ``webhook-kind``.
    """
    check_url(url)
    chosen = sorted(set(kinds))
    unknown = [one for one in chosen if one not in BODIES]
    if unknown:
        raise LocalActError("webhook-kind", f"there is no act of kind {unknown[0][:40]}")
    node, secret = host().node, secrets.token_hex(SECRET_BYTES)
    made = Webhook.objects.create(
        name=name,
        url=url,
        sealed=seal(secret, url),
        kinds=" ".join(chosen),
        made_by=by.name,
        made_at=node.clock.now(),
    )
    with node.store.read() as uow:
        sizes = [(dossier, uow.size(dossier)) for dossier in uow.dossiers()]
    Cursor.objects.bulk_create(
        Cursor(webhook=made, dossier=dossier, position=size) for dossier, size in sizes
    )
    note(by, "webhook-made", detail=f"{name}: {url}")
    return made, secret


def end(by: Officer, webhook: Webhook) -> None:
    """Tell it nothing any more."""
    rows = Webhook.objects.filter(pk=webhook.pk, ended_at="")
    if rows.update(ended_at=host().node.clock.now()):
        note(by, "webhook-ended", detail=f"{webhook.name}: {webhook.url}")


def sign(secret: str, at: int, body: bytes) -> str:
    """The value of the signature's header.

    Args:
        secret: What both know, in hexadecimal; its characters are the key.
        at: Seconds since 1970, when it is sent.
        body: What is sent.
    """
    signed = f"{at}.".encode("ascii") + body
    return f"t={at},v1={hmac.new(secret.encode('ascii'), signed, hashlib.sha256).hexdigest()}"


def check_url(url: str) -> tuple[str, str, int]:
    """Accept an address, or say what is wrong with it.

    Returns:
        Scheme, host and port.

    Raises:
        LocalActError: ``webhook-url``.
    """
    try:
        parts = urlsplit(url)
        scheme, name, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError as error:
        raise LocalActError("webhook-url", "this is no address; write https://host/path") from error
    if not url.isascii() or not url.isprintable() or " " in url or not name:
        raise LocalActError("webhook-url", "this is no address; write https://host/path")
    if parts.username or parts.password or parts.fragment:
        raise LocalActError("webhook-url", "an address has no user, no password and no #fragment here")
    if scheme not in ("https", "http"):
        raise LocalActError("webhook-url", "an address begins with https:// (or http:// on this machine)")
    if scheme == "http" and not _is_here(name):
        raise LocalActError("webhook-url", "without TLS only this machine is told anything; use https://")
    literal = _literal(name)
    if literal is not None and not may_reach(literal, scheme):
        raise LocalActError("webhook-url", "nothing is sent to this address")
    return scheme, name, port or (443 if scheme == "https" else 80)


def may_reach(address: Address, scheme: str) -> bool:
    """Whether something may be sent to an address.

    Refused is what nobody keeps a receiver on and what can be made to leak: link-local addresses, the metadata services of
    clouds, multicast, unspecified and reserved ones. Private networks and this machine are where receivers of ministries
    are, and are allowed; without TLS this machine alone.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address in METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_loopback:
        return True
    return scheme == "https" and not address.is_reserved


def resolve(name: str, port: int, scheme: str) -> Address:
    """The one address that is connected to: resolved once, judged, and pinned, so that the name cannot change in between.

    Raises:
        LocalActError: ``webhook-unreachable`` if there is none, or one of them may not be reached.
    """
    try:
        found = [
            ipaddress.ip_address(str(info[4][0]).partition("%")[0])
            for info in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        ]
    except (OSError, UnicodeError) as error:
        raise LocalActError("webhook-unreachable", f"{name} has no address") from error
    refused = [one for one in found if not may_reach(one, scheme)]
    if refused or not found:
        raise LocalActError("webhook-unreachable", f"{name} leads to an address that nothing is sent to")
    return found[0]


def _literal(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _is_here(name: str) -> bool:
    literal = _literal(name)
    return name == "localhost" or name.endswith(".localhost") or (literal is not None and literal.is_loopback)
