"""What is in a bundle, in words: for a trace that people read."""

from __future__ import annotations

from paraph.errors import ParaphError
from paraph.wire.act import kind_of, read_act
from paraph.wire.bundle import unpack
from paraph.wire.checkpoint import read_checkpoint
from paraph.wire.keys import NodeKeys, NodePublicKeys
from paraph.wire.note import Note
from paraph.wire.sections import Section

__all__ = ["describe", "name_act"]


def describe(data: bytes, recipient: NodeKeys, sender: NodePublicKeys) -> str:
    """What a bundle says, as its recipient reads it."""
    try:
        bundle = unpack(data, recipient, lambda _party: sender)
        return "; ".join(map(_section, bundle.sections)) or "a greeting"
    except ParaphError as error:
        return f"something unreadable ({error.code})"


def name_act(envelope: bytes) -> str:
    """An act by its author, its place in the author's feed, and its kind."""
    act = read_act(envelope).act
    return f"{act.author}#{act.author_seq} {act.kind if act.body is None else kind_of(act.body)}"


def _section(section: Section) -> str:
    parts = [f"holds {section.size}"]
    if section.acts:
        parts.append(", ".join(map(name_act, section.acts)))
    if section.order.authors:
        end = section.order.start + len(section.order.authors)
        parts.append(f"order {section.order.start}–{end - 1}")
    parts += [_note(data) for data in section.notes]
    if section.blobs:
        parts.append(f"{len(section.blobs)} blobs")
    if section.wants_blobs:
        parts.append(f"asks for {len(section.wants_blobs)} blobs")
    return ", ".join(parts)


def _note(data: bytes) -> str:
    note = Note.read(data)
    checkpoint = read_checkpoint(note)
    names = sorted({line.name for line in note.lines if line.name != checkpoint.origin})
    return f"checkpoint {checkpoint.size} by {'+'.join(names) or 'nobody else'}"
