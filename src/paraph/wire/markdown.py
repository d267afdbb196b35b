"""Authoring an instrument: one Markdown file per language, with a few lines of front matter.

Only what a legal text needs is Markdown here: ``##`` headings open clauses, paragraphs, one level of lists as
points, ``---`` before the closing. Anything else is refused with its line, because a reader who meets a table,
a picture or a link cannot initial it in three languages.

Source: docs/spec/text.md section 4.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from paraph.domain.ids import InstrumentNumber
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Clause, InstrumentText, LanguageVersion, Paragraph
from paraph.errors import FormatError
from paraph.wire.front_matter import FrontMatter, one_set_of_declarations, read_front_matter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from paraph.domain.texts import TextParty

__all__ = ["MAX_FILE_BYTES", "read_instrument", "read_version"]

# Twenty times the longest language version of an ordinary bilateral instrument.
MAX_FILE_BYTES: Final = 2 * 1024 * 1024

# "a) …", "(b) …", "א) …": CommonMark has no lettered lists, so they are recognised here.
_LETTERED: Final = re.compile(r"\(?(?P<letter>[a-z\u05d0-\u05ea])\)\s+(?P<words>.+)")
_ALPHABETS: Final = (string.ascii_lowercase, "אבגדהוזחטיכלמנסעפצקרשת")
_REFUSED: Final = {
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "a picture",
    "link_open": "a link",
    "code_inline": "code",
    "fence": "code",
    "code_block": "an indented block",
    "blockquote_open": "a quotation block",
    "em_open": "emphasis",
    "strong_open": "emphasis",
    "hardbreak": "a forced line break",
}


def read_instrument(files: Mapping[str, bytes], parties: Sequence[TextParty]) -> InstrumentText:
    """Read an instrument from its language versions.

    Args:
        files: Markdown by language tag.
        parties: Particulars of the parties, each in at least the languages of the text.

    Returns:
        The text; declarations that no file makes stay open.

    Raises:
        FormatError: Naming language and line, or the two files that contradict each other.
    """
    read = {lang: _read(lang, data) for lang, data in sorted(files.items())}
    matter = one_set_of_declarations({lang: front for lang, (front, _) in read.items()})
    langs = matter.langs or tuple(read)
    return InstrumentText(
        number=InstrumentNumber(matter.number),
        specimen=matter.specimen,
        parties=tuple(_named(matter, parties, langs)),
        declarations=matter.declarations(langs),
        versions=ByLanguage({lang: version for lang, (_, version) in read.items()}),
    )


def _named(matter: FrontMatter, parties: Sequence[TextParty], langs: tuple[str, ...]) -> list[TextParty]:
    known: dict[str, TextParty] = {party.id: party for party in parties}
    wanted = set(matter.parties) or set(known)
    for party in sorted(wanted - set(known)):
        raise FormatError("party-unknown", f"no particulars of party {party} were given", party=party)
    return [known[party].in_languages(langs) for party in sorted(known) if party in wanted]


def read_version(lang: str, data: bytes) -> LanguageVersion:
    """Read one language version, without its declarations.

    Args:
        lang: Language tag.
        data: The Markdown file.

    Returns:
        The version.

    Raises:
        FormatError: Naming language and line.
    """
    return _read(lang, data)[1]


def _read(lang: str, data: bytes) -> tuple[FrontMatter, LanguageVersion]:
    if len(data) > MAX_FILE_BYTES:
        raise FormatError("file-too-long", f"{lang}: more than {MAX_FILE_BYTES} bytes", lang=lang)
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FormatError(
            "file-not-utf8", f"{lang}: not UTF-8 at byte {problem.start}; save the file as UTF-8", lang=lang
        ) from None
    source = source.replace("\r\n", "\n")
    if "\0" in source:  # a reader of Markdown would put another sign in its place
        line = source[: source.index("\0")].count("\n") + 1
        raise FormatError(
            "words-character", f"{lang}, line {line}: U+0000 is a control character; remove it", lang=lang
        )
    front, body, line = read_front_matter(lang, source)
    if not unicodedata.is_normalized("NFC", body):
        raise FormatError(
            "words-not-nfc", f"{lang}: not in Unicode normal form C; save the file as NFC", lang=lang
        )
    preamble, clauses, closing = _Body(lang=lang, first_line=line).read(body)
    return front, LanguageVersion(
        title=front.title, preamble=preamble, clauses=clauses, closing=closing, specimen=front.specimen
    )


@dataclass(slots=True, kw_only=True)
class _Section:
    heading: str = ""
    line: int = 0
    paragraphs: list[Paragraph] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Body:
    """Reads the body of one file into preamble, clauses and closing."""

    lang: str
    first_line: int
    sections: list[_Section] = field(default_factory=lambda: [_Section()])
    closing: _Section | None = None

    def read(self, body: str) -> tuple[tuple[Paragraph, ...], tuple[Clause, ...], tuple[Paragraph, ...]]:
        tokens = MarkdownIt("commonmark").parse(body)
        index = 0
        while index < len(tokens):
            index = self._block(tokens, index)
        for section in self.sections[1:]:
            if not section.paragraphs:
                raise self._wrong("clause-empty", section.line, "this clause has no paragraph; write one")
        preamble, *clauses = self.sections
        return (
            tuple(preamble.paragraphs),
            tuple(Clause(heading=one.heading, paragraphs=tuple(one.paragraphs)) for one in clauses),
            tuple(self.closing.paragraphs) if self.closing else (),
        )

    def _wrong(self, code: str, line: int, message: str) -> FormatError:
        at = self.first_line + line
        return FormatError(code, f"{self.lang}, line {at}: {message}", lang=self.lang, line=at)

    def _line(self, token: Token) -> int:
        return token.map[0] if token.map else 0

    def _block(self, tokens: list[Token], index: int) -> int:
        token = tokens[index]
        section = self.closing or self.sections[-1]
        match token.type:
            case "heading_open":
                self._heading(token, tokens[index + 1])
                return index + 3
            case "paragraph_open":
                self._paragraph(tokens[index + 1], section)
                return index + 3
            case "bullet_list_open" | "ordered_list_open":
                return self._points(tokens, index, section)
            case "hr":
                if self.closing:
                    raise self._wrong(
                        "markdown-refused", self._line(token), "a second --- ; one opens the closing"
                    )
                self.closing = _Section()
                return index + 1
            case kind:
                raise self._wrong(
                    "markdown-refused",
                    self._line(token),
                    f"{_REFUSED.get(kind, kind)} cannot stand in a text; write plain paragraphs, lists and ## headings",
                )

    def _heading(self, token: Token, inline: Token) -> None:
        line = self._line(token)
        if token.markup in ("=", "-"):
            raise self._wrong(
                "markdown-refused", line, "leave an empty line before ---; here it makes a heading"
            )
        if token.tag != "h2":
            raise self._wrong(
                "markdown-refused", line, "only ## opens a clause; the title is in the front matter"
            )
        if self.closing:
            raise self._wrong("markdown-refused", line, "a clause after the closing; move it before ---")
        self.sections.append(_Section(heading=self._words(inline), line=line))

    def _words(self, inline: Token) -> str:
        parts: list[str] = []
        for child in inline.children or []:
            if child.type in ("text", "text_special"):
                parts.append(child.content)
            elif child.type == "softbreak":
                parts.append(" ")
            elif not child.type.endswith("_close"):
                raise self._wrong(
                    "markdown-refused",
                    self._line(inline),
                    f"{_REFUSED.get(child.type, child.type)} cannot stand in a text; write plain words",
                )
        # Alignment spaces of the file are no part of the words; no-break spaces are.
        return re.sub(r"[ \t]+", " ", "".join(parts)).strip(" \t")

    def _paragraph(self, inline: Token, section: _Section) -> None:
        lines = [line.strip() for line in inline.content.split("\n")]
        start = next((n for n, line in enumerate(lines) if _LETTERED.fullmatch(line)), None)
        # Always asked for the words, also where the lines are used: it is what refuses links and the like.
        words = self._words(inline)
        if start is None:
            section.paragraphs.append(Paragraph(text=words))
            return
        points = self._lettered(inline, lines[start:])
        if start:
            section.paragraphs.append(Paragraph(text=" ".join(lines[:start])))
        self._attach(points, section, self._line(inline))

    def _attach(self, points: list[str], section: _Section, line: int) -> None:
        if not section.paragraphs or section.paragraphs[-1].points:
            raise self._wrong(
                "list-alone", line, "points need a paragraph of their own before them; write it above"
            )
        section.paragraphs[-1] = Paragraph(text=section.paragraphs[-1].text, points=tuple(points))

    def _lettered(self, inline: Token, lines: list[str]) -> list[str]:
        points: list[str] = []
        letters = ""
        for line in lines:
            if found := _LETTERED.fullmatch(line):
                letters += found["letter"]
                points.append(found["words"])
            else:
                points[-1] += f" {line}"
        if not any(alphabet.startswith(letters) for alphabet in _ALPHABETS):
            raise self._wrong(
                "list-letters",
                self._line(inline),
                f"points lettered {', '.join(letters)}; letter them in order",
            )
        return points

    def _points(self, tokens: list[Token], index: int, section: _Section) -> int:
        opening = tokens[index]
        points: list[str] = []
        index += 1
        while tokens[index].type != opening.type.replace("_open", "_close"):
            # An item is list_item_open, paragraph_open, inline, paragraph_close, list_item_close, nothing else.
            if tokens[index + 1].type != "paragraph_open" or tokens[index + 4].type != "list_item_close":
                raise self._wrong(
                    "markdown-refused",
                    self._line(tokens[index]),
                    "a point is one paragraph, without a list inside",
                )
            points.append(self._words(tokens[index + 2]))
            index += 5
        self._attach(points, section, self._line(opening))
        return index + 1
