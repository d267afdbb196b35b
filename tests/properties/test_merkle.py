from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from paraph.wire import merkle

sizes = st.integers(1, 70)


def _leaves(size):
    return [merkle.leaf_hash(b"%d" % number) for number in range(size)]


def naive_root(leaves):
    """RFC 6962 §2.1, word for word: the largest power of two smaller than n splits the list."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m, leaves):
    """RFC 6962 §2.1.1."""
    if len(leaves) <= 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m, leaves, whole):
    """RFC 6962 §2.1.2."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


@given(st.integers(0, 70))
def test_both_ways_to_hold_a_tree_agree_with_the_definition(size):
    leaves = _leaves(size)
    assert merkle.Tree.of(leaves).root() == naive_root(leaves)
    assert merkle.CompactRange().extend(leaves).root() == naive_root(leaves)


@given(st.data(), sizes)
def test_inclusion_proofs_are_those_of_the_definition_and_verify(data, size):
    index = data.draw(st.integers(0, size - 1))
    leaves = _leaves(size)
    tree = merkle.Tree.of(_leaves(data.draw(st.integers(size, 75))))
    path = tree.inclusion(index, size)
    assert list(path) == naive_path(index, leaves)
    root = naive_root(leaves)
    assert merkle.verify_inclusion(leaf=leaves[index], index=index, size=size, path=path, root=root)
    other = data.draw(st.integers(0, size - 1).filter(lambda item: item != index)) if size > 1 else index + 1
    assert not merkle.verify_inclusion(leaf=leaves[index], index=other, size=size, path=path, root=root)


@given(st.data(), sizes)
def test_consistency_proofs_are_those_of_the_definition_and_verify(data, second):
    first = data.draw(st.integers(1, second))
    leaves = _leaves(second)
    tree = merkle.Tree.of(_leaves(data.draw(st.integers(second, 75))))
    path = tree.consistency(first, second)
    assert list(path) == naive_subproof(first, leaves, True)
    roots = {"first_root": naive_root(leaves[:first]), "second_root": naive_root(leaves)}
    assert merkle.verify_consistency(first=first, second=second, path=path, **roots)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        changed = [*path]
        changed[place] = merkle.leaf_hash(changed[place])
        assert not merkle.verify_consistency(first=first, second=second, path=changed, **roots)


@given(st.data(), sizes)
def test_a_tree_with_another_beginning_is_never_consistent(data, second):
    first = data.draw(st.integers(1, second))
    changed = data.draw(st.integers(0, first - 1))
    leaves = _leaves(second)
    forged = [*leaves]
    forged[changed] = merkle.leaf_hash(b"forged")
    path = merkle.Tree.of(forged).consistency(first)
    assert not merkle.verify_consistency(
        first=first,
        second=second,
        first_root=naive_root(leaves[:first]),
        second_root=naive_root(forged),
        path=path,
    )


@given(
    st.integers(-2, 80),
    st.integers(-2, 80),
    st.lists(st.binary(max_size=33), max_size=8),
    st.binary(min_size=32, max_size=32),
)
def test_verification_never_raises(first, second, path, root):
    merkle.verify_consistency(first=first, second=second, first_root=root, second_root=root, path=path)
    merkle.verify_inclusion(leaf=root, index=first, size=second, path=path, root=root)


@given(st.integers(0, 40), st.integers(0, 40))
def test_appending_to_stored_state_is_appending_to_the_tree(before, after):
    leaves = _leaves(before + after)
    stored = merkle.CompactRange().extend(leaves[:before])
    restored = merkle.CompactRange(size=stored.size, peaks=stored.peaks)
    for leaf in leaves[before:]:
        restored = restored.append(leaf)
    assert restored == merkle.CompactRange().extend(leaves)
