"""Generated words in English."""

from __future__ import annotations

from typing import Final

from paraph.domain.declarations import Nature, TextStatus
from paraph.domain.phrases.form import Closing, Phrases

__all__ = ["ENGLISH"]

ENGLISH: Final = Phrases(
    lang="en",
    last_joint=" and ",
    pair_after_between=" and ",
    at="at {place}",
    at_on="at {place} on {date}",
    done_joint=" and ",
    undated="{places}, on the dates shown beside the signatures",
    labels={Nature.BINDING: "Article {n}", Nature.POLITICAL: "Paragraph {n}"},
    caption="For {name}",
    kept_by="Original kept by {name}",
    statuses={
        (Nature.BINDING, TextStatus.AUTHENTIC): "Authentic text",
        (Nature.BINDING, TextStatus.PREVAILING): "Authentic text, prevailing in case of divergence",
        (Nature.BINDING, TextStatus.COURTESY): "Courtesy translation",
        (Nature.POLITICAL, TextStatus.AUTHENTIC): "Valid text",
        (Nature.POLITICAL, TextStatus.PREVAILING): "Valid text, prevailing in case of divergence",
        (Nature.POLITICAL, TextStatus.COURTESY): "Courtesy translation",
    },
    language_names={
        "ar": "Arabic",
        "de": "German",
        "en": "English",
        "es": "Spanish",
        "fr": "French",
        "he": "Hebrew",
        "it": "Italian",
        "mk": "Macedonian",
        "ru": "Russian",
        "sq": "Albanian",
        "sr": "Serbian",
        "tr": "Turkish",
        "zh": "Chinese",
    },
    closing=Closing(
        verb={Nature.BINDING: "Done {done}", Nature.POLITICAL: "Signed {done}"},
        originals=(
            "",
            *(
                f"in {number} original{'s' * (number != 'one')}"
                for number in (
                    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
                    "twelve",
                )
            ),
        ),
        many_originals="in {n} originals",
        one_language="in the {languages} language",
        languages="in the {languages} languages",
        two_equal={
            Nature.BINDING: "both texts being equally authentic",
            Nature.POLITICAL: "both texts being equally valid",
        },
        all_equal={
            Nature.BINDING: "all texts being equally authentic",
            Nature.POLITICAL: "all texts being equally valid",
        },
        prevails={
            Nature.BINDING: "In case of divergence of interpretation, the {language} text shall prevail.",
            Nature.POLITICAL: "Should the texts differ, the {language} text will be followed.",
        },
        courtesy="The {language} text is a courtesy translation.",
    ),
)  # fmt: skip
