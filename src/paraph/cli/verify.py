"""``paraph verify``: signed PDFs, containers and proofs, offline, many in one run.

What a file is, its first bytes say (:mod:`paraph.verify.kinds`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from paraph.cli import verdict_print
from paraph.cli.output import show
from paraph.errors import FormatError, LocalActError
from paraph.verify.anchors import TrustAnchors
from paraph.verify.kinds import verify_file
from paraph.verify.verdict import Verdict, to_json, worst
from paraph.wire.container.archive import MAX_ARCHIVE_BYTES
from paraph.wire.limits import MAX_CARD

if TYPE_CHECKING:
    from argparse import _SubParsersAction

__all__ = ["add_parser", "run"]

EXIT_CODES: Final = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INDETERMINATE: 2}

MAX_TRUST_BYTES: Final = 64 << 20
"""One trust file; a bundle of all qualified services of Europe has some 20 MB."""

_TRUST_SUFFIXES: Final = frozenset({".pem", ".crt", ".cer", ".der", ".crl"})
_CARD_SUFFIX: Final = ".json"
_CARD_TYPE: Final = b"application/vnd.paraph.card+json"
"""What the envelope of a peer card says of itself."""


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "verify",
        help="verify signed PDFs, a dossier.asice or a proof, offline",
        description="Verify signed PDFs, anybody's, containers of concluded dossiers, and proofs that a node contradicted "
        "itself. Opens no connection.",
        epilog="Exit codes: 0 pass, 1 fail, 2 indeterminate, 64 wrong usage. Without --trust nobody is trusted: "
        "integrity is still judged, and the verdict is at best indeterminate.",
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="a PDF, a dossier.asice or a proof"
    )
    parser.add_argument(
        "--trust",
        metavar="PEM-OR-DIR",
        action="append",
        default=[],
        type=Path,
        help="certificates (and revocation lists) that you trust, and peer cards for proofs, as a file or a folder; may "
        "be repeated",
    )
    parser.add_argument(
        "--at", metavar="TIME", default="", help="verify as of then: 2026-03-02T12:00:00Z (default: now)"
    )
    parser.add_argument("--all", action="store_true", help="also show remarks that moved no verdict")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify the files.

    Returns:
        The exit code of the worst verdict.

    Raises:
        LocalActError: ``usage`` for a file that cannot be read, an unusable trust file or time.
    """
    at = _instant(options.at)
    anchors = _anchors(options.trust)
    for path in options.files:
        _open(path).close()  # what cannot be read is said before the first of many is verified
    reports = [
        verify_file(_read(path, MAX_ARCHIVE_BYTES), path=str(path), anchors=anchors, at=at)
        for path in options.files
    ]
    show(
        to_json(reports),
        list(verdict_print.lines(reports, everything=options.all)),
        as_json=options.json,
    )
    return EXIT_CODES[worst(report.verdict for report in reports)]


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise _usage(f"cannot read {path}: {error.strerror or error}") from error


def _read(path: Path, limit: int) -> bytes:
    try:
        with _open(path) as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise _usage(f"cannot read {path}: {error.strerror or error}") from error
    if len(data) > limit:
        raise _usage(f"{path} has more than {limit} bytes and was not read")
    return data


def _anchors(paths: Sequence[Path]) -> TrustAnchors:
    try:
        return TrustAnchors.load(_read(path, MAX_TRUST_BYTES) for path in _trust_files(paths))
    except FormatError as error:
        raise _usage(f"a trust file cannot be used: {error.message}") from error


def _trust_files(paths: Sequence[Path]) -> Iterable[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(p for p in path.iterdir() if p.is_file() and _is_trust_file(p))
        if not found:
            raise _usage(
                f"there is no certificate in {path}, and no peer card (files ending in .pem, .crt, .cer, .der or .crl, and "
                "cards ending in .json)"
            )
        yield from found


def _is_trust_file(path: Path) -> bool:
    """Whether a file in a folder of trust is meant to be used; JSON of other kinds may lie beside the cards."""
    suffix = path.suffix.lower()
    if suffix != _CARD_SUFFIX:
        return suffix in _TRUST_SUFFIXES
    return path.stat().st_size <= MAX_CARD and _CARD_TYPE in _read(path, MAX_CARD)


def _instant(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _usage(f"“{text}” is not a time like 2026-03-02T12:00:00Z") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _usage(message: str) -> LocalActError:
    return LocalActError("usage", message)
