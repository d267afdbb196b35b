from __future__ import annotations

import json

import pytest

from paraph.errors import FormatError
from paraph.wire.text_json import MAX_TEXT_BYTES, read_parties, read_text, write_parties, write_text
from tests.support.specimens import text


def changed(*path, value=None, drop=False) -> bytes:
    """The specimen text with one member exchanged or dropped, in canonical form."""
    whole = text().to_json()
    node = whole
    for step in path[:-1]:
        node = node[step]
    if drop:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_the_bytes_begin_as_specified():
    assert write_text(text()).startswith(b'{"declarations":{"alternat":"by-copy","conclusion":"on-exchange",')
    assert read_text(write_text(text())) == text()


@pytest.mark.parametrize(
    "data",
    [
        changed("format", value="paraph.text/2"),
        changed("format", drop=True),
        changed("extra", value="x"),
        changed("number", value=7),
        changed("number", value=""),
        changed("parties", value={}),
        changed("parties", 0, "id", value="Aland"),
        changed("parties", 0, "date", value="1.2.2021"),
        changed("parties", 0, "signatory", value=None),
        changed("parties", 0, "signatory", "script_lang", value="hebrew"),
        changed("parties", 0, "names", "en", "formal", drop=True),
        changed("parties", 0, "names", "en", "caption", value=""),
        changed("parties", 0, "places", value={}),
        changed("declarations", "nature", value="solemn"),
        changed("declarations", "nature", value=None),
        changed("declarations", "layout", drop=True),
        changed("declarations", "languages", 0, "status", value="official"),
        changed("declarations", "entry_into_force", value={"rule": "on-conclusion", "days": 3}),
        changed(
            "declarations", "entry_into_force", value={"rule": "days-after-later-notification", "days": True}
        ),
        changed(
            "declarations", "entry_into_force", value={"rule": "days-after-later-notification", "days": "3"}
        ),
        changed("declarations", "entry_into_force", value={"rule": "fixed-date", "date": ""}),
        changed("versions", value=[]),
        changed("versions", "en", "title", value="a\u202eb"),
        changed("versions", "en", "title", value="a\u2066b"),
        changed("versions", "en", "title", value="e\u0301"),
        changed("versions", "en", "title", value="a\nb"),
        changed("versions", "en", "title", value="{everyone}"),
        changed("versions", "en", "specimen", value=""),
        changed("versions", "en", "clauses", 0, "number", value="1"),
        changed("versions", "en", "preamble", 0, "points", value=[]),
        changed("versions", "en", "preamble", 0, "text", value=["a"]),
        b" " + write_text(text()),
        write_text(text()) + b"\n",
        json.dumps(text().to_json()).encode(),
        b"[]",
        b"{}",
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"format":"paraph.text/1","format":"paraph.text/1"}',
        b"x" * (MAX_TEXT_BYTES + 1),
    ],
)
def test_only_the_one_canonical_form_is_read(data):
    with pytest.raises(FormatError):
        read_text(data)


def test_the_helper_itself_writes_what_is_accepted():
    assert read_text(changed("number", value="XY/1")).number == "XY/1"


def test_particulars_are_read_in_any_layout():
    parties = text().parties
    assert read_parties(write_parties(parties)) == parties
    loose = json.dumps([party.to_json() for party in reversed(parties)], indent=2).encode()
    assert read_parties(loose) == parties
    with pytest.raises(FormatError):
        read_parties(b"{}")
