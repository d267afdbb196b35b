"""``paraph.toml``: what an operator sets for one node.

Example::

    [node]
    party = "israel"
    roles = ["party"]
    host = "127.0.0.1"
    port = 7401

    [web]
    host = "127.0.0.1"
    port = 7480                   # 0: no pages
    url = "https://node.example"  # where people reach them; passkeys are bound to its host

    [timestamps]
    url = ""                      # empty: the built-in authority, for demonstrations only

    [signing."israel.fm"]
    pkcs12 = "keys/israel.fm.p12"
    passphrase_file = "keys/passphrase"

    [revocation]
    crls = ["crls/issuing.crl"]   # DER or PEM, kept fresh by the operator

    [signing.seal]
    pkcs11 = "/usr/lib/softhsm/libsofthsm2.so"
    token = "ministry"
    key = "seal"
    pin_file = "/run/credentials/pin"

Paths are relative to the file. Secrets are in files of their own, readable by the node's user only.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from paraph.domain.ids import PartyId, check_party_id
from paraph.errors import PermanentError

__all__ = ["Configuration", "KeyPlace", "read_configuration", "write_configuration"]

MAX_CONFIGURATION_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """Where one signatory's key is: a PKCS#12 file, or a PKCS#11 token.

    Attributes:
        pkcs12: The file, with its certificates.
        passphrase_file: File with one line, readable by the node's user only.
        pkcs11: Path of the token's module.
        token: Label of the token.
        key: Label of the key; the signatory's id by default.
        pin_file: File with one line, readable by the node's user only.
        certificates: PEM file with the certificate and its issuers, where the token does not hold them.
    """

    pkcs12: str = ""
    passphrase_file: str = ""
    pkcs11: str = ""
    token: str = ""
    key: str = ""
    pin_file: str = ""
    certificates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One node's settings.

    Attributes:
        party: Whose node it is.
        roles: ``party``, ``mediator``, ``witness``.
        host: Address to listen on.
        port: Port to listen on.
        database: URL of another database than the embedded one.
        timestamp_url: Outside time-stamp authority.
        timestamp_anchors: Files with its trust anchors.
        signing: Keys by signatory id; ``seal`` is the organisation's.
        crls: Files with current revocation lists of the issuers, which an operator keeps fresh.
        fonts: Further font folders for originals.
        delay_ms: Extra delay of every delivery, each way; to measure as if peers were far apart.
        web_host: Address on which the pages for people listen.
        web_port: Their port; 0 for no pages.
        web_url: Where people reach them; by default this machine.
        web_tls_certificate: Certificate (PEM) of that address; empty where a reverse proxy ends TLS, or on this machine only.
        web_tls_key: Its private key (PEM).
        web_behind_proxy: Whether a reverse proxy on this machine ends TLS, and says so.
    """

    party: PartyId
    roles: tuple[str, ...] = ("party",)
    host: str = "127.0.0.1"
    port: int = 7400
    database: str = ""
    timestamp_url: str = ""
    timestamp_anchors: tuple[str, ...] = ()
    signing: Mapping[str, KeyPlace] = field(default_factory=dict)
    crls: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
    delay_ms: int = 0
    web_host: str = "127.0.0.1"
    web_port: int = 0
    web_url: str = ""
    web_tls_certificate: str = ""
    web_tls_key: str = ""
    web_behind_proxy: bool = False


