"""What an instrument says about itself before anyone initials it.

A draft may leave declarations open (None); `missing_declarations` names them, and initialling refuses while
that tuple is not empty. Nothing is ever assumed in their place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from paraph.errors import FormatError

__all__ = [
    "MAX_DAYS",
    "Alternat",
    "Conclusion",
    "Declarations",
    "EntryIntoForce",
    "EntryRule",
    "LanguageStatus",
    "Layout",
    "Method",
    "Nature",
    "TextStatus",
    "check_date",
    "missing_declarations",
]

# Longest notice before entry into force that is still a number of days and not a slip of the keyboard.
MAX_DAYS: Final = 3650


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


def check_date(date: str, where: str) -> str:
    """Accept a calendar date written as ``2021-02-01``.

    Args:
        date: Candidate.
        where: Place in the text, for the message.

    Returns:
        The same date.

    Raises:
        FormatError: ``date`` if it is no such day or is written otherwise.
    """
    try:
        written = dt.date.fromisoformat(date).isoformat() if len(date) == len("2021-02-01") else ""
    except ValueError:
        written = ""
    if not written or date != written:
        raise FormatError(
            "date", f"{where}: {date[:40]!r} is not a date; write it as 2021-02-01", where=where
        )
    return date


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

    def __post_init__(self) -> None:
        """Refuse a rule without its number or date, and a number or date without its rule."""
        if (self.days is not None) != (self.rule is EntryRule.DAYS_AFTER_LATER_NOTIFICATION):
            raise FormatError(
                "entry-days",
                "entry into force: a number of days goes with the rule days-after-later-notification, "
                "and only with it",
            )
        if self.days is not None and not 0 <= self.days <= MAX_DAYS:
            raise FormatError("entry-days", f"entry into force: days must be from 0 to {MAX_DAYS}")
        if bool(self.date) != (self.rule is EntryRule.FIXED_DATE):
            raise FormatError(
                "entry-date", "entry into force: a date goes with the rule fixed-date, and only with it"
            )
        if self.date:
            check_date(self.date, "entry into force")

    def to_json(self) -> dict[str, Any]:
        """``{"rule"}`` with ``days`` or ``date`` where the rule has one."""
        out: dict[str, Any] = {"rule": self.rule.value}
        if self.days is not None:
            out["days"] = self.days
        if self.date:
            out["date"] = self.date
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """The declarations; None marks what a draft has not yet declared.

    Attributes:
        nature: Binding or political.
        languages: Every language of the text, in the agreed order; the first fixes alphabetical order.
        conclusion: When the instrument is concluded.
        method: How it is signed.
        entry_into_force: What brings it into force or effect.
        alternat: Who is named first.
        layout: How the versions stand on the pages.
    """

    nature: Nature | None
    languages: tuple[LanguageStatus, ...]
    conclusion: Conclusion | None
    method: Method | None
    entry_into_force: EntryIntoForce | None
    alternat: Alternat = Alternat.BY_COPY
    layout: Layout = Layout.SEQUENCE

    def __post_init__(self) -> None:
        """Refuse a language twice and two prevailing versions."""
        langs = [language.lang for language in self.languages]
        for lang in langs:
            if langs.count(lang) > 1:
                raise FormatError(
                    "language-twice", f"declarations: language {lang} is listed twice", lang=lang
                )
        prevailing = [one.lang for one in self.languages if one.status is TextStatus.PREVAILING]
        if len(prevailing) > 1:
            raise FormatError(
                "two-prevailing",
                f"declarations: {' and '.join(prevailing)} both prevail; only one version can",
            )

    @property
    def langs(self) -> tuple[str, ...]:
        """Language tags in the agreed order."""
        return tuple(language.lang for language in self.languages)

    def status(self, lang: str) -> TextStatus | None:
        """Declared status of one language, None if undeclared."""
        return next((one.status for one in self.languages if one.lang == lang), None)

    def to_json(self) -> dict[str, Any]:
        """Object of the canonical text; an undeclared item is an absent key."""
        out: dict[str, Any] = {
            "languages": [
                {"lang": one.lang, "status": one.status.value} if one.status else {"lang": one.lang}
                for one in self.languages
            ],
            "alternat": self.alternat.value,
            "layout": self.layout.value,
        }
        if self.nature:
            out["nature"] = self.nature.value
        if self.conclusion:
            out["conclusion"] = self.conclusion.value
        if self.method:
            out["method"] = self.method.value
        if self.entry_into_force:
            out["entry_into_force"] = self.entry_into_force.to_json()
        return out


def missing_declarations(declarations: Declarations) -> tuple[str, ...]:
    """Name the declarations that must still be made before initialling.

    Args:
        declarations: Those of the text.

    Returns:
        Names in a fixed order: ``nature``, ``languages`` (no version counts), ``languages.<lang>`` (status
        undeclared), ``conclusion``, ``method``, ``entry_into_force``. Empty when nothing is missing.
    """
    missing = [] if declarations.nature else ["nature"]
    missing += [f"languages.{one.lang}" for one in declarations.languages if one.status is None]
    if all(one.status is TextStatus.COURTESY for one in declarations.languages):
        missing.append("languages")
    missing += [
        name
        for name, declared in (
            ("conclusion", declarations.conclusion),
            ("method", declarations.method),
            ("entry_into_force", declarations.entry_into_force),
        )
        if declared is None
    ]
    return tuple(missing)
