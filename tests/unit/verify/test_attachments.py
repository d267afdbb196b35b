"""Reading attached texts for the rules."""

from __future__ import annotations

from paraph.domain.digests import canonical_text, text_digest
from paraph.domain.ids import Digest
from paraph.verify import attachments
from paraph.verify.attachments import AttachedBytes
from tests.support import bodies
from tests.support.specimens import text

TEXT = text(langs=("en",))
DATA = canonical_text(TEXT)


class Shelf(dict[Digest, bytes]):
    """Bytes by digest, and how often somebody asked for them."""

    asked = 0

    def look(self, digest: Digest) -> bytes | None:
        self.asked += 1
        return self.get(digest)


def test_a_text_is_read_once_and_kept() -> None:
    shelf = Shelf({text_digest(TEXT): DATA})
    held = AttachedBytes(shelf.look, shelf.__contains__)
    assert held.text(text_digest(TEXT)) == TEXT
    assert held.text(text_digest(TEXT)) is held.text(text_digest(TEXT))
    assert shelf.asked == 1


def test_bytes_that_are_no_canonical_text_are_none() -> None:
    noise = bodies.mark("noise")
    shelf = Shelf({noise: b" " + DATA})
    held = AttachedBytes(shelf.look, shelf.__contains__)
    assert held.has(noise)
    assert held.text(noise) is None
    assert held.text(noise) is None
    assert shelf.asked == 1  # nor are they read again


def test_bytes_that_are_not_here_may_come_later() -> None:
    shelf = Shelf()
    held = AttachedBytes(shelf.look, shelf.__contains__)
    assert held.text(text_digest(TEXT)) is None
    assert not held.has(text_digest(TEXT))
    shelf[text_digest(TEXT)] = DATA
    assert held.text(text_digest(TEXT)) == TEXT
    assert held.has(text_digest(TEXT))


def test_a_bounded_number_of_texts_is_kept() -> None:
    shelf = Shelf({bodies.mark(n): b"" for n in range(attachments._CACHED_TEXTS + 1)})
    held = AttachedBytes(shelf.look, shelf.__contains__)
    for digest in shelf:
        held.text(digest)
    held.text(bodies.mark(attachments._CACHED_TEXTS))
    assert shelf.asked == len(shelf)
    held.text(bodies.mark(0))  # the oldest made room
    assert shelf.asked == len(shelf) + 1
