"""The keys and cards of a node on disk: the first ones, and each that followed.

The first lie in ``keys/`` itself, every renewal in a folder of its own, ``keys/renewed/0001`` and so on, with
everything that belongs together: keys, card, server certificate and its key, and the card once more as the keys before
it signed it. A folder appears complete, under its name, or not at all; nothing is ever overwritten. The newest is in
force; the others open what was sealed to them, and sign where their card still is.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph.adapters.signing.node_keys import load_node_keys, save_node_keys
from paraph.adapters.store.home import NodeHome
from paraph.errors import LocalActError, PermanentError
from paraph.wire.keys import NodeKeys

__all__ = [
    "CARD",
    "NODE_KEYS",
    "TLS_CERTIFICATE",
    "TLS_KEY",
    "NodeIdentity",
    "add_identity",
    "alone",
    "identities",
    "pending_reason",
    "renewed",
    "running",
    "write_private",
]

NODE_KEYS: Final = "node.json"
CARD: Final = "card.json"
TLS_CERTIFICATE: Final = "tls.pem"
TLS_KEY: Final = "tls.key"

_RENEWED: Final = "renewed"
_LINK: Final = "renewal.json"
_PENDING: Final = "pending"
_LOCK: Final = "running.lock"
_NUMBER: Final = re.compile(r"[0-9]{4}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeIdentity:
    """Keys and card of a node.

    Attributes:
        folder: Where they lie, with the server's certificate and key.
        keys: The keys.
        card: Exact bytes of the card.
        link: The card as the keys before it signed it; empty for the first, and for one that succeeds none.
    """

    folder: Path
    keys: NodeKeys
    card: bytes
    link: bytes

    @property
    def tls_certificate(self) -> Path:
        """The server's certificate."""
        return self.folder / TLS_CERTIFICATE

    @property
    def tls_key(self) -> Path:
        """Its key."""
        return self.folder / TLS_KEY


def identities(home: NodeHome) -> tuple[NodeIdentity, ...]:
    """All keys and cards of a node, oldest first; the last ones are in force.

    Raises:
        PermanentError: ``card-lost``, ``node-keys-missing``, ``node-keys-mode``.
        FormatError: ``node-key-file``.
    """
    return tuple(map(_read, (home.keys, *_folders(home))))


def _folders(home: NodeHome) -> list[Path]:
    within = home.keys / _RENEWED
    return sorted(p for p in within.iterdir() if _NUMBER.match(p.name)) if within.is_dir() else []


def _read(folder: Path) -> NodeIdentity:
    keys = load_node_keys(folder / NODE_KEYS)
    try:
        card = (folder / CARD).read_bytes()
        link = (folder / _LINK).read_bytes() if (folder / _LINK).exists() else b""
    except OSError as error:
        raise PermanentError("card-lost", f"cannot read {error.filename}: {error.strerror}") from error
    return NodeIdentity(folder=folder, keys=keys, card=card, link=link)


def add_identity(
    home: NodeHome,
    keys: NodeKeys,
    card: bytes,
    *,
    link: bytes,
    tls: tuple[bytes, bytes],
    reason: str,
) -> NodeIdentity:
    """Put new keys and a new card in force: durable and complete, or not at all.

    Args:
        home: The node's folder.
        keys: The keys.
        card: The card.
        link: It, signed by the keys before; empty if it succeeds none.
        tls: The server's certificate and key, PEM.
        reason: Why; kept until ``renewed`` says that it was stated in the dossiers.
    """
    within = home.keys / _RENEWED
    within.mkdir(mode=0o700, exist_ok=True)
    made = within / ".new"
    shutil.rmtree(made, ignore_errors=True)  # of an attempt that was interrupted; nobody has seen those keys
    made.mkdir(mode=0o700)
    save_node_keys(keys, made / NODE_KEYS)
    files = {CARD: card, TLS_CERTIFICATE: tls[0], TLS_KEY: tls[1], _PENDING: reason.encode()}
    for name, data in (files | {_LINK: link} if link else files).items():
        write_private(made / name, data)
    _sync(made)
    folder = within / f"{len(_folders(home)) + 1:04d}"
    made.rename(folder)
    _sync(within)
    _sync(home.keys)
    return _read(folder)


def pending_reason(home: NodeHome) -> str | None:
    """Why the node renewed last, if that was not stated in its dossiers yet; None if nothing is left to do."""
    folders = _folders(home)
    kept = folders[-1] / _PENDING if folders else None
    return kept.read_text("utf-8") if kept is not None and kept.exists() else None


def renewed(home: NodeHome) -> None:
    """Note that the last renewal was stated wherever that was possible."""
    folder = _folders(home)[-1]
    (folder / _PENDING).unlink(missing_ok=True)
    _sync(folder)


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Hold a node's folder while it runs: its keys do not change under it."""
    if not NodeHome(folder).config.exists():
        yield  # there is no node; opening it says so
        return
    lock = _open_lock(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield
    finally:
        os.close(lock)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a node's folder while it does not run.

    Raises:
        LocalActError: ``node-running``.
    """
    lock = _open_lock(folder)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalActError(
                "node-running",
                f"a node runs on {folder}: stop it, renew, and start it again; its peers wait for it meanwhile",
            ) from error
        yield
    finally:
        os.close(lock)


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read, durably.

    Raises:
        FileExistsError: There is one.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _open_lock(folder: Path) -> int:
    try:
        return os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise PermanentError(
            "home-write",
            f"cannot write in {folder}: {error.strerror}; the node needs a disk with room",
            path=str(folder),
        ) from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
