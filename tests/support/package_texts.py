"""Texts for packages in tests: a short one in two directions of writing, and those of the reference case."""

from __future__ import annotations

from paraph.case import instrument_files, parties_file
from paraph.domain.texts import InstrumentText
from paraph.wire.markdown import read_instrument
from paraph.wire.text_json import read_parties

__all__ = ["reference_texts", "short_text"]

_PARTIES = """[
 {"id": "north", "date": "2026-03-02",
  "names": {"en": {"formal": "the Northern Party", "short": "North", "in_title": "the Northern Party"},
            "he": {"formal": "הצד הצפוני", "short": "צפון", "in_title": "הצד הצפוני"}},
  "places": {"en": "Northtown", "he": "עיר הצפון"},
  "signatory": {"id": "north.fm", "name": {"en": "Signatory North", "he": "חותם הצפון"},
                "title": {"en": "Minister", "he": "שר החוץ"}, "script_lang": "he"}},
 {"id": "south", "date": "2026-03-02",
  "names": {"en": {"formal": "the Southern Party", "short": "South", "in_title": "the Southern Party"},
            "he": {"formal": "הצד הדרומי", "short": "דרום", "in_title": "הצד הדרומי"}},
  "places": {"en": "Southtown", "he": "עיר הדרום"},
  "signatory": {"id": "south.fm", "name": {"en": "Signatory South", "he": "חותם הדרום"},
                "title": {"en": "Minister", "he": "שר החוץ"}, "script_lang": "en"}}
]"""

_FRONT = """---
lang: {lang}
title: {title}
specimen: {specimen}
number: {number}
parties: [north, south]
nature: binding
languages:
  en: prevailing
  he: authentic
conclusion: on-exchange
method: electronic
entry-into-force: on-conclusion
alternat: by-copy
layout: sequence
---

{words}

## {heading}

{clause}
"""


def short_text(
    number: str = "N-S/2026/1", clause: str = "The Parties will answer each other's letters."
) -> InstrumentText:
    """One page in English and Hebrew, marked as a specimen."""
    english = _FRONT.format(
        lang="en", title="Agreement on Letters between {parties:in_title}", specimen="SPECIMEN, for tests",
        number=number, words="{parties}, hereinafter “the Parties”, have agreed as follows:", heading="Letters",
        clause=clause,
    )  # fmt: skip
    hebrew = _FRONT.format(
        lang="he", title="הסכם מכתבים בין {parties:in_title}", specimen="דוגמה, לבדיקות", number=number,
        words="{parties}, להלן „הצדדים”, הסכימו כדלקמן:", heading="מכתבים", clause="הצדדים ישיבו זה למכתביו של זה.",
    )  # fmt: skip
    files = {"en": english.encode(), "he": hebrew.encode()}
    return read_instrument(files, read_parties(_PARTIES.encode()))


def reference_texts() -> tuple[InstrumentText, ...]:
    """The three instruments of the reference case, in English, Hebrew and Albanian."""
    parties = read_parties(parties_file())
    names = ("joint-declaration", "diplomatic-consultations", "development-cooperation")
    return tuple(read_instrument(instrument_files(name), parties) for name in names)
