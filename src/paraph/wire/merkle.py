"""The Merkle tree of a dossier log: RFC 6962 hashes, roots and proofs.

Three ways to hold a tree, for three users. ``CompactRange`` keeps only the O(log n) hashes that an appending node
needs, and is small enough to store with every dossier. ``Tree`` keeps all hashes and answers proofs. The two
``verify_`` functions need neither: a stranger checks a proof with nothing but a root.

Source: RFC 6962 §2.1; RFC 9162 §2.1.3.2 and §2.1.4.2 (the verification algorithms).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from paraph.errors import FormatError
from paraph.wire import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "CompactRange",
    "Tree",
    "leaf_hash",
    "node_hash",
    "root_from_consistency",
    "verify_consistency",
    "verify_inclusion",
]

HASH_SIZE: Final = 32
"""Bytes of a SHA-256 hash."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 §2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf; the prefix keeps leaves and nodes apart, so that neither can pass for the other."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactRange:
    """A tree reduced to the roots of its largest complete subtrees, left to right.

    Attributes:
        size: Number of leaves.
        peaks: One hash for each bit set in ``size``, largest subtree first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse stored state that cannot be a tree, before anything is appended to it."""
        if not 0 <= self.size <= limits.MAX_LOG_SIZE:
            raise FormatError("merkle-range", f"a tree of {self.size} leaves is outside the format")
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise FormatError(
                "merkle-range", f"{len(self.peaks)} peaks do not make a tree of {self.size} leaves"
            )

    def append(self, leaf: bytes) -> CompactRange:
        """Return the tree with one more leaf hash at its end, in O(log n)."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> CompactRange:
        """Return the tree with more leaf hashes at its end."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            carry, bits = leaf, size
            while bits & 1:
                carry, bits = node_hash(peaks.pop(), carry), bits >> 1
            peaks.append(carry)
            size += 1
        return CompactRange(size=size, peaks=tuple(peaks))

    def root(self) -> bytes:
        """Compute the root."""
        return _fold(self.peaks)


@dataclass(slots=True, kw_only=True)
class Tree:
    """A tree with the hash of every complete subtree, so that each root and proof costs O(log² n).

    Attributes:
        levels: ``levels[k][i]`` is the root of the complete subtree over leaves ``i·2ᵏ`` to ``(i+1)·2ᵏ − 1``.
    """

    levels: list[list[bytes]] = field(default_factory=lambda: [[]])

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Tree:
        """Build a tree from leaf hashes."""
        tree = cls()
        for leaf in leaves:
            tree.append(leaf)
        return tree

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the end, in amortised constant time."""
        carry = leaf
        for level in self.levels:
            level.append(carry)
            if len(level) % 2:
                return
            carry = node_hash(level[-2], level[-1])
        self.levels.append([carry])

    def root(self, size: int | None = None) -> bytes:
        """Compute the root over the first ``size`` leaves (all by default).

        Raises:
            FormatError: ``merkle-range`` if the tree has fewer leaves.
        """
        size = self.size if size is None else size
        self._check(0 <= size <= self.size, size)
        return self._range(0, size)

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Prove that the leaf at ``index`` is in the tree over the first ``size`` leaves.

        Returns:
            The audit path, leaf side first (RFC 6962 §2.1.1).

        Raises:
            FormatError: ``merkle-range`` if there is no such leaf or no such tree.
        """
        size = self.size if size is None else size
        self._check(0 <= index < size <= self.size, index)
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return tuple(reversed(path))

    def consistency(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """Prove that the tree over the first ``first`` leaves is the beginning of the one over ``second``.

        Returns:
            The proof of RFC 6962 §2.1.2; empty if the sizes are equal or ``first`` is 0.

        Raises:
            FormatError: ``merkle-range`` if the sizes are not those of trees in this order.
        """
        second = self.size if second is None else second
        self._check(0 <= first <= second <= self.size, first)
        if first in (0, second):
            return ()
        path: list[bytes] = []
        low, high, whole = 0, second, True
        while first != high:
            middle = low + _split(high - low)
            if first <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self._range(low, high))
        return tuple(reversed(path))

    def _range(self, low: int, high: int) -> bytes:
        """Root over leaves ``low`` to ``high − 1``, where ``low`` begins a subtree at least that large."""
        peaks = []
        while low < high:
            level = (high - low).bit_length() - 1
            peaks.append(self.levels[level][low >> level])
            low += 1 << level
        return _fold(peaks)

    def _check(self, holds: bool, asked: int) -> None:  # noqa: FBT001 - one private condition
        if not holds:
            raise FormatError("merkle-range", f"position {asked} is outside this log of {self.size} acts")


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Check that a leaf is in a tree.

    Args:
        leaf: Leaf hash.
        index: Its position, from 0.
        size: Leaves of the tree.
        path: Audit path, leaf side first.
        root: Root of the tree.

    Source: RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size <= limits.MAX_LOG_SIZE or not _are_hashes((leaf, root, *path)):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Check that one tree is the beginning of another.

    Args:
        first: Leaves of the smaller tree.
        second: Leaves of the larger tree.
        first_root: Root of the smaller tree.
        second_root: Root of the larger tree.
        path: Consistency proof.

    Source: RFC 9162 §2.1.4.2; the empty tree is the beginning of every tree.
    """
    if not 0 <= first <= second <= limits.MAX_LOG_SIZE or not _are_hashes((first_root, second_root, *path)):
        return False
    if first in (0, second):
        return not path and first_root == (EMPTY_ROOT if first == 0 else second_root)
    return root_from_consistency(first=first, second=second, seed=first_root, path=path) == (
        first_root,
        second_root,
    )


def root_from_consistency(
    *, first: int, second: int, seed: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Compute the two roots that a consistency proof leads to.

    Args:
        first: Leaves of the smaller tree, at least 1 and fewer than ``second``.
        second: Leaves of the larger tree.
        seed: Root of the smaller tree; used only if ``first`` is a power of two, where the proof leaves it out.
        path: Consistency proof.

    Returns:
        Root of the smaller and of the larger tree, or None if the proof has the wrong length.
    """
    hashes = [seed, *path] if first & (first - 1) == 0 else list(path)
    if not hashes:
        return None
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    small = large = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            small, large = node_hash(sibling, small), node_hash(sibling, large)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            large = node_hash(large, sibling)
        place, last = place >> 1, last >> 1
    return (small, large) if last == 0 else None


def _split(size: int) -> int:
    """Largest power of two below ``size`` (RFC 6962 §2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def _are_hashes(hashes: Sequence[bytes]) -> bool:
    return len(hashes) <= limits.MAX_PROOF + 2 and all(len(item) == HASH_SIZE for item in hashes)
