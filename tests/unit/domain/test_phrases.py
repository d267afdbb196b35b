from __future__ import annotations

import pytest

from paraph.domain.declarations import LanguageStatus, Nature, TextStatus
from paraph.domain.phrases import phrases_of
from tests.support.specimens import declarations

EN, HE, SQ, FR = (phrases_of(lang) for lang in ("en", "he", "sq", "fr"))


@pytest.mark.parametrize(
    ("phrases", "names", "joined"),
    [
        (EN, ["A"], "A"),
        (EN, ["A", "B"], "A and B"),
        (EN, ["A", "B", "C"], "A, B and C"),
        (SQ, ["A", "B", "C"], "A, B dhe C"),
        (HE, ["ישראל", "קוסובו"], "ישראל וקוסובו"),
        (HE, ["ישראל", "הרפובליקה", "ונצואלה"], "ישראל, הרפובליקה וונצואלה"),
        (HE, ["ישראל", "Kosovo"], "ישראל ו־Kosovo"),
        (FR, ["A", "B", "C"], "A, B, C"),
    ],
)
def test_lists_of_names(phrases, names, joined):
    assert phrases.join(names) == joined


def test_hebrew_repeats_the_preposition_for_a_pair_after_between():
    assert HE.join_after_between(["ישראל", "קוסובו"]) == "ישראל לבין קוסובו"
    assert HE.join_after_between(["א", "ב", "ג"]) == "א, ב וג"
    assert EN.join_after_between(["A", "B"]) == "A and B"


@pytest.mark.parametrize(
    ("phrases", "places", "done"),
    [
        (EN, ("Jerusalem", "Pristina"), "at Jerusalem on the first day of February 2021 and at Pristina on the second day of February 2021"),
        (SQ, ("Jerusalem", "Prishtinë"), "në Jerusalem, më një shkurt 2021, dhe në Prishtinë, më dy shkurt 2021"),
        (FR, ("Jérusalem", "Pristina"), "Jérusalem, 2021-02-01; Pristina, 2021-02-02"),
    ],
)  # fmt: skip
def test_places_and_dates(phrases, places, done):
    assert phrases.done(zip(places, ("2021-02-01", "2021-02-02"), strict=True)) == done


def test_hebrew_places_and_dates_take_their_prefixes():
    assert HE.done([("ירושלים", "2021-02-01"), ("Bern", "2021-02-01")]) == (
        "בירושלים ביום י״ט בשבט התשפ״א, שהוא יום 1 בפברואר 2021, וב־Bern ביום י״ט בשבט התשפ״א, שהוא יום 1 בפברואר 2021"
    )


def test_one_place_and_date_is_named_once():
    assert EN.done([("Vienna", "2021-02-01")] * 3) == "at Vienna on the first day of February 2021"


def test_an_open_date_stands_beside_the_signature():
    assert (
        EN.done([("Bern", "2021-02-01"), ("Rome", "")])
        == "at Bern and at Rome, on the dates shown beside the signatures"
    )


def test_labels_follow_the_nature():
    assert EN.label(Nature.BINDING, 3) == "Article 3"
    assert EN.label(Nature.POLITICAL, 3) == "Paragraph 3"
    assert HE.label(Nature.BINDING, 1) == "סעיף 1"
    assert HE.label(Nature.POLITICAL, 1) == "פסקה 1"
    assert SQ.label(Nature.BINDING, 1) == "Neni 1"
    assert FR.label(Nature.BINDING, 1) == EN.label(None, 1) == "1."


def statuses(*pairs: tuple[str, TextStatus | None]) -> tuple[LanguageStatus, ...]:
    return tuple(LanguageStatus(lang=lang, status=status) for lang, status in pairs)


AUTHENTIC, PREVAILING, COURTESY = TextStatus.AUTHENTIC, TextStatus.PREVAILING, TextStatus.COURTESY


@pytest.mark.parametrize(
    ("languages", "nature", "formula"),
    [
        ((("en", AUTHENTIC),), Nature.BINDING, "Done here, in two originals, in the English language."),
        (
            (("en", AUTHENTIC), ("he", AUTHENTIC)),
            Nature.BINDING,
            "Done here, in two originals, in the English and Hebrew languages, both texts being equally authentic.",
        ),
        (
            (("he", AUTHENTIC), ("sq", AUTHENTIC), ("en", PREVAILING)),
            Nature.BINDING,
            (
                "Done here, in two originals, in the Hebrew, Albanian and English languages, all texts being equally "
                "authentic. In case of divergence of interpretation, the English text shall prevail."
            ),
        ),
        (
            (("en", AUTHENTIC), ("he", AUTHENTIC), ("fr", COURTESY)),
            Nature.POLITICAL,
            (
                "Signed here, in two originals, in the English and Hebrew languages, both texts being equally valid. "
                "The French text is a courtesy translation."
            ),
        ),
        ((("en", None),), Nature.BINDING, "Done here, in two originals."),
    ],
)
def test_the_closing_formula_says_what_is_declared(languages, nature, formula):
    made = declarations(languages=statuses(*languages), nature=nature)
    assert EN.testimonium(made, 2, "here") == formula


def test_numbers_of_originals():
    one = declarations(("en",))
    assert "in one original," in EN.testimonium(one, 1, "here")
    assert "in 34 originals," in EN.testimonium(one, 34, "here")
    assert "בשני עותקי מקור" in HE.testimonium(one, 2, "כאן")
    assert "ב־34 עותקי מקור" in HE.testimonium(one, 34, "כאן")


def test_languages_without_a_table_stay_neutral():
    assert FR.testimonium(declarations(), 2, "Berne, 2021-02-01") == "Berne, 2021-02-01."
    assert EN.testimonium(declarations(nature=None), 2, "here") == "here."
    assert FR.caption.format(name="la France") == "la France"


def test_a_regional_variant_uses_the_table_of_its_language():
    assert phrases_of("en-GB") is EN
