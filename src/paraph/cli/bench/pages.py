"""``bench pages``: server time of every page, on a node with a thousand dossiers and ten thousand acts.

The node serves its pages as it always does, in a process of its own; the time is taken around the whole application and sent in
a header. Every address of the access table that takes GET is asked for, as an officer with every role. With
``PARAPH_TEST_POSTGRES`` set to the URL of an empty database, the same once more on PostgreSQL.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from paraph.cli.bench.circle import CENTRE, SIGNING, circle
from paraph.cli.bench.measuring import Samples
from paraph.cli.bench.neighbours import PATIENCE_S, free_ports
from paraph.cli.bench.row import Goal, Row
from paraph.cli.bench.sowing import Sower, Sown
from paraph.errors import TransientError

__all__ = ["DOSSIERS", "FLOOR", "HEADER", "run"]

DOSSIERS: Final = 1040
"""With the acts that the sower makes in each, these are ten thousand acts."""

ROUNDS: Final = 60
"""Requests of each page that count."""

WARM: Final = 3

MEDIAN: Final = Goal(ours=50.0)
HIGH: Final = Goal(ours=150.0)

DATABASE: Final = "PARAPH_TEST_POSTGRES"
"""Variable with the URL of an empty PostgreSQL database."""

HEADER: Final = "server-timing"
"""In which header the pages say how long they took."""

FLOOR: Final = "floor"
"""An address with nothing behind it: what Django and the middleware alone take."""

_PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_MOST_TRIES: Final = 24
"""Ways of filling in an address that are tried before it is said not to be measured."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """The pages that are served.

    Attributes:
        connection: An open connection to them.
        cookie: That of the officer.
        pages: Names and routes.
    """

    connection: http.client.HTTPConnection
    cookie: str
    pages: list[dict[str, str]]

    def ask(self, path: str) -> tuple[int, float]:
        """The status of an answer, and its server time in milliseconds."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Language": "en"})
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, float((answer.getheader(HEADER) or "dur=0").rpartition("=")[2])


def run(folder: Path, tell: Tell, count: int = DOSSIERS, rounds: int = ROUNDS) -> list[Row]:
    """Measure every page."""
    rows: list[Row] = []
    stores = [("SQLite", "")]
    if os.environ.get(DATABASE):
        stores.append(("PostgreSQL", os.environ[DATABASE]))
    for label, database in stores:
        home = folder / label
        port, *_ = free_ports(1)
        with circle(home, database=database, web_port=port) as nodes:
            sower = Sower(circle=nodes)
            sower.sow(count)
            acts = sum(one.size for one in sower.sown)
        tell(f"  {label}: {count:,} dossiers, {acts:,} acts")
        with _served(home / CENTRE) as site:
            rows += _measure(site, label, sower.sown, rounds, tell)
    return rows


@contextmanager
def _served(home: Path) -> Iterator[_Site]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "paraph.cli.bench.paging", str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise TransientError("bench-slow", "the pages do not start")
        told: dict[str, Any] = json.loads(line)
        where = urlsplit(told["url"])
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE_S)
        yield _Site(connection=connection, cookie=told["cookie"], pages=told["pages"])
        connection.close()
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


def _measure(site: _Site, label: str, sown: list[Sown], rounds: int, tell: Tell) -> Iterator[Row]:
    floor = _samples(site, f"/{FLOOR}", rounds)
    values = _values(sown)
    for page in sorted(site.pages, key=lambda one: one["name"]):
        if page["name"] == FLOOR:
            continue
        path = _filled(site, page["route"], values)
        if path is None:
            tell(f"  not measured, there is none here: {page['name']}")
            continue
        found = _samples(site, path, rounds)
        case = f"{label}, {page['name']}"
        peer = "an empty page"
        yield Row(name="pages", case=case, unit="ms", n=found.n, ours=found.median, peer=floor.median, peer_name=peer,
                  spread=found.spread, goal=MEDIAN)  # fmt: skip
        yield Row(name="pages", case=f"{case}, p95", unit="ms", n=found.n, ours=found.high, peer=floor.high, peer_name=peer,
                  goal=HIGH)  # fmt: skip


def _samples(site: _Site, path: str, rounds: int) -> Samples:
    times = [site.ask(path)[1] for _ in range(WARM + rounds)]
    return Samples(values=times[WARM:])


def _values(sown: list[Sown]) -> Mapping[str, tuple[str, ...]]:
    """What the parts of addresses can be filled with: a dossier with an open plan first, then any other."""
    signing = next(one for one in sown if one.party in SIGNING)
    return {
        "dossier": (signing.id,),
        "number": ("B-2026-1", "B/2026/1"),
        "holder": (CENTRE, signing.party),
        "party": (signing.party,),
        "position": ("3",),
        "place": ("1",),
        "page": ("1", "0"),
        "lang": ("en", "he", "sq"),
    }


def _filled(site: _Site, route: str, values: Mapping[str, tuple[str, ...]]) -> str | None:
    """An address that answers, or None if none does."""
    parts = _PART.findall(route)
    if any(part not in values for part in parts):
        return None
    for chosen in itertools.islice(itertools.product(*(values[part] for part in parts)), _MOST_TRIES):
        by_name = dict(zip(parts, chosen, strict=True))
        path = _PART.sub(lambda found, by_name=by_name: by_name[found[1]], route)  # type: ignore[misc]
        if site.ask(path)[0] == 200:
            return path
    return None
