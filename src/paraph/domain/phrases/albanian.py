"""Generated words in Albanian."""

from __future__ import annotations

from typing import Final

from paraph.domain.declarations import Nature, TextStatus
from paraph.domain.phrases.form import Closing, Phrases

__all__ = ["ALBANIAN"]

ALBANIAN: Final = Phrases(
    lang="sq",
    last_joint=" dhe ",
    pair_after_between=" dhe ",
    at="në {place}",
    at_on="në {place}, më {date}",
    done_joint=", dhe ",
    undated="{places}, në datat e shënuara pranë nënshkrimeve",
    labels={Nature.BINDING: "Neni {n}", Nature.POLITICAL: "Paragrafi {n}"},
    # "Për" governs the accusative, which only the party's own caption can give; the colon keeps grammar whole.
    caption="Për: {name}",
    kept_by="Origjinali i ruajtur nga {name}",
    statuses={
        (Nature.BINDING, TextStatus.AUTHENTIC): "Tekst autentik",
        (Nature.BINDING, TextStatus.PREVAILING): "Tekst autentik, mbizotërues në rast mospërputhjeje",
        (Nature.BINDING, TextStatus.COURTESY): "Përkthim informues",
        (Nature.POLITICAL, TextStatus.AUTHENTIC): "Tekst i vlefshëm",
        (Nature.POLITICAL, TextStatus.PREVAILING): "Tekst i vlefshëm, mbizotërues në rast mospërputhjeje",
        (Nature.POLITICAL, TextStatus.COURTESY): "Përkthim informues",
    },
    language_names={
        "ar": "arabe",
        "de": "gjermane",
        "en": "angleze",
        "es": "spanjolle",
        "fr": "frënge",
        "he": "hebraike",
        "it": "italiane",
        "mk": "maqedonase",
        "ru": "ruse",
        "sq": "shqipe",
        "sr": "serbe",
        "tr": "turke",
        "zh": "kineze",
    },
    closing=Closing(
        verb={Nature.BINDING: "Bërë {done}", Nature.POLITICAL: "Nënshkruar {done}"},
        originals=(
            "",
            "në një kopje origjinale",
            "në dy kopje origjinale",
            "në tri kopje origjinale",
            "në katër kopje origjinale",
            "në pesë kopje origjinale",
            "në gjashtë kopje origjinale",
            "në shtatë kopje origjinale",
            "në tetë kopje origjinale",
            "në nëntë kopje origjinale",
            "në dhjetë kopje origjinale",
        ),
        many_originals="në {n} kopje origjinale",
        one_language="në gjuhën {languages}",
        languages="në gjuhët {languages}",
        two_equal={
            Nature.BINDING: "ku të dy tekstet janë njëlloj autentike",
            Nature.POLITICAL: "ku të dy tekstet janë njëlloj të vlefshme",
        },
        all_equal={
            Nature.BINDING: "ku të gjitha tekstet janë njëlloj autentike",
            Nature.POLITICAL: "ku të gjitha tekstet janë njëlloj të vlefshme",
        },
        prevails={
            Nature.BINDING: "Në rast mospërputhjeje në interpretim, mbizotëron teksti në gjuhën {language}.",
            Nature.POLITICAL: "Nëse tekstet ndryshojnë, ndiqet teksti në gjuhën {language}.",
        },
        courtesy="Teksti në gjuhën {language} është përkthim informues.",
    ),
)
