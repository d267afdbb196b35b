"""``paraph demo``: the reference case from end to end, between three real nodes on loopback."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from paraph.cli.demo.cast import describe_cast, invite_cast
from paraph.cli.demo.ending import describe_end, finish
from paraph.cli.demo.stage import Stage
from paraph.cli.demo.story import perform
from paraph.cli.output import say
from paraph.errors import LocalActError

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add ``demo``."""
    parser = commands.add_parser(
        "demo",
        help="the reference case from end to end, on loopback",
        description="Three nodes conclude the package of 1 February 2021, re-enacted with specimen texts and keys.",
    )
    parser.add_argument("--dir", type=Path, default=Path("paraph-demo"), help="fresh folder to work in")
    parser.add_argument("--serve", action="store_true", help="leave the nodes running until Ctrl-C")
    parser.add_argument(
        "--direct", action="store_true", help="conclude without the mediator, and see the warning"
    )
    parser.add_argument("--delay-ms", type=int, default=0, help="delay every delivery each way")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    folder: Path = options.dir
    if folder.exists() and any(folder.iterdir()):
        raise LocalActError(
            "home-not-empty", f"{folder} is not empty; the demonstration works in a fresh folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    tell = (lambda _line="": None) if options.json else say
    with Stage(folder, tell=tell, delay_ms=options.delay_ms, pages=options.serve) as stage:
        perform(stage, direct=options.direct)
        result = finish(stage, seconds=round(time.monotonic() - begun, 2))
        links = invite_cast(stage) if options.serve else {}
        if links:
            result["people"] = links
        if options.json:
            print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)
        else:
            describe_end(stage, result)
        if options.serve:
            if not options.json:
                describe_cast(stage, links)
            tell("The nodes keep running; stop them with Ctrl-C.")
            stage.wait_for_interrupt()
    return 0 if all(n["verdict"] == "pass" for n in result["nodes"].values()) else 1
