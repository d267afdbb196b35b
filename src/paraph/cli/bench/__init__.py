"""``paraph bench``: benchmarks, each beside its peer in the same run."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from paraph.cli.bench import conclude, log, pages, parties, render, rest, sign, table, verify
from paraph.cli.bench.peers import PYHANKO
from paraph.cli.bench.row import Row
from paraph.cli.output import say
from paraph.errors import LocalActError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

__all__ = ["BENCHMARKS", "add_parser", "run"]

Tell = Callable[[str], None]
Benchmark = Callable[[Path, Tell], list[Row]]

BENCHMARKS: Final[dict[str, Benchmark]] = {
    "sign": sign.run,
    "verify": verify.run,
    "parties": parties.run,
    "conclude": conclude.run,
    "render": render.run,
    "log": log.run,
    "rest": rest.run,
    "pages": pages.run,
}
"""By name, in the order in which all of them run."""


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "bench",
        help="benchmarks, each beside its peer in the same run",
        description=f"Measure Paraph beside its peers. Names: {', '.join(BENCHMARKS)}; all of them by default.",
        epilog="What is measured, and how, is written in docs/performance.md. Machines are noisy: trust ratios.",
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--postgresql", metavar="URL", default="", help="an empty database, to measure `pages` there as well"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the benchmarks that are named, or all.

    Returns:
        The exit code: 0, whether or not a goal is met.

    Raises:
        LocalActError: ``usage`` for a name that there is not.
    """
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        raise LocalActError(
            "usage", f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}"
        )
    tell: Tell = (lambda _line: None) if options.json else say
    benchmarks = BENCHMARKS | {"pages": partial(pages.run, postgresql=options.postgresql)}
    rows: list[Row] = []
    for name in dict.fromkeys(options.names or BENCHMARKS):
        tell(f"{name} …")
        with tempfile.TemporaryDirectory(prefix="paraph-bench-") as folder:
            rows += benchmarks[name](Path(folder), tell)
    if options.json:
        print(json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=1), flush=True)
        return 0
    for line in table.lines(rows):
        say(line)
    if not PYHANKO:
        say("pyHanko is not installed, so there is nothing to compare with: pip install 'pyHanko>=0.38'")
    return 0
