"""Words that Paraph generates on an original, by language.

A new language is one more table. A language without a table gets the neutral form: commas, plain numbers,
ISO dates, names without prepositions; correct everywhere, idiomatic nowhere.
"""

from __future__ import annotations

from typing import Final

from paraph.domain.phrases.albanian import ALBANIAN
from paraph.domain.phrases.english import ENGLISH
from paraph.domain.phrases.form import Phrases
from paraph.domain.phrases.hebrew import HEBREW

__all__ = ["Phrases", "phrases_of"]

_TABLES: Final = {table.lang: table for table in (ALBANIAN, ENGLISH, HEBREW)}


def phrases_of(lang: str) -> Phrases:
    """Give the table of a language.

    Args:
        lang: Language tag; a regional variant uses the table of its language.

    Returns:
        The table, or the neutral one.
    """
    return _TABLES.get(lang) or _TABLES.get(lang.partition("-")[0]) or Phrases(lang=lang)
