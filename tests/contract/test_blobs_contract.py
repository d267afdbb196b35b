"""What every blob store must do (``paraph.app.ports.Blobs``)."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from paraph.app.ports import Blobs
from paraph.domain.ids import Digest

ABSENT = Digest("0" * 64)


@pytest.mark.parametrize("data", [b"", b"\x00", b"x" * 100_000])
def test_bytes_come_back_by_their_digest(blobs: Blobs, data: bytes):
    digest = blobs.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert blobs.get(digest) == data
    assert blobs.has(digest)


def test_putting_twice_is_putting_once(blobs: Blobs):
    assert blobs.put(b"a") == blobs.put(b"a")
    assert len(list(blobs.all())) == 1


def test_what_is_absent_is_none(blobs: Blobs):
    assert blobs.get(ABSENT) is None
    assert not blobs.has(ABSENT)


def test_all_are_listed(blobs: Blobs):
    digests = {blobs.put(b"%d" % number) for number in range(20)}
    assert set(blobs.all()) == digests


def test_threads_put_the_same_bytes(blobs: Blobs):
    with ThreadPoolExecutor(4) as threads:
        digests = list(threads.map(lambda number: blobs.put(b"%d" % (number % 5)), range(40)))
    assert set(blobs.all()) == set(digests)
    assert len(set(digests)) == 5


def test_several_are_put_at_once_and_answered_in_order(blobs: Blobs):
    contents = [b"%d" % (number % 7) for number in range(20)]
    assert blobs.put_all(contents) == tuple(blobs.put(data) for data in contents)
    assert blobs.put_all([]) == ()
