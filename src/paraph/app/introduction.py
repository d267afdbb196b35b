"""The call with the twelve words, as two officers of one node make it: each over another channel (D5).

An officer reads this side's words aloud and types what the other side reads. One channel can be in somebody else's hands, and
one officer can be deceived or bought; so two officers do it over two channels, and only then the peer is verified.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paraph.app.node import Node
from paraph.app.peers import confirm_words, words_with
from paraph.app.ports import PeerRow
from paraph.domain.ids import PartyId
from paraph.errors import LocalActError

__all__ = ["Channel", "Heard", "check_heard", "introduce", "words_digest"]

TELLING: Final = 4
"""Letters that tell any two words of the list apart; the rest is spelling."""


class Channel(StrEnum):
    """Over what two officers spoke."""

    MEETING = "meeting"
    VIDEO = "video"
    TELEPHONE = "telephone"
    EMBASSY = "embassy"
    """Through an embassy or another mission, face to face there."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one officer heard.

    Attributes:
        officer: Which officer, by a number or name that no other has.
        name: The officer's name, as it will be kept.
        channel: Over which channel.
        words: The words that the other side read, in order.
    """

    officer: str
    name: str
    channel: Channel
    words: tuple[str, ...]


def words_digest(words: tuple[str, ...]) -> str:
    """A name for twelve words: of another card they are others."""
    return hashlib.sha256(" ".join(words).encode("ascii")).hexdigest()


def check_heard(node: Node, party: PartyId, typed: str) -> tuple[str, ...]:
    """Read what an officer typed of what the other side read aloud.

    A word counts by its first four letters, which tell any two words of the list apart.

    Raises:
        LocalActError: ``words-number`` if they are not twelve; ``words-differ`` if they are not the words of these two cards;
            ``peer-unknown``.
    """
    expected = words_with(node, party)
    heard = [word for word in re.split(r"[^a-z]+", typed.lower()) if word]
    if len(heard) != len(expected):
        raise LocalActError(
            "words-number", f"type all {len(expected)} words that were read to you; these are {len(heard)}"
        )
    wrong = [place for place, pair in enumerate(zip(heard, expected, strict=True), 1) if not _is_same(*pair)]
    if wrong:
        raise LocalActError(
            "words-differ",
            f"word {', '.join(map(str, wrong))} is not the one that belongs to these two cards: one of them may not be "
            "genuine. Stop, and exchange the cards again over a channel you trust",
        )
    return expected


def _is_same(heard: str, expected: str) -> bool:
    return heard == expected or (len(heard) >= TELLING and heard[:TELLING] == expected[:TELLING])


def introduce(node: Node, party: PartyId, first: Heard, second: Heard) -> PeerRow:
    """Verify a peer, on the word of two officers who spoke with its officers over two channels.

    Raises:
        LocalActError: ``officers`` if it is one officer twice; ``channel-same``; ``words-differ``; ``peer-unknown``.
    """
    if first.officer == second.officer:
        raise LocalActError(
            "officers", "another officer has to make the second call: one can be deceived, or bought"
        )
    if first.channel is second.channel:
        raise LocalActError(
            "channel-same",
            "the second call goes over another channel than the first: one channel can be in somebody else's hands",
        )
    expected = words_with(node, party)
    if first.words != expected or second.words != expected:
        raise LocalActError(
            "words-differ",
            f"these are not the words of this node and {party}: its card was changed since, or is not genuine; begin again",
        )
    return confirm_words(node, party, expected, (first.name, second.name))
