"""The text of an instrument: its parties, its declarations and its language versions.

An `InstrumentText` is what both sides initial. It knows nothing of who keeps which original: names that the
alternat moves are written as tokens (see `paraph.domain.tokens`).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paraph.domain.characters import check_words
from paraph.domain.language import ByLanguage, check_tag
from paraph.errors import FormatError

__all__ = [
    "Alternat",
    "Clause",
    "Conclusion",
    "Declarations",
    "EntryIntoForce",
    "EntryRule",
    "InstrumentText",
    "LanguageStatus",
    "LanguageVersion",
    "Layout",
    "Method",
    "Nature",
    "Paragraph",
    "PartyName",
    "Signatory",
    "TextParty",
    "TextStatus",
]

# 24 is the number of official languages of the largest multilingual legislator; no bilateral comes near.
MAX_LANGUAGES: Final = 24
# Larger than any instrument signed by every party on one original; beyond it a depositary is the right tool.
MAX_PARTIES: Final = 64
# UNCLOS, among the longest treaties, has 320 articles.
MAX_CLAUSES: Final = 500
MAX_PARAGRAPHS: Final = 200
MAX_POINTS: Final = 200
MAX_NUMBER_CHARS: Final = 64
# Longest notice before entry into force that is still a number of days and not a forgotten zero.
MAX_DAYS: Final = 3650

_ID: Final = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")
_MAX_ID_CHARS: Final = 64


class Nature(StrEnum):
    """Whether the parties mean to be bound by international law."""

    BINDING = "binding"
    POLITICAL = "political"


class TextStatus(StrEnum):
    """What one language version counts for."""

    AUTHENTIC = "authentic"
    PREVAILING = "prevailing"
    COURTESY = "courtesy"


class Conclusion(StrEnum):
    """The moment at which the instrument is concluded."""

    ON_EXCHANGE = "on-exchange"
    ON_LAST_SIGNATURE = "on-last-signature"


class Method(StrEnum):
    """How the instrument is signed."""

    ELECTRONIC = "electronic"
    WET_INK = "wet-ink"
    HYBRID = "hybrid"


class EntryRule(StrEnum):
    """What brings the instrument into force, or into effect if it is political."""

    ON_CONCLUSION = "on-conclusion"
    ON_LAST_SIGNATURE = "on-last-signature"
    DAYS_AFTER_LATER_NOTIFICATION = "days-after-later-notification"
    FIXED_DATE = "fixed-date"
    NONE = "none"


class Alternat(StrEnum):
    """Who is named first: the keeper of the copy, or in each language the party whose language it is."""

    BY_COPY = "by-copy"
    BY_LANGUAGE = "by-language"


class Layout(StrEnum):
    """How language versions stand on the pages: one after the other, or side by side."""

    SEQUENCE = "sequence"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyName:
    """Names of a party in one language, spelt by that party.

    Attributes:
        formal: Full name in running text ("the State of Israel").
        short: Short name ("Israel").
        in_title: Full name in the form that follows "between" (a case form in many languages).
        caption: Words above the signature, if the general pattern "For <formal>" would be wrong grammar.
    """

    formal: str
    short: str
    in_title: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """The person who signs for a party.

    Attributes:
        id: Stable identifier ("israel.fm").
        name: Name by language, in the party's spelling.
        title: Office by language.
        script_lang: The party's own language: it leads the party's original and its signature block.
    """

    id: str
    name: ByLanguage[str]
    title: ByLanguage[str]
    script_lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParty:
    """A party as the text knows it.

    Attributes:
        id: Stable party identifier.
        names: Names by language.
        places: Place of signature by language.
        date: Agreed local date of signature (ISO 8601), or "" when it is to be shown beside the signature.
        signatory: Who signs.
    """

    id: str
    names: ByLanguage[PartyName]
    places: ByLanguage[str]
    date: str
    signatory: Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStatus:
    """A language of the text and what its version counts for (None while undeclared)."""

    lang: str
    status: TextStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryIntoForce:
    """The declared rule; ``days`` and ``date`` only with the rule that needs them."""

    rule: EntryRule
    days: int | None = None
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """What the instrument says about itself; None marks what a draft has not yet declared."""

    nature: Nature | None
    languages: tuple[LanguageStatus, ...]
    conclusion: Conclusion | None
    method: Method | None
    entry_into_force: EntryIntoForce | None
    alternat: Alternat = Alternat.BY_COPY
    layout: Layout = Layout.SEQUENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph and the points listed under it."""

    text: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered clause; its number is generated."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageVersion:
    """One language of the text.

    Attributes:
        title: Title of the instrument.
        preamble: Paragraphs before the first clause.
        clauses: Numbered clauses.
        closing: Paragraphs after the last clause.
        specimen: The specimen banner in this language, or "".
    """

    title: str
    preamble: tuple[Paragraph, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[Paragraph, ...]
    specimen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentText:
    """The agreed words of one instrument in all its languages.

    Attributes:
        number: The parties' number for the instrument ("IL-KS/2021/1").
        specimen: Banner printed on every page of a specimen, or "".
        parties: The parties, in order of identifier.
        declarations: What the instrument says about itself.
        versions: The language versions.
    """

    number: str
    specimen: str
    parties: tuple[TextParty, ...]
    declarations: Declarations
    versions: ByLanguage[LanguageVersion]
