"""Where the tables of people lie: on SQLite as every test finds them, or for one test on PostgreSQL.

A process of a node has one such database for ever. Here the same process has two, so that the same tests run on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connections

from paraph.adapters.store.location import database_settings

__all__ = ["PeopleElsewhere"]

ALIAS = "default"


class PeopleElsewhere:
    """Another database with the tables of people; whoever asks Django for people's tables within ``in_use`` gets these."""

    def __init__(self, url: str) -> None:
        writing, _ = database_settings(url)
        self._settings = connections.configure_settings({ALIAS: writing})[ALIAS]
        self._connection: Any = None
        with self.in_use():
            call_command("migrate", verbosity=0, interactive=False)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        settings, connection = connections.settings[ALIAS], connections[ALIAS]
        connections.settings[ALIAS] = self._settings
        if self._connection is None:
            self._connection = connections.create_connection(ALIAS)
        connections[ALIAS] = self._connection
        try:
            yield
        finally:
            connections.settings[ALIAS], connections[ALIAS] = settings, connection

    def close(self) -> None:
        self._connection.close()
