"""The file of a backup: a plain ``.tar`` whose last member lists all others with length and SHA-256."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from paraph.app.ports import PeerRow
from paraph.domain.ids import Utc, check_party_id
from paraph.errors import FormatError, LocalActError

__all__ = [
    "FORMAT",
    "MANIFEST",
    "PEERS",
    "PEOPLE",
    "STORE",
    "Archive",
    "Member",
    "extract",
    "may_hold",
    "read_peers",
    "write_peers",
]

FORMAT = "paraph.backup/1"
"""The ``format`` member of the manifest."""

MANIFEST = "paraph-backup.json"
"""The last member of the archive: every other member with its length and SHA-256."""

STORE = "store.sqlite3"
"""The store, in a whole backup."""

PEOPLE = "people.sqlite3"
"""Officers, passkeys, roles, drafts and the journal, in a whole backup of a node with pages; no sessions."""

PEERS = "peers.json"
"""The peers with their officers, in a backup of keys only, which has no store."""

PEERS_FORMAT = "paraph.peers/1"
"""The ``format`` member of the peers."""

MAX_MANIFEST = 256 * 1024 * 1024
"""Bytes; about a million files."""

_CHUNK = 1024 * 1024
_MEMBER = re.compile(
    r"(paraph\.toml|store\.sqlite3|people\.sqlite3|peers\.json|blobs/[0-9a-f]{2}/[0-9a-f]{62}"
    r"|guard/[0-9a-z][0-9a-z-]{0,63}\.json)\Z"
)
_KEY_PART = re.compile(r"[^\x00-\x1f\x7f/\\.][^\x00-\x1f\x7f/\\]{0,127}\Z")
"""A file or folder of keys may have any name that is one, on any disk; nothing that begins with a dot."""

_KEY_DEPTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive, as its list has it."""

    name: str
    size: int
    sha256: str

    def to_json(self) -> dict[str, str | int]:
        """The entry in the list."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


def may_hold(name: str) -> bool:
    """Whether an archive may hold a member of this name; anything else was not written by a backup."""
    if _MEMBER.match(name):
        return True
    first, *parts = name.split("/")
    return first == "keys" and 1 <= len(parts) <= _KEY_DEPTH and all(map(_KEY_PART.match, parts))


@dataclass(slots=True)
class Archive:
    """An archive that is being written."""

    tar: tarfile.TarFile
    members: list[Member] = field(default_factory=list)

    @classmethod
    @contextmanager
    def create(cls, target: Path, *, now: Utc, keys: bool) -> Iterator[Archive]:
        """Write an archive that its owner alone can read; a failure leaves no file.

        Raises:
            LocalActError: ``backup-exists``.
            OSError: Whatever the disk says.
        """
        try:
            descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except FileExistsError as error:
            raise LocalActError(
                "backup-exists", f"{target} exists: name a new file", path=str(target)
            ) from error
        try:
            with os.fdopen(descriptor, "wb") as file:
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    archive = cls(tar)
                    yield archive
                    archive.finish(now=now, keys=keys)
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(target.absolute().parent)
        except BaseException:
            with suppress(OSError):  # the first fault is the one to tell
                target.unlink()
            raise

    def add(self, name: str, path: Path) -> None:
        """Take a file."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self.tar.addfile(_info(name, size), file)
        self.members.append(Member(name=name, size=size, sha256=digest))

    def add_bytes(self, name: str, data: bytes) -> None:
        """Take bytes."""
        self.tar.addfile(_info(name, len(data)), io.BytesIO(data))
        self.members.append(Member(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest()))

    def finish(self, *, now: Utc, keys: bool) -> None:
        """Add the list of all members."""
        manifest = {
            "format": FORMAT,
            "created_at": now,
            "keys": keys,
            "files": [member.to_json() for member in self.members],
        }
        data = json.dumps(manifest, indent=1).encode()
        self.tar.addfile(_info(MANIFEST, len(data)), io.BytesIO(data))


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _sync_folder(folder: Path) -> None:
    """Make a new name durable; where folders cannot be opened (some removable media) the disk has to do."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def extract(source: Path, folder: Path) -> tuple[Member, ...]:
    """Write the members of an archive below ``folder`` and compare each with the list.

    Raises:
        FormatError: ``backup-format`` if the archive is not one of ours, or damaged.
        OSError: Whatever the disk says.
    """
    found: dict[str, Member] = {}
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
                elif may_hold(info.name):
                    found[info.name] = _copy(file, info.name, folder / info.name)
                else:
                    raise _bad(f"{info.name[:100]} is no part of a backup")
    except tarfile.TarError as error:
        raise _bad(str(error)) from error
    members = _read_manifest(manifest)
    if {member.name: member for member in members} != found:
        raise _bad("its files are not those it lists, or they changed")
    if (STORE in found) == (PEERS in found):
        raise _bad("it holds no store and no peers" if STORE not in found else "it holds a store and peers")
    return members


def _read_manifest(data: bytes) -> tuple[Member, ...]:
    try:
        content = json.loads(data)
        files = content["files"] if content["format"] == FORMAT else []
        return tuple(
            Member(name=str(file["name"]), size=int(file["size"]), sha256=str(file["sha256"]))
            for file in files
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad("its list of files is missing or damaged") from error


def _copy(file: IO[bytes], name: str, target: Path) -> Member:
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
    return Member(name=name, size=size, sha256=digest.hexdigest())


def write_peers(peers: Iterable[PeerRow]) -> bytes:
    """The peers of a node, with who verified them."""
    entries = [
        {
            "party": peer.party,
            "state": peer.state,
            "officers": list(peer.officers),
            "url": peer.url,
            "card": base64.b64encode(peer.card).decode("ascii"),
        }
        for peer in peers
    ]
    return json.dumps({"format": PEERS_FORMAT, "peers": entries}, indent=1, ensure_ascii=False).encode()


def read_peers(data: bytes) -> tuple[PeerRow, ...]:
    """Read what ``write_peers`` wrote.

    Raises:
        FormatError: ``backup-format``.
    """
    try:
        content = json.loads(data)
        entries = content["peers"] if content["format"] == PEERS_FORMAT else content[PEERS_FORMAT]
        return tuple(
            PeerRow(
                party=check_party_id(entry["party"]),
                card=base64.b64decode(entry["card"], validate=True),
                state=str(entry["state"]),
                officers=tuple(str(name) for name in entry["officers"]),
                url=str(entry["url"]),
            )
            for entry in entries
        )
    except (ValueError, KeyError, TypeError, RecursionError, FormatError) as error:
        raise _bad("its peers cannot be understood") from error


def _bad(why: str) -> FormatError:
    return FormatError("backup-format", f"not a usable backup: {why}; take another one")
