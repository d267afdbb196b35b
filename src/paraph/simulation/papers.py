"""What is signed in a simulation: small texts, written out, whose words can be told apart."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import (
    Clause,
    Conclusion,
    Declarations,
    EntryIntoForce,
    EntryRule,
    InstrumentText,
    LanguageStatus,
    LanguageVersion,
    Method,
    Nature,
    Paragraph,
    PartyName,
    Signatory,
    TextParty,
    TextStatus,
)

__all__ = ["LANGS", "LETTER_LANGS", "declarations", "letter", "party", "text", "version"]

LANGS: Final = ("en", "he", "sq")

LETTER_LANGS: Final = ("en", "he")
DATE: Final = "2026-03-02"


def party(
    name: str, langs: tuple[str, ...] = LANGS, *, own: str = "en", date: str = "2021-02-01"
) -> TextParty:
    """A party whose words in every language can be told apart."""
    mark = {lang: "ארץ " if lang == "he" else f"{lang.upper()} " for lang in langs}
    return TextParty(
        id=PartyId(name),
        names=ByLanguage(
            {
                lang: PartyName(
                    formal=f"{mark[lang]}formal {name}", short=f"{name}", in_title=f"{mark[lang]}of {name}"
                )
                for lang in langs
            }
        ),
        places=ByLanguage({lang: f"{mark[lang]}city {name}" for lang in langs}),
        date=date,
        signatory=Signatory(
            id=f"{name}.fm",
            name=ByLanguage({lang: f"{mark[lang]}minister {name}" for lang in langs}),
            title=ByLanguage({lang: f"{mark[lang]}office {name}" for lang in langs}),
            script_lang=own,
        ),
    )


def declarations(langs: tuple[str, ...] = LANGS, **changes: Any) -> Declarations:
    """A complete set of declarations."""
    made = Declarations(
        nature=Nature.BINDING,
        languages=tuple(LanguageStatus(lang=lang, status=TextStatus.AUTHENTIC) for lang in langs),
        conclusion=Conclusion.ON_EXCHANGE,
        method=Method.ELECTRONIC,
        entry_into_force=EntryIntoForce(rule=EntryRule.ON_CONCLUSION),
    )
    return dataclasses.replace(made, **changes)


def version(lang: str, *, clauses: int = 2) -> LanguageVersion:
    """A language version that uses tokens in every kind of place."""
    return LanguageVersion(
        title=f"Title {lang} {{parties:in_title}}",
        preamble=(Paragraph(text=f"{{parties}}, preamble {lang},"),),
        clauses=tuple(
            Clause(
                heading=f"Heading {number} {lang}",
                paragraphs=(
                    Paragraph(
                        text=f"Words {number} {lang} in {{places}}:", points=("one;", "two {parties:short}.")
                    ),
                ),
            )
            for number in range(1, clauses + 1)
        ),
        closing=(Paragraph(text=f"Closing {lang}."),),
    )


def text(
    names: tuple[str, ...] = ("aland", "beland"), langs: tuple[str, ...] = LANGS, **changes: Any
) -> InstrumentText:
    """A complete text; the first party's own language is Hebrew if the text has it, the second's Albanian."""
    owns = dict(zip(names, ("he", "sq"), strict=False))
    made = InstrumentText(
        number=InstrumentNumber("AB/2021/1"),
        specimen="",
        parties=tuple(party(name, langs, own=owns.get(name, "en")) for name in sorted(names)),
        declarations=declarations(langs),
        versions=ByLanguage({lang: version(lang) for lang in langs}),
    )
    return dataclasses.replace(made, **changes)


def letter(
    number: str = "X/2026/1", parties: tuple[str, ...] = ("north", "south"), clauses: int = 1
) -> InstrumentText:
    """One page between the given parties."""
    made = text(("nobody", *parties), LETTER_LANGS)
    return dataclasses.replace(
        made,
        number=InstrumentNumber(number),
        parties=tuple(party(p, LETTER_LANGS, date=DATE) for p in sorted(parties)),
        versions=ByLanguage({lang: version(lang, clauses=clauses) for lang in LETTER_LANGS}),
    )
