from __future__ import annotations

from typing import Any

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import DossierId, Utc
from paraph.errors import FormatError
from paraph.wire import canonical, checkpoint, fork, merkle

ISRAEL = generate_node_keys()
KOSOVO = generate_node_keys()
DOSSIER = DossierId("ab" * 32)
ORIGIN = f"paraph/dossier/{DOSSIER}"
NOON = Utc("2021-02-01T12:00:00Z")
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(9)]
HONEST = merkle.Tree.of(LEAVES)
FORKED = merkle.Tree.of([LEAVES[0], merkle.leaf_hash(b"forged"), *LEAVES[2:]])


def note(tree, size, dossier=DOSSIER):
    state = checkpoint.Checkpoint(dossier=dossier, size=size, root=tree.root(size))
    return checkpoint.sign_checkpoint(ISRAEL, state).add(checkpoint.cosign(KOSOVO, "kosovo", state, NOON))


def refusal(*args, **kwargs):
    with pytest.raises(FormatError) as refused:
        fork.prove_fork(*args, **kwargs)
    return refused.value.code


@pytest.mark.parametrize(("signer", "keys"), [(ORIGIN, ISRAEL), ("kosovo", KOSOVO)])
def test_two_roots_for_one_size_prove_a_fork(signer, keys):
    data = fork.prove_fork(note(HONEST, 7), note(FORKED, 7), signer, keys.public)
    proof = fork.verify_fork(data, keys.public)
    assert (proof.signer, proof.first.root, proof.second.root) == (signer, HONEST.root(7), FORKED.root(7))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7, 8])
def test_a_smaller_tree_that_is_not_the_beginning_proves_a_fork(size):
    prefix = (FORKED.root(size), FORKED.consistency(size, 9))
    data = fork.prove_fork(note(HONEST, size), note(FORKED, 9), ORIGIN, ISRAEL.public, prefix=prefix)
    assert fork.verify_fork(data, ISRAEL.public).first.size == size


def test_an_honest_signer_cannot_be_accused():
    small, large = note(HONEST, 5), note(HONEST, 9)
    path = HONEST.consistency(5, 9)
    public = ISRAEL.public
    assert refusal(large, large, ORIGIN, public) == "fork-unproven"
    assert refusal(small, large, ORIGIN, public) == "fork-unproven"
    assert refusal(small, large, ORIGIN, public, prefix=(HONEST.root(5), path)) == "fork-unproven"
    assert refusal(small, large, ORIGIN, public, prefix=(FORKED.root(5), path)) == "fork-unproven"
    assert (
        refusal(small, large, ORIGIN, public, prefix=(FORKED.root(5), FORKED.consistency(5, 9)))
        == "fork-unproven"
    )
    assert refusal(large, small, ORIGIN, public, prefix=(HONEST.root(5), path)) == "fork-unproven"


def test_two_roots_for_one_size_are_proved_in_one_way_only():
    pair = (note(HONEST, 7), note(FORKED, 7))
    assert refusal(*pair, ORIGIN, ISRAEL.public, prefix=(FORKED.root(7), ())) == "fork-unproven"


def test_two_dossiers_are_not_a_fork():
    assert (
        refusal(note(HONEST, 7), note(FORKED, 7, DossierId("cd" * 32)), ORIGIN, ISRAEL.public)
        == "fork-unproven"
    )
    assert (
        refusal(note(HONEST, 7), note(FORKED, 7, DossierId("cd" * 32)), "kosovo", KOSOVO.public)
        == "fork-unproven"
    )


def test_somebody_else_s_signatures_prove_nothing():
    pair = (note(HONEST, 7), note(FORKED, 7))
    assert refusal(*pair, ORIGIN, KOSOVO.public) == "fork-unproven"
    assert refusal(*pair, "kosovo", ISRAEL.public) == "fork-unproven"
    assert refusal(*pair, "paraph", ISRAEL.public) == "fork-unproven"
    data = fork.prove_fork(*pair, ORIGIN, ISRAEL.public)
    with pytest.raises(FormatError) as refused:
        fork.verify_fork(data, generate_node_keys().public)
    assert refused.value.code == "fork-unproven"


def test_a_proof_has_one_spelling():
    data = fork.prove_fork(note(HONEST, 7), note(FORKED, 7), ORIGIN, ISRAEL.public)
    value: dict[str, Any] = canonical.load_object(data)
    wrong = [
        data + b"\n",
        canonical.dump({**value, "extra": 1}),
        canonical.dump({**value, "format": "paraph.fork/2"}),
        canonical.dump({**value, "prefix": {"root": "00", "path": []}}),
        canonical.dump({**value, "prefix": {"root": "00" * 32, "path": ["00" * 32] * 1000}}),
        canonical.dump({key: item for key, item in value.items() if key != "signer"}),
        canonical.dump({**value, "signer": ""}),
    ]
    for item in wrong:
        with pytest.raises(FormatError) as refused:
            fork.verify_fork(item, ISRAEL.public)
        assert refused.value.code == "fork-format"
