"""Wording: does the vocabulary of every language version fit the declared nature?

Remarks are advice to the drafter, not a verdict: a political text may have a reason to say "agreement". Names of
other instruments ("the Vienna Convention", "the Joint Declaration") are left alone, and so is a word in a
sentence that denies it ("does not create rights or obligations").
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from paraph.domain.remarks import Remark
from paraph.domain.vocabulary import VOCABULARY, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraph.domain.declarations import Nature
    from paraph.domain.texts import InstrumentText

__all__ = ["wording"]

# Particles written as one word with the next: and, the, from, to, in, as, that. Three can stand together.
_HEBREW_PREFIX: Final = "[\u05d5\u05d4\u05de\u05dc\u05d1\u05db\u05e9]{0,3}"
_DENIALS: Final = {
    "en": re.compile(r"\b(?:not|no|nor|neither|nothing)\b", re.IGNORECASE),
    "he": re.compile(
        r"(?<!\w)(?:\u05dc\u05d0|\u05d0\u05d9\u05e0\u05d5|\u05d0\u05d9\u05e0\u05d4|\u05d0\u05d9\u05e0\u05dd|\u05d0\u05d9\u05df)(?!\w)"
    ),
    "sq": re.compile(r"\b(?:nuk|s|as|asnj\u00eb|asgj\u00eb)\b", re.IGNORECASE),
}
# Names of instruments that a text may have to mention whatever its own nature is.
_NAMES: Final = {
    "en": re.compile(r"(?:Vienna|Geneva|Hague) Conventions?|Charter of the United Nations"),
    "he": re.compile(
        "\u05d0\u05de\u05e0\u05ea (?:\u05d5\u05d9\u05e0\u05d4|\u05d6\u05f3?\u05e0\u05d1\u05d4|\u05d4\u05d0\u05d2)"
    ),
    "sq": re.compile(r"Konvent\w+ (?:e|s\u00eb|t\u00eb) (?:Vjen\u00ebs|Gjenev\u00ebs|Hag\u00ebs)"),
}
_TOKEN: Final = re.compile(r"\{[^{}]*\}")
_SENTENCE_END: Final = re.compile(r"(?<=[.;:!?])\s+")


def wording(text: InstrumentText) -> tuple[Remark, ...]:
    """Look for words that do not fit the declared nature.

    Args:
        text: The text; without a declared nature there is nothing to compare with.

    Returns:
        Remarks in the declared order of languages, each with language, place, word and suggestion. Languages
        without a vocabulary give none.
    """
    nature = text.declarations.nature
    if nature is None:
        return ()
    return tuple(
        remark
        for lang in text.declarations.langs
        for where, words in text.versions[lang].words(lang)
        for remark in _remarks(nature, lang, where.partition(", ")[2], words)
    )


def _remarks(nature: Nature, lang: str, where: str, words: str) -> Iterator[Remark]:
    language = lang.partition("-")[0]
    plain = _TOKEN.sub(" ", words)
    if language in _NAMES:
        plain = _NAMES[language].sub(" ", plain)
    for sentence in _SENTENCE_END.split(plain):
        denied = language in _DENIALS and _DENIALS[language].search(sentence) is not None
        for pattern, term in _patterns(language, nature):
            if term.unless_denied and denied:
                continue
            for match in pattern.finditer(sentence):
                yield Remark(
                    code="wording",
                    lang=lang,
                    where=where,
                    message=(
                        f"\u201c{match.group()}\u201d does not belong in a {nature.value} text; "
                        f"consider: {term.suggestion}"
                    ),
                    word=match.group(),
                    suggestion=term.suggestion,
                )


@functools.cache
def _patterns(language: str, nature: Nature) -> tuple[tuple[re.Pattern[str], Term], ...]:
    terms = VOCABULARY.get(language, {}).get(nature, ())
    prefix = _HEBREW_PREFIX if language == "he" else ""
    return tuple(
        (re.compile(rf"(?<!\w){prefix}(?:{term.pattern})(?!\w)", re.IGNORECASE), term) for term in terms
    )
