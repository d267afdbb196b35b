"""``paraph``: reads the command line, runs one command, says what happened, ends with a code.

Exit codes: 0 pass or done, 1 fail, 2 indeterminate, 64 wrong usage, 69 a peer or service is unavailable,
70 a bug.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Final

from paraph import __version__
from paraph.cli.output import fail
from paraph.errors import AdapterError, ParaphError, PermanentError

__all__ = ["COMMANDS", "build_parser", "main"]

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "the reference case from end to end, on loopback",
    "verify": "verify signed PDFs or a dossier.asice, offline",
    "node": "one party's node: init, run, status, backup, restore",
    "peer": "other nodes: card, add, words, list, suspend",
    "dossier": "open, propose, accept, initial, engross, deposit, log, export …",
    "simulate": "the exchange under faults: many schedules, or one of them replayed",
    "bench": "benchmarks, each beside its peer in the same run",
}
"""Commands by name. Only the one that is run is loaded: the verifier never waits for a web server's code."""

USAGE = 64
UNAVAILABLE = 69
BUG = 70


def build_parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The parser of the command line.

    Args:
        chosen: The only command whose own options are loaded; all of them by default.

    Raises:
        PermanentError: ``not-installed`` if the chosen command needs an extra that is not installed.
    """
    parser = argparse.ArgumentParser(
        prog="paraph",
        description="Conclude agreements between parties who share no server, and prove it.",
        epilog="Commands print for people; --json prints one JSON object on standard output.",
    )
    parser.add_argument("--version", action="version", version=f"paraph {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help_text in COMMANDS.items():
        if chosen in (None, name):
            _load(name).add_parser(commands)
        else:
            commands.add_parser(name, help=help_text)
    return parser


def _load(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"paraph.cli.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("paraph"):
            raise
        raise PermanentError(
            "not-installed",
            f"`paraph {name}` needs {error.name}, which is not installed; install the server with: pip install 'paraph[node]'",
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        The exit code.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = next((word for word in given if not word.startswith("-")), "")
    try:
        options = build_parser(chosen).parse_args(given)
    except PermanentError as error:
        return fail(error, UNAVAILABLE, as_json="--json" in given)
    except SystemExit as stop:
        return USAGE if stop.code == 2 else int(stop.code or 0)
    try:
        code: int = options.run(options)
    except AdapterError as error:
        return fail(error, UNAVAILABLE, as_json=_as_json(options))
    except ParaphError as error:
        return fail(error, USAGE if error.code == "usage" else 1, as_json=_as_json(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - everything else is a defect of ours, and says so
        traceback.print_exc()
        print("paraph: this is a bug; please report the lines above", file=sys.stderr)
        return BUG
    return code


def _as_json(options: argparse.Namespace) -> bool:
    return bool(getattr(options, "json", False))
