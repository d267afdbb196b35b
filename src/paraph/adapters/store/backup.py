"""Backups of a node's home: one ``.tar`` that ``restore`` turns into a home again.

Order makes a backup of a running node consistent. The database is copied first, as one snapshot; blobs are
copied after it, and since a blob is durable before any act names it, every act in the snapshot finds its
blobs. The guard is read last, so that it knows at least what the snapshot knows.

A restored store may be behind what the node already told its peers. Therefore ``restore`` writes the setting
``restored-at``, with which the node neither authors nor cosigns until its peers have told it more, and it
never replaces a guard file that is present.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from paraph.adapters.store.home import NodeHome
from paraph.domain.ids import Utc
from paraph.errors import FormatError, LocalActError, PermanentError

__all__ = ["FORMAT", "RESTORED_AT", "BackupReport", "back_up", "restore"]

FORMAT = "paraph.backup/1"
"""The ``format`` member of the manifest."""

RESTORED_AT = "restored-at"
"""The setting that makes a node wait for its peers before it signs anything."""

MANIFEST = "paraph-backup.json"
"""The last member of the archive: every other member with its length and SHA-256."""

MAX_MANIFEST = 256 * 1024 * 1024
"""Bytes; about a million files."""

_CHUNK = 1024 * 1024
_MEMBER = re.compile(
    r"(paraph\.toml|store\.sqlite3|blobs/[0-9a-f]{2}/[0-9a-f]{62}|guard/[0-9a-z][0-9a-z-]{0,63}\.json"
    r"|keys(/[0-9A-Za-z][0-9A-Za-z._-]{0,127}){1,4})\Z"
)
"""What may be in an archive; anything else was not written by ``back_up``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What was backed up or restored.

    Attributes:
        files: Number of files.
        size_bytes: Their total length.
        keys: Whether keys are among them.
    """

    files: int
    size_bytes: int
    keys: bool


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
        LocalActError: ``backup-exists`` if ``target`` exists, ``home-missing`` if there is no store at ``home``.
        PermanentError: ``store-corrupt`` if the database fails its own check, ``disk-full``, ``backup-write``.
    """
    if not home.database.is_file():
        raise LocalActError(
            "home-missing", f"{home.folder} holds no SQLite store to back up", path=str(home.folder)
        )
    members: list[dict[str, str | int]] = []
    try:
        # The snapshot stays on the node's own disk; the medium of the backup may be small or know no rights.
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=home.folder) as scratch:
            snapshot = Path(scratch) / "store.sqlite3"
            _snapshot(home.database, snapshot)
            descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                        for name, path in _sources(home, snapshot, include_keys=include_keys):
                            members.append(_add(archive, name, path))
                        manifest = {
                            "format": FORMAT,
                            "created_at": now,
                            "keys": include_keys,
                            "files": members,
                        }
                        _add_bytes(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
                    file.flush()
                    os.fsync(file.fileno())
            except BaseException:
                target.unlink()
                raise
    except FileExistsError as error:
        raise LocalActError("backup-exists", f"{target} exists: name a new file", path=str(target)) from error
    except OSError as error:
        raise PermanentError(
            "backup-write", f"cannot write {target}: {error.strerror}", path=str(target)
        ) from error
    return _report(members)


def restore(source: Path, home: NodeHome, *, now: Utc) -> BackupReport:
    """Make a home from a backup.

    Args:
        source: A ``.tar`` of ``back_up``.
        home: Where to: a folder that is missing, or empty but for ``guard`` and ``keys``.
        now: Kept as the setting ``restored-at``.

    Returns:
        What the backup held.

    Raises:
        LocalActError: ``home-not-empty``.
        FormatError: ``backup-format`` if the archive is not one of ours, or damaged.
        PermanentError: ``store-corrupt``, ``backup-read``.
    """
    present = {path.name for path in home.folder.iterdir()} if home.folder.exists() else set()
    if present - {home.guard.name, home.keys.name}:
        raise LocalActError(
            "home-not-empty",
            f"{home.folder} is not empty: restore into a new folder; only guard/ and keys/ may be there already",
            path=str(home.folder),
        )
    try:
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".paraph-restore-", dir=home.folder) as scratch:
            folder = Path(scratch)
            members = _extract(source, folder)
            _mark(folder / home.database.name, now)
            _move_in(folder, home)
        home.restored.write_text(
            f"The store in this folder came from a backup at {now}. The node signs nothing until its peers\n"
            "have told it what it said since. Nothing needs to be done with this file.\n",
            encoding="utf-8",
        )
    except (OSError, tarfile.TarError) as error:
        raise PermanentError("backup-read", f"cannot restore {source}: {error}", path=str(source)) from error
    return _report(members)


