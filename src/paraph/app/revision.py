"""What is said about a text while it is on the table, and the whole of its negotiation as the log tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from paraph.app.authoring import author
from paraph.app.dossiers import Current, load
from paraph.app.node import Node
from paraph.app.ports import UnitOfWork
from paraph.domain.acts import (
    Act,
    CommentMade,
    ConcordanceTicked,
    OriginalsEngrossed,
    TextAccepted,
    TextInitialled,
    TextProposed,
    TextReopened,
)
from paraph.domain.ids import ActId, Digest, DossierId, InstrumentNumber
from paraph.domain.places import paragraph_places
from paraph.domain.revision import all_ticked
from paraph.domain.standing import Dossier, Tick
from paraph.errors import LocalActError
from paraph.verify.log import VoidAct
from paraph.wire.act import read_act

__all__ = ["Negotiation", "TextAct", "comment", "negotiation", "tick", "tidy"]

TextBody = (
    TextProposed
    | TextAccepted
    | TextInitialled
    | TextReopened
    | OriginalsEngrossed
    | CommentMade
    | ConcordanceTicked
)

_PAGE: Final = 512
"""Acts read from the store at a time."""

_KEPT: Final = 256
"""Dossiers whose text acts are kept in memory; reading ten thousand acts takes a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAct:
    """An act about a text, and what became of it.

    Attributes:
        act: The act.
        body: What it states.
        position: Its place in the log, or None while it has none.
        void: Why it has no effect, or None.
    """

    act: Act
    body: TextBody
    position: int | None
    void: VoidAct | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    """Where a dossier stands, and every act about its texts in order.

    Attributes:
        standing: Where it stands, with acts that have no place yet.
        frozen: Why the dossier is frozen, or "".
        acts: The acts about texts; those without a place last.
    """

    standing: Dossier
    frozen: str
    acts: tuple[TextAct, ...]

    def of(self, number: InstrumentNumber) -> tuple[TextAct, ...]:
        """Those about one instrument."""
        return tuple(one for one in self.acts if one.body.instrument == number)


_Placed = tuple[tuple[int, Act, TextBody], ...]
_placed: dict[tuple[str, DossierId], tuple[int, str, _Placed]] = {}


def negotiation(node: Node, dossier: DossierId) -> Negotiation:
    """Read a dossier's negotiation.

    Raises:
        LocalActError: ``dossier-unknown``.
    """
    with node.store.read() as uow:
        current = load(node, uow, dossier)
        placed = _read_placed(node, uow, dossier)
        waiting = [read_act(row.envelope).act for row in uow.unordered(dossier)]
    if (
        current.view.size > node.view(dossier).size
    ):  # a process that only reads would work it in again each time
        node.remember(dossier, current.view)
    void = {one.act: one for one in current.view.void}
    acts = [TextAct(act=act, body=body, position=at, void=void.get(act.id)) for at, act, body in placed]
    acts += [
        TextAct(act=act, body=act.body, position=None, void=None)
        for act in waiting
        if isinstance(act.body, TextBody)
    ]
    return Negotiation(standing=current.standing, frozen=current.frozen, acts=tuple(acts))


def _read_placed(node: Node, uow: UnitOfWork, dossier: DossierId) -> _Placed:
    """The text acts that have a place; what was read before is not read again, unless the log became another."""
    size, last, found = _placed.get((node.party, dossier), (0, "", ()))
    if size:
        same = uow.log(dossier, size - 1, 1)
        if not same or same[0].act != last:
            size, found = 0, ()
    fresh: list[tuple[int, Act, TextBody]] = []
    while rows := uow.log(dossier, size, _PAGE):
        for row in rows:
            act = read_act(row.envelope).act
            if isinstance(act.body, TextBody):
                fresh.append((size, act, act.body))
            size, last = size + 1, row.act
    if fresh or size:
        if len(_placed) >= _KEPT:
            _placed.clear()
        found = (*found, *fresh)
        _placed[node.party, dossier] = (size, last, found)
    return found


def tidy(words: str) -> str:
    """A comment as a person typed it, with single spaces and Unix lines."""
    lines = [" ".join(line.split()) for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


def comment(
    node: Node,
    dossier: DossierId,
    number: InstrumentNumber,
    words: str,
    *,
    lang: str = "",
    where: str = "",
    in_reply_to: str = "",
    text: Digest | None = None,
) -> Act:
    """Comment on the text on the table.

    Args:
        node: This node.
        dossier: Which dossier.
        number: Which instrument.
        words: What is said.
        lang: About which language version, or "" for all.
        where: At which place, or "" for the whole.
        in_reply_to: The comment that is answered, or "".
        text: The text that was read; refused if another one is on the table by now.

    Raises:
        LocalActError: ``comment-unknown`` for a comment that is not there, or what the rules say.
    """
    now = negotiation(node, dossier)
    instrument = now.standing.instruments.get(number)
    known = {one.act.id for one in now.of(number) if isinstance(one.body, CommentMade)}
    if in_reply_to and in_reply_to not in known:
        raise LocalActError("comment-unknown", f"no comment {in_reply_to[:16]} was made on {number}")
    body = CommentMade(
        instrument=number,
        text=text if text is not None else instrument.text if instrument else Digest(""),
        lang=lang,
        where=where,
        words=tidy(words),
        in_reply_to=ActId(in_reply_to),
    )
    (act,) = author(node, dossier, body)
    return act


def tick(
    node: Node,
    dossier: DossierId,
    number: InstrumentNumber,
    reviser: str,
    *,
    langs: Iterable[str] = (),
    paragraphs: Iterable[str] | None = None,
    text: Digest | None = None,
) -> Act:
    """State that a reviser compared paragraphs, and found that they say the same.

    Args:
        node: This node.
        dossier: Which dossier.
        number: Which instrument.
        reviser: Name as it shall be recorded.
        langs: Languages that were compared; all of the text by default.
        paragraphs: Places of the paragraphs; all that those languages have by default.
        text: The text that was read; refused if another one is on the table by now.

    Raises:
        LocalActError: ``instrument-unknown``, or what the rules say.
    """
    current = _current(node, dossier)
    instrument = current.standing.instruments.get(number)
    if instrument is None:
        raise LocalActError("instrument-unknown", f"no instrument {number} is in the dossier")
    one = node.attachments.text(instrument.text)
    assert one is not None  # the proposal had no effect without it
    chosen = tuple(sorted(langs)) or tuple(sorted(one.declarations.langs))
    if paragraphs is None:
        lead = next((lang for lang in chosen if lang in one.versions), one.declarations.langs[0])
        paragraphs = paragraph_places(one.versions[lead])
    places = tuple(dict.fromkeys(paragraphs))
    ticks: set[Tick] = {*instrument.ticked.get(node.party, ()), *((where, chosen) for where in places)}
    body = ConcordanceTicked(
        instrument=number,
        text=instrument.text if text is None else text,
        langs=chosen,
        paragraphs=places,
        reviser=reviser.strip(),
        complete=all_ticked(one, ticks),
    )
    (act,) = author(node, dossier, body)
    return act


def _current(node: Node, dossier: DossierId) -> Current:
    with node.store.read() as uow:
        return load(node, uow, dossier)
