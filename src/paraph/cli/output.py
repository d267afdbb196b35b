"""What commands print: for people by default, one JSON object when asked."""

from __future__ import annotations

import json
import sys

from paraph.errors import ParaphError

__all__ = ["fail", "say", "show"]


def say(line: str = "") -> None:
    """Print one line for people, at once."""
    print(line, flush=True)


def show(value: object, lines: list[str], *, as_json: bool) -> None:
    """Print a result: the JSON value, or the lines for people."""
    if as_json:
        print(json.dumps(value, ensure_ascii=False, indent=1), flush=True)
    else:
        for line in lines:
            say(line)


def fail(error: ParaphError, code: int, *, as_json: bool) -> int:
    """Print an error and return the exit code."""
    if as_json:
        print(json.dumps({"error": {"code": error.code, "message": error.message}}, ensure_ascii=False))
    else:
        print(f"paraph: {error.message} [{error.code}]", file=sys.stderr)
    return code
