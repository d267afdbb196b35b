from __future__ import annotations

import json
import os

import pytest

from paraph.adapters.signing.node_keys import generate_node_keys, load_node_keys, save_node_keys
from paraph.errors import FormatError, PermanentError
from paraph.wire import hpke
from paraph.wire.keys import sign_hybrid, verify_hybrid


def test_saved_keys_sign_and_open_as_before(tmp_path):
    path = tmp_path / "node.json"
    keys = generate_node_keys()
    save_node_keys(keys, path)
    loaded = load_node_keys(path)
    assert loaded.public == keys.public
    assert verify_hybrid(keys.public, b"message", sign_hybrid(loaded, b"message"))
    assert hpke.unseal(loaded, b"info", hpke.seal(keys.public, b"info", b"text")) == b"text"


def test_only_the_owner_may_read_the_file_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        save_node_keys(generate_node_keys(), tmp_path / "node.json")
    finally:
        os.umask(before)
    assert (tmp_path / "node.json").stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["node.json"]


def test_keys_are_never_overwritten(tmp_path):
    path = tmp_path / "node.json"
    keys = generate_node_keys()
    save_node_keys(keys, path)
    with pytest.raises(PermanentError) as refused:
        save_node_keys(generate_node_keys(), path)
    assert refused.value.code == "node-keys-exist"
    assert load_node_keys(path).public == keys.public
    assert [item.name for item in tmp_path.iterdir()] == ["node.json"]


def test_a_file_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "node.json"
    save_node_keys(generate_node_keys(), path)
    path.chmod(0o640)
    with pytest.raises(PermanentError) as refused:
        load_node_keys(path)
    assert refused.value.code == "node-keys-mode"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PermanentError) as refused:
        load_node_keys(tmp_path / "node.json")
    assert refused.value.code == "node-keys-missing"
    assert "node.json" in refused.value.message


def test_a_damaged_file_is_a_format_error(tmp_path):
    path = tmp_path / "node.json"
    save_node_keys(generate_node_keys(), path)
    whole = json.loads(path.read_text())
    damaged = [
        "",
        "{}",
        "[]",
        json.dumps({**whole, "format": "x"}),
        json.dumps({**whole, "x25519": "AAAA"}),
        "x" * 20000,
    ]
    for text in damaged:
        path.write_text(text)
        with pytest.raises(FormatError):
            load_node_keys(path)


def test_two_nodes_never_have_the_same_keys():
    assert generate_node_keys().public != generate_node_keys().public
