"""The alternat: who is named first, which language leads and where each signature stands.

The order is a pure function of the text and of the party that keeps the original. Two modes:

* by copy: the keeper comes first wherever parties are named, and its language leads;
* by language: in each language the party whose language it is comes first, in every copy alike.

All other parties follow in alphabetical order of their short names in the first declared language.
The place of honour is the left in a script read from the left, and the right in one read from the right.

Source: docs/spec/composition.md sections 2 to 4.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from paraph.domain.declarations import Alternat
from paraph.domain.language import direction
from paraph.domain.phrases import phrases_of
from paraph.errors import LocalActError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraph.domain.texts import InstrumentText, TextParty

__all__ = ["COLUMNS", "expansion", "languages", "leading", "places_of_blocks", "precedence"]

# Signature blocks side by side: two fit a page in any script and size that a ministry prints.
COLUMNS: Final = 2


def precedence(text: InstrumentText, holder: str | None, lang: str) -> tuple[TextParty, ...]:
    """Order in which parties are named in one language of one original.

    Args:
        text: The text.
        holder: Party that keeps the original; None for a neutral rendering, alphabetical throughout.
        lang: Language in which they are named.

    Returns:
        All parties, each once.

    Raises:
        LocalActError: ``holder-no-party`` if the keeper is not a party of the text.
    """
    if holder is not None:
        _keeper(text, holder)
    agreed = text.declarations.langs[0]
    by_language = text.declarations.alternat is Alternat.BY_LANGUAGE

    def key(party: TextParty) -> tuple[bool, str, str]:
        first = party.signatory.script_lang == lang if by_language else party.id == holder
        return (not (first and holder is not None), _letters(party.names[agreed].short), party.id)

    return tuple(sorted(text.parties, key=key))


def _keeper(text: InstrumentText, holder: str) -> TextParty:
    for party in text.parties:
        if party.id == holder:
            return party
    raise LocalActError(
        "holder-no-party", f"{holder} is not a party of {text.number}; only parties keep originals"
    )


def _letters(name: str) -> str:
    """Letters by which names are compared: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def languages(text: InstrumentText, holder: str | None) -> tuple[str, ...]:
    """Order of the language versions: by copy, the keeper's language leads; else the declared order.

    Args:
        text: The text.
        holder: Party that keeps the original, or None.

    Returns:
        All language tags, each once.

    Raises:
        LocalActError: ``holder-no-party`` if the keeper is not a party of the text.
    """
    langs = text.declarations.langs
    if holder is None:
        return langs
    own = _keeper(text, holder).signatory.script_lang
    if text.declarations.alternat is Alternat.BY_LANGUAGE:
        return langs
    return tuple(sorted(langs, key=lambda lang: lang != own))


def leading(text: InstrumentText, holder: str | None) -> str:
    """The language that leads one original: the first of `languages`."""
    return languages(text, holder)[0]


def expansion(parties: tuple[TextParty, ...], lang: str) -> Callable[[str], str]:
    """Words of every token for one order of parties.

    Args:
        parties: Parties in order of precedence.
        lang: Language to write.

    Returns:
        Function from token (without braces) to words; it raises KeyError for what is no token.
    """
    phrases = phrases_of(lang)
    names = [party.names[lang] for party in parties]
    places = [party.places[lang] for party in parties]
    words = {
        "parties": phrases.join([name.formal for name in names]),
        "parties:short": phrases.join([name.short for name in names]),
        "parties:in_title": phrases.join_after_between([name.in_title for name in names]),
        "places": phrases.join(list(dict.fromkeys(places))),
        "done": phrases.done((party.places[lang], party.date) for party in parties),
    }
    for party, name in zip(parties, names, strict=True):
        words[f"party:{party.id}"] = name.formal
        words[f"party:{party.id}:short"] = name.short
        words[f"party:{party.id}:in_title"] = name.in_title
    return words.__getitem__


def places_of_blocks(count: int, lang: str) -> tuple[tuple[int, int], ...]:
    """Row and column of every signature block, in order of precedence.

    Args:
        count: Number of parties.
        lang: Language that leads the original.

    Returns:
        ``(row, column)`` per party; column 0 is the left of the page in every script.
    """
    mirrored = direction(lang) == "rtl"
    return tuple(
        (index // COLUMNS, COLUMNS - 1 - index % COLUMNS if mirrored else index % COLUMNS)
        for index in range(count)
    )
