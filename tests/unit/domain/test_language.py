from __future__ import annotations

import pytest

from paraph.domain.language import ByLanguage, check_tag, direction, nearest
from paraph.errors import FormatError


@pytest.mark.parametrize("lang", ["en", "he", "sq", "sr-Cyrl", "zh-Hant-TW", "es-419", "ckb"])
def test_tags_in_canonical_form_pass(lang):
    assert check_tag(lang) == lang


@pytest.mark.parametrize("lang", ["", "EN", "english", "e", "sr-cyrl", "en_GB", "en-gb", "en\n", "x" * 99])
def test_other_spellings_of_a_tag_are_refused(lang):
    with pytest.raises(FormatError) as caught:
        check_tag(lang)
    assert caught.value.code == "language-tag"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("he", "rtl"), ("ar-EG", "rtl"), ("az-Arab", "rtl"), ("en", "ltr"), ("sq", "ltr"), ("ks-Deva", "ltr")],
)
def test_direction_follows_the_script(lang, expected):
    assert direction(lang) == expected


def test_values_by_language_cannot_change_and_compare_by_content():
    source = {"sq": 2, "en": 1}
    values = ByLanguage(source)
    source["en"] = 9
    assert list(values) == ["en", "sq"]
    assert values == ByLanguage({"en": 1, "sq": 2})
    assert hash(values) == hash(ByLanguage({"en": 1, "sq": 2}))
    assert dict(values) == {"en": 1, "sq": 2}
    assert "he" not in values
    assert values.values() == (1, 2)
    with pytest.raises(KeyError):
        values["he"]


@pytest.mark.parametrize(
    ("langs", "wanted", "shown"),
    [
        (("en", "he", "sq"), "he", "he"),
        (("en", "he"), "sq", "en"),
        (("sr-Latn", "he"), "sq", "he"),
        ((), "en", ""),
    ],
)
def test_the_nearest_language_is_the_wanted_one_then_english_then_the_first(langs, wanted, shown):
    assert nearest(langs, wanted) == shown
