"""``bench pages``: server time of every page, on a node with a thousand dossiers and ten thousand acts.

The node serves its pages as it always does, in a process of its own; the time is taken around the whole application and sent in
a header. Every address that takes GET is asked for, as an officer with every role, those of the API as a program with every
permission; what cannot be measured is named, with its reason. With the URL of an empty database, the same once more on
PostgreSQL.
"""

from __future__ import annotations

import http.client
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from paraph.cli.bench.circle import CENTRE, circle
from paraph.cli.bench.measuring import Samples
from paraph.cli.bench.neighbours import PATIENCE_S, free_ports
from paraph.cli.bench.row import Goal, Row
from paraph.cli.bench.sowing import Sower, Sown, Stage
from paraph.errors import TransientError

__all__ = ["DOSSIERS", "FLOOR", "HEADER", "NOT_MEASURED", "run"]

DOSSIERS: Final = 1040
"""With the acts that the sower makes in each, these are ten thousand acts."""

ROUNDS: Final = 60
"""Requests of each page that count."""

WARM: Final = 3

MEDIAN: Final = Goal(ours=50.0)
HIGH: Final = Goal(ours=150.0)

HEADER: Final = "server-timing"
"""In which header the pages say how long they took."""

FLOOR: Final = "floor"
"""An address with nothing behind it: what Django and the middleware alone take."""

_CONCLUDED: Final = "only of concluded dossiers, and those that are sown are not: it takes an exchange between nodes to conclude one"

NOT_MEASURED: Final[Mapping[str, str]] = {
    "desk:take-container": _CONCLUDED,
    "desk:take-proof": "only of frozen dossiers: it takes a node that contradicts itself to freeze one",
    "people:recover": "only right after a recovery code was entered",
    "signing:room-done": "only after this party's signatory has signed",
    "public:dossier": _CONCLUDED,
    "public:container": _CONCLUDED,
    "public:trust": _CONCLUDED,
    "public:original": _CONCLUDED,
    "api:v1:container": _CONCLUDED,
    "api:v1:original": _CONCLUDED,
}
"""Addresses that take GET and are not measured, with the reason. None is left out without a word."""

NOWHERE: Final = "api:nowhere"
"""What answers programs that ask for something there is not: 404, and rightly."""

QUESTIONS: Final[Mapping[str, str]] = {"api:v1:differences": "?before={digest}&after={digest}"}
"""What has to be asked beside the address."""

_PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_MOST_TRIES: Final = 200
"""Ways of filling in an address that are tried before it is said not to be measured."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """The pages that are served.

    Attributes:
        connection: An open connection to them.
        cookie: That of the officer.
        pages: Names, routes, and tokens for those of the API.
        named: What there is on the node that no dossier has, by the part of an address that it stands in.
    """

    connection: http.client.HTTPConnection
    cookie: str
    pages: list[dict[str, str]]
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def ask(self, path: str, token: str = "") -> tuple[int, float]:
        """The status of an answer, and its server time in milliseconds."""
        who = {"Authorization": f"Bearer {token}"} if token else {"Cookie": self.cookie}
        self.connection.request("GET", path, headers={**who, "Accept-Language": "en"})
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, float((answer.getheader(HEADER) or "dur=0").rpartition("=")[2])


def run(
    folder: Path, tell: Tell, count: int = DOSSIERS, rounds: int = ROUNDS, postgresql: str = ""
) -> list[Row]:
    """Measure every page.

    Args:
        folder: Where nodes are made.
        tell: Says what is being done.
        count: How many dossiers there are.
        rounds: Requests of each page that count.
        postgresql: URL of an empty database on PostgreSQL, to measure there, too.
    """
    rows: list[Row] = []
    for label, database in (("SQLite", ""), *((("PostgreSQL", postgresql),) if postgresql else ())):
        home = folder / label
        port, *_ = free_ports(1)
        with circle(home, database=database, web_port=port) as nodes:
            sower = Sower(circle=nodes)
            sower.sow(count)
            sower.sow_stages()
            acts = sum(one.size for one in sower.sown)
        tell(f"  {label}: {len(sower.sown):,} dossiers, {acts:,} acts")
        drafted = next(one for one in sower.sown if one.stage is Stage.PROPOSED)
        with _served(home / CENTRE, drafted.id) as site:
            rows += _measure(site, label, sower.sown, rounds)
    return rows


@contextmanager
def _served(home: Path, *dossier: str) -> Iterator[_Site]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "paraph.cli.bench.paging", str(home), *dossier],
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
        yield _Site(connection=connection, cookie=told["cookie"], pages=told["pages"], named=told["named"])
        connection.close()
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


def _measure(site: _Site, label: str, sown: list[Sown], rounds: int) -> Iterator[Row]:
    floor = _samples(site, f"/{FLOOR}", "", rounds)
    for page in sorted(site.pages, key=lambda one: one["name"]):
        name, token = page["name"], page["token"]
        if name == FLOOR:
            continue
        case = f"{label}, {name}"
        path = "/api/nowhere" if name == NOWHERE else _filled(site, page, sown)
        if path is None:
            why_not = NOT_MEASURED.get(name, "no address of it answers")
            yield Row(name="pages", case=case, unit="ms", n=0, ours=0.0, why_not=why_not)
            continue
        found = _samples(site, path, token, rounds)
        peer = "an empty page"
        yield Row(name="pages", case=case, unit="ms", n=found.n, ours=found.median, peer=floor.median, peer_name=peer,
                  spread=found.spread, goal=MEDIAN)  # fmt: skip
        yield Row(name="pages", case=f"{case}, p95", unit="ms", n=found.n, ours=found.high, peer=floor.high, peer_name=peer,
                  goal=HIGH)  # fmt: skip


def _samples(site: _Site, path: str, token: str, rounds: int) -> Samples:
    times = [site.ask(path, token)[1] for _ in range(WARM + rounds)]
    return Samples(values=times[WARM:])


def _filled(site: _Site, page: Mapping[str, str], sown: list[Sown]) -> str | None:
    """An address that answers, or None if none does."""
    tried = itertools.chain.from_iterable(
        _paths(page, {**_COMMON, **site.named, **one.named, "dossier": (one.id,), "party": (one.party,)})
        for one in _one_of_each(sown)
    )
    for path in itertools.islice(dict.fromkeys(tried), _MOST_TRIES):
        if site.ask(path, page["token"])[0] == 200:
            return path
    return None


_COMMON: Final[Mapping[str, Sequence[str]]] = {
    "holder": (CENTRE,),
    "position": ("3",),
    "place": ("1",),
    "page": ("1",),
    "lang": ("en",),
    "name": ("text.json",),
}
"""What the parts of addresses can be filled with in any dossier."""


def _one_of_each(sown: list[Sown]) -> Iterator[Sown]:
    """A dossier of each stage: one with an open plan first, because there is most to show."""
    for stage in sorted(Stage, key=lambda one: one is not Stage.SIGNING):
        yield from [one for one in sown if one.stage is stage][:1]


def _paths(page: Mapping[str, str], values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """All ways of filling in an address."""
    parts = page["places"]
    question = QUESTIONS.get(page["name"], "")
    for chosen in itertools.product(*(values.get(part, ()) for part in parts)):
        by_name = dict(zip(parts, chosen, strict=True))
        path = _PART.sub(lambda found, by_name=by_name: quote(by_name[found[1]], safe=""), page["route"])  # type: ignore[misc]
        yield path + question.format(digest=values.get("digest", ("",))[0])
