"""Characters a text may be made of: everything a reader can see, nothing that can deceive one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from paraph.errors import FormatError

__all__ = ["MAX_WORDS_CHARS", "check_words"]

# One paragraph of a treaty rarely passes 3 000 characters; ten times that leaves room and bounds the work.
MAX_WORDS_CHARS: Final = 30_000

# Embeddings, overrides and isolates reorder what is read without changing what is hashed
# (Unicode TR #36 section 2.5); the renderer sets direction from the language instead.
_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Characters with no ink and no effect a drafter could want: two texts that look alike must be alike.
_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
# Control, surrogate, private use, unassigned. Format characters other than those above (joiners, marks) stay.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_UNSEEN: Final = re.compile(f"[{''.join(sorted(_INVISIBLE))}]")
_NOT_ASCII: Final = re.compile("[^ -~]")


def check_words(words: str, where: str, *, empty: bool = False) -> str:
    """Accept a run of words, or say which character must go and where it stands.

    Args:
        words: The words.
        where: Place in the text, for the message ("he, clause 3, paragraph 1").
        empty: Whether no words at all are acceptable.

    Returns:
        The same words.

    Raises:
        FormatError: ``words-*`` naming the place and, where there is one, the character.
    """
    if not words:
        if empty:
            return words
        raise FormatError("words-missing", f"{where}: nothing is written here; add the words", where=where)
    if len(words) > MAX_WORDS_CHARS:
        raise FormatError(
            "words-too-long",
            f"{where}: {len(words)} characters, at most {MAX_WORDS_CHARS} are accepted; split the paragraph",
            where=where,
        )
    # Printable in Python's sense leaves only the letters and marks without ink to look for; the search that
    # names the character is for words that fail, and for the no-break spaces and direction marks that pass.
    suspects = _UNSEEN.finditer(words) if words.isprintable() else _NOT_ASCII.finditer(words)
    for match in suspects:
        offset, char = match.start(), match.group()
        if char in _BIDI_CONTROLS:
            problem = "changes the reading direction unseen"
        elif char in _INVISIBLE:
            problem = "cannot be seen"
        elif unicodedata.category(char) in _REFUSED_CATEGORIES or 0xE0000 <= ord(char) <= 0xE0FFF:
            problem = "is a control, private or unassigned character"
        else:
            continue
        raise FormatError(
            "words-character",
            f"{where}: U+{ord(char):04X} at character {offset + 1} {problem}; remove it",
            where=where,
            offset=offset,
        )
    if words != words.strip() or "  " in words:
        raise FormatError(
            "words-spacing", f"{where}: spaces at an end or two in a row; keep single spaces", where=where
        )
    if not unicodedata.is_normalized("NFC", words):
        raise FormatError(
            "words-not-nfc", f"{where}: not in Unicode normal form C; save the file as NFC", where=where
        )
    return words
