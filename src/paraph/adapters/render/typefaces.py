"""Typefaces: those that come with Paraph and those that an operator adds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst

from paraph.errors import PermanentError

__all__ = ["BUNDLED", "Typefaces", "load"]

_BUNDLED_FOLDER: Final = Path(__file__).parent / "fonts"
# Noto Serif has Latin, Greek and Cyrillic; Hebrew is a family of its own.
BUNDLED: Final = ("Noto Serif", "Noto Serif Hebrew")
_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc", ".otc"})
# Two nodes compare this prefix only to explain why their bytes differ; the bytes themselves decide.
_IDENTITY_CHARS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Typefaces:
    """Fonts ready for use.

    Attributes:
        fonts: The loaded fonts; shared by threads, never changed.
        families: Family names, best first: the bundled ones, then the added ones by name.
        identity: "" with the bundled fonts alone, else the start of a SHA-256 over the added files.
    """

    fonts: typst.Fonts
    families: tuple[str, ...]
    identity: str


def load(added: Sequence[Path] = ()) -> Typefaces:
    """Load the bundled fonts and those in added folders; fonts of the machine are never used.

    Args:
        added: Folders with font files for scripts that the bundled fonts lack. All nodes that render one
            original need the same files.

    Returns:
        The typefaces.

    Raises:
        PermanentError: ``font-folder`` if a folder does not exist or has no font.
    """
    files = [_font_files(folder) for folder in added]
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_BUNDLED_FOLDER, *added]
    )
    others = sorted(set(fonts.families()) - set(BUNDLED))
    return Typefaces(fonts=fonts, families=(*BUNDLED, *others), identity=_identity(files))


def _font_files(folder: Path) -> list[Path]:
    """List the fonts of one folder in a fixed order."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise PermanentError(
            "font-folder",
            f"{folder}: no font file (.ttf, .otf, .ttc, .otc) is there; correct font_paths",
            folder=str(folder),
        )
    return found


def _identity(folders: Sequence[Sequence[Path]]) -> str:
    """Name the added files by their contents, wherever each node keeps them."""
    digests = sorted(hashlib.sha256(path.read_bytes()).digest() for files in folders for path in files)
    return hashlib.sha256(b"".join(digests)).hexdigest()[:_IDENTITY_CHARS] if digests else ""
