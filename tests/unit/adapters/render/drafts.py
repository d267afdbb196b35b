"""Originals made by hand, so that what the renderer shows does not depend on how they are composed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from paraph.domain.ids import Digest, InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage, direction
from paraph.domain.originals import (
    Caption,
    ComposedClause,
    ComposedParagraph,
    Cover,
    Original,
    OriginalVersion,
    SignatureBlock,
    Words,
)
from paraph.domain.texts import Declarations, Layout, Nature, PartyName, Signatory, TextParty, TextStatus

TITLES: Final = {
    "en": "Declaration on the Exchange of Documents",
    "he": "הצהרה על חילופי מסמכים",
    "sq": "Deklaratë për shkëmbimin e dokumenteve",
    "el": "Δήλωση για την ανταλλαγή εγγράφων",
    "ru": "Декларация об обмене документами",
}
SENTENCES: Final = {
    "en": "Each Party will answer within 90 (ninety) days, at a cost of EUR 12,500.75 (50% / 50%).",
    "he": "כל צד ישיב בתוך 90 (תשעים) ימים, בעלות של EUR 12,500.75 (50% / 50%).",
    "sq": "Secila Palë përgjigjet brenda 90 (nëntëdhjetë) ditëve, me një kosto prej EUR 12,500.75 (50% / 50%).",
    "el": "Κάθε Μέρος απαντά εντός 90 (ενενήντα) ημερών, με κόστος EUR 12,500.75 (50% / 50%).",
    "ru": "Каждая Сторона отвечает в течение 90 (девяноста) дней.",
}
LABELS: Final = {"en": "Article", "he": "סעיף", "sq": "Neni", "el": "Άρθρο", "ru": "Статья"}
NAMES: Final = {"en": "Party", "he": "צד", "sq": "Pala", "el": "Μέρος", "ru": "Сторона"}
BANNERS: Final = {"en": "SPECIMEN, for tests", "he": "דוגמה, לבדיקות", "sq": "MOSTËR, për prova"}


def source(original_number: str = "A-B/1") -> bytes:
    """Bytes that stand for the canonical text; not only ASCII, to see that they survive."""
    text = {"format": "paraph.text/1", "number": original_number, "word": "מסמך, dokument, ë"}
    return json.dumps(text, ensure_ascii=False).encode()


def draft(
    *,
    languages: Sequence[str] = ("en", "he", "sq"),
    parties: int = 2,
    layout: Layout = Layout.SEQUENCE,
    specimen: bool = False,
    word: str = "",
    dates: Sequence[str] = ("2021-02-01",),
    number: str = "A-B/1",
) -> Original:
    """An original of ``parties`` parties, the first of which keeps it."""
    ids = [PartyId(f"p{index:02d}") for index in range(1, parties + 1)]
    first = direction(languages[0])
    return Original(
        number=InstrumentNumber(number),
        specimen="SPECIMEN, for tests" if specimen else "",
        holder=ids[0],
        nature=Nature.BINDING,
        layout=layout,
        digest=Digest(hashlib.sha256(source(number)).hexdigest()),
        parties=tuple(ids),
        cover=tuple(_cover(lang, ids, specimen=specimen) for lang in languages),
        versions=tuple(_version(lang, word) for lang in languages),
        blocks=tuple(_block(index, party, languages, first) for index, party in _drawn(ids, first)),
        standing=tuple(
            _standing(party, dates[index] if index < len(dates) else "") for index, party in enumerate(ids)
        ),
        declarations=Declarations(
            nature=Nature.BINDING, languages=(), conclusion=None, method=None, entry_into_force=None
        ),
    )


def _drawn(ids: Sequence[PartyId], first: str) -> list[tuple[int, PartyId]]:
    """Row by row, each row from left to right."""
    numbered = list(enumerate(ids))
    if first == "ltr":
        return numbered
    return [pair for at in range(0, len(ids), 2) for pair in reversed(numbered[at : at + 2])]


def _cover(lang: str, ids: Sequence[PartyId], *, specimen: bool) -> Cover:
    return Cover(
        lang=lang,
        direction=direction(lang),
        title=Words(TITLES[lang]),
        parties=", ".join(f"{NAMES[lang]} {party[1:]}" for party in ids),
        kept_by=f"{NAMES[lang]} {ids[0][1:]}",
        specimen=BANNERS.get(lang, "") if specimen else "",
    )


def _version(lang: str, word: str) -> OriginalVersion:
    sentence = SENTENCES[lang]
    plain = ComposedParagraph(words=Words(sentence))
    listed = ComposedParagraph(words=Words(sentence), points=(Words(sentence), Words(sentence)))
    return OriginalVersion(
        lang=lang,
        direction=direction(lang),
        status=TextStatus.AUTHENTIC,
        status_label=LABELS[lang],
        title=Words(TITLES[lang]),
        preamble=(ComposedParagraph(words=Words(f"{sentence} {word}".strip())),),
        clauses=(
            ComposedClause(label=f"{LABELS[lang]} 1", heading=Words(TITLES[lang]), paragraphs=(plain,)),
            ComposedClause(label=f"{LABELS[lang]} 2", heading=Words(""), paragraphs=(listed, plain)),
        ),
        closing=(plain,),
        testimonium=sentence,
    )


def _block(index: int, party: PartyId, languages: Sequence[str], first: str) -> SignatureBlock:
    lang = languages[index % len(languages)]
    return SignatureBlock(
        party=party,
        field=f"sig.{party}",
        captions=tuple(
            Caption(lang=one, direction=direction(one), text=f"{NAMES[one]} {party[1:]}") for one in languages
        ),
        name=f"{NAMES[lang]} {party[1:]}",
        title=LABELS[lang],
        place=NAMES[lang],
        date="1.2.2021",
        lang=lang,
        direction=direction(lang),
        row=index // 2,
        column=index % 2 if first == "ltr" else 1 - index % 2,
    )


def _standing(party: PartyId, date: str) -> TextParty:
    name = PartyName(formal=f"Party {party}", short=party, in_title=f"Party {party}")
    return TextParty(
        id=party,
        names=ByLanguage({"en": name}),
        places=ByLanguage({"en": "Town"}),
        date=date,
        signatory=Signatory(
            id=f"{party}.signatory",
            name=ByLanguage({"en": "Signatory"}),
            title=ByLanguage({"en": "Minister"}),
            script_lang="en",
        ),
    )
