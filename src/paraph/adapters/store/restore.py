"""Making a node's home from a backup, or from nothing but its keys.

A restored store may be behind what the node already told its peers. Therefore it is marked as restored
(``app.restoration``): the node neither authors nor cosigns until its peers have told it more. And a guard file that
is present is never replaced.

Everything is made and checked aside, and moved into its place at the end: what fails leaves the folder as it was.
"""

from __future__ import annotations

import errno
import secrets
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from paraph.adapters.store.backup import (
    NO_ROOM,
    BackupReport,
    check_has_keys,
    check_intact,
    configured_database,
    report,
)
from paraph.adapters.store.backup_archive import PEERS, PEOPLE, STORE, extract, read_peers
from paraph.adapters.store.database import open_store
from paraph.adapters.store.home import NodeHome
from paraph.app.ports import PeerRow
from paraph.app.restoration import begin_again, mark_restored
from paraph.domain.ids import Utc
from paraph.errors import LocalActError, PermanentError

__all__ = ["restore", "restore_keys"]

_NOT_WRITABLE: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_TOKEN_BYTES: Final = 8


def restore(source: Path, home: NodeHome, *, now: Utc) -> BackupReport:
    """Make a home from a backup, whole or of keys only.

    Args:
        source: A ``.tar`` of ``back_up`` or ``back_up_keys``.
        home: Where to: a folder that is missing, or empty but for ``guard`` and ``keys``.
        now: When the store was restored, as it will say.

    Returns:
        What the backup held.

    Raises:
        LocalActError: ``home-not-empty``; ``store-not-empty`` if the configured database is in use.
        FormatError: ``backup-format`` if the archive is not one of ours, or damaged.
        PermanentError: ``store-corrupt``, ``store-newer``, ``backup-read``, ``disk-full``, ``restore-write``.
    """
    present = {path.name for path in home.folder.iterdir()} if home.folder.exists() else set()
    if present - {home.guard.name, home.keys.name}:
        raise LocalActError(
            "home-not-empty",
            f"{home.folder} is not empty: restore into a new folder; only guard/ and keys/ may be there already",
            path=str(home.folder),
        )
    with _aside(home, source) as scratch:
        members = extract(source, scratch)
        if any(member.name == STORE for member in members):
            _renew(scratch / STORE, now)
            if any(member.name == PEOPLE for member in members):
                _check(scratch / PEOPLE)
        else:
            _make_store(scratch, read_peers((scratch / PEERS).read_bytes()), now)
        _settle_in(scratch, home, now)
    return report(members)


def restore_keys(home: NodeHome, *, now: Utc) -> None:
    """Make an empty store for a node of which only ``keys/`` and ``paraph.toml`` are left; they are in their place.

    Blobs and the guard may be there too, and stay.

    Raises:
        LocalActError: ``home-not-empty`` if there is a store, ``home-no-keys`` if keys or configuration are missing.
        PermanentError: ``disk-full``, ``restore-write``.
    """
    if home.database.exists():
        raise LocalActError(
            "home-not-empty",
            f"{home.database} is there: move it away if it is of no use, and keep it; then begin again",
            path=str(home.folder),
        )
    check_has_keys(home)
    with _aside(home, home.config) as scratch:
        shutil.copyfile(home.config, scratch / home.config.name)
        _make_store(scratch, (), now)
        (scratch / home.config.name).unlink()
        _settle_in(scratch, home, now)


@contextmanager
def _aside(home: NodeHome, source: Path) -> Iterator[Path]:
    """A folder beside the home's parts, on their disk; says what the disk says, and takes an empty home away again."""
    new = not home.folder.exists()
    try:
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".paraph-restore-", dir=home.folder) as scratch:
            yield Path(scratch)
    except BaseException as error:
        if new:
            with suppress(OSError):
                home.folder.rmdir()
        if isinstance(error, OSError | tarfile.TarError):
            raise _told(error, home, source) from error
        raise


def _told(error: OSError | tarfile.TarError, home: NodeHome, source: Path) -> PermanentError:
    number = error.errno if isinstance(error, OSError) else None
    if number in NO_ROOM:
        return PermanentError(
            "disk-full",
            f"there is no room in {home.folder}: make room and restore again; nothing was changed",
        )
    if number in _NOT_WRITABLE and not (isinstance(error, OSError) and error.filename == str(source)):
        return PermanentError(
            "restore-write",
            f"cannot write {home.folder} ({error}): restore into a folder on a disk that can be written",
            path=str(home.folder),
        )
    return PermanentError("backup-read", f"cannot restore {source}: {error}", path=str(source))


def _check(database: Path) -> None:
    """Let SQLite check a database of a backup."""
    try:
        check_intact(database)
    except sqlite3.DatabaseError as error:
        raise PermanentError(
            "store-corrupt", f"{database.name} in the backup is damaged ({error}): take another backup"
        ) from error


def _renew(database: Path, now: Utc) -> None:
    """Check the store of a backup, bring it up to this version, and mark it as restored."""
    _check(database)
    store = open_store(database, create=False)
    try:
        with store.write() as uow:
            mark_restored(uow, now, _token())
    finally:
        store.close()


def _make_store(folder: Path, peers: Iterable[PeerRow], now: Utc) -> None:
    """Make an empty store that is marked as restored, and knows the peers: here, or where the configuration says."""
    elsewhere = configured_database(folder / "paraph.toml")
    store = open_store(elsewhere or folder / STORE)
    try:
        with store.read() as uow:
            used = bool(uow.dossiers())
        if used:
            raise LocalActError(
                "store-not-empty",
                f"the database that the configuration names ({elsewhere.partition('://')[0]}://…) holds dossiers: name "
                "an empty one, or keep using it with `paraph node caught-up --ask-again`",
            )
        begin_again(store, peers, now, _token())
    finally:
        store.close()


def _token() -> str:
    return secrets.token_hex(_TOKEN_BYTES)


def _settle_in(folder: Path, home: NodeHome, now: Utc) -> None:
    """Move everything home, the database last: without it the folder is no node. All of it, or nothing."""
    (folder / home.restored.name).write_text(
        f"The store in this folder was restored at {now}. The node signs nothing until its peers have told it\n"
        "what it said before; `paraph node status` says for whom it waits. Nothing needs to be done with this file.\n",
        encoding="utf-8",
    )
    moved: list[Path] = []
    try:
        for source, target in _moves(folder, home):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            moved.append(target)
            shutil.move(source, target)  # the guard may lie on another disk
    except BaseException:
        for path in reversed(moved):
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def _moves(folder: Path, home: NodeHome) -> Iterator[tuple[Path, Path]]:
    for part in (home.guard, home.keys):
        arriving = folder / part.name
        for path in sorted(filter(Path.is_file, arriving.rglob("*"))):
            target = part / path.relative_to(arriving)
            # What is here is newer than any backup: a guard never goes back, a key may have been renewed.
            if not target.exists():
                yield path, target
    for part in (home.blobs, home.config, home.restored, home.people, home.database):
        if (folder / part.name).exists():
            yield folder / part.name, part