def _report(members: list[dict[str, str | int]]) -> BackupReport:
    return BackupReport(
        files=len(members),
        size_bytes=sum(int(member["size"]) for member in members),
        keys=any(str(member["name"]).startswith("keys/") for member in members),
    )


def _snapshot(database: Path, target: Path) -> None:
    """Copy a live database as of one instant, and check the copy."""
    try:
        with (
            closing(sqlite3.connect(f"file:{database.absolute().as_posix()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
        _check(target)
    except sqlite3.DatabaseError as error:
        raise PermanentError(
            "store-corrupt", f"{database} is damaged ({error}): restore the last backup", path=str(database)
        ) from error


def _check(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        answer = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != ("ok",):
        raise PermanentError(
            "store-corrupt",
            f"{database.name} is damaged ({answer[0]}): take another backup",
            path=database.name,
        )


def _sources(home: NodeHome, snapshot: Path, *, include_keys: bool) -> Iterator[tuple[str, Path]]:
    yield "store.sqlite3", snapshot
    if home.config.is_file():
        yield "paraph.toml", home.config
    folders = [home.blobs, home.guard, *([home.keys] if include_keys else [])]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(home.folder).as_posix()
            # Unfinished files, lock files and strangers stay behind.
            if path.is_file() and not path.is_symlink() and _MEMBER.match(name):
                yield name, path


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_member(name, len(data)), io.BytesIO(data))


def _add(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, str | int]:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        archive.addfile(_member(name, size), file)
    return {"name": name, "size": size, "sha256": digest}


def _bad(why: str) -> FormatError:
    return FormatError("backup-format", f"not a usable backup: {why}; take another one")


def _extract(source: Path, folder: Path) -> list[dict[str, str | int]]:
    """Write the members below ``folder`` and compare each with the manifest."""
    found: dict[str, tuple[int, str]] = {}
    manifest = b""
    try:
        with tarfile.open(source, mode="r:") as archive:
            limit = source.stat().st_size  # a sparse member could be longer than the archive
            for info in archive:
                file = archive.extractfile(info) if info.isreg() else None
                if file is None or manifest or info.name in found or info.size > limit:
                    raise _bad(f"it holds something odd at {info.name[:100]}")
                if info.name == MANIFEST:
                    manifest = file.read(MAX_MANIFEST)
                elif _MEMBER.match(info.name):
                    found[info.name] = _copy(file, folder / info.name)
                else:
                    raise _bad(f"{info.name[:100]} is no part of a backup")
    except tarfile.TarError as error:
        raise _bad(str(error)) from error
    members = _read_manifest(manifest)
    if {str(member["name"]): (member["size"], member["sha256"]) for member in members} != found:
        raise _bad("its files are not those it lists, or they changed")
    if "store.sqlite3" not in found:
        raise _bad("it holds no store")
    return members


def _read_manifest(data: bytes) -> list[dict[str, str | int]]:
    try:
        content = json.loads(data)
        files = content["files"] if content["format"] == FORMAT else []
        return [
            {"name": str(file["name"]), "size": int(file["size"]), "sha256": str(file["sha256"])}
            for file in files
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad("its list of files is missing or damaged") from error


def _copy(file: IO[bytes], target: Path) -> tuple[int, str]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _mark(database: Path, now: Utc) -> None:
    """Check the restored database and write into it that it was restored."""
    try:
        _check(database)
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute(
                "INSERT OR REPLACE INTO paraph_setting (name, value) VALUES (?, ?)", (RESTORED_AT, now)
            )
    except sqlite3.DatabaseError as error:
        raise PermanentError(
            "store-corrupt", f"the store in the backup is damaged ({error}): take another backup"
        ) from error


def _move_in(folder: Path, home: NodeHome) -> None:
    """Move the parts home, the database last: without it the folder is no node."""
    for part in (home.guard, home.keys):
        arriving = folder / part.name
        if not arriving.is_dir():
            continue
        for path in sorted(filter(Path.is_file, arriving.rglob("*"))):
            target = part / path.relative_to(arriving)
            # What is here is newer than any backup: a guard never goes back, a key may have been renewed.
            if not target.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.move(path, target)  # the guard may lie on another disk
    for part in (home.blobs, home.config, home.database):
        if (folder / part.name).exists():
            shutil.move(folder / part.name, part)
