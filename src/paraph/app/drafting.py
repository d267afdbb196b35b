"""From a drafter's Markdown to a text, with every party named as it names itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.particulars import TextParty
from paraph.domain.standing import Dossier
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError
from paraph.wire.markdown import read_instrument

__all__ = ["Choice", "own_particulars", "read_draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a drafter chooses for a party: who of those it described signs, and on which agreed day ("" for none)."""

    signatory: str = ""
    date: str = ""


def own_particulars(
    standing: Dossier,
    text: InstrumentText | None = None,
    choices: Mapping[str, Choice] | None = None,
    given: Sequence[TextParty] = (),
) -> tuple[TextParty, ...]:
    """The particulars of every party, as it describes itself.

    Args:
        standing: The dossier.
        text: The text on the table: its signatories and dates are kept.
        choices: What the drafter chose otherwise.
        given: Particulars of parties that have not described themselves yet.

    Returns:
        The parties that are known, in order of identifier.
    """
    found: dict[PartyId, TextParty] = {one.id: one for one in given if one.id in standing.parties}
    for one in text.parties if text is not None else ():
        found.setdefault(one.id, one)
    for party, own in standing.described.items():
        before = found.get(party)
        choice = (choices or {}).get(party, Choice())
        wanted = choice.signatory or (before.signatory.id if before else "")
        signatory = next((s for s in own.signatories if s.id == wanted), own.signatories[0])
        found[party] = TextParty(
            id=party,
            names=own.names,
            places=own.places,
            date=before.date if before else "",
            signatory=signatory,
        )
    for name, choice in (choices or {}).items():
        if (chosen := found.get(PartyId(name))) is not None:
            found[chosen.id] = replace(chosen, date=choice.date)
    return tuple(found[party] for party in sorted(found))


def read_draft(files: Mapping[str, str], parties: Sequence[TextParty], number: str = "") -> InstrumentText:
    """Read a draft.

    Args:
        files: Markdown by language; empty ones are left out.
        parties: The parties' particulars.
        number: The number that it has to bear, or "" for any.

    Raises:
        FormatError: Whatever is wrong with it, at its place; ``number-differs`` for another number.
    """
    text = read_instrument({lang: words.encode() for lang, words in files.items() if words.strip()}, parties)
    if number and text.number != InstrumentNumber(number):
        raise FormatError(
            "number-differs",
            f"the text calls itself {text.number}, but this is a proposal for {number}; correct `number:`",
        )
    return text
