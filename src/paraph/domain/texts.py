"""The text of an instrument: its parties, its declarations and its language versions.

An `InstrumentText` is what both sides initial. It knows nothing of who keeps which original: names that the
alternat moves are written as tokens (see `paraph.domain.tokens`). Constructing one checks everything that
every text must satisfy; what only a finished text must satisfy is asked by `paraph.domain.readiness`.

Source: docs/spec/text.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from paraph.domain.characters import MAX_WORDS_CHARS, check_words
from paraph.domain.declarations import (
    MAX_DAYS,
    Alternat,
    Conclusion,
    Declarations,
    EntryIntoForce,
    EntryRule,
    LanguageStatus,
    Layout,
    Method,
    Nature,
    TextStatus,
)
from paraph.domain.ids import InstrumentNumber
from paraph.domain.language import ByLanguage, check_tag
from paraph.domain.particulars import PartyName, Signatory, TextParty, check_line
from paraph.domain.tokens import check_tokens
from paraph.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FORMAT",
    "MAX_CLAUSES",
    "MAX_DAYS",
    "MAX_LANGUAGES",
    "MAX_PARAGRAPHS",
    "MAX_PARTIES",
    "MAX_POINTS",
    "MAX_WORDS_CHARS",
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

FORMAT: Final = "paraph.text/1"

# 24 is the number of official languages of the largest multilingual legislator; no bilateral comes near.
MAX_LANGUAGES: Final = 24
# More would sign one original only in name: a text with a depositary is the right instrument then.
MAX_PARTIES: Final = 64
# The United Nations Convention on the Law of the Sea, among the longest, has 320 articles.
MAX_CLAUSES: Final = 500
# Paragraphs of one clause, and points of one paragraph: a page of either is already unreadable.
MAX_PARAGRAPHS: Final = 200
MAX_POINTS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph and the points listed under it."""

    text: str
    points: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """``{"text"}`` and ``points`` if there are any."""
        return {"text": self.text} | ({"points": list(self.points)} if self.points else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered clause; its number is generated."""

    heading: str
    paragraphs: tuple[Paragraph, ...]

    def to_json(self) -> dict[str, Any]:
        """``{"heading", "paragraphs"}``."""
        return {"heading": self.heading, "paragraphs": [one.to_json() for one in self.paragraphs]}


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
    preamble: tuple[Paragraph, ...] = ()
    clauses: tuple[Clause, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    specimen: str = ""

    def to_json(self) -> dict[str, Any]:
        """Object of the canonical text."""
        out: dict[str, Any] = {
            "title": self.title,
            "preamble": [one.to_json() for one in self.preamble],
            "clauses": [one.to_json() for one in self.clauses],
            "closing": [one.to_json() for one in self.closing],
        }
        return out | ({"specimen": self.specimen} if self.specimen else {})

    def words(self, lang: str) -> Iterator[tuple[str, str]]:
        """Walk over all words with the place where they stand.

        Args:
            lang: Language tag, for the places.

        Yields:
            ``(place, words)`` such as ``("he, clause 3, paragraph 1", "…")``.
        """
        yield f"{lang}, title", self.title
        yield from _walk(self.preamble, f"{lang}, preamble")
        for number, clause in enumerate(self.clauses, 1):
            yield f"{lang}, clause {number}, heading", clause.heading
            yield from _walk(clause.paragraphs, f"{lang}, clause {number}")
        yield from _walk(self.closing, f"{lang}, closing")

    def check(self, lang: str, parties: frozenset[str]) -> None:
        """Check every word, token and limit of this version.

        Args:
            lang: Language tag, for the messages.
            parties: Identifiers a token may name.

        Raises:
            FormatError: Naming language and clause.
        """
        if len(self.clauses) > MAX_CLAUSES:
            raise FormatError("too-many-clauses", f"{lang}: more than {MAX_CLAUSES} clauses", lang=lang)
        lists = [self.preamble, self.closing, *(clause.paragraphs for clause in self.clauses)]
        if any(len(paragraphs) > MAX_PARAGRAPHS for paragraphs in lists):
            raise FormatError(
                "too-many-paragraphs",
                f"{lang}: more than {MAX_PARAGRAPHS} paragraphs in one place",
                lang=lang,
            )
        if any(len(one.points) > MAX_POINTS for paragraphs in lists for one in paragraphs):
            raise FormatError(
                "too-many-points", f"{lang}: more than {MAX_POINTS} points in a list", lang=lang
            )
        for number, clause in enumerate(self.clauses, 1):
            if not clause.paragraphs:
                raise FormatError(
                    "clause-empty", f"{lang}, clause {number}: no paragraph; write one or remove the heading"
                )
        for where, words in self.words(lang):
            # A clause without a heading is common in short instruments; everything else must say something.
            check_words(words, where, empty=where.endswith("heading"))
            check_tokens(words, where, parties)
        check_line(self.specimen, f"{lang}, specimen", empty=True)


def _walk(paragraphs: tuple[Paragraph, ...], where: str) -> Iterator[tuple[str, str]]:
    for number, paragraph in enumerate(paragraphs, 1):
        yield f"{where}, paragraph {number}", paragraph.text
        for point, words in enumerate(paragraph.points, 1):
            yield f"{where}, paragraph {number}, point {point}", words


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentText:
    """The agreed words of one instrument in all its languages.

    Attributes:
        number: The parties' number for the instrument ("IL-KS/2021/1").
        specimen: Banner printed on every page of a specimen, or "".
        parties: The parties, in order of identifier.
        declarations: What the instrument says about itself.
        versions: The language versions, by language tag.
    """

    number: InstrumentNumber
    specimen: str
    parties: tuple[TextParty, ...]
    declarations: Declarations
    versions: ByLanguage[LanguageVersion] = field(default_factory=lambda: ByLanguage({}))

    def __post_init__(self) -> None:
        """Check all that holds for every text, drafts included."""
        check_line(self.number, "number")
        check_line(self.specimen, "specimen", empty=True)
        self._check_parties()
        langs = frozenset(self.versions)
        if not 1 <= len(langs) <= MAX_LANGUAGES:
            raise FormatError(
                "languages-count", f"a text has 1 to {MAX_LANGUAGES} languages, this one {len(langs)}"
            )
        for lang in sorted(langs ^ set(self.declarations.langs)):
            problem = "no version is given" if lang not in langs else "the declarations do not list it"
            raise FormatError("language-unmatched", f"language {lang}: {problem}", lang=lang)
        ids = frozenset(party.id for party in self.parties)
        for party in self.parties:
            party.check_languages(langs)
        for lang, version in self.versions.items():
            check_tag(lang)
            formal = [party.names[lang].formal for party in self.parties]
            if len(set(formal)) != len(formal):
                raise FormatError(
                    "party-names-equal", f"{lang}: two parties bear the same formal name", lang=lang
                )
            version.check(lang, ids)

    def _check_parties(self) -> None:
        if not 1 <= len(self.parties) <= MAX_PARTIES:
            raise FormatError(
                "parties-count", f"a text has 1 to {MAX_PARTIES} parties, not {len(self.parties)}"
            )
        ids = [party.id for party in self.parties]
        if ids != sorted(set(ids)):
            raise FormatError("parties-order", "parties must be listed once each, in order of identifier")

    def party(self, party: str) -> TextParty:
        """Find a party of this text.

        Args:
            party: Its identifier.

        Returns:
            The party.

        Raises:
            KeyError: If it is not a party of this text.
        """
        for one in self.parties:
            if one.id == party:
                return one
        raise KeyError(party)

    def to_json(self) -> dict[str, Any]:
        """The object whose canonical bytes are the text (docs/spec/text.md)."""
        return {
            "format": FORMAT,
            "number": self.number,
            "specimen": self.specimen,
            "parties": [party.to_json() for party in self.parties],
            "declarations": self.declarations.to_json(),
            "versions": {lang: version.to_json() for lang, version in self.versions.items()},
        }
