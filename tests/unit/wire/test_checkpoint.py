from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import DossierId, Utc
from paraph.errors import FormatError
from paraph.wire import checkpoint, merkle
from paraph.wire.note import Note, key_hash

ISRAEL = generate_node_keys()
KOSOVO = generate_node_keys()
DOSSIER = DossierId("ab" * 32)
NOON = Utc("2021-02-01T12:00:00Z")
TREE = merkle.Tree.of(merkle.leaf_hash(b"%d" % number) for number in range(7))


def state(size, tree=TREE):
    return checkpoint.Checkpoint(dossier=DOSSIER, size=size, root=tree.root(size))


STATE = state(7)
NOTE = (
    checkpoint.sign_checkpoint(ISRAEL, STATE)
    .add(checkpoint.cosign(ISRAEL, "israel", STATE, NOON))
    .add(checkpoint.cosign(KOSOVO, "kosovo", STATE, NOON))
)
NODES = {"israel": ISRAEL.public, "kosovo": KOSOVO.public}


def test_a_checkpoint_is_three_lines_of_text():
    assert STATE.text().split("\n")[:2] == [f"paraph/dossier/{DOSSIER}", "7"]
    assert checkpoint.read_checkpoint(Note.read(NOTE.write())) == STATE
    empty = checkpoint.Checkpoint(dossier=DOSSIER, size=0, root=merkle.EMPTY_ROOT)
    assert checkpoint.read_checkpoint(Note(text=empty.text(), lines=())) == empty


def test_the_ordering_node_and_both_cosigners_verify():
    assert checkpoint.verify_log_signature(NOTE, ISRAEL.public) == STATE
    found = checkpoint.cosigners(NOTE, NODES)
    assert {name: item.time for name, item in found.items()} == {"israel": NOON, "kosovo": NOON}


def test_the_ed25519_lines_are_plain_c2sp():
    body = NOTE.text.encode()
    by_type = {}
    for kind, name in ((b"\x01", STATE.origin), (b"\x04", "kosovo")):
        public = (ISRAEL if kind == b"\x01" else KOSOVO).public.ed25519
        line = NOTE.of(name, key_hash(name, kind, public))
        assert line is not None
        by_type[kind] = line.signature
    Ed25519PublicKey.from_public_bytes(ISRAEL.public.ed25519).verify(by_type[b"\x01"], body)
    cosigned = by_type[b"\x04"]
    assert int.from_bytes(cosigned[:8], "big") == 1612180800
    Ed25519PublicKey.from_public_bytes(KOSOVO.public.ed25519).verify(
        cosigned[8:], b"cosignature/v1\ntime 1612180800\n" + body
    )


def _without(note, name, place):
    mine = [line for line in note.lines if line.name == name]
    return replace(note, lines=tuple(line for line in note.lines if line != mine[place]))


@pytest.mark.parametrize("place", [0, 1])
def test_one_algorithm_alone_does_not_count(place):
    with pytest.raises(FormatError) as refused:
        checkpoint.verify_cosignature(_without(NOTE, "kosovo", place), "kosovo", KOSOVO.public)
    assert refused.value.code == "cosignature-missing"
    with pytest.raises(FormatError) as refused:
        checkpoint.verify_log_signature(_without(NOTE, STATE.origin, place), ISRAEL.public)
    assert refused.value.code == "checkpoint-signature"


def test_halves_of_two_times_are_not_one_cosignature():
    early = checkpoint.cosign(KOSOVO, "kosovo", STATE, Utc("2021-02-01T11:00:00Z"))
    late = checkpoint.cosign(KOSOVO, "kosovo", STATE, NOON)
    mixed = checkpoint.sign_checkpoint(ISRAEL, STATE).add([early[0], late[1]])
    assert checkpoint.cosigners(mixed, NODES) == {}
    restated = replace(late[1], signature=early[1].signature[:8] + late[1].signature[8:])
    said_twice = checkpoint.sign_checkpoint(ISRAEL, STATE).add([late[0], restated])
    assert checkpoint.cosigners(said_twice, NODES) == {}


def test_a_cosignature_of_another_state_name_or_key_does_not_count():
    other = checkpoint.sign_checkpoint(ISRAEL, state(6)).add(
        line for line in NOTE.lines if line.name != STATE.origin
    )
    with pytest.raises(FormatError) as refused:
        checkpoint.verify_cosignature(other, "kosovo", KOSOVO.public)
    assert refused.value.code == "cosignature"
    assert checkpoint.cosigners(other, NODES) == {}
    assert checkpoint.cosigners(NOTE, {"kosovo": ISRAEL.public, "israel": KOSOVO.public}) == {}
    assert checkpoint.cosigners(NOTE, {"serbia": KOSOVO.public}) == {}


def test_a_log_signature_is_not_a_cosignature():
    alone = checkpoint.sign_checkpoint(ISRAEL, STATE)
    with pytest.raises(FormatError) as refused:
        checkpoint.verify_cosignature(alone, STATE.origin, ISRAEL.public)
    assert refused.value.code == "cosignature-missing"


def test_forged_lines_are_dropped_and_do_not_keep_genuine_ones_out():
    forged = checkpoint.sign_checkpoint(ISRAEL, STATE).add(
        checkpoint.cosign(generate_node_keys(), "kosovo", STATE, NOON)
    )
    genuine = checkpoint.cosign(KOSOVO, "kosovo", STATE, NOON)
    assert checkpoint.cosigners(forged.add(genuine), NODES) == {}
    cleaned = checkpoint.only_verified(forged, ISRAEL.public, NODES)
    assert "kosovo" in checkpoint.cosigners(cleaned.add(genuine), NODES)
    assert checkpoint.only_verified(NOTE, ISRAEL.public, NODES) == NOTE


@pytest.mark.parametrize(
    "text",
    [
        STATE.text() + "more\n",
        STATE.text().replace("\n7\n", "\n07\n"),
        STATE.text().replace("\n7\n", "\n-7\n"),
        STATE.text().replace("\n7\n", "\n٧\n"),
        STATE.text().replace("\n7\n", f"\n{2**41}\n"),
        STATE.text().replace("\n7\n", f"\n{'9' * 5000}\n"),
        STATE.text().replace("paraph/dossier/", "elsewhere/"),
        STATE.text().replace("ab", "AB"),
        STATE.text().replace("=\n", "\n"),
        STATE.text()[:-5] + "\n",
        "\n",
    ],
)
def test_a_checkpoint_has_one_spelling(text):
    with pytest.raises(FormatError) as refused:
        checkpoint.read_checkpoint(Note(text=text, lines=()))
    assert refused.value.code == "checkpoint-format"


@pytest.mark.parametrize(
    "time", ["2021-02-30T12:00:00Z", "1969-12-31T23:59:59Z", "2021-02-01 12:00", "0000-01-01T00:00:00Z"]
)
def test_a_time_outside_the_calendar_is_refused(time):
    with pytest.raises(FormatError) as refused:
        checkpoint.cosign(KOSOVO, "kosovo", STATE, time)
    assert refused.value.code == "utc"
