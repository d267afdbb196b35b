"""Backups of a node's home: one ``.tar`` that ``restore`` turns into a home again.

Order makes a backup of a running node consistent. The database is copied first, as one snapshot; blobs are
copied after it, and since a blob is durable before any act names it, every act in the snapshot finds its
blobs. The guard is read last, so that it knows at least what the snapshot knows.

A backup of keys only holds what no peer can give back: keys, card, configuration, and the peers with the officers who
verified them. It is small, and a node comes back from it with an empty store that its peers fill.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paraph.adapters.store.backup_archive import PEERS, PEOPLE, STORE, Archive, Member, may_hold, write_peers
from paraph.adapters.store.database import open_store
from paraph.adapters.store.faults import sqlite_fault
from paraph.adapters.store.home import NodeHome
from paraph.app.ports import PeerRow
from paraph.domain.ids import Utc
from paraph.errors import LocalActError, PermanentError, TransientError
from paraph.wire.card import unpack_card

__all__ = [
    "NO_ROOM",
    "BackupReport",
    "back_up",
    "back_up_keys",
    "check_has_keys",
    "check_intact",
    "configured_database",
    "report",
]

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a full disk says."""

SPARE_BYTES: Final = 64 * 1024 * 1024
"""Left free on the node's own disk while a snapshot lies there: the node goes on working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What was backed up or restored.

    Attributes:
        files: Number of files.
        size_bytes: Their total length.
        keys: Whether keys are among them.
        whole: Whether the store is among them; else it is keys only.
        skipped: Files among the keys that were not taken, and have to be kept otherwise: links, and odd names.
    """

    files: int
    size_bytes: int
    keys: bool
    whole: bool = True
    skipped: tuple[str, ...] = ()


def back_up(home: NodeHome, target: Path, *, now: Utc, include_keys: bool = False) -> BackupReport:
    """Write a consistent backup of a node, which may be running.

    The archive holds private bytes (the database has own signatures before their release): it can be read
    by its owner only, and belongs on an encrypted medium.

    Args:
        home: The node's home.
        target: The ``.tar`` to write; must not exist.
        now: Stated in the manifest.
        include_keys: Whether to take the keys too.

    Returns:
        What was taken.

    Raises:
        LocalActError: ``backup-exists`` if ``target`` exists, ``home-missing`` if there is no store at ``home``,
            ``backup-elsewhere`` if the store is another database.
        PermanentError: ``store-corrupt`` if the database fails its own check, ``disk-full``, ``backup-write``.
    """
    if database := configured_database(home.config):
        raise LocalActError(
            "backup-elsewhere",
            f"the store of this node is not in {home.folder} but {database.partition('://')[0]}://…: copy it with that "
            "database's own tools, and blobs/ and guard/ after it (docs/operate/backup.md says how); "
            "`paraph node backup --keys-only` works here too",
        )
    if not home.database.is_file():
        raise LocalActError(
            "home-missing", f"{home.folder} holds no SQLite store to back up", path=str(home.folder)
        )
    skipped: list[str] = []
    with _writing(target), tempfile.TemporaryDirectory(prefix=".backup-", dir=_room(home, target)) as scratch:
        snapshot = _snapshot(home.database, Path(scratch))
        people = _people(home, Path(scratch))
        with Archive.create(target, now=now, keys=include_keys) as archive:
            archive.add(STORE, snapshot)
            if people is not None:
                archive.add(PEOPLE, people)
            if home.config.is_file():
                archive.add(home.config.name, home.config)
            for folder in (home.blobs, home.guard):
                _add_folder(archive, folder)  # unfinished files, lock files and strangers stay behind
            if include_keys:
                skipped = _add_folder(archive, home.keys)
    return report(archive.members, skipped)


def back_up_keys(home: NodeHome, target: Path, *, now: Utc) -> BackupReport:
    """Write what no peer can give back: keys, configuration, and the peers with the officers who verified them.

    Args:
        home: The node's home; its store may be any database.
        target: The ``.tar`` to write; must not exist.
        now: Stated in the manifest.

    Raises:
        LocalActError: ``backup-exists``, ``home-no-keys``.
        PermanentError: What keeps the store from being read; ``disk-full``, ``backup-write``.
    """
    check_has_keys(home)
    with _writing(target), Archive.create(target, now=now, keys=True) as archive:
        peers = _peers(home, target)
        archive.add_bytes(PEERS, write_peers(peers))
        archive.add(home.config.name, home.config)
        for path in _former_cards(home, [peer.card for peer in peers]):
            archive.add(path.relative_to(home.folder).as_posix(), path)
        skipped = _add_folder(archive, home.keys)
    return report(archive.members, skipped)


def _people(home: NodeHome, scratch: Path) -> Path | None:
    """A copy of the database of people, if there is one, without the sessions: they open the running node."""
    if not home.people.is_file():
        return None
    folder = scratch / "people"
    folder.mkdir()
    copy = _snapshot(home.people, folder)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_session'").fetchone():
            connection.execute("DELETE FROM django_session")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return copy


