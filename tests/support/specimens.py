"""Texts for tests: small ones written out (those of the simulation), and a strategy that makes many."""

from __future__ import annotations

from hypothesis import strategies as st

from paraph.domain.ids import InstrumentNumber, PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import (
    Alternat,
    Clause,
    Conclusion,
    Declarations,
    EntryIntoForce,
    EntryRule,
    InstrumentText,
    LanguageStatus,
    LanguageVersion,
    Layout,
    Method,
    Nature,
    Paragraph,
    PartyName,
    Signatory,
    TextParty,
    TextStatus,
)
from paraph.simulation.papers import LANGS, declarations, party, text, version

__all__ = ["LANGS", "declarations", "party", "text", "texts", "version"]

_ALPHABET = {"he": "אבגדהוזחטיכלמנסעפצקרשת", "sq": "abcçdeëfgh", "zh": "中文法國以色列", "ar": "ابتثجحخد"}
_FRAGMENTS = ("The said", "Ⅷ points,", "— as agreed —", "\u200fסעיף", "e mëtejshme", "1961.")


def _name(lang: str) -> st.SearchStrategy[str]:
    return st.text(_ALPHABET.get(lang, "ABCabc"), min_size=1, max_size=6)


@st.composite
def texts(draw: st.DrawFn, max_parties: int = 4) -> InstrumentText:
    """Any acceptable text: parties, languages, declarations made or not, tokens anywhere."""
    langs = tuple(
        draw(
            st.lists(
                st.sampled_from(["en", "he", "sq", "ar", "zh", "sr-Cyrl"]),
                min_size=1,
                max_size=3,
                unique=True,
            )
        )
    )
    count = draw(st.integers(2, max_parties))
    ids = [f"p{number}" for number in range(count)]
    tokens = ["parties", "parties:short", "parties:in_title", "places", "done"]
    tokens += [f"party:{name}{form}" for name in ids[:3] for form in ("", ":short", ":in_title")]
    word = st.sampled_from(_FRAGMENTS) | st.sampled_from(tokens).map(lambda token: "{" + token + "}")
    words = st.lists(word, min_size=1, max_size=4).map(" ".join)
    paragraph = st.builds(Paragraph, text=words, points=st.lists(words, max_size=2).map(tuple))
    paragraphs = st.lists(paragraph, max_size=2).map(tuple)
    clause = st.builds(
        Clause, heading=st.just("") | words, paragraphs=st.lists(paragraph, min_size=1, max_size=2).map(tuple)
    )
    one_version = st.builds(
        LanguageVersion,
        title=words,
        preamble=paragraphs,
        clauses=st.lists(clause, max_size=2).map(tuple),
        closing=paragraphs,
        specimen=st.sampled_from(["", "SPECIMEN"]),
    )
    return InstrumentText(
        number=InstrumentNumber("N/1"),
        specimen=draw(st.sampled_from(["", "SPECIMEN"])),
        parties=tuple(draw(_party(name, langs)) for name in sorted(ids)),
        declarations=draw(_declarations(langs)),
        versions=ByLanguage({lang: draw(one_version) for lang in langs}),
    )


def _party(name: str, langs: tuple[str, ...]) -> st.SearchStrategy[TextParty]:
    by_language = st.fixed_dictionaries({lang: _name(lang) for lang in langs}).map(ByLanguage)
    names = st.fixed_dictionaries(
        {
            lang: st.builds(
                PartyName,
                formal=_name(lang).map(lambda words: f"{words} {name}"),
                short=_name(lang),
                in_title=_name(lang),
                caption=st.just("") | _name(lang),
            )
            for lang in langs
        }
    )
    return st.builds(
        TextParty,
        id=st.just(PartyId(name)),
        names=names.map(ByLanguage),
        places=by_language,
        date=st.sampled_from(["", "2021-02-01", "2020-02-29"]),
        signatory=st.builds(
            Signatory,
            id=st.just(f"{name}.fm"),
            name=by_language,
            title=by_language,
            script_lang=st.sampled_from(["en", "he", "sq", "fr"]),
        ),
    )


def _declarations(langs: tuple[str, ...]) -> st.SearchStrategy[Declarations]:
    statuses = st.tuples(*(st.sampled_from([None, TextStatus.AUTHENTIC, TextStatus.COURTESY]) for _ in langs))
    entry = st.none() | st.sampled_from(
        [
            EntryIntoForce(rule=EntryRule.ON_CONCLUSION),
            EntryIntoForce(rule=EntryRule.DAYS_AFTER_LATER_NOTIFICATION, days=30),
            EntryIntoForce(rule=EntryRule.FIXED_DATE, date="2021-03-01"),
        ]
    )
    return st.builds(
        Declarations,
        nature=st.none() | st.sampled_from(Nature),
        languages=statuses.map(
            lambda chosen: tuple(
                LanguageStatus(lang=lang, status=status) for lang, status in zip(langs, chosen, strict=True)
            )
        ),
        conclusion=st.none() | st.sampled_from(Conclusion),
        method=st.none() | st.sampled_from(Method),
        entry_into_force=entry,
        alternat=st.sampled_from(Alternat),
        layout=st.sampled_from(Layout),
    )
