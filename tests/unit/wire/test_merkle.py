from __future__ import annotations

from typing import Any

import pytest

from paraph.errors import FormatError
from paraph.wire import limits, merkle

# Leaves and roots of the test vectors that Certificate Transparency implementations share
# (transparency-dev/merkle, testonly/reference_test.go; first used in the google/certificate-transparency tests).
LEAVES = [
    bytes.fromhex(item)
    for item in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [merkle.leaf_hash(item) for item in LEAVES]
TREE = merkle.Tree.of(HASHES)


def test_roots_are_those_of_certificate_transparency():
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.Tree().root() == merkle.CompactRange().root() == merkle.EMPTY_ROOT
    for size, root in enumerate(ROOTS, start=1):
        assert TREE.root(size).hex() == root
        assert merkle.CompactRange().extend(HASHES[:size]).root().hex() == root


def test_a_node_cannot_pass_for_a_leaf():
    assert merkle.node_hash(HASHES[0], HASHES[1]) != merkle.leaf_hash(HASHES[0] + HASHES[1])


def test_an_inclusion_proof_is_for_one_leaf_at_one_place():
    path, root = TREE.inclusion(5), TREE.root()
    # One proof can serve sizes of the same shape (here 5 to 8): a size counts only where a signed root names it.
    fits: dict[str, Any] = {"leaf": HASHES[5], "index": 5, "size": 8, "path": path, "root": root}
    assert merkle.verify_inclusion(**fits)
    wrong: list[dict[str, Any]] = [
        {"leaf": HASHES[4]},
        {"index": 4},
        {"index": -1},
        {"index": 8},
        {"size": 9},
        {"size": 5},
        {"size": limits.MAX_LOG_SIZE + 1},
        {"root": TREE.root(7)},
        {"root": b""},
        {"path": path[:-1]},
        {"path": (*path, path[0])},
        {"path": path[::-1]},
        {"path": (path[0][:31], *path[1:])},
        {"path": ()},
        {"path": (b"\0" * 32,) * 1000},
    ]
    for change in wrong:
        assert not merkle.verify_inclusion(**{**fits, **change}), change


def test_a_consistency_proof_is_for_two_sizes_and_two_roots():
    for first in (3, 4):
        path = TREE.consistency(first, 7)
        fits: dict[str, Any] = {
            "first": first,
            "second": 7,
            "first_root": TREE.root(first),
            "second_root": TREE.root(7),
            "path": path,
        }
        assert merkle.verify_consistency(**fits)
        wrong: list[dict[str, Any]] = [
            {"first": first + 1},
            {"first": 8},
            {"first": -1},
            {"second": 9},
            {"second": 2},
            {"first_root": TREE.root(5)},
            {"second_root": TREE.root(5)},
            {"path": path[:-1]},
            {"path": (*path, path[0])},
            {"path": ()},
        ]
        for change in wrong:
            assert not merkle.verify_consistency(**{**fits, **change}), change


def test_the_empty_and_the_equal_tree_need_no_proof_and_accept_none():
    root = TREE.root()
    empty: dict[str, Any] = {
        "first": 0,
        "second": 8,
        "first_root": merkle.EMPTY_ROOT,
        "second_root": root,
        "path": (),
    }
    equal: dict[str, Any] = {"first": 8, "second": 8, "first_root": root, "second_root": root, "path": ()}
    for fits in (empty, equal):
        assert merkle.verify_consistency(**fits)
        assert not merkle.verify_consistency(**{**fits, "path": (root,)})
        assert not merkle.verify_consistency(**{**fits, "first_root": TREE.root(3)})


def test_what_is_not_in_the_tree_is_not_proved():
    for ask in (
        lambda: TREE.root(9),
        lambda: TREE.root(-1),
        lambda: TREE.inclusion(8),
        lambda: TREE.inclusion(-1),
        lambda: TREE.inclusion(5, 5),
        lambda: TREE.consistency(5, 4),
        lambda: TREE.consistency(4, 9),
    ):
        with pytest.raises(FormatError) as refused:
            ask()
        assert refused.value.code == "merkle-range"


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(1, ()), (3, (b"\0" * 32,)), (0, (b"\0" * 32,)), (1, (b"short",)), (-1, ()), (2**41, (b"\0" * 32,))],
)
def test_stored_state_that_cannot_be_a_tree_is_refused(size, peaks):
    with pytest.raises(FormatError) as refused:
        merkle.CompactRange(size=size, peaks=peaks)
    assert refused.value.code == "merkle-range"