def _peers(home: NodeHome, target: Path) -> list[PeerRow]:
    """The peers, from a copy where that can be had: the node's own disk may be full or not be writable."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as scratch:
        elsewhere = configured_database(home.config)
        copied = not elsewhere and home.database.is_file()
        local = _snapshot(home.database, Path(scratch)) if copied else home.database
        store = open_store(elsewhere or local, create=False)
        try:
            with store.read() as uow:
                return list(uow.peers())
        finally:
            store.close()


def _former_cards(home: NodeHome, cards: Sequence[bytes]) -> list[Path]:
    """The blobs with the cards that some cards follow: dossiers that were opened with those name them."""
    found: dict[Path, None] = {}
    for card in cards:
        before = unpack_card(card).succeeds
        while before:
            path = home.blobs / before[:2] / before[2:]
            if path in found or not path.is_file():
                break
            found[path] = None
            before = unpack_card(path.read_bytes()).succeeds
    return sorted(found)


def report(members: Sequence[Member], skipped: Sequence[str] = ()) -> BackupReport:
    """Say what an archive holds."""
    return BackupReport(
        files=len(members),
        size_bytes=sum(member.size for member in members),
        keys=any(member.name.startswith("keys/") for member in members),
        whole=any(member.name == STORE for member in members),
        skipped=tuple(skipped),
    )


def configured_database(config: Path) -> str:
    """The database that a configuration names, or "" for the embedded one.

    Raises:
        PermanentError: ``configuration`` if the file cannot be understood.
    """
    try:
        store = tomllib.loads(config.read_text("utf-8")).get("store", {})
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise PermanentError("configuration", f"{config}: {error}") from error
    return str(store.get("database", "")) if isinstance(store, dict) else ""


def check_has_keys(home: NodeHome) -> None:
    """Check that a folder has what a node cannot do without.

    Raises:
        LocalActError: ``home-no-keys``.
    """
    if not home.config.is_file() or not home.keys.is_dir() or not any(home.keys.iterdir()):
        raise LocalActError(
            "home-no-keys",
            f"{home.folder} does not hold {home.config.name} and {home.keys.name}/ of a node",
            path=str(home.folder),
        )


def check_intact(database: Path) -> None:
    """Let SQLite check a database that nobody uses.

    Raises:
        PermanentError: ``store-corrupt``.
    """
    with closing(sqlite3.connect(database)) as connection:
        answer = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != ("ok",):
        raise PermanentError(
            "store-corrupt",
            f"{database.name} is damaged ({answer[0]}): take another backup",
            path=database.name,
        )


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Say what the disk says while a backup is written."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise PermanentError(
                "disk-full",
                f"there is no room for {target}: make room or name another disk; nothing was lost",
            ) from error
        where = error.filename or target
        raise PermanentError(
            "backup-write", f"cannot write the backup {target}: {where}: {error.strerror}", path=str(target)
        ) from error


def _room(home: NodeHome, target: Path) -> Path:
    """Where the snapshot lies while it is copied.

    On the node's own disk if that can be written and has room: the medium of the backup may be small or know no rights.
    """
    disk = os.statvfs(home.folder)
    databases = (path for path in (home.database, home.people) if path.is_file())
    needed = sum(path.stat().st_size for path in databases) + SPARE_BYTES
    fits = disk.f_bavail * disk.f_frsize >= needed
    return home.folder if fits and not disk.f_flag & os.ST_RDONLY else target.absolute().parent


def _snapshot(database: Path, scratch: Path) -> Path:
    """Copy a live database as of one instant, and check the copy."""
    target = scratch / "snapshot"
    try:
        try:
            _copy_live(database, target)
        except sqlite3.OperationalError:
            # SQLite writes a little beside a database even to read it: not on a full disk, or one that can only be read.
            _copy_live(_copy_at_rest(database, scratch), target)
        check_intact(target)
    except sqlite3.Error as error:
        raise sqlite_fault(error) from error
    return target


def _copy_live(database: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{database.absolute().as_posix()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)


def _copy_at_rest(database: Path, scratch: Path) -> Path:
    """Copy the files of a database to which nobody writes.

    Raises:
        TransientError: ``store-busy`` if somebody does.
    """
    log = database.with_name(f"{database.name}-wal")
    before = _states(database, log)
    for path in (database, log):
        if path.exists():
            shutil.copyfile(path, scratch / path.name)
    if _states(database, log) != before:
        raise TransientError(
            "store-busy", "the node is writing to its store: make room, or stop the node first"
        )
    return scratch / database.name


def _states(*paths: Path) -> list[tuple[int, int] | None]:
    found = [path.stat() if path.exists() else None for path in paths]
    return [(stat.st_size, stat.st_mtime_ns) if stat is not None else None for stat in found]


def _add_folder(archive: Archive, folder: Path) -> list[str]:
    """Take the files of a folder; return the names of those that were not taken."""
    skipped: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_file() and not path.is_symlink() and may_hold(name):
            archive.add(name, path)
        else:
            skipped.append(name)
    return skipped
