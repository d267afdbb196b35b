"""What passkeys are bound to: the host and the origin of these pages, from the address that people are given."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from paraph.errors import PermanentError

__all__ = ["Origin", "origin_of"]

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

Origin = tuple[str, str]
"""Host and origin."""


def origin_of(url: str) -> Origin:
    """Host and origin of an address, as browsers write them.

    Raises:
        PermanentError: ``web-url`` if no passkey can be bound to it: not HTTPS (but on this machine), or a number instead of a name.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _wrong(url, "cannot be understood") from error
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise _wrong(url, "is not an address like https://node.example")
    with suppress(ValueError):
        ipaddress.ip_address(host)
        raise _wrong(url, "names the host by a number, to which no browser binds passkeys: give it a name")
    if parts.scheme == "http" and host != "localhost" and not host.endswith(".localhost"):
        raise _wrong(url, "is not HTTPS, without which no browser has passkeys (but for localhost)")
    shown = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return host, f"{parts.scheme}://{host}{shown}"


def _wrong(url: str, problem: str) -> PermanentError:
    return PermanentError(
        "web-url", f"the address of the pages, {url}, {problem}; see [web] in paraph.toml", url=url
    )
