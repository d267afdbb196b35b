from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from paraph.errors import FormatError
from paraph.wire import limits
from paraph.wire.note import Note, SignatureLine, key_hash


def _line(name, key_id=b"kkkk", signature=b"s" * 64):
    return SignatureLine(name=name, key_id=key_id, signature=signature)


NOTE = Note(text="log\n7\nroot\n", lines=()).add([_line("israel"), _line("log"), _line("israel", b"jjjj")])
DATA = NOTE.write()


def test_the_log_comes_first_and_then_names_in_order():
    assert [(line.name, line.key_id) for line in NOTE.lines] == [
        ("log", b"kkkk"),
        ("israel", b"jjjj"),
        ("israel", b"kkkk"),
    ]
    assert DATA.decode().startswith("log\n7\nroot\n\n— log ")
    assert Note.read(DATA) == NOTE


def test_who_adds_in_which_order_does_not_change_the_bytes():
    bare = Note(text=NOTE.text, lines=())
    one = bare.add([_line("kosovo")]).add([_line("israel"), _line("log")])
    two = bare.add([_line("israel")]).add([_line("log"), _line("kosovo")])
    assert one.write() == two.write()


def test_the_lines_of_a_signer_are_never_mixed_with_later_ones():
    again = NOTE.add([_line("israel", b"mmmm"), _line("kosovo")])
    assert [line.key_id for line in again.lines if line.name == "israel"] == [b"jjjj", b"kkkk"]
    assert again.of("kosovo", b"kkkk") is not None
    assert again.of("kosovo", b"jjjj") is None


def test_a_note_of_another_implementation_is_read_and_verifies():
    # Source: golang.org/x/mod/sumdb/note, example of Open.
    public = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    data = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    note = Note.read(data.encode())
    key_id = key_hash("PeterNeumann", b"\x01", public[1:])
    assert key_id.hex() == "c74f20a3"
    line = note.of("PeterNeumann", key_id)
    assert line is not None
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(line.signature, note.text.encode())
    assert note.write() == data.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        NOTE.text.encode(),
        DATA[:-1],
        DATA + b"\n",
        DATA + b"\n\n",
        DATA.replace(b"\n\n", b"\n\n\n"),
        DATA.replace("— log".encode(), b"- log"),
        DATA.replace("— log".encode(), "— lög".encode()),
        DATA.replace("— log".encode(), b"\xe2\x80\x94  log"),
        DATA.replace(b"root", b"ro\tt"),
        DATA.replace(b"root", b"ro\xff"),
        DATA.replace(b"a2tra3", b"a2tra!"),
        NOTE.text.encode() + b"\n" + _line("b").write().encode() + _line("a").write().encode(),
        NOTE.text.encode() + b"\n" + _line("a").write().encode() * 2,
        NOTE.text.encode() + "\n— a a2tr\n".encode(),
        NOTE.text.encode() + "\n— a {}\n".format(base64.b64encode(b"k" * 5000).decode()).encode(),
        NOTE.text.encode() + b"\n" + "— a a2tra3Nz\n".encode() * (limits.MAX_NOTE_LINES + 1),
        b"a" * (limits.MAX_NOTE + 1),
    ],
)
def test_a_note_has_one_spelling(data):
    with pytest.raises(FormatError) as refused:
        Note.read(data)
    assert refused.value.code == "note-format"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "ä", "a" * 300])
def test_a_name_that_a_line_cannot_carry_is_refused(name):
    with pytest.raises(FormatError) as refused:
        _line(name)
    assert refused.value.code == "note-format"
