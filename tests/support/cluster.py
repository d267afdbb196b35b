"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket in it, gone with the tests.

It never touches a server of the machine. PostgreSQL refuses to run as root, so under root it runs as the user that its
package made.

Its databases sort text as people do and not by bytes, as a ministry's server would: a query that counts on the order of bytes
shows here.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

__all__ = ["Cluster", "cluster", "programs"]

SUPERUSER = "paraph"
CONNECTIONS = 60
"""Most at once: those of a few nodes, each with its readers, writers and the pool of its pages."""

START_S = 60
STOP_S = 30
LOOK_S = 0.02

SETTINGS = f"""
listen_addresses = ''
max_connections = {CONNECTIONS}
shared_buffers = '16MB'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
"""
"""A socket and no port; nothing here has to outlive a power cut; no work in the background."""

# Debian and Ubuntu keep the servers of all versions apart and out of the path.
PACKAGED = Path("/usr/lib/postgresql")


@cache
def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``: that in the path, else of the newest version that is installed."""
    if (found := shutil.which("initdb")) and (folder := Path(found).resolve().parent).joinpath(
        "postgres"
    ).exists():
        return folder
    versions = sorted(PACKAGED.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]), reverse=True)
    return versions[0].parent if versions else None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server that runs.

    Attributes:
        folder: Where its socket is.
    """

    folder: Path

    def url(self, database: str) -> str:
        """How a node is told of one of its databases."""
        return f"postgresql://{SUPERUSER}@{quote(str(self.folder), safe='')}/{database}"

    def make(self, database: str) -> str:
        """Make an empty database; its URL."""
        self._say(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def cut_off(self) -> None:
        """End every connection, as a restart of the server does."""
        self._say(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        )

    def ready(self) -> bool:
        """Whether it takes connections by now."""
        import psycopg

        with contextlib.suppress(psycopg.OperationalError):
            self._say("SELECT 1")
            return True
        return False

    def _say(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A server, until the end of the block."""
    where = programs()
    assert where is not None, "PostgreSQL is not installed; tests that need it are marked so"
    # Not among pytest's folders: those are closed to other users, and their names too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="paraph-pg-"))
    data = folder / "data"
    try:
        as_user = _unprivileged(folder)
        subprocess.run(
            [*as_user, where / "initdb", "-D", data, "-U", SUPERUSER, *_initial(where)],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"{SETTINGS}unix_socket_directories = '{folder}'\n")
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*as_user, where / "postgres", "-D", data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        try:
            yield _started(server, Cluster(folder))
        finally:
            _end(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> list[str]:
    """What stands before a command so that it runs as somebody whom PostgreSQL serves, and ends when the tests are killed."""
    if os.geteuid() != 0:
        return ["setpriv", "--pdeathsig=INT"]
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [
        "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=INT"
    ]  # fmt: skip


def _initial(where: Path) -> list[str]:
    """Options of a new server: text is UTF-8 and sorted as people sort, where this version can."""
    told = subprocess.run([where / "initdb", "--version"], check=True, capture_output=True, text=True).stdout
    version = re.search(r"(\d+)", told)
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    if version and int(version[1]) >= 15:
        options += ["--locale-provider=icu", "--icu-locale=und"]
    return options


def _started(server: subprocess.Popen[bytes], one: Cluster) -> Cluster:
    deadline = time.monotonic() + START_S
    while not one.ready():
        assert server.poll() is None, (one.folder / "log").read_text("utf-8")
        assert time.monotonic() < deadline, "PostgreSQL does not start"
        time.sleep(LOOK_S)
    return one


def _end(server: subprocess.Popen[bytes]) -> None:
    # SIGINT asks for no patience with those who are still connected, SIGQUIT for none at all (PostgreSQL, 18.5).
    for sign in (signal.SIGINT, signal.SIGQUIT):
        server.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_S)
            return
    server.kill()
    server.wait()
