"""Notes, statements, unveilings, commitments, attestations."""

from __future__ import annotations

import argparse
from typing import Any

from paraph.app.authoring import author
from paraph.app.node import Node
from paraph.cli.dossier.acting import act_parser
from paraph.cli.dossier.opening import by_language
from paraph.cli.home import standing_of
from paraph.domain.acts import (
    Act,
    CommitmentMade,
    NoteAnswered,
    NoteSent,
    StatementMade,
    UnveilingHeld,
    WitnessAttested,
)
from paraph.domain.ids import ActId, DossierId, check_party_id
from paraph.errors import LocalActError

__all__ = ["add_parsers"]


def add_parsers(parts: Any) -> None:
    """Add the commands."""
    note = act_parser(parts, "note", "send a note to another party", _note)
    note.add_argument("--number", required=True)
    note.add_argument("--subject", required=True)
    note.add_argument("--to", required=True)
    note.add_argument("--text", action="append", required=True, metavar="LANG=TEXT")
    note.add_argument("--source", default="")

    answer = act_parser(parts, "answer", "answer a note", _answer)
    answer.add_argument("note", help="id of the note's act, or its beginning")
    answer.add_argument("--number", required=True)
    answer.add_argument("--answer", required=True, help="such as approved, declined, noted")
    answer.add_argument("--text", action="append", required=True, metavar="LANG=TEXT")
    answer.add_argument("--source", default="")

    statement = act_parser(parts, "statement", "record a statement in its own words", _statement)
    statement.add_argument("--speaker", required=True)
    statement.add_argument("--capacity", required=True)
    statement.add_argument("--lang", default="en")
    statement.add_argument("--text", required=True)
    statement.add_argument("--source", default="")

    unveiling = act_parser(parts, "unveiling", "record that something was unveiled", _unveiling)
    unveiling.add_argument("--subject", required=True)
    unveiling.add_argument("--by", required=True)
    unveiling.add_argument("--text", action="append", required=True, metavar="LANG=TEXT")
    unveiling.add_argument("--source", default="")

    commitment = act_parser(parts, "commitment", "record a pledge in its exact words", _commitment)
    commitment.add_argument("--obligor", required=True)
    commitment.add_argument("--text", required=True)
    commitment.add_argument("--bindingness", default="", help="as asserted, and by whom")
    commitment.add_argument("--due", default="", help="EDTF date or interval")
    commitment.add_argument("--source", default="")

    attest = act_parser(parts, "attest", "attest to what was seen and heard (mediator or witness)", _attest)
    attest.add_argument("--text", required=True)
    attest.add_argument("--ref", action="append", default=[], help="act that the attestation is about")


def _note(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    body = NoteSent(
        number=options.number,
        subject=options.subject,
        to=check_party_id(options.to),
        text=by_language(options.text, "text"),
        source=options.source,
    )
    return author(node, dossier, body)


def _answer(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    found = [a for a in standing_of(node, dossier).notes if a.startswith(options.note)]
    if len(found) != 1:
        raise LocalActError(
            "note-unknown", f"{len(found)} notes begin with {options.note}; see `dossier log`"
        )
    body = NoteAnswered(
        note=ActId(found[0]),
        number=options.number,
        answer=options.answer,
        text=by_language(options.text, "text"),
        source=options.source,
    )
    return author(node, dossier, body)


def _statement(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    body = StatementMade(
        speaker=options.speaker,
        capacity=options.capacity,
        lang=options.lang,
        text=options.text,
        source=options.source,
    )
    return author(node, dossier, body)


def _unveiling(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    body = UnveilingHeld(
        subject=options.subject,
        by=options.by,
        text=by_language(options.text, "text"),
        source=options.source,
    )
    return author(node, dossier, body)


def _commitment(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    body = CommitmentMade(
        obligor=check_party_id(options.obligor),
        text=options.text,
        bindingness=options.bindingness,
        due=options.due,
        source=options.source,
    )
    return author(node, dossier, body)


def _attest(node: Node, dossier: DossierId, options: argparse.Namespace) -> tuple[Act, ...]:
    return author(
        node, dossier, WitnessAttested(text=options.text, refs=tuple(ActId(r) for r in options.ref))
    )
