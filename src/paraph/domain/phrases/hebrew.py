"""Generated words in Hebrew."""

from __future__ import annotations

from typing import Final

from paraph.domain.declarations import Nature, TextStatus
from paraph.domain.phrases.form import Closing, Phrases

__all__ = ["HEBREW"]

HEBREW: Final = Phrases(
    lang="he",
    last_joint=" ו",
    pair_after_between=" לבין ",
    prefix=True,
    at="ב{place}",
    at_on="ב{place} ביום {date}",
    done_joint=", ו",
    undated="{places}, בתאריכים הרשומים לצד החתימות",
    labels={Nature.BINDING: "סעיף {n}", Nature.POLITICAL: "פסקה {n}"},
    caption="בשם {name}",
    kept_by="עותק המקור השמור בידי {name}",
    statuses={
        (Nature.BINDING, TextStatus.AUTHENTIC): "נוסח מקור",
        (Nature.BINDING, TextStatus.PREVAILING): "נוסח מקור המכריע במקרה של הבדלי פרשנות",
        (Nature.BINDING, TextStatus.COURTESY): "תרגום לנוחות בלבד",
        (Nature.POLITICAL, TextStatus.AUTHENTIC): "נוסח תקף",
        (Nature.POLITICAL, TextStatus.PREVAILING): "נוסח תקף המכריע במקרה של הבדלים",
        (Nature.POLITICAL, TextStatus.COURTESY): "תרגום לנוחות בלבד",
    },
    language_names={
        "ar": "הערבית",
        "de": "הגרמנית",
        "en": "האנגלית",
        "es": "הספרדית",
        "fr": "הצרפתית",
        "he": "העברית",
        "it": "האיטלקית",
        "mk": "המקדונית",
        "ru": "הרוסית",
        "sq": "האלבנית",
        "sr": "הסרבית",
        "tr": "הטורקית",
        "zh": "הסינית",
    },
    version_names={
        "ar": "הערבי",
        "de": "הגרמני",
        "en": "האנגלי",
        "es": "הספרדי",
        "fr": "הצרפתי",
        "he": "העברי",
        "it": "האיטלקי",
        "mk": "המקדוני",
        "ru": "הרוסי",
        "sq": "האלבני",
        "sr": "הסרבי",
        "tr": "הטורקי",
        "zh": "הסיני",
    },
    closing=Closing(
        verb={Nature.BINDING: "נעשה {done}", Nature.POLITICAL: "נחתם {done}"},
        originals=(
            "",
            "בעותק מקור אחד",
            "בשני עותקי מקור",
            "בשלושה עותקי מקור",
            "בארבעה עותקי מקור",
            "בחמישה עותקי מקור",
            "בשישה עותקי מקור",
            "בשבעה עותקי מקור",
            "בשמונה עותקי מקור",
            "בתשעה עותקי מקור",
            "בעשרה עותקי מקור",
        ),
        many_originals="ב־{n} עותקי מקור",
        one_language="בשפה {languages}",
        languages="בשפות {languages}",
        two_equal={
            Nature.BINDING: "ולשני הנוסחים דין מקור שווה",
            Nature.POLITICAL: "ושני הנוסחים תקפים במידה שווה",
        },
        all_equal={
            Nature.BINDING: "ולכל הנוסחים דין מקור שווה",
            Nature.POLITICAL: "וכל הנוסחים תקפים במידה שווה",
        },
        prevails={
            Nature.BINDING: "במקרה של הבדלי פרשנות, יכריע הנוסח {language}.",
            Nature.POLITICAL: "אם יימצאו הבדלים בין הנוסחים, יש לנהוג לפי הנוסח {language}.",
        },
        courtesy="הנוסח {language} הוא תרגום לנוחות בלבד.",
    ),
)
