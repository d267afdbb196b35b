"""What typst refuses, said so that an officer can act on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import typst

from paraph.errors import PermanentError

__all__ = ["refusal"]

# typst checks every glyph of a PDF/A file and quotes the text it cannot draw, as a Rust string literal.
_MISSING: Final = re.compile(r'the text `"(?P<words>.+?)"` could not be displayed')
_ESCAPE: Final = re.compile(r"\\u\{(?P<hex>[0-9a-f]+)\}")
_TOO_SMALL: Final = "appearance-too-small"


def refusal(error: typst.TypstError, data: Mapping[str, Any]) -> PermanentError:
    """Turn an error of typst into one of ours.

    Args:
        error: What typst said.
        data: What was to be set: objects with a ``lang`` tell the language of the words inside them.

    Returns:
        ``missing-glyph`` naming character and language, ``appearance-too-small``, or ``render-refused``.
    """
    message = str(error)
    missing = _MISSING.search(message)
    if missing:
        char = _ESCAPE.sub(lambda escape: chr(int(escape["hex"], 16)), missing["words"])[0]
        lang = next((lang for lang, words in _spoken(data, "") if char in words), "")
        codepoint = f"U+{ord(char):04X}"
        return PermanentError(
            "missing-glyph",
            f"no typeface has the character “{char}” ({codepoint}) of the {lang or 'common'} words; "
            "add a folder with a font that has it to font_paths, on every node",
            character=char,
            codepoint=codepoint,
            lang=lang,
        )
    if _TOO_SMALL in message:
        return PermanentError(
            "appearance-too-small",
            "name, office and lines do not fit the signature field at a legible size; shorten the lines",
        )
    return PermanentError(
        "render-refused", f"the original could not be rendered: {message}; check the text and the fonts"
    )


def _spoken(value: object, lang: str) -> Iterator[tuple[str, str]]:
    """Yield every string with the language of the innermost object that names one."""
    if isinstance(value, str):
        yield lang, value
    elif isinstance(value, Mapping):
        inner = value.get("lang", lang)
        for entry in value.values():
            yield from _spoken(entry, inner)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _spoken(entry, lang)
