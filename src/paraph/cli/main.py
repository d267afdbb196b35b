"""``paraph``: reads the command line, runs one command, says what happened, ends with a code.

Exit codes: 0 pass or done, 1 fail, 2 indeterminate, 64 wrong usage, 69 a peer or service is unavailable,
70 a bug.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from paraph import __version__
from paraph.cli import bench, demo, dossier, node, peer, verify
from paraph.cli.output import fail
from paraph.errors import AdapterError, ParaphError, TransientError

__all__ = ["build_parser", "main"]

USAGE = 64
UNAVAILABLE = 69
BUG = 70


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="paraph",
        description="Conclude agreements between parties who share no server, and prove it.",
        epilog="Commands print for people; --json prints one JSON object on standard output.",
    )
    parser.add_argument("--version", action="version", version=f"paraph {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (demo, verify, node, peer, dossier, bench):
        module.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        The exit code.
    """
    parser = build_parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:
        return USAGE if stop.code == 2 else int(stop.code or 0)
    try:
        code: int = options.run(options)
    except TransientError as error:
        return fail(error, UNAVAILABLE, as_json=_as_json(options))
    except AdapterError as error:
        return fail(error, UNAVAILABLE, as_json=_as_json(options))
    except ParaphError as error:
        return fail(error, USAGE if error.code == "usage" else 1, as_json=_as_json(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # everything else is a defect of ours, and says so
        traceback.print_exc()
        print("paraph: this is a bug; please report the lines above", file=sys.stderr)
        return BUG
    return code


def _as_json(options: argparse.Namespace) -> bool:
    return bool(getattr(options, "json", False))
