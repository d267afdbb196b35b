from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraph.adapters.signing.node_keys import generate_node_keys
from paraph.domain.ids import DossierId, Utc
from paraph.errors import FormatError
from paraph.wire import checkpoint, limits
from paraph.wire.note import Note

ISRAEL = generate_node_keys()
KOSOVO = generate_node_keys()
NOON = Utc("2021-02-01T12:00:00Z")


def _note(root):
    state = checkpoint.Checkpoint(dossier=DossierId("ab" * 32), size=7, root=root)
    return checkpoint.sign_checkpoint(ISRAEL, state).add(checkpoint.cosign(KOSOVO, "kosovo", state, NOON))


NOTE = _note(b"\1" * 32)
DATA = NOTE.write()


@given(
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    st.integers(0, limits.MAX_LOG_SIZE),
    st.binary(min_size=32, max_size=32),
)
def test_every_checkpoint_comes_back(dossier, size, root):
    state = checkpoint.Checkpoint(dossier=dossier, size=size, root=root)
    assert checkpoint.read_checkpoint(Note.read(Note(text=state.text(), lines=()).write())) == state


@given(st.integers(0, 253402300799))
def test_every_time_comes_back(seconds):
    time = checkpoint._utc(seconds)
    assert checkpoint._seconds(time) == seconds


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_note_is_noticed(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    try:
        note = Note.read(bytes(changed))
        checkpoint.verify_log_signature(note, ISRAEL.public)
        checkpoint.verify_cosignature(note, "kosovo", KOSOVO.public)
    except FormatError:
        return
    raise AssertionError(f"byte {place} was changed and nothing noticed")


@given(
    st.integers(0, len(DATA)),
    st.integers(0, 40),
    st.binary(max_size=20) | st.sampled_from([b"\n", b"\n\n", "— ".encode()]),
)
def test_only_format_errors_leave_the_reader_of_notes(place, cut, put):
    try:
        note = Note.read(DATA[:place] + put + DATA[place + cut :])
        checkpoint.read_checkpoint(note)
    except FormatError:
        return
    assert Note.read(note.write()) == note
