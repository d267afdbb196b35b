"""Words to read aloud: two officers compare twelve words instead of sixty-four hexadecimal digits.

Words come from the BIP-39 English list of 2048, in which the first four letters tell any two words apart; each
stands for eleven bits.

The twelve words of two peer cards are the whole of trust at first contact, so they are computed slowly on purpose.
They carry 132 bits, and somebody in the middle could look for two cards of his own that give both sides the same
words; by the birthday bound that takes about 2⁶⁶ trials. Each trial costs him a card with fresh signatures and
16 MiB of memory for the time of one scrypt, instead of one cheap hash.

Source: BIP-39 (word list); RFC 7914 (scrypt); docs/spec/peer-card.md.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from typing import Final

from paraph.domain.ids import check_digest
from paraph.errors import FormatError

__all__ = ["digest_words", "twelve_words"]

_BITS: Final = 11
_WORDS: Final = 2**_BITS
_SALT: Final = b"paraph/words/1"
_SCRYPT_N: Final = 2**14
"""Cost of scrypt: 128 · 8 · 2¹⁴ bytes = 16 MiB and about 50 ms, what an officer does not notice."""

_KEPT: Final = 64
"""Pairs of cards whose words are remembered: as many as a node has peers."""

_MAX_WORDS: Final = 256 // _BITS
"""Words in one SHA-256 digest; the last three bits stay unsaid."""


def twelve_words(card_a: bytes, card_b: bytes) -> tuple[str, ...]:
    """Compute the words that two officers compare before their nodes trust each other.

    Args:
        card_a: Exact bytes of one peer card.
        card_b: Exact bytes of the other; the order does not matter.

    Returns:
        Twelve words, the same on both sides if and only if both hold the same two cards.
    """
    first, second = sorted(hashlib.sha256(card).digest() for card in (card_a, card_b))
    return _stretched_words(first + second)


@lru_cache(maxsize=_KEPT)
def _stretched_words(digests: bytes) -> tuple[str, ...]:
    """The words of two digests; remembered, because officers look at the same page some dozen times."""
    stretched = hashlib.scrypt(digests, salt=_SALT, n=_SCRYPT_N, r=8, p=1, maxmem=2**26, dklen=32)
    return _words(stretched, 12)


def digest_words(digest: str, count: int) -> tuple[str, ...]:
    """Spell the beginning of a digest in words, to compare what two people see.

    Args:
        digest: SHA-256 in hexadecimal.
        count: How many words, 1 to 23. Four (44 bits) find a mistake; against a forger take twelve.

    Raises:
        FormatError: ``digest`` or ``words-count``.
    """
    if not 1 <= count <= _MAX_WORDS:
        raise FormatError("words-count", f"a digest has 1 to {_MAX_WORDS} words, not {count}")
    return _words(bytes.fromhex(check_digest(digest)), count)


def _words(data: bytes, count: int) -> tuple[str, ...]:
    bits = int.from_bytes(data, "big")
    total = len(data) * 8
    listed = _list()
    return tuple(listed[bits >> (total - _BITS * (place + 1)) & (_WORDS - 1)] for place in range(count))


@lru_cache(maxsize=1)
def _list() -> tuple[str, ...]:
    text = resources.files("paraph.wire").joinpath("wordlist.txt").read_text(encoding="ascii")
    words = tuple(line for line in text.split("\n") if line and not line.startswith("#"))
    assert len(words) == _WORDS, "the packaged word list is incomplete"
    return words
