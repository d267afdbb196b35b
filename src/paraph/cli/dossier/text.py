"""Propose, accept, compare, check, initial, reopen, engross."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from paraph.app.node import Node
from paraph.app.revision import comment, tick
from paraph.app.texts import accept, current_text, engross, initial, propose, proposed_texts, reopen
from paraph.cli.dossier.acting import act_parser, read_file
from paraph.cli.home import add_common, at_node, choose_dossier, standing_of
from paraph.cli.output import show
from paraph.domain.acts import Act
from paraph.domain.difference import difference, format_difference
from paraph.domain.ids import DossierId, InstrumentNumber, check_party_id
from paraph.domain.texts import InstrumentText
from paraph.domain.wording import wording
from paraph.errors import FormatError, LocalActError
from paraph.wire.akoma_ntoso import write_akoma_ntoso
from paraph.wire.markdown import read_instrument
from paraph.wire.text_json import read_parties

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the commands."""
    proposing = act_parser(parts, "propose", "put a text, or a counter-proposal, on the table", _propose)
    _add_files(proposing)
    proposing.add_argument("--note", default="", help="a word to the other side")
    for name, help_text, work in (
        ("accept", "accept the text on the table", _accept),
        ("initial", "initial the agreed text: from then on not a letter may change", _initial),
        ("engross", "render every party's original and tell the others their digests", _engross),
    ):
        act_parser(parts, name, help_text, work).add_argument(
            "instrument", help="number, such as IL-KS/2021/1"
        )
    parts.choices["initial"].add_argument(
        "--initials", default="", help="who initials, as it shall be recorded"
    )
    parts.choices["engross"].add_argument(
        "--adopt",
        metavar="PARTY",
        help="take over the originals that this party rendered with another version",
    )
    reopening = act_parser(parts, "reopen", "agree to reopen an initialled text; needs every party", _reopen)
    reopening.add_argument("instrument")
    reopening.add_argument("--reason", required=True)

    commenting = act_parser(parts, "comment", "comment on the text on the table, at a place of it", _comment)
    commenting.add_argument("instrument")
    commenting.add_argument("words", help="what is said")
    commenting.add_argument("--lang", default="", help="about which language version; all by default")
    commenting.add_argument(
        "--where", default="", metavar="PLACE", help='such as "clause 3, paragraph 1"; the whole by default'
    )
    commenting.add_argument("--reply", default="", metavar="ACT", help="the comment that is answered")

    ticking = act_parser(
        parts,
        "concord",
        "state that a reviser compared the language versions, and they say the same",
        _concord,
    )
    ticking.add_argument("instrument")
    ticking.add_argument("--reviser", required=True, help="name of the reviser, as it shall be recorded")
    ticking.add_argument("--lang", action="append", default=[], help="a language compared; all by default")
    ticking.add_argument(
        "--where", action="append", metavar="PLACE", help="a paragraph compared; all by default"
    )

    diff = parts.add_parser(
        "diff",
        help="compare clause by clause: the last two texts of an instrument, or the last one with files",
    )
    add_common(diff, dossier=True)
    diff.add_argument("instrument")
    diff.add_argument("files", type=Path, nargs="*", help="one Markdown file per language, named LANG.md")
    diff.add_argument("--parties", type=Path, help="JSON list of the parties' particulars, with files")
    diff.set_defaults(run=_diff)

    check = parts.add_parser("lint", help="compare the words of a text with the nature it declares")
    add_common(check, dossier=True)
    check.add_argument("instrument")
    check.set_defaults(run=_lint)

    akn = parts.add_parser("akn", help="export the text on the table as Akoma Ntoso, one file per language")
    add_common(akn, dossier=True)
    akn.add_argument("instrument")
    akn.add_argument("--out", type=Path, required=True, help="folder to write to")
    akn.set_defaults(run=_akn)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", help="one Markdown file per language, named LANG.md")
    parser.add_argument("--parties", type=Path, required=True, help="JSON list of the parties' particulars")


def _read(options: argparse.Namespace) -> InstrumentText:
    files = {path.stem: read_file(path) for path in options.files}
    if len(files) != len(options.files):
        raise LocalActError("usage", "give one file per language, each named after it: en.md, he.md, sq.md")
    return read_instrument(files, read_parties(read_file(options.parties)))


def _propose(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    return (propose(node, dossier, _read(options), options.note),)


def _accept(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    return (accept(node, dossier, InstrumentNumber(options.instrument)),)


def _initial(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    return (initial(node, dossier, InstrumentNumber(options.instrument), options.initials),)


def _engross(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    adopt = check_party_id(options.adopt) if options.adopt else None
    return (engross(node, dossier, InstrumentNumber(options.instrument), adopt=adopt),)


def _reopen(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    return (reopen(node, dossier, InstrumentNumber(options.instrument), options.reason),)


def _comment(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    made = comment(
        node,
        dossier,
        InstrumentNumber(options.instrument),
        options.words,
        lang=options.lang,
        where=options.where,
        in_reply_to=options.reply,
    )
    return (made,)


def _concord(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    number = InstrumentNumber(options.instrument)
    made = tick(node, dossier, number, options.reviser, langs=options.lang, paragraphs=options.where)
    return (made,)


def _on_table(options: argparse.Namespace, number: str) -> InstrumentText:
    with at_node(options) as opened:
        dossier = choose_dossier(opened.node, options.dossier)
        instrument = standing_of(opened.node, dossier).instruments.get(InstrumentNumber(number))
        if instrument is None:
            raise LocalActError("instrument-unknown", f"no instrument {number} is in the dossier")
        return current_text(opened.node, instrument)


def _diff(options: argparse.Namespace) -> int:
    number = InstrumentNumber(options.instrument)
    with at_node(options) as opened:
        texts = proposed_texts(opened.node, choose_dossier(opened.node, options.dossier), number)
    if options.files:
        if options.parties is None:
            raise FormatError("usage", "files need --parties as well")
        texts = (*texts, _read(options))
    if len(texts) < 2:
        raise LocalActError("diff-one", f"there is only one text of {number}; name files to compare it with")
    changes = difference(*texts[-2:])
    lines = format_difference(changes).splitlines() if changes else ["no difference"]
    value = [
        {"kind": str(c.kind), "lang": c.lang, "where": c.where, "before": c.before, "after": c.after}
        for c in changes
    ]
    show(value, lines, as_json=options.json)
    return 1 if changes else 0


def _lint(options: argparse.Namespace) -> int:
    found = wording(_on_table(options, options.instrument))
    lines = [f"{r.lang}, {r.where}: “{r.word}” – {r.suggestion}" for r in found]
    value = [{"lang": r.lang, "where": r.where, "word": r.word, "suggestion": r.suggestion} for r in found]
    show(
        value,
        lines or ["the words fit the declared nature, in every language that is known"],
        as_json=options.json,
    )
    return 1 if found else 0


def _akn(options: argparse.Namespace) -> int:
    text = _on_table(options, options.instrument)
    files = {lang: write_akoma_ntoso(text, lang) for lang in text.versions}
    options.out.mkdir(parents=True, exist_ok=True)
    written = []
    for lang, data in sorted(files.items()):
        path = options.out / f"{options.instrument.replace('/', '-')}.{lang}.xml"
        path.write_bytes(data)
        written.append(str(path))
    show(written, written, as_json=options.json)
    return 0
