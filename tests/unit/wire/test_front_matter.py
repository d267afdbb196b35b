from __future__ import annotations

import pytest

from paraph.errors import FormatError
from paraph.wire import front_matter
from paraph.wire.front_matter import one_set_of_declarations, read_front_matter


def read(head: str, lang: str = "en"):
    return read_front_matter(lang, f"---\n{head}\n---\nBody.\n")


def test_the_body_begins_on_its_line():
    front, body, line = read("lang: en\ntitle: T")
    assert (front.title, body, line) == ("T", "Body.\n", 5)


def test_values_are_words_whatever_they_look_like():
    front, _, _ = read("lang: en\ntitle: 2021-02-01\nnumber: 007\nmethod: yes")
    assert front.title == "2021-02-01"
    assert front.number == "007"
    with pytest.raises(
        FormatError, match="method: 'yes' is unknown; write one of electronic, wet-ink, hybrid"
    ):
        front.declarations(("en",))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("Body without front matter.", "front-matter-missing"),
        ("---\nlang: en\n", "front-matter-missing"),
        (
            "---\nlang: en\ntitle: " + "x" * front_matter.MAX_FRONT_MATTER_CHARS + "\n---\nBody.",
            "front-matter-too-long",
        ),
    ],
)
def test_front_matter_must_be_there_and_small(source, code):
    with pytest.raises(FormatError) as caught:
        read_front_matter("en", source)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("lang: en\nauthor: x", "front-matter-key"),
        ("lang: en\nlang: en", "front-matter-key"),
        ("lang: he", "front-matter-lang"),
        ("title: T", "front-matter-lang"),
        ("just words", "front-matter-yaml"),
        ("- a\n- b", "front-matter-yaml"),
        ("lang: [en", "front-matter-yaml"),
        ("lang: &a en\ntitle: *a", "front-matter-yaml"),
        ("lang: !!python/name:os.system en", "front-matter-yaml"),
        ("lang: en\nparties: [[[[a]]]]", "front-matter-yaml"),
        ("lang: " + "[" * 8000, "front-matter-yaml"),
        ("lang: en\n? [a]\n: b", "front-matter-key"),
        ("lang: en\nnature: [binding]", "front-matter-value"),
        ("lang: en\nlanguages: [en, he]", "front-matter-value"),
        ("lang: en\nparties: aland", "front-matter-value"),
        ("lang: en\nentry-into-force: {days: 3}", "front-matter-value"),
        ("lang: en\nentry-into-force: {rule: none, hours: 3}", "front-matter-value"),
    ],
)
def test_anything_else_is_refused(head, code):
    with pytest.raises(FormatError) as caught:
        read(head)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "entry",
    [
        "{rule: days-after-later-notification, days: thirty}",
        "{rule: days-after-later-notification, days: ٣٠}",
        "{rule: days-after-later-notification}",
        "{rule: fixed-date}",
        "tomorrow",
    ],
)
def test_entry_into_force_is_checked(entry):
    front, _, _ = read(f"lang: en\nentry-into-force: {entry}")
    with pytest.raises(FormatError):
        front.declarations(("en",))


def test_another_file_may_repeat_declarations():
    english, _, _ = read(
        "lang: en\nnature: binding\nnumber: N\nlanguages: {he: authentic, en: authentic}\nspecimen: S-en"
    )
    hebrew, _, _ = read("lang: he\nnature: binding\nspecimen: S-he", "he")
    together = one_set_of_declarations({"en": english, "he": hebrew})
    assert together.number == "N"
    assert together.langs == ("he", "en")
    assert together.specimen == "S-he"


def test_a_contradiction_names_both_files():
    english, _, _ = read("lang: en\nnature: binding")
    hebrew, _, _ = read("lang: he\nnature: political", "he")
    with pytest.raises(FormatError, match="nature differs between en and he") as caught:
        one_set_of_declarations({"en": english, "he": hebrew})
    assert caught.value.code == "declarations-contradict"


def test_the_order_of_languages_is_declared_too():
    english, _, _ = read("lang: en\nlanguages: {en: authentic, he: authentic}")
    hebrew, _, _ = read("lang: he\nlanguages: {he: authentic, en: authentic}", "he")
    with pytest.raises(FormatError, match="different order"):
        one_set_of_declarations({"en": english, "he": hebrew})
