"""Writing a text back as the Markdown that `read_instrument` reads, so that a counter-proposal begins with its words.

The declarations go into the file of the first declared language. One line is one paragraph, heading or point; only what
Markdown would take for something else is escaped.

Source: docs/spec/text.md section 4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraph.domain.texts import Declarations, InstrumentText, LanguageVersion, Paragraph

__all__ = ["write_instrument"]

# Marks that may begin a link, code, emphasis or HTML anywhere in a line.
_ANYWHERE: Final = re.compile(r"[\\`*\[<]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|&(?=#|[A-Za-z])")
# What begins a block at the start of a line, or would be read as a lettered point.
_AT_START: Final = re.compile(r"(?:[-+>#~=]|[0-9]{1,9}[.)]|\(?[a-z\u05d0-\u05ea]\))")
_LONG: Final = 1 << 20
"""Columns of front matter: more than a line has, so that none is folded."""


def write_instrument(text: InstrumentText) -> dict[str, bytes]:
    """Write every language version as a Markdown file.

    Args:
        text: The text.

    Returns:
        Files by language. `read_instrument` makes the same text of them and of its parties' particulars, provided that
        its banner is that of the first declared language, as it is in every text that was authored in Markdown.
    """
    first = text.declarations.langs[0]
    return {
        lang: _file(text, lang, text.versions[lang], leading=lang == first).encode()
        for lang in text.declarations.langs
    }


def _file(text: InstrumentText, lang: str, version: LanguageVersion, *, leading: bool) -> str:
    matter: dict[str, Any] = {"lang": lang, "title": version.title}
    banner = text.specimen if leading else version.specimen
    if banner:
        matter["specimen"] = banner
    if leading:
        matter |= {"number": str(text.number), "parties": [str(party.id) for party in text.parties]}
        matter |= _declared(text.declarations)
    head = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=_LONG, default_flow_style=False)
    return f"---\n{head}---\n\n" + "\n\n".join(_blocks(version)) + "\n"


def _declared(declarations: Declarations) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if declarations.nature:
        found["nature"] = declarations.nature.value
    found["languages"] = {one.lang: one.status.value if one.status else "" for one in declarations.languages}
    if declarations.conclusion:
        found["conclusion"] = declarations.conclusion.value
    if declarations.method:
        found["method"] = declarations.method.value
    entry = declarations.entry_into_force
    if entry:
        written = {key: str(value) for key, value in entry.to_json().items()}
        found["entry-into-force"] = written if len(written) > 1 else entry.rule.value
    return found | {"alternat": declarations.alternat.value, "layout": declarations.layout.value}


def _blocks(version: LanguageVersion) -> Iterator[str]:
    yield from _paragraphs(version.preamble)
    for clause in version.clauses:
        heading = _escaped(clause.heading)
        # A number sign at the end would be taken for decoration.
        yield f"## {heading[:-1]}\\#" if heading.endswith("#") else f"## {heading}".rstrip()
        yield from _paragraphs(clause.paragraphs)
    if version.closing:
        yield "---"
        yield from _paragraphs(version.closing)


def _paragraphs(paragraphs: tuple[Paragraph, ...]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield _line(paragraph.text)
        if paragraph.points:
            yield "\n".join(f"- {_line(point)}" for point in paragraph.points)


def _line(words: str) -> str:
    escaped = _escaped(words)
    start = _AT_START.match(escaped)
    if start is None:
        return escaped
    end = start.end() - 1  # the last mark is the one that makes it special
    return f"{escaped[:end]}\\{escaped[end:]}"


def _escaped(words: str) -> str:
    return _ANYWHERE.sub(lambda found: f"\\{found.group()}", words)
