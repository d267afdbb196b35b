"""Where a store lives: a local SQLite file, or a PostgreSQL database.

SQLite's write-ahead log needs shared memory and honest locks. Network file systems give neither and
lose committed acts without a word, so they are refused before anything is opened.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from paraph.errors import PermanentError

__all__ = ["NETWORK_FILE_SYSTEMS", "database_settings", "file_system", "refuse_network"]

BUSY_TIMEOUT_S = 10
"""How long one writer waits for another; longer than any transaction, none of which does slow work."""

NETWORK_FILE_SYSTEMS = frozenset(
    "afs beegfs ceph cifs davfs fuse.ceph fuse.davfs2 fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs glusterfs "
    "lustre ncpfs nfs nfs4 smb3 smbfs".split()
)
"""Types as in ``/proc/self/mountinfo``. 9p is missing on purpose: some sandboxes mount local disks by it."""

_MOUNTS = Path("/proc/self/mountinfo")

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers never block the writer
    "PRAGMA synchronous = FULL",  # what was committed survives a power cut (design D3)
    "PRAGMA secure_delete = ON",  # a forgotten secret is overwritten, not only unlinked
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -8192",  # KiB; a dossier of a thousand acts stays in memory
)

_READING = (
    "PRAGMA query_only = ON",
    "PRAGMA cache_size = -1024",  # each thread that reads has a connection; the system keeps the file in memory once
)


def database_settings(database: str | Path) -> tuple[dict[str, object], dict[str, object]]:
    """Return Django's settings of the writing and of the reading connections.

    Args:
        database: A path, ``sqlite:///path`` (four slashes when absolute), or ``postgresql://user:password@host:port/name``.
            A server on this machine may be named by the folder of its socket, percent-encoded, in the place of the host; what
            else libpq takes, such as ``?sslmode=verify-full``, may follow.

    Returns:
        Settings for writing and for reading. SQLite paths are made absolute.

    Raises:
        PermanentError: ``database-url`` if the scheme is unknown; ``network-file-system``.
    """
    text = str(database)
    scheme = re.match(r"([a-z0-9+]+)://", text)
    if scheme is None:
        return _sqlite(Path(database))
    if scheme[1] == "sqlite":
        return _sqlite(Path(unquote(text.removeprefix("sqlite://").removeprefix("/"))))
    if scheme[1] in ("postgres", "postgresql"):
        return _postgresql(text)
    raise PermanentError(
        "database-url",
        f"{scheme[1]}:// is not a kind of database that Paraph knows: give a path or postgresql://…",
        scheme=scheme[1],
    )


def _sqlite(path: Path) -> tuple[dict[str, object], dict[str, object]]:
    path = path.absolute()
    refuse_network(path)

    def settings(mode: str, *pragmas: str) -> dict[str, object]:
        options = {
            "transaction_mode": mode,
            "timeout": BUSY_TIMEOUT_S,
            "init_command": ";".join((*_SQLITE_PRAGMAS, *pragmas)),
        }
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}

    # IMMEDIATE takes the write lock at the start: a transaction that read first could not be upgraded
    # safely and would fail in the middle.
    return settings("IMMEDIATE"), settings("DEFERRED", *_READING)


def _postgresql(url: str) -> tuple[dict[str, object], dict[str, object]]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))

    def settings(*, isolation: str, read_only: str) -> dict[str, object]:
        options = (  # the last one counts: what a unit of work relies on cannot be undone by an address
            f"{asked.get('options', '')} -c lock_timeout={BUSY_TIMEOUT_S * 1000} -c default_transaction_read_only={read_only}"
            f" -c default_transaction_isolation={isolation}"
        )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": {**asked, "options": options},
            "CONN_HEALTH_CHECKS": True,  # a server that was restarted has ended what is kept here
        }

    writing = settings(isolation="read\\ committed", read_only="off")
    return writing, settings(isolation="repeatable\\ read", read_only="on")


def file_system(path: Path, mounts: str) -> str:
    """Return the type of the file system that holds ``path``.

    Args:
        path: An absolute path, which need not exist.
        mounts: The text of ``/proc/self/mountinfo``.

    Returns:
        Such as ``ext4``; ``""`` if no mount point matches.

    Source: Linux, proc(5), /proc/pid/mountinfo, fields 5 and 9.
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        left, separator, right = line.partition(" - ")
        fields = left.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        depth = len(point.parts)
        # Later lines cover earlier ones at the same point.
        if depth >= best and path.is_relative_to(point):
            best, kind = depth, right.split(" ")[0]
    return kind


def refuse_network(path: Path) -> None:
    """Refuse a place on a network file system; systems without ``/proc`` are taken at their word.

    Raises:
        PermanentError: ``network-file-system``.
    """
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    kind = file_system(path.resolve(), mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        raise PermanentError(
            "network-file-system",
            f"{path} is on a network file system ({kind}), where SQLite can lose acts: use a local disk, "
            "or PostgreSQL with --database",
            path=str(path),
            kind=kind,
        )
