"""Words that belong to binding texts and words that belong to political ones, by language.

Labels do not decide what an instrument is, but a political text that says "shall" invites the dispute that the
declared nature is meant to close. The tables hold whole words or phrases as patterns without boundaries; the
boundaries, and in Hebrew the prefixed particles, are added by `paraph.domain.wording`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paraph.domain.declarations import Nature

__all__ = ["VOCABULARY", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A word that does not fit the declared nature.

    Attributes:
        pattern: Regular expression of the word's forms.
        suggestion: What to write instead.
        unless_denied: Whether it is fine in a sentence that denies it ("does not create obligations").
    """

    pattern: str
    suggestion: str
    unless_denied: bool = False


# What does not belong into a text of the given nature.
VOCABULARY: Final[dict[str, dict[Nature, tuple[Term, ...]]]] = {
    "en": {
        Nature.POLITICAL: (
            Term(r"shall", "will"),
            Term(r"must", "will"),
            Term(r"agree[sd]?|agreeing", "decide, accept"),
            Term(r"agreements?", "arrangement, understanding"),
            Term(r"treat(?:y|ies)|conventions?|protocols?", "memorandum, arrangement"),
            Term(r"undertak(?:e|es|en|ing|ings)", "intend"),
            Term(r"(?:contracting )?(?<!third )part(?:y|ies)", "Participant, Side"),
            Term(
                r"obligations?|obliged", "understanding, commitment of a political kind", unless_denied=True
            ),
            Term(r"(?<!human )rights", "understandings", unless_denied=True),
            Term(r"ent(?:er|ers|ered|ering|ry) into force|in force", "come into effect"),
            Term(r"articles?", "paragraph"),
            Term(r"terminat(?:e|es|ed|ion)", "discontinue"),
            Term(r"(?:equally )?authentic", "equally valid"),
            Term(r"ratif(?:y|ies|ied|ication)", "confirm"),
            Term(r"in witness whereof|done (?:at|in)", "signed"),
        ),
        Nature.BINDING: (
            Term(r"participants?", "Party"),
            Term(r"com(?:e|es|ing) into (?:effect|operation)", "enter into force"),
            Term(r"equally valid", "equally authentic"),
            Term(r"discontinu(?:e|es|ed|ance)", "terminate"),
            Term(r"memorand(?:um|a) of understanding|arrangements?", "Agreement, Declaration, Protocol"),
            Term(r"intend(?:s|ed)? to", "shall"),
            Term(
                r"not (?:create|give rise to) (?:any )?(?:legal )?(?:rights|obligations)",
                "remove this sentence",
            ),
        ),
    },
    "he": {
        Nature.POLITICAL: (
            Term(r"הסכם|הסכמים|הסכמי", "הבנה, הסדר"),
            Term(r"אמנה|אמנת|אמנות|פרוטוקול", "מזכר, הסדר"),
            Term(r"(?<![מלב])צד|צדדים", "משתתף, משתתפים"),
            Term(r"מתחייב(?:ים|ת|ות)?|יתחייבו?|התחייבויות|התחייבות", "בכוונת המשתתפים"),
            Term(r"מסכימ(?:ים|ות)|הסכימו|מוסכם", "החליטו, הגיעו להבנה"),
            Term(r"חייב(?:ים|ת|ות)?", "יפעל"),
            Term(r"חובות|חובה", "הבנות", unless_denied=True),
            Term(r"זכויות|זכות", "הבנות", unless_denied=True),
            Term(r"(?:תיכנס|ייכנס|יכנס|תכנס|כניסה|כניסתו|כניסתה) לתוקף|בתוקף", "תחילתו"),
            Term(r"סעיף|סעיפים", "פסקה"),
            Term(r"דין מקור|אמין במידה שווה|אמינים במידה שווה", "תקפים במידה שווה"),
            Term(r"אשרור|יאשרר", "אישור"),
            Term(r"ראיה חתמו|נעשה ב", "נחתם"),
        ),
        Nature.BINDING: (
            Term(r"משתתף|משתתפים|משתתפי", "צד, צדדים"),
            Term(r"מזכר הבנות|מזכר", "הסכם, הצהרה"),
            Term(r"תקפים במידה שווה", "דין מקור שווה"),
            Term(r"בכוונת", "מתחייבים"),
            Term(r"אינו יוצר (?:זכויות|חובות)|אינה יוצרת (?:זכויות|חובות)", "יש להסיר משפט זה"),
        ),
    },
    "sq": {
        Nature.POLITICAL: (
            Term(r"marrëveshj(?:e|a|en|es|et|eve|ëve|eje|ejes)", "mirëkuptim, aranzhim"),
            Term(r"traktat\w*|konvent\w*|protokoll\w*", "memorandum, aranzhim"),
            Term(r"pal(?:ë|a|ën|ës|ët|ëve|e)", "Pjesëmarrës"),
            Term(r"zotoh(?:et|en)|marrin përsipër|merr përsipër|obligoh(?:et|en)", "synon, synojnë"),
            Term(r"pajtoh(?:et|en)|janë pajtuar|bien dakord|kanë rënë dakord|u pajtuan", "vendosin"),
            Term(r"duhet", "do të"),
            Term(r"detyrim\w*|obligim\w*", "mirëkuptime", unless_denied=True),
            Term(r"të drejta(?:t)?", "mirëkuptime", unless_denied=True),
            Term(
                r"hyn në fuqi|hyjnë në fuqi|hyrj\w* (?:së saj |së tij )?në fuqi|në fuqi", "fillon të zbatohet"
            ),
            Term(r"nen(?:i|in|it|et|eve)?", "paragraf"),
            Term(r"autentik\w*", "i vlefshëm"),
            Term(r"ratifik\w*", "konfirmon"),
            Term(r"në dëshmi të kësaj|bërë në", "nënshkruar"),
        ),
        Nature.BINDING: (
            Term(r"pjesëmarrës\w*", "Palë"),
            Term(r"memorandum\w* (?:i )?mirëkuptimi|aranzhim\w*", "Marrëveshje, Deklaratë"),
            Term(r"fillon të zbatohet|fillojnë të zbatohen", "hyn në fuqi"),
            Term(r"synon|synojnë", "detyrohet, detyrohen"),
            Term(r"njëlloj të vlefshme", "njëlloj autentike"),
            Term(r"nuk krijon (?:të drejta|detyrime)", "hiqeni këtë fjali"),
        ),
    },
}
