"""Reading attached texts and cards for the rules, from any source of bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from paraph.domain.acts import Passkey
from paraph.domain.ids import ActId, Digest, PlanId
from paraph.domain.texts import InstrumentText
from paraph.errors import FormatError
from paraph.verify.findings import Findings
from paraph.verify.timestamps import read_stamp
from paraph.wire.card import PeerCard, unpack_card
from paraph.wire.container.guide import release_statement
from paraph.wire.text_json import read_text
from paraph.wire.webauthn import check_assertion, read_passkey

__all__ = ["AttachedBytes", "read_card"]

_CACHED_TEXTS: Final = 64
"""Texts kept parsed: several packages' worth; a text is some hundred kilobytes at most."""

_CACHED_STAMPS: Final = 64
"""Releases whose time stamps were looked at: one of each dossier at work."""

_CACHED_CARDS: Final = 256
"""Cards kept read: those of the largest dossier, twice over."""


@lru_cache(maxsize=_CACHED_CARDS)
def read_card(data: bytes) -> PeerCard:
    """Read a participant's card; asked for with every signature of every original.

    Raises:
        FormatError: What is wrong with it.
    """
    return unpack_card(data)


@lru_cache(maxsize=_CACHED_STAMPS)
def _stamps(token: bytes, statement: bytes) -> bool:
    stamp = read_stamp(token, lambda name: hashlib.new(name, statement).digest(), Findings(""), covered=True)
    return stamp is not None and stamp.holds


class AttachedBytes:
    """Attachments of acts, read from a source of bytes; the last texts are kept parsed."""

    def __init__(self, get: Callable[[Digest], bytes | None], has: Callable[[Digest], bool]) -> None:
        """Read from ``get``, which returns the bytes with a digest or None; ``has`` is asked more often."""
        self._get = get
        self._has = has
        self._texts: dict[Digest, InstrumentText | None] = {}
        self._cards: dict[Digest, PeerCard | None] = {}

    def text(self, digest: Digest) -> InstrumentText | None:
        """The text with this digest, or None if those bytes are not a canonical text."""
        if digest in self._texts:
            return self._texts[digest]
        data = self._get(digest)
        if data is None:
            return None
        try:
            found = read_text(data)
        except FormatError:
            found = None
        if len(self._texts) >= _CACHED_TEXTS:
            self._texts.pop(next(iter(self._texts)))
        self._texts[digest] = found
        return found

    def card(self, digest: Digest) -> PeerCard | None:
        """The peer card with this digest, or None if those bytes are not a card that its own keys signed."""
        if digest not in self._cards:
            data = self._get(digest)
            if data is None:
                return None
            if len(self._cards) >= _CACHED_CARDS:
                self._cards.pop(next(iter(self._cards)))
            try:
                self._cards[digest] = read_card(data)
            except FormatError:
                self._cards[digest] = None
        return self._cards[digest]

    def stamps_release(self, token: Digest, plan: PlanId, proposal: ActId, deposits: Sequence[ActId]) -> bool:
        """Whether the bytes with this digest are a time stamp, soundly signed, over the release of these deposits.

        By whom it is signed, and whether to believe that, is not a question of bytes: the verifier answers it.
        """
        data = self._get(token)
        return data is not None and _stamps(data, release_statement(plan, proposal, deposits))

    def is_passkey(self, key: Digest) -> bool:
        """Whether the bytes with this digest are a public key that a passkey may have."""
        data = self._get(key)
        try:
            return data is not None and read_passkey(data) is not None
        except FormatError:
            return False

    def approves(self, assertion: Digest, passkey: Passkey, prepared: ActId) -> bool:
        """Whether the bytes with this digest show that the owner of a passkey approved the act that was prepared."""
        data, key = self._get(assertion), self._get(passkey.key)
        if data is None or key is None:
            return False
        try:
            check_assertion(data, key, passkey, prepared)
        except FormatError:
            return False
        return True

    def has(self, digest: Digest) -> bool:
        """Whether the bytes are here."""
        return self._has(digest)
