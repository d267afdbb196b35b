from __future__ import annotations

import pytest

from paraph.domain.declarations import missing_declarations
from paraph.domain.texts import Clause, EntryRule, Nature, Paragraph, TextStatus
from paraph.errors import FormatError
from paraph.wire import markdown
from paraph.wire.markdown import read_instrument, read_version
from tests.support.specimens import party

HEAD = "---\nlang: en\ntitle: A title\n---\n"
FULL = """---
lang: en
title: A title between {parties:in_title}
specimen: SPECIMEN
number: AB/2021/1
nature: binding
languages:
  he: authentic
  en: prevailing
conclusion: on-exchange
method: electronic
entry-into-force: {rule: days-after-later-notification, days: 30}
layout: columns
---

{parties},

Have agreed:

## First

One paragraph
on two lines.

A second, with points:

- one;
- two.

## Second

Words \\* with an escape:

(a) one;
(b) two
    goes on.

---

Done {done}.
"""
HEBREW = "---\nlang: he\ntitle: כותרת\n---\n\n## ראשון\n\nמילים:\n\nא) אחת;\nב) שתיים.\n"
PARTIES = [party(name, ("en", "fr", "he")) for name in ("aland", "beland")]


def body(words: str) -> bytes:
    return (HEAD + words).encode()


def test_an_instrument_is_read_whole():
    text = read_instrument({"en": FULL.encode(), "he": HEBREW.encode()}, PARTIES)
    assert text.number == "AB/2021/1"
    assert text.specimen == ""
    assert text.declarations.nature is Nature.BINDING
    assert text.declarations.langs == ("he", "en")
    assert text.declarations.status("en") is TextStatus.PREVAILING
    assert text.declarations.entry_into_force is not None
    assert text.declarations.entry_into_force.rule is EntryRule.DAYS_AFTER_LATER_NOTIFICATION
    assert text.declarations.entry_into_force.days == 30
    assert missing_declarations(text.declarations) == ()
    english = text.versions["en"]
    assert english.specimen == "SPECIMEN"
    assert english.preamble == (Paragraph(text="{parties},"), Paragraph(text="Have agreed:"))
    assert english.clauses == (
        Clause(
            heading="First",
            paragraphs=(
                Paragraph(text="One paragraph on two lines."),
                Paragraph(text="A second, with points:", points=("one;", "two.")),
            ),
        ),
        Clause(
            heading="Second",
            paragraphs=(Paragraph(text="Words * with an escape:", points=("one;", "two goes on.")),),
        ),
    )
    assert english.closing == (Paragraph(text="Done {done}."),)
    assert text.versions["he"].clauses[0].paragraphs[0].points == ("אחת;", "שתיים.")
    assert [one.id for one in text.parties] == ["aland", "beland"]
    assert set(text.parties[0].names) == {"en", "he"}


def test_a_draft_may_leave_declarations_open():
    head = "---\nlang: en\ntitle: T\nnumber: N\n---\n"
    text = read_instrument({"en": f"{head}\nWords.\n".encode()}, PARTIES)
    assert missing_declarations(text.declarations) == (
        "nature",
        "languages.en",
        "conclusion",
        "method",
        "entry_into_force",
    )


@pytest.mark.parametrize(
    ("words", "line", "message"),
    [
        ("# Title\n", 5, "only ## opens a clause"),
        ("Words.\n\n### Deep\n", 7, "only ## opens a clause"),
        ("Words\n---\n", 5, "leave an empty line before ---"),
        ("<b>bold</b>\n", 5, "HTML"),
        ("words <i>x</i>\n", 5, "HTML"),
        ("\n\n[link](https://example.org)\n", 7, "a link"),
        ("<https://example.org>\n", 5, "a link"),
        ("![](x.png)\n", 5, "a picture"),
        ("some *emphasis*\n", 5, "emphasis"),
        ("some `code`\n", 5, "code"),
        ("```\ncode\n```\n", 5, "code"),
        ("    indented\n", 5, "an indented block"),
        ("> quoted\n", 5, "a quotation"),
        ("one  \ntwo\n", 5, "a forced line break"),
        ("- alone\n", 5, "points need a paragraph"),
        ("(a) alone\n", 5, "points need a paragraph"),
        ("Words:\n\n- one\n\nMore.\n\n- two\n\n- - nested\n", 13, "without a list inside"),
        ("Words:\n\n- one\n\n  two paragraphs\n", 7, "without a list inside"),
        ("Words:\n\n-\n", 7, "without a list inside"),
        ("Words:\n\n- one\n\n1. two\n", 9, "points need a paragraph"),
        ("Words:\n\n(a) one\n(c) two\n", 7, "lettered a, c"),
        ("## Clause\n", 5, "this clause has no paragraph"),
        ("W.\n\n---\n\nC.\n\n---\n", 11, "a second ---"),
        ("W.\n\n---\n\n## Late\n\nW.\n", 9, "a clause after the closing"),
    ],
)
def test_what_cannot_be_initialled_is_refused_with_its_line(words, line, message):
    with pytest.raises(FormatError, match=message) as caught:
        read_version("en", body(words))
    assert caught.value.params["line"] == line
    assert caught.value.message.startswith(f"en, line {line}: ")


def test_a_table_is_only_words_and_its_bars_stay_visible():
    assert read_version("en", body("| a | b |\n|---|---|\n")).preamble[0].text == "| a | b | |---|---|"


def test_no_break_spaces_stay_and_alignment_goes():
    version = read_version("en", body("Article\u00a03  of\tthe Charter\n"))
    assert version.preamble[0].text == "Article\u00a03 of the Charter"


def test_windows_line_ends_and_a_byte_order_mark_are_no_words():
    data = b"\xef\xbb\xbf" + body("One\ntwo.\n").replace(b"\n", b"\r\n")
    assert read_version("en", data).preamble == (Paragraph(text="One two."),)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "file-not-utf8"),
        (body("e\u0301\n"), "words-not-nfc"),
        (b"x" * (markdown.MAX_FILE_BYTES + 1), "file-too-long"),
    ],
)
def test_files_are_checked_before_they_are_parsed(data, code):
    with pytest.raises(FormatError) as caught:
        read_version("en", data)
    assert caught.value.code == code


def test_deep_nesting_does_not_harm():
    with pytest.raises(FormatError):
        read_version("en", body("> " * 5000 + "x\n"))


def test_hidden_characters_are_refused_in_authored_files_too():
    with pytest.raises(FormatError, match=r"en, preamble, paragraph 1: U\+202E"):
        read_instrument({"en": b"---\nlang: en\ntitle: T\nnumber: N\n---\nab\xe2\x80\xaecd\n"}, PARTIES)


def test_a_party_without_particulars_is_named():
    head = "---\nlang: en\ntitle: T\nnumber: N\nparties: [aland, celand]\n---\nW.\n"
    with pytest.raises(FormatError, match="celand"):
        read_instrument({"en": head.encode()}, PARTIES)
    with pytest.raises(FormatError, match="party aland: no names in sq"):
        read_instrument({"sq": b"---\nlang: sq\ntitle: T\nnumber: N\n---\nW.\n"}, PARTIES)


def test_only_the_listed_parties_are_parties():
    head = "---\nlang: en\ntitle: T\nnumber: N\nparties: [beland]\n---\nW.\n"
    assert [one.id for one in read_instrument({"en": head.encode()}, PARTIES).parties] == ["beland"]


def test_a_null_character_is_refused_and_not_replaced():
    with pytest.raises(FormatError, match=r"en, line 8: U\+0000"):
        read_version("en", body("\n## One\n\na\0b\n"))
