"""Comments on a text as people read them: at their place, with what was answered below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from paraph.app.revision import TextAct
from paraph.domain.acts import CommentMade
from paraph.domain.ids import ActId, Digest, PartyId
from paraph.node.texts.wording import part_of

__all__ = ["Remarked", "conversation", "earlier"]


@dataclass(slots=True, kw_only=True)
class Remarked:
    """A comment, and what was answered to it.

    Attributes:
        id: Its act.
        author: Who made it.
        time: When, by its author's clock.
        lang: About which language, or "".
        where: About which place, or "".
        words: What was said.
        text: On which text.
        placed: Whether it has a place in the log yet.
        answers: What was answered, oldest first.
    """

    id: ActId
    author: PartyId
    time: str
    lang: str
    where: str
    words: str
    text: Digest
    placed: bool
    answers: list[Remarked] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Its name inside a page."""
        return f"comment-{self.id[:16]}"


def conversation(acts: Iterable[TextAct], text: Digest) -> dict[str, list[Remarked]]:
    """Comments on one text by the part that they are about, answers under what they answer."""
    found = {one.id: one for one in _remarks(acts) if one.text == text}
    parts: dict[str, list[Remarked]] = {}
    answered = {one.act.id: one.body.in_reply_to for one in acts if isinstance(one.body, CommentMade)}
    for remark in found.values():
        asked = found.get(ActId(answered[remark.id]))
        if asked is not None and asked is not remark:
            asked.answers.append(remark)
        else:
            parts.setdefault(part_of(remark.where), []).append(remark)
    return parts


def earlier(acts: Iterable[TextAct], text: Digest) -> list[Remarked]:
    """Comments on other texts than the one on the table, oldest first."""
    return [one for one in _remarks(acts) if one.text != text]


def _remarks(acts: Iterable[TextAct]) -> list[Remarked]:
    return [
        Remarked(
            id=one.act.id,
            author=one.act.author,
            time=one.act.time,
            lang=one.body.lang,
            where=one.body.where,
            words=one.body.words,
            text=one.body.text,
            placed=one.position is not None,
        )
        for one in acts
        # One that arrived after a newer text is void, and yet was said; what breaks another rule is not shown here.
        if isinstance(one.body, CommentMade) and (one.void is None or one.void.code == "text-other")
    ]
