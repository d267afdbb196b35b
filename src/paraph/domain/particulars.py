"""A party as a text knows it: names, place of signature and signatory, spelt by the party itself.

Source: docs/spec/text.md section 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from paraph.domain.characters import check_words
from paraph.domain.declarations import check_date
from paraph.domain.ids import check_party_id
from paraph.domain.language import ByLanguage, check_tag
from paraph.errors import FormatError

if TYPE_CHECKING:
    from paraph.domain.ids import PartyId

__all__ = ["PartyName", "Signatory", "TextParty", "check_line"]

# Numbers, headings and names are printed on one or two lines.
MAX_LINE_CHARS: Final = 600


def check_line(words: str, where: str, *, empty: bool = False) -> None:
    """Accept words that name something: one line, no tokens.

    Args:
        words: The words.
        where: Place in the text, for the message.
        empty: Whether no words at all are acceptable.

    Raises:
        FormatError: As `check_words`, and ``brace-stray`` for a brace.
    """
    check_words(words, where, empty=empty)
    if len(words) > MAX_LINE_CHARS:
        raise FormatError("words-too-long", f"{where}: more than {MAX_LINE_CHARS} characters", where=where)
    if "{" in words or "}" in words:
        raise FormatError("brace-stray", f"{where}: a name cannot hold a brace; remove it", where=where)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyName:
    """Names of a party in one language, spelt by that party.

    Attributes:
        formal: Full name in running text ("the State of Israel").
        short: Short name ("Israel").
        in_title: Full name in the form that follows "between" (a case form in many languages).
        caption: Words above the signature where the pattern "For <formal>" would be wrong grammar, or "".
    """

    formal: str
    short: str
    in_title: str
    caption: str = ""

    def to_json(self) -> dict[str, Any]:
        """``{"formal", "short", "in_title"}`` and ``caption`` if there is one."""
        names = {"formal": self.formal, "short": self.short, "in_title": self.in_title}
        return names | ({"caption": self.caption} if self.caption else {})


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

    def to_json(self) -> dict[str, Any]:
        """``{"id", "name", "title", "script_lang"}``."""
        return {
            "id": self.id,
            "name": dict(self.name),
            "title": dict(self.title),
            "script_lang": self.script_lang,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParty:
    """A party as the text knows it.

    Attributes:
        id: Stable party identifier.
        names: Names by language.
        places: Place of signature by language.
        date: Agreed local date of signature (ISO 8601), or "" when it is only shown beside the signature.
        signatory: Who signs.
    """

    id: PartyId
    names: ByLanguage[PartyName]
    places: ByLanguage[str]
    date: str
    signatory: Signatory

    def __post_init__(self) -> None:
        """Check identifiers, tags and every name."""
        check_party_id(self.id)
        where = f"party {self.id}"
        check_line(self.signatory.id, f"{where}, signatory id")
        check_tag(self.signatory.script_lang)
        if self.date:
            check_date(self.date, where)
        for lang, names in self.names.items():
            for form in ("formal", "short", "in_title"):
                check_line(getattr(names, form), f"{where}, {lang}, {form} name")
            check_line(names.caption, f"{where}, {lang}, caption", empty=True)
        for what, by_language in (
            ("place", self.places),
            ("signatory's name", self.signatory.name),
            ("signatory's title", self.signatory.title),
        ):
            for lang, words in by_language.items():
                check_tag(lang)
                check_line(words, f"{where}, {lang}, {what}")

    def in_languages(self, langs: tuple[str, ...]) -> TextParty:
        """Keep only some languages, as a text in those languages needs.

        Args:
            langs: Languages to keep.

        Returns:
            The party in exactly these languages.

        Raises:
            FormatError: ``party-language`` if a name, place or title is missing in one of them.
        """
        for lang in langs:
            for what, values in self._named():
                if lang not in values:
                    raise FormatError(
                        "party-language",
                        f"party {self.id}: no {what} in {lang}; the party must supply it",
                        party=self.id,
                        lang=lang,
                    )
        return TextParty(
            id=self.id,
            names=ByLanguage({lang: self.names[lang] for lang in langs}),
            places=ByLanguage({lang: self.places[lang] for lang in langs}),
            date=self.date,
            signatory=Signatory(
                id=self.signatory.id,
                name=ByLanguage({lang: self.signatory.name[lang] for lang in langs}),
                title=ByLanguage({lang: self.signatory.title[lang] for lang in langs}),
                script_lang=self.signatory.script_lang,
            ),
        )

    def _named(self) -> tuple[tuple[str, ByLanguage[PartyName] | ByLanguage[str]], ...]:
        return (
            ("names", self.names),
            ("place", self.places),
            ("signatory's name", self.signatory.name),
            ("signatory's title", self.signatory.title),
        )

    def check_languages(self, langs: frozenset[str]) -> None:
        """Refuse a party that is not named in exactly these languages.

        Args:
            langs: Languages of the text.

        Raises:
            FormatError: ``party-language`` naming what is missing or too much.
        """
        for what, values in self._named():
            for lang in sorted(langs ^ set(values)):
                problem = "is missing" if lang in langs else "is given, but the text is not in that language"
                raise FormatError(
                    "party-language", f"party {self.id}: {what} in {lang} {problem}", party=self.id, lang=lang
                )

    def to_json(self) -> dict[str, Any]:
        """Object of the canonical text."""
        return {
            "id": self.id,
            "names": {lang: names.to_json() for lang, names in self.names.items()},
            "places": dict(self.places),
            "date": self.date,
            "signatory": self.signatory.to_json(),
        }
