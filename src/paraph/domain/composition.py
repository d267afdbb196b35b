"""Composing an original from a text, and finding the text again in an original.

`compose` puts every word where one party's original has it. `canonical` goes the other way: it takes the words
as they stand on the original, undoes the alternat, and gives the bytes of the text they came from. The
originals of all parties therefore have one canonical form, and its SHA-256 is the digest that was initialled.
Whatever on an original does not follow from the recovered text is listed as a departure inside the
canonical bytes, so an original altered in any word, order or position never has the canonical form of a sound one.

Source: docs/spec/composition.md.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from paraph.domain.alternat import expansion, languages, places_of_blocks, precedence
from paraph.domain.digests import canonical_json, canonical_text, text_digest
from paraph.domain.language import ByLanguage, direction
from paraph.domain.originals import (
    Caption,
    ComposedClause,
    ComposedParagraph,
    Cover,
    Original,
    OriginalVersion,
    SignatureBlock,
)
from paraph.domain.phrases import phrases_of
from paraph.domain.texts import Clause, InstrumentText, LanguageVersion, Paragraph
from paraph.domain.tokens import expand, restore
from paraph.errors import ParaphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paraph.domain.ids import PartyId
    from paraph.domain.texts import TextParty

__all__ = ["canonical", "compose", "departures", "recover"]


def compose(text: InstrumentText, holder: PartyId) -> Original:
    """Put every word of a text where it stands on one party's original.

    Args:
        text: The text.
        holder: Party that will keep the original.

    Returns:
        The original.

    Raises:
        LocalActError: ``holder-no-party`` if the keeper is not a party of the text.
    """
    langs = languages(text, holder)
    order = precedence(text, holder, langs[0])
    return Original(
        number=text.number,
        specimen=text.specimen,
        holder=holder,
        nature=text.declarations.nature,
        layout=text.declarations.layout,
        digest=text_digest(text),
        parties=tuple(party.id for party in order),
        cover=tuple(_cover(text, holder, lang) for lang in langs),
        versions=tuple(_version(text, holder, lang) for lang in langs),
        blocks=_blocks(order, langs),
        standing=order,
        declarations=text.declarations,
    )


def _cover(text: InstrumentText, holder: PartyId, lang: str) -> Cover:
    parties, phrases = precedence(text, holder, lang), phrases_of(lang)
    version = text.versions[lang]
    return Cover(
        lang=lang,
        direction=direction(lang),
        title=expand(version.title, expansion(parties, lang)),
        parties=expand("{parties}", expansion(parties, lang)).text,
        kept_by=phrases.kept_by.format(name=text.party(holder).names[lang].formal),
        specimen=version.specimen,
    )


def _version(text: InstrumentText, holder: PartyId, lang: str) -> OriginalVersion:
    parties, phrases = precedence(text, holder, lang), phrases_of(lang)
    words = expansion(parties, lang)
    version, nature = text.versions[lang], text.declarations.nature
    status = text.declarations.status(lang)
    own_formula = any("{done}" in paragraph.text for paragraph in version.closing)
    return OriginalVersion(
        lang=lang,
        direction=direction(lang),
        status=status,
        status_label=phrases.status(nature, status),
        title=expand(version.title, words),
        preamble=_paragraphs(version.preamble, words),
        clauses=tuple(
            ComposedClause(
                label=phrases.label(nature, number),
                heading=expand(clause.heading, words),
                paragraphs=_paragraphs(clause.paragraphs, words),
            )
            for number, clause in enumerate(version.clauses, 1)
        ),
        closing=_paragraphs(version.closing, words),
        testimonium=""
        if own_formula
        else phrases.testimonium(text.declarations, len(parties), words("done")),
    )


def _paragraphs(
    paragraphs: tuple[Paragraph, ...], words: Callable[[str], str]
) -> tuple[ComposedParagraph, ...]:
    return tuple(
        ComposedParagraph(
            words=expand(one.text, words), points=tuple(expand(point, words) for point in one.points)
        )
        for one in paragraphs
    )


def _blocks(order: tuple[TextParty, ...], langs: tuple[str, ...]) -> tuple[SignatureBlock, ...]:
    blocks = []
    for party, (row, column) in zip(order, places_of_blocks(len(order), langs[0]), strict=True):
        own = party.signatory.script_lang
        lang = own if own in langs else langs[0]
        blocks.append(
            SignatureBlock(
                party=party.id,
                field=f"sig.{party.id}",
                captions=tuple(
                    Caption(
                        lang=each,
                        direction=direction(each),
                        text=party.names[each].caption
                        or phrases_of(each).caption.format(name=party.names[each].formal),
                    )
                    for each in langs
                ),
                name=party.signatory.name[lang],
                title=party.signatory.title[lang],
                place=party.places[lang],
                date=phrases_of(lang).date(party.date),
                lang=lang,
                direction=direction(lang),
                row=row,
                column=column,
            )
        )
    return tuple(sorted(blocks, key=lambda block: (block.row, block.column)))


def recover(original: Original) -> InstrumentText:
    """Find the text in an original: its words as they stand, with the alternat undone.

    Only words that are printed are used; names that stand as a token would write them become tokens again.

    Args:
        original: An original, sound or not.

    Returns:
        The text that the original's words amount to.

    Raises:
        FormatError: If they amount to no text.
    """
    bare = _bare(original)
    versions: dict[str, LanguageVersion] = {}
    specimens = {cover.lang: cover.specimen for cover in original.cover}
    for version in original.versions:
        words = expansion(precedence(bare, original.holder, version.lang), version.lang)
        versions[version.lang] = LanguageVersion(
            title=restore(version.title, words),
            preamble=_plain(version.preamble, words),
            clauses=tuple(
                Clause(heading=restore(clause.heading, words), paragraphs=_plain(clause.paragraphs, words))
                for clause in version.clauses
            ),
            closing=_plain(version.closing, words),
            specimen=specimens.get(version.lang, ""),
        )
    return InstrumentText(
        number=original.number,
        specimen=original.specimen,
        parties=bare.parties,
        declarations=original.declarations,
        versions=ByLanguage(versions),
    )


def _bare(original: Original) -> InstrumentText:
    """What an original says of its parties and declarations: enough to know every order, and no words."""
    return InstrumentText(
        number=original.number,
        specimen="",
        parties=tuple(sorted(original.standing, key=lambda party: party.id)),
        declarations=original.declarations,
        versions=ByLanguage({lang: LanguageVersion(title="-") for lang in original.declarations.langs}),
    )


def _plain(paragraphs: tuple[ComposedParagraph, ...], words: Callable[[str], str]) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(text=restore(one.words, words), points=tuple(restore(point, words) for point in one.points))
        for one in paragraphs
    )


def departures(original: Original) -> tuple[tuple[str, str], ...]:
    """What on an original does not follow from the text that its own words amount to.

    Args:
        original: An original, sound or not.

    Returns:
        Pairs of place and what stands there; empty for every original made by `compose`.
    """
    return _examined(original)[1]


def _examined(original: Original) -> tuple[InstrumentText | None, tuple[tuple[str, str], ...]]:
    try:
        text = recover(original)
        expected = compose(text, original.holder)
    except (ParaphError, KeyError, ValueError) as problem:
        return None, (("text", str(problem)), ("original", canonical_json(original.to_json()).decode()))
    return text, tuple(_compare(expected, original, ""))


def _compare(expected: Any, found: Any, place: str) -> Iterator[tuple[str, str]]:
    if expected == found:
        return
    if (
        dataclasses.is_dataclass(found)
        and type(expected) is type(found)
        and not isinstance(found, ByLanguage)
    ):
        for field in dataclasses.fields(found):
            yield from _compare(
                getattr(expected, field.name), getattr(found, field.name), f"{place}.{field.name}".lstrip(".")
            )
    elif isinstance(found, tuple) and isinstance(expected, tuple) and len(found) == len(expected):
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _compare(one, other, f"{place}[{index}]")
    else:
        yield place, str(found)


def canonical(original: Original) -> bytes:
    """The canonical form of an original: equal for all originals of one text, whoever keeps them.

    Args:
        original: An original, sound or not.

    Returns:
        For a sound original the canonical bytes of its text, so their SHA-256 is ``original.digest``. For any
        other, bytes that name its departures and are the canonical bytes of no text.
    """
    text, found = _examined(original)
    if text is not None and not found:
        return canonical_text(text)
    return canonical_json({"departures": [list(pair) for pair in found]})
