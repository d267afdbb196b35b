"""The generated words of an original, as one table per language and the rules that put them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paraph.domain.calendar import date_in_words, day_month_year
from paraph.domain.declarations import Nature, TextStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from paraph.domain.declarations import Declarations

__all__ = ["Closing", "Phrases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Words of the closing formula.

    Attributes:
        verb: By nature, with ``{done}``: "Done {done}".
        originals: Number of originals in words; index 0 is unused.
        many_originals: Pattern with ``{n}`` beyond the table.
        one_language: Pattern with ``{languages}`` for a text in one language.
        languages: The same for several.
        two_equal: By nature: both texts count equally.
        all_equal: By nature: all texts count equally.
        prevails: By nature, a sentence with ``{language}``.
        courtesy: A sentence with ``{language}``.
    """

    verb: Mapping[Nature, str]
    originals: tuple[str, ...]
    many_originals: str
    one_language: str
    languages: str
    two_equal: Mapping[Nature, str]
    all_equal: Mapping[Nature, str]
    prevails: Mapping[Nature, str]
    courtesy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Generated words in one language. The defaults are the neutral form for languages without a table.

    Attributes:
        lang: Language tag.
        last_joint: Between the last two names of a list.
        pair_after_between: Between two names that follow "between".
        prefix: Whether the joint is a letter that attaches to the next word.
        at: Pattern with ``{place}``.
        at_on: Pattern with ``{place}`` and ``{date}``.
        done_joint: Between the last two places of ``{done}``.
        undated: Pattern with ``{places}`` where the dates stand beside the signatures.
        labels: By nature, clause label with ``{n}``.
        caption: Above a signature, with ``{name}``.
        kept_by: On the cover, with ``{name}``.
        statuses: By nature and status, how a version is marked.
        language_names: Names of languages as they stand in a list, by tag.
        version_names: Names of languages as they stand with "text", by tag; default ``language_names``.
        closing: Words of the closing formula; None gives the neutral one.
    """

    lang: str
    last_joint: str = ", "
    pair_after_between: str = ", "
    prefix: bool = False
    at: str = "{place}"
    at_on: str = "{place}, {date}"
    done_joint: str = "; "
    undated: str = "{places}"
    labels: Mapping[Nature, str] = field(default_factory=dict)
    caption: str = "{name}"
    kept_by: str = "{name}"
    statuses: Mapping[tuple[Nature, TextStatus], str] = field(default_factory=dict)
    language_names: Mapping[str, str] = field(default_factory=dict)
    version_names: Mapping[str, str] = field(default_factory=dict)
    closing: Closing | None = None

    def join(self, names: Sequence[str], joint: str | None = None) -> str:
        """List names: commas, and the joint of the language before the last.

        Args:
            names: Names in order; at least one.
            joint: Another joint for this list.

        Returns:
            ``A``, ``A and B`` or ``A, B and C``.
        """
        joint = self.last_joint if joint is None else joint
        *first, last = names
        if not first:
            return last
        return ", ".join(first) + self._joined(joint, last)

    def join_after_between(self, names: Sequence[str]) -> str:
        """List names that follow "between"; some languages repeat the preposition for a pair."""
        return self.join(names, self.pair_after_between if len(names) == 2 else None)

    def _joined(self, joint: str, word: str) -> str:
        # A prefix letter stands directly before a word of its own script, with a hyphen before any other.
        return joint + ("\u05be" if self.prefix and joint.endswith("ו") and not _hebrew(word) else "") + word

    def done(self, signings: Iterable[tuple[str, str]]) -> str:
        """Say where and on what dates the instrument is signed.

        Args:
            signings: Place in this language and ISO date (or "") per party, in order.

        Returns:
            ``at Jerusalem on the first day of February 2021 and at Pristina on …``.
        """
        signings = list(dict.fromkeys(signings))
        if any(not date for _, date in signings):
            places = [self._at(place) for place in dict.fromkeys(place for place, _ in signings)]
            return self.undated.format(places=self.join(places, self.done_joint))
        written = [
            self.at_on.format(place=self._placed(place), date=date_in_words(date, self.lang))
            for place, date in signings
        ]
        return self.join(written, self.done_joint)

    def _at(self, place: str) -> str:
        return self.at.format(place=self._placed(place))

    def _placed(self, place: str) -> str:
        return f"\u05be{place}" if self.prefix and not _hebrew(place) else place

    def label(self, nature: Nature | None, number: int) -> str:
        """Label of a clause: ``Article 1``, ``Paragraph 1``, or ``1.`` where nothing better is known."""
        pattern = self.labels.get(nature) if nature else None
        return (pattern or "{n}.").format(n=number)

    def status(self, nature: Nature | None, status: TextStatus | None) -> str:
        """How a version is marked, or ""."""
        return self.statuses.get((nature, status), "") if nature and status else ""

    def date(self, date: str) -> str:
        """Date beside a signature, or ""."""
        return day_month_year(date, self.lang) if date else ""

    def testimonium(self, declarations: Declarations, originals: int, done: str) -> str:
        """The closing formula, made from the declarations so that it cannot contradict them.

        Args:
            declarations: Those of the text.
            originals: Number of originals.
            done: As from `done`.

        Returns:
            One paragraph.
        """
        closing, nature = self.closing, declarations.nature
        if closing is None or nature is None:
            return f"{done}."
        counting = [
            one.lang
            for one in declarations.languages
            if one.status in (TextStatus.AUTHENTIC, TextStatus.PREVAILING)
        ]
        parts = [closing.verb[nature].format(done=done)]
        known = originals < len(closing.originals)
        parts.append(closing.originals[originals] if known else closing.many_originals.format(n=originals))
        if counting:
            pattern = closing.one_language if len(counting) == 1 else closing.languages
            parts.append(pattern.format(languages=self.join([self._language(lang) for lang in counting])))
        if len(counting) > 1:
            parts.append((closing.two_equal if len(counting) == 2 else closing.all_equal)[nature])
        sentences = [", ".join(parts) + "."]
        for one in declarations.languages:
            name = self.version_names.get(one.lang) or self._language(one.lang)
            if one.status is TextStatus.PREVAILING:
                sentences.append(closing.prevails[nature].format(language=name))
            elif one.status is TextStatus.COURTESY:
                sentences.append(closing.courtesy.format(language=name))
        return " ".join(sentences)

    def _language(self, lang: str) -> str:
        return self.language_names.get(lang, lang)


def _hebrew(word: str) -> bool:
    return "\u05d0" <= word[:1] <= "\u05ea"
