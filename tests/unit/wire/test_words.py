from __future__ import annotations

import hashlib

import pytest

from paraph.errors import FormatError
from paraph.wire import words

# SHA-256 of english.txt in the BIP-39 repository.
BIP39_ENGLISH = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


def test_the_list_is_the_published_one():
    listed = words._list()
    assert hashlib.sha256(("\n".join(listed) + "\n").encode()).hexdigest() == BIP39_ENGLISH
    assert len({word[:4] for word in listed}) == 2048


def test_both_sides_read_the_same_twelve_words():
    spoken = words.twelve_words(b"card of one", b"card of the other")
    assert spoken == words.twelve_words(b"card of the other", b"card of one")
    assert len(spoken) == 12
    assert set(spoken) <= set(words._list())


def test_the_words_are_those_of_the_specification():
    one, two = sorted(hashlib.sha256(item).digest() for item in (b"a", b"b"))
    key = hashlib.scrypt(one + two, salt=b"paraph/words/1", n=16384, r=8, p=1, dklen=32)
    bits = "".join(f"{byte:08b}" for byte in key)
    expected = tuple(words._list()[int(bits[place * 11 : place * 11 + 11], 2)] for place in range(12))
    assert words.twelve_words(b"a", b"b") == expected
    assert expected[:3] == ("raw", "witness", "glass")


def test_another_card_gives_other_words():
    assert words.twelve_words(b"a", b"b") != words.twelve_words(b"a", b"c")


def test_a_digest_is_read_from_its_beginning():
    # "abandon" is the first word of the list (0), "zoo" the last (2047).
    assert words.digest_words("0" * 64, 3) == ("abandon",) * 3
    assert words.digest_words("f" * 64, 23) == ("zoo",) * 23
    assert words.digest_words("001" + "f" * 61, 2) == ("abandon", "zoo")


@pytest.mark.parametrize(("digest", "count"), [("0" * 64, 0), ("0" * 64, 24), ("0" * 63, 4), ("G" * 64, 4)])
def test_what_is_no_digest_has_no_words(digest, count):
    with pytest.raises(FormatError):
        words.digest_words(digest, count)
