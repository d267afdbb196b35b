"""The reference case: specimen texts and a story that re-enact a ceremony from public reports.

The texts are written for Paraph and are nobody's signed words: every language of every instrument carries a
banner that says so. People appear only in the offices and with the words that named sources report; where
sources differ, the story keeps all of them and takes no side.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

__all__ = ["INSTRUMENTS", "instrument_files", "parties_file", "story_file"]

# In the order of the ceremony; the names are those of the folders.
INSTRUMENTS: Final = ("joint-declaration", "diplomatic-consultations", "development-cooperation")
_LANGUAGES: Final = ("en", "he", "sq")


def instrument_files(name: str) -> dict[str, bytes]:
    """Read one instrument's language versions.

    Args:
        name: One of `INSTRUMENTS`.

    Returns:
        Markdown by language tag, as `paraph.wire.markdown.read_instrument` takes it.

    Raises:
        KeyError: If there is no such instrument.
    """
    if name not in INSTRUMENTS:
        raise KeyError(name)
    folder = resources.files(__name__) / name
    return {lang: (folder / f"{lang}.md").read_bytes() for lang in _LANGUAGES}


def parties_file() -> bytes:
    """Read the parties' particulars, as `paraph.wire.text_json.read_parties` takes them."""
    return (resources.files(__name__) / "parties.json").read_bytes()


def story_file() -> bytes:
    """Read the story of the day: notes, statements, unveiling and commitments, as JSON in UTF-8."""
    return (resources.files(__name__) / "story.json").read_bytes()