def read_configuration(path: Path) -> Configuration:
    """Read a configuration file.

    Raises:
        PermanentError: ``configuration`` with the setting that is missing, unknown or of another kind.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIGURATION_BYTES + 1)
        values = tomllib.loads(data.decode("utf-8"))
    except FileNotFoundError as error:
        raise PermanentError(
            "no-node",
            f"there is no node in {path.parent}: make one with `paraph node init`, or name it with --home",
        ) from error
    except (OSError, ValueError) as error:
        raise PermanentError("configuration", f"{path}: {error}") from error
    if len(data) > MAX_CONFIGURATION_BYTES:
        raise PermanentError("configuration", f"{path} is larger than {MAX_CONFIGURATION_BYTES} bytes")
    return _read(path, values)


def _read(path: Path, values: dict[str, Any]) -> Configuration:
    reader = _Reader(path)
    reader.known(
        values, "", {"node", "store", "timestamps", "signing", "revocation", "render", "transport", "web"}
    )
    node = reader.table(values, "node", {"party", "roles", "host", "port"})
    store = reader.table(values, "store", {"database"})
    stamps = reader.table(values, "timestamps", {"url", "anchors"})
    revocation = reader.table(values, "revocation", {"crls"})
    render = reader.table(values, "render", {"fonts"})
    transport = reader.table(values, "transport", {"delay_ms"})
    web = reader.table(values, "web", {"host", "port", "url", "tls_certificate", "tls_key", "behind_proxy"})
    members = set(KeyPlace.__slots__)
    signing: dict[str, KeyPlace] = {}
    for name, place in values.get("signing", {}).items():
        if not isinstance(place, dict):
            raise reader.wrong(f"signing.{name}", "has to be a table")
        reader.known(place, f"signing.{name}", members)
        signing[name] = KeyPlace(**{k: reader.text(place, k, f"signing.{name}") for k in place})
    if "party" not in node:
        raise reader.wrong("node.party", "is missing")
    return Configuration(
        party=check_party_id(reader.text(node, "party", "node")),
        roles=reader.texts(node, "roles", "node") or ("party",),
        host=reader.text(node, "host", "node") or "127.0.0.1",
        port=reader.integer(node, "port", "node", 7400),
        database=reader.text(store, "database", "store"),
        timestamp_url=reader.text(stamps, "url", "timestamps"),
        timestamp_anchors=reader.texts(stamps, "anchors", "timestamps"),
        signing=signing,
        crls=reader.texts(revocation, "crls", "revocation"),
        fonts=reader.texts(render, "fonts", "render"),
        delay_ms=reader.integer(transport, "delay_ms", "transport", 0),
        web_host=reader.text(web, "host", "web") or "127.0.0.1",
        web_port=reader.integer(web, "port", "web", 0),
        web_url=reader.text(web, "url", "web"),
        web_tls_certificate=reader.text(web, "tls_certificate", "web"),
        web_tls_key=reader.text(web, "tls_key", "web"),
        web_behind_proxy=reader.flag(web, "behind_proxy", "web"),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path

    def wrong(self, where: str, problem: str) -> PermanentError:
        return PermanentError("configuration", f"{self.path}: {where} {problem}")

    def known(self, values: dict[str, Any], where: str, names: set[str]) -> None:
        for name in values:
            if name not in names:
                raise self.wrong(
                    f"{where}.{name}".strip("."), "is not a setting; see docs/operate/configuration.md"
                )

    def table(self, values: dict[str, Any], name: str, names: set[str]) -> dict[str, Any]:
        found = values.get(name, {})
        if not isinstance(found, dict):
            raise self.wrong(name, "has to be a table")
        self.known(found, name, names)
        return found

    def text(self, values: dict[str, Any], name: str, where: str) -> str:
        found = values.get(name, "")
        if not isinstance(found, str):
            raise self.wrong(f"{where}.{name}", "has to be a string")
        return found

    def texts(self, values: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
        found = values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self.wrong(f"{where}.{name}", "has to be a list of strings")
        return tuple(found)

    def flag(self, values: dict[str, Any], name: str, where: str) -> bool:
        found = values.get(name, False)
        if not isinstance(found, bool):
            raise self.wrong(f"{where}.{name}", "has to be true or false")
        return found

    def integer(self, values: dict[str, Any], name: str, where: str, default: int) -> int:
        found = values.get(name, default)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= 1_000_000:
            raise self.wrong(f"{where}.{name}", "has to be a whole number")
        return found


def write_configuration(configuration: Configuration) -> str:
    """Write a configuration as a commented TOML file."""
    lines = [
        "# One node of Paraph. Settings are described in docs/operate/configuration.md.",
        "",
        "[node]",
        f"party = {json.dumps(configuration.party)}",
        f"roles = {json.dumps(list(configuration.roles))}",
        f"host = {json.dumps(configuration.host)}",
        f"port = {configuration.port}",
        "",
        "[store]",
        f"database = {json.dumps(configuration.database)}  # empty: SQLite in this folder",
        "",
        "[timestamps]",
        f"url = {json.dumps(configuration.timestamp_url)}  # empty: built-in authority, for demonstrations only",
        f"anchors = {json.dumps(list(configuration.timestamp_anchors))}",
        "",
        "[revocation]",
        f"crls = {json.dumps(list(configuration.crls))}",
        "",
        "[render]",
        f"fonts = {json.dumps(list(configuration.fonts))}",
        "",
        "[transport]",
        f"delay_ms = {configuration.delay_ms}",
        "",
        "[web]",
        f"host = {json.dumps(configuration.web_host)}",
        f"port = {configuration.web_port}  # 0: no pages for people",
        f"url = {json.dumps(configuration.web_url)}  # where people reach them; passkeys are bound to its host",
        f"tls_certificate = {json.dumps(configuration.web_tls_certificate)}",
        f"tls_key = {json.dumps(configuration.web_tls_key)}",
        f"behind_proxy = {json.dumps(configuration.web_behind_proxy)}",
    ]
    for name, place in sorted(configuration.signing.items()):
        lines += ["", f"[signing.{json.dumps(name)}]"]
        lines += [f"{k} = {json.dumps(v)}" for k in KeyPlace.__slots__ if (v := getattr(place, k))]
    return "\n".join(lines) + "\n"
