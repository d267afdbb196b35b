from __future__ import annotations

from dataclasses import replace

import pytest

from paraph.domain.ids import Digest, DossierId, PartyId
from paraph.errors import FormatError
from paraph.wire import limits
from paraph.wire.sections import Blob, Order, Section, read_section, write_section

SECTION = Section(
    dossier=DossierId("ab" * 32),
    feeds={PartyId("israel"): 3},
    size=3,
    root=Digest("cd" * 32),
    wants_blobs=(Digest("ef" * 32),),
    acts=(b"act",),
    order=Order(start=1, authors=(PartyId("israel"),)),
    notes=(b"note",),
    blobs=(Blob.of(b"file"),),
)
VALUE = write_section(SECTION)


def test_a_section_comes_back():
    assert read_section(VALUE, "here") == SECTION


def test_proofs_stand_in_a_section_only_if_there_are_any():
    assert "proofs" not in VALUE
    frozen = replace(SECTION, proofs=(b"one", b"two"))
    assert read_section(write_section(frozen), "here") == frozen


@pytest.mark.parametrize(
    "change",
    [
        {"dossier": "AB" * 32},
        {"dossier": 7},
        {"feeds": []},
        {"feeds": {"Israel": 1}},
        {"feeds": {"israel": -1}},
        {"feeds": {"israel": True}},
        {"feeds": {f"p{number}": 1 for number in range(limits.MAX_AUTHORS + 1)}},
        {"size": "3"},
        {"size": limits.MAX_LOG_SIZE + 1},
        {"root": "cd"},
        {"wants_blobs": ["x"]},
        {"wants_blobs": ["ef" * 32] * (limits.MAX_BLOBS + 1)},
        {"acts": "act"},
        {"acts": [7]},
        {"acts": [""]},
        {"acts": ["a"] * (limits.MAX_ACTS + 1)},
        {"acts": ["a" * (limits.MAX_ENVELOPE + 1)]},
        {"acts": ["é" * (limits.MAX_ENVELOPE // 2 + 1)]},
        {"notes": ["a"] * (limits.MAX_NOTES + 1)},
        {"proofs": ["a"] * (limits.MAX_PROOFS + 1)},
        {"proofs": [""]},
        {"proofs": "a"},
        {"notes": ["a" * (limits.MAX_NOTE + 1)]},
        {"order": {"from": 1}},
        {"order": {"from": -1, "authors": []}},
        {"order": {"from": 1, "authors": [""]}},
        {"blobs": [{"data": "ZmlsZQ==", "sha256": "ab" * 32}]},
        {"blobs": [{"data": "ZmlsZQ", "sha256": Blob.of(b"file").sha256}]},
        {"blobs": [{"data": "ZmlsZQ=="}]},
        {"extra": 1},
    ],
)
def test_every_member_has_one_form(change):
    with pytest.raises(FormatError) as refused:
        read_section({**VALUE, **change}, "here")
    assert refused.value.code == "bundle-format"
    assert str(refused.value.params["path"]).startswith("here")


@pytest.mark.parametrize("name", sorted(VALUE))
def test_every_member_is_required(name):
    with pytest.raises(FormatError):
        read_section({key: item for key, item in VALUE.items() if key != name}, "here")


def test_an_act_that_is_not_text_is_not_sent():
    with pytest.raises(FormatError):
        write_section(
            Section(dossier=DossierId("ab" * 32), feeds={}, size=0, root=Digest("cd" * 32), acts=(b"\xff",))
        )
