from __future__ import annotations

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import DossierId, Utc
from paraph.wire import checkpoint, envelope, hpke, limits


def test_the_largest_allowed_things_fit_into_what_carries_them():
    assert limits.MAX_BLOB * 4 // 3 + limits.MAX_ENVELOPE < limits.MAX_BUNDLE_CONTENT
    assert limits.MAX_BUNDLE_CONTENT + hpke.OVERHEAD + 16 * 1024 < limits.MAX_BUNDLE
    assert limits.MAX_NOTE * limits.MAX_NOTES < limits.MAX_BUNDLE_CONTENT
    certificates = (1 + limits.MAX_ANCHORS) * limits.MAX_CERTIFICATE_PEM
    assert certificates * 4 // 3 + 16 * 1024 < limits.MAX_CARD
    assert limits.MAX_CARD < limits.MAX_ENVELOPE
    assert limits.MAX_LOG_SIZE.bit_length() * 2 <= limits.MAX_PROOF + 2


def test_every_node_of_the_largest_dossier_can_cosign_one_note():
    keys = generate_node_keys()
    state = checkpoint.Checkpoint(dossier=DossierId("ab" * 32), size=limits.MAX_LOG_SIZE, root=b"\0" * 32)
    note = checkpoint.sign_checkpoint(keys, state)
    lines = checkpoint.cosign(keys, "a" * 63, state, Utc("2021-02-01T12:00:00Z"))
    length = sum(len(line.write().encode()) for line in lines)
    assert len(note.write()) + limits.MAX_AUTHORS * length < limits.MAX_NOTE


def test_the_overhead_of_an_envelope_is_within_its_limit():
    keys = generate_node_keys()
    data = envelope.seal(b"a" * limits.MAX_ACT, keys)
    assert len(data) <= limits.MAX_ENVELOPE
