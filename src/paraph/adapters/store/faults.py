"""Errors of the database, in the families of Paraph."""

from __future__ import annotations

import re
import sqlite3

from django.db import Error, IntegrityError

from paraph.errors import ConflictError, ParaphError, PermanentError, TransientError

__all__ = ["sqlite_fault", "translate"]

_Fault = tuple[type[ParaphError], str, str]

_SQLITE_FAULTS: dict[str, _Fault] = {
    "SQLITE_BUSY": (TransientError, "store-busy", "another writer holds the store too long; try again"),
    "SQLITE_LOCKED": (TransientError, "store-busy", "another writer holds the store too long; try again"),
    "SQLITE_FULL": (PermanentError, "disk-full", "the disk is full: make room, nothing was lost"),
    "SQLITE_READONLY": (
        PermanentError,
        "store-read-only",
        "the store cannot be written: give the node the right to write it",
    ),
    "SQLITE_PERM": (
        PermanentError,
        "store-read-only",
        "the store cannot be opened: give the node the right to it",
    ),
    "SQLITE_CANTOPEN": (
        PermanentError,
        "store-missing",
        "the store cannot be opened: check that its folder exists and belongs to the node",
    ),
    "SQLITE_IOERR": (
        PermanentError,
        "store-io",
        "the disk reports an error: check it before anything else, then restore a backup",
    ),
    "SQLITE_CORRUPT": (PermanentError, "store-corrupt", "the store is damaged: restore the last backup"),
    "SQLITE_NOTADB": (
        PermanentError,
        "store-corrupt",
        "the file is no store, or damaged: restore the last backup",
    ),
}
"""By the primary result code, the longest matching prefix of SQLite's extended code name."""

_POSTGRESQL_FAULTS: dict[str, _Fault] = {
    "55P03": (TransientError, "store-busy", "another writer holds the store too long; try again"),
    "40": (TransientError, "store-busy", "another writer was faster; try again"),
    "57014": (TransientError, "store-busy", "the database gave up waiting; try again"),
    "08": (TransientError, "store-unreachable", "the database does not answer; try again"),
    "57": (TransientError, "store-unreachable", "the database is being stopped or started; try again"),
    "53100": (PermanentError, "disk-full", "the disk of the database is full: make room, nothing was lost"),
    "53": (TransientError, "store-unreachable", "the database has no room for another connection; try again"),
    "25006": (PermanentError, "store-read-only", "the database is read-only: connect to the primary"),
    "28": (PermanentError, "store-refused", "the database refuses the user or password: correct --database"),
    "3D": (PermanentError, "store-missing", "the database does not exist: create it"),
}
"""By the first characters of the SQLSTATE, the longest that matches. Source: PostgreSQL, appendix A."""

_REFUSALS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r'database ".*" does not exist'), "3D"),
    (re.compile(r'role ".*" does not exist|authentication failed|no password supplied|pg_hba\.conf'), "28"),
)
"""What a server that takes no connection says in English, and its SQLSTATE, which the driver does not pass on then."""


def _longest(code: str, table: dict[str, _Fault]) -> ParaphError | None:
    matches = [prefix for prefix in table if code.startswith(prefix)]
    if not matches:
        return None
    family, name, message = table[max(matches, key=len)]
    return family(name, message)


def sqlite_fault(error: sqlite3.Error) -> ParaphError:
    """Return what an error of SQLite itself means for people."""
    found = _longest(getattr(error, "sqlite_errorname", None) or "", _SQLITE_FAULTS)
    return found or PermanentError("store-failed", f"the store failed: {error}")


def translate(error: Error) -> ParaphError:
    """Return what an error of the database means for people.

    Args:
        error: As raised by Django; its cause is the driver's own error, which knows the code.

    Returns:
        The error to raise instead.
    """
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", None)
    state = getattr(cause, "sqlstate", None)
    found: ParaphError | None = None
    if isinstance(name, str):
        found = _longest(name, _SQLITE_FAULTS)
    elif isinstance(state, str):
        found = _longest(state, _POSTGRESQL_FAULTS)
    elif type(cause).__module__.startswith("psycopg") and type(cause).__name__ == "OperationalError":
        refusal = next((code for said, code in _REFUSALS if said.search(str(cause))), "08")
        found = _longest(refusal, _POSTGRESQL_FAULTS)
    if found is not None:
        return found
    if isinstance(error, IntegrityError):
        return ConflictError("store-conflict", f"the store refuses the change: {error}")
    return PermanentError("store-failed", f"the store failed: {error}")
